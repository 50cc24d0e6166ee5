// Without a network: after one visit, from a file, and never by lists that are older than those seen before.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { folder, fragment, launch, program, run, serve, states, visitor } from './world.js';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const { valid } = states;
const asFile = (bundle) => {
  const path = join(folder(), 'bundle.json');
  writeFileSync(path, JSON.stringify(bundle));
  return path;
};
const openLists = (page) => page.locator('footer summary').click();

test('after one visit it checks with the server stopped, and says of when its lists are', async () => {
  const server = await serve(valid.bundle);
  const { page, open, state, close } = await visitor(browser, { url: server.url, now: valid.now });
  await open();
  await page.locator('html[data-offline=ready]').waitFor();
  await page.locator('#held').filter({ hasText: 'Trust list 3' }).waitFor({ state: 'attached' });
  await server.end();
  for (const [code, wanted] of [[valid.code, 'valid'], [states.altered.code, 'altered']]) {
    await open(fragment(code));
    await page.locator(`[data-state=${wanted}]`).waitFor();
  }
  await open(fragment(valid.code));
  assert.equal(await state(), 'valid');
  assert.match(await page.locator('.age').innerText(), /17 Oct 2026, 09:00 \(24 hours old\)/);
  // A week later the same lists are too old.
  await page.clock.setFixedTime('2026-11-20T06:00:00Z');
  await page.evaluate((hash) => { location.hash = hash; }, fragment(valid.code));
  await page.locator('[data-state=unchecked]').waitFor();
  assert.match(await page.locator('main').innerText(), /too old to rely on/);
  assert.match(await page.locator('.warning').innerText(), /could not be fetched/);
  await close();
});

test('a bundle is imported from a file once its fingerprint was compared', async () => {
  const server = await serve(null);
  const { page, open, state, close } = await visitor(browser, { url: server.url, now: valid.now });
  await open(fragment(valid.code));
  assert.equal(await state(), 'unchecked');
  await openLists(page);
  await page.setInputFiles('#bundle', asFile(valid.bundle));
  await page.locator('#confirm').waitFor();
  assert.match(await page.locator('.fingerprint').innerText(), /^([0-9a-f]{4} ){3}[0-9a-f]{4}$/);
  await page.getByRole('button', { name: 'They are the same' }).click();
  await page.locator('#bundle-said').filter({ hasText: 'was imported' }).waitFor();
  await page.evaluate((hash) => { location.hash = hash; }, fragment(valid.code));
  await page.locator('[data-state=valid]').waitFor();
  // From then on: older lists and other roots are refused, and what was held stays.
  const forged = structuredClone(valid.bundle);
  forged.trustList.version += 1;
  for (const [bundle, why] of [[states.older_list.bundle, 'older than one'], [forged, 'another root key|no trust bundle'], [{ a: 1 }, 'no trust bundle']]) {
    await page.setInputFiles('#bundle', asFile(bundle));
    await page.locator('#bundle-said').filter({ hasText: new RegExp(why) }).waitFor();
  }
  await page.evaluate((hash) => { location.hash = hash; }, fragment(valid.code));
  await page.locator('[data-state=valid]').waitFor();
  await close();
  await server.end();
});

test('a host that goes back to older lists is not followed (THREATS 6)', async () => {
  const first = await serve(valid.bundle);
  const { page, open, state, close } = await visitor(browser, { url: first.url, now: valid.now, serviceWorkers: 'block' });
  await open(fragment(valid.code));
  assert.equal(await state(), 'valid');
  await first.end();
  const second = await serve(states.older_list.bundle, { port: first.port });
  // Half an hour later, so that the lists are fetched again.
  await page.clock.setFixedTime('2026-10-18T06:30:00Z');
  await page.goto('about:blank');
  await open(fragment(valid.code));
  assert.equal(await state(), 'valid');
  assert.match(await page.locator('.warning').innerText(), /older than one that was used here before/);
  await close();
  await second.end();
});

test('the exported folder is the same page without a server', async () => {
  const path = join(folder(), 'page');
  run(program('cheti-verifier'), ['page', 'export', path, '--bundle', asFile(valid.bundle), '--code-host', 'v.nc4.example']);
  const { createServer } = await import('node:http');
  const { readFile } = await import('node:fs/promises');
  const kinds = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', svg: 'image/svg+xml', json: 'application/json' };
  const server = createServer(async (request, response) => {
    const name = request.url === '/checks/' ? 'index.html' : request.url.replace('/checks/', '');
    const body = await readFile(join(path, name)).catch(() => null);
    response.writeHead(body ? 200 : 404, { 'content-type': kinds[name.split('.').pop()] ?? 'application/octet-stream' }).end(body ?? '');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${server.address().port}/checks/`;
  const { open, state, complaints, close } = await visitor(browser, { url, now: valid.now });
  await open(fragment(valid.code));
  assert.equal(await state(), 'valid');
  assert.deepEqual(complaints, []);
  await close();
  server.closeAllConnections();
  server.close();
});
