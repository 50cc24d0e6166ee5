// Signing in by an identity provider of somebody else's making, which lies on another site.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { Officer, found, serve } from './desk.js';
import { look } from './look.js';
import { launch } from './world.js';

const SECRET = 'what the ministry and the desk both know';

let ministry;
let server;
let browser;

/** A port that is free now. */
const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

/** The ministry's provider, with the login page that the library brings for trials: whoever types a name is that person. */
const identityProvider = async (redirect) => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'cheti', client_secret: SECRET, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
    cookies: { keys: ['of the trial'] },
    pkce: { required: () => true },
  });
  listener.on('request', provider.callback());
  return { issuer, end: () => listener.close() };
};

before(async () => {
  const house = found();
  const port = await freePort();
  const redirect = `http://localhost:${port}/openid/return`;
  ministry = await identityProvider(redirect);
  const config = join(house.home, 'issuer.toml');
  writeFileSync(join(house.home, 'openid-secret'), SECRET, { mode: 0o600 });
  appendFileSync(config, `\n[openid]\nname = "Ministry of ICT"\nissuer = "${ministry.issuer}"\nclient_id = "cheti"\nredirect = "${redirect}"\nclient_secret_file = "openid-secret"\n`);
  server = await serve(house, { port });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.end();
  ministry?.end();
});

/** Sign in at the ministry as `name`, from a page of the console that leads there. */
const atTheMinistry = async ({ page }, name) => {
  assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/interaction\//);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  const consent = page.locator('button[type=submit]', { hasText: 'Continue' });
  if (/\/interaction\//.test(page.url())) await consent.click();
  await page.waitForURL(({ hostname }) => hostname === 'localhost');
};

test('an officer ties their account, and looks by the word of the ministry', async () => {
  const jane = await Officer.arrive(browser, 'jane', server.url);
  await jane.go('/account');
  await look(jane, '14-account-untied');
  await jane.page.locator('a[href="/openid/tie"]').click();
  await atTheMinistry(jane, 'jane@ict.go.ke');
  await jane.page.waitForURL('**/account');
  assert.equal(jane.path(), '/account', 'still signed in, though the answer came from another site');
  assert.match(await jane.text(), /It is tied to this account/);
  await look(jane, '14-account-tied');

  const again = new Officer('jane', await browser.newContext({ locale: 'en-GB' }), server.url);
  again.page = await again.context.newPage();
  again.secret = jane.secret;
  await again.go('/sign-in');
  await look(again, '14-sign-in');
  await again.page.locator('a[href="/openid/sign-in"]').click();
  await atTheMinistry(again, 'jane@ict.go.ke');
  await again.page.waitForURL(({ pathname }) => pathname === '/');
  assert.equal(again.path(), '/');
  assert.match(await again.text(), /open your own key/);
  await look(again, '14-only-looks');
  await again.go('/batches');
  assert.equal(await again.page.locator('h1').innerText(), 'Cohorts');
  const refused = await again.go('/rosters');
  assert.equal(refused.status(), 403);
  await look(again, '14-refused');

  // With her own password and the telephone's next code, from where she is.
  await again.page.locator('a[href="/sign-in"]').first().click();
  await look(again, '14-open-key');
  assert.equal(await again.page.locator('input[name=operator]').inputValue(), 'jane');
  again.ahead = 30_000;
  await again.signIn();
  assert.equal((await again.go('/rosters')).status(), 200);
});

test('somebody whom the ministry knows and the desk does not is told what to do', async () => {
  const stranger = new Officer('stranger', await browser.newContext({ locale: 'en-GB' }), server.url);
  stranger.page = await stranger.context.newPage();
  await stranger.go('/sign-in');
  await stranger.page.locator('a[href="/openid/sign-in"]').click();
  await atTheMinistry(stranger, 'somebody@ict.go.ke');
  assert.match(await stranger.text(), /Nobody here is tied to that person/);
  await stranger.go('/batches');
  assert.equal(stranger.path(), '/sign-in');
});

test('the ministry says no', async () => {
  const jane = new Officer('jane', await browser.newContext({ locale: 'en-GB' }), server.url);
  jane.page = await jane.context.newPage();
  await jane.go('/sign-in');
  await jane.page.locator('a[href="/openid/sign-in"]').click();
  await jane.page.locator('a', { hasText: 'Cancel' }).click();
  assert.match(await jane.text(), /did not sign you in/);
  await look(jane, '14-said-no');
});
