// The camera and files: real certificates of the demo, printed, seen by a camera in good and bad light, and as files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { film, rasterised, seen } from './film.js';
import { folder, launch, program, run, serve, visitor } from './world.js';

/** Where the code's middle lies on the demo's certificates, in parts of width and height. */
const CODE = [0.839, 0.792];

const demo = folder();
let server;
let sheets;

const certificate = (begins, ending) => join(demo, 'demo', 'certificates', readdirSync(join(demo, 'demo', 'certificates')).find((name) => name.startsWith(begins) && name.endsWith(ending)));

before(async () => {
  run(program('cheti-issuer'), ['demo'], { cwd: demo });
  server = await serve(JSON.parse(readFileSync(join(demo, 'demo', 'bundle.json'), 'utf8')));
  sheets = { good: rasterised(certificate('Achieng', 'v1.pdf')), revoked: rasterised(certificate('Barasa', 'v1.pdf')) };
});
after(() => server.end());

const scan = async (grey, act) => {
  const browser = await launch({ camera: film(grey) });
  const visit = await visitor(browser, { url: server.url });
  try {
    await visit.open();
    await visit.page.click('#camera');
    await act(visit);
  } finally {
    await browser.close();
  }
};

const VIEWS = {
  clean: {},
  rotated: { angle: 0.35 },
  'upside down': { angle: Math.PI },
  dim: { light: 0.25, noise: 8 },
  blurred: { blur: 1, noise: 4 },
  'dim, blurred and askew': { light: 0.4, blur: 1, noise: 8, angle: 0.12 },
  'the code small in view': { scale: 0.9 },
};

for (const [name, view] of Object.entries(VIEWS)) {
  test(`the camera reads a printed certificate: ${name}`, async () => {
    await scan(seen(sheets.good, { middle: CODE, ...view }), async ({ page, state, requests, complaints }) => {
      assert.equal(await state(), 'valid');
      assert.match(await page.locator('#name').textContent(), /Achieng' Otieno Ochieng'/);
      assert.equal(await page.evaluate(() => document.querySelector('video')), null, 'the camera is closed');
      assert.ok(requests.every(({ method, url }) => method === 'GET' && !url.includes('9570')), 'nothing read was sent');
      assert.deepEqual(complaints, []);
    });
  });
}

test('the camera finds a revoked certificate out', async () => {
  await scan(seen(sheets.revoked, { middle: CODE }), async ({ page, state }) => {
    assert.equal(await state(), 'revoked');
    assert.match(await page.locator('.because').innerText(), /withdrawn|error|Since/);
  });
});

test('without a code in view the camera goes on looking, advises, and can be stopped', async () => {
  await scan(seen(sheets.good, { middle: [0.3, 0.3] }), async ({ page }) => {
    await page.locator('.camera .help').filter({ hasText: 'No code read yet' }).waitFor();
    await page.click('#stop');
    await page.locator('h1').filter({ hasText: 'Check a certificate' }).waitFor();
  });
});

test('the reader is loaded when the camera opens, not before', async () => {
  const browser = await launch();
  const { page, open, requests, close } = await visitor(browser, { url: server.url, serviceWorkers: 'block' });
  await open();
  await page.locator('#held').filter({ hasText: 'Trust list' }).waitFor({ state: 'attached' });
  assert.ok(requests.every(({ url }) => !/reader|full/.test(url)), requests.map(({ url }) => url).join());
  await page.click('#camera');
  await page.locator('.camera .help').filter({ hasText: 'No camera was found' }).waitFor();
  await close();
  await browser.close();
});

const checkFile = async (path, act) => {
  const browser = await launch();
  const visit = await visitor(browser, { url: server.url });
  try {
    await visit.open();
    await visit.page.setInputFiles('#file', path);
    await act(visit);
    assert.ok(visit.requests.every(({ method }) => method === 'GET'), 'the file stayed here');
  } finally {
    await browser.close();
  }
};

test('credential JSON is checked in the page, with both proofs', async () => {
  await checkFile(certificate('Achieng', 'v1.json'), async ({ page, state }) => {
    assert.equal(await state(), 'valid');
    await page.locator('.more summary').click();
    assert.match(await page.locator('.rests').first().innerText(), /eddsa-rdfc-2022[\s\S]*eddsa-jcs-2022/);
  });
});

test('a PDF is sent to the server only when the person says so, having been told', async () => {
  const browser = await launch();
  const { page, open, state, requests } = await visitor(browser, { url: server.url });
  await open();
  await page.setInputFiles('#file', certificate('Achieng', 'v1.pdf'));
  const button = page.locator('#send');
  await button.waitFor();
  const said = await page.locator('main').innerText();
  assert.ok(said.includes(new URL(server.url).host) && said.includes('leaves this device'), said);
  assert.ok(requests.every(({ method }) => method === 'GET'), 'nothing was sent yet');
  await button.click();
  assert.equal(await state(), 'valid');
  assert.match(await page.locator('#name').textContent(), /Achieng' Otieno Ochieng'/);
  await page.locator('.more summary').click();
  assert.match(await page.locator('.check').first().innerText(), /same in every form\s+in order/);
  assert.deepEqual(requests.filter(({ method }) => method === 'POST').map(({ url }) => new URL(url).pathname), ['/v1/verify']);
  await browser.close();
});

test('a badge is checked in the page', async () => {
  const badge = join(folder(), 'badge.svg');
  const number = JSON.parse(readFileSync(certificate('Achieng', 'v1.json'), 'utf8')).credentialSubject.licenseNumber;
  for (const format of ['svg', 'png']) {
    const path = badge.replace('svg', format);
    run(program('cheti-issuer'), ['--data', 'demo/data', 'certificate', 'export', number, '--format', format, '--out', path], { cwd: join(demo, 'demo', '..') });
    await checkFile(path, async ({ page, state }) => {
      assert.equal(await state(), 'valid');
      assert.match(await page.locator('#name').textContent(), /Achieng' Otieno Ochieng'/);
    });
  }
});

test('an altered credential file is found out', async () => {
  const path = join(folder(), 'altered.json');
  writeFileSync(path, readFileSync(certificate('Achieng', 'v1.json'), 'utf8').replace('Achieng', 'Anyango'));
  await checkFile(path, async ({ state }) => assert.equal(await state(), 'altered'));
});

test('a photo of the certificate is checked in the page', async () => {
  const base = join(folder(), 'photo');
  run('pdftoppm', ['-jpeg', '-r', '110', '-singlefile', certificate('Achieng', 'v1.pdf'), base]);
  await checkFile(`${base}.jpg`, async ({ page, state }) => {
    assert.equal(await state(), 'valid');
    assert.match(await page.locator('#name').textContent(), /Achieng' Otieno Ochieng'/);
  });
});

test('a picture without a code says so, and a file of another kind too', async () => {
  const base = join(folder(), 'corner');
  run('pdftoppm', ['-png', '-r', '60', '-x', '0', '-y', '0', '-W', '300', '-H', '200', '-singlefile', certificate('Achieng', 'v1.pdf'), base]);
  await checkFile(`${base}.png`, async ({ page, state }) => {
    assert.equal(await state(), 'nothing_found');
    assert.match(await page.locator('main').innerText(), /does not mean that the certificate is bad/);
  });
  const text = join(folder(), 'letter.txt');
  writeFileSync(text, 'Dear Sir or Madam');
  await checkFile(text, async ({ state }) => assert.equal(await state(), 'unreadable'));
});
