// The house in a browser: keys of programs, and a ceremony far away, handed over and brought home.

import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Officer, configure, found, serve } from './desk.js';
import { look } from './look.js';
import { launch } from './world.js';

/** A code counts once, and so do the one before and the one after it: three in a row without waiting. */
const [BEFORE, NOW, AFTER] = [-30_000, 0, 30_000];

let house;
let server;
let browser;
let laptop;
const officers = {};

before(async () => {
  house = found();
  laptop = join(house.home, 'laptop');
  appendFileSync(join(house.home, 'issuer.toml'), `venue_folder = "${laptop}"\n`);
  const roster = join(house.home, 'roster.csv');
  writeFileSync(roster, 'Name of officer,P/No,Award\nZawadi Mbeki,P100001,Pass\nAmina Hassan,P100002,Credit\n');
  const imported = house.issuer('--json', 'batch', 'import', roster, '--course', 'ACT', '--cohort', 'Cohort 9', '--award-date', '2026-10-16');
  const { id } = JSON.parse(imported).batch;
  house.issuer('batch', 'submit', id, '--operator', 'jane');
  house.issuer('batch', 'approve', id, '--operator', 'paul');
  house.issuer('batch', 'issue', id, '--out', join(house.home, 'out'));
  house.batch = id;
  server = await serve(house);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

test('a program gets a key, which a second person has still to confirm', async () => {
  const ada = await Officer.arrive(browser, 'ada', server.url, { ahead: BEFORE });
  officers.ada = ada;
  await ada.go('/keys');
  const form = ada.page.locator('form[action="/keys/programs"]');
  await ada.page.locator('details', { has: form }).locator('summary').click();
  await form.locator('input[name=name]').fill('HR of the ministry');
  await form.locator('input[name=read]').check();
  await look(ada, '15-keys');
  await ada.page.locator('details', { has: form }).locator('summary').click();
  await form.locator('input[name=name]').fill('HR of the ministry');
  await form.locator('input[name=read]').check();
  await form.locator('button').click();
  assert.match(await ada.page.locator('.secret').innerText(), /^cheti_[0-9a-f]{8}\.[0-9a-f]{64}$/);
  await ada.page.locator('a.main').click();
  assert.match(await ada.text(), /Add an API key/);
  const [download] = await Promise.all([ada.page.waitForEvent('download'), ada.page.evaluate(() => { location = '/keys/bundle'; })]);
  assert.equal(download.suggestedFilename(), 'trust-bundle.json');
});

test('the data goes to the venue, is worked with there, and comes home', async () => {
  const { ada } = officers;
  const jane = await Officer.arrive(browser, 'jane', server.url, { ahead: BEFORE });
  await ada.go('/venue');
  await look(ada, '16-venue');
  ada.ahead = NOW;
  await ada.confirm(ada.page.locator('form[action="/venue/hand-over"]'));
  await ada.page.locator('.notice.wait', { hasText: 'can only be read' }).waitFor();
  await look(ada, '16-venue-lent');
  await jane.go(`/ceremony/${house.batch}`);
  await jane.page.locator('[data-scan]').fill('NC4-ACT-2026-000001');
  await jane.page.keyboard.press('Enter');
  await jane.page.locator('.notice.bad').waitFor();

  // The laptop, with nothing but the folder.
  configure(laptop);
  const there = await serve({ home: laptop, data: laptop });
  const away = await Officer.arrive(browser, 'jane', there.url, { secret: jane.secret, ahead: NOW });
  await away.go('/venue');
  await look(away, '16-venue-there');
  await away.go(`/ceremony/${house.batch}`);
  await away.page.locator('[data-scan]').fill('NC4-ACT-2026-000001');
  await away.page.keyboard.press('Enter');
  await away.page.locator('.notice.good').waitFor();
  await there.end();

  await ada.go('/venue');
  ada.ahead = AFTER;
  await ada.confirm(ada.page.locator('form[action="/venue/bring-home"]'));
  await ada.page.locator('.notice.good').waitFor();
  await jane.go(`/reconciliation/${house.batch}`);
  assert.match(await jane.text(), /Everything adds up/);
  assert.match(await jane.text(), /1\s+handed out|handed out\s+1/);
  for (const officer of [ada, jane, away]) assert.deepEqual([officer.complaints, officer.strangers], [[], []]);
});
