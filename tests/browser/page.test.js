// The page as a stock phone camera opens it: each state, both languages, what it asks the network for, accessibility.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fragment, launch, serve, states, visitor } from './world.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The state that a person must see for each certificate. */
const SEEN = {
  valid: 'valid', revoked: 'revoked', superseded: 'superseded', suspended: 'suspended', expired: 'expired', not_yet: 'not_yet',
  stale: 'unchecked', clock: 'clock', compromised: 'compromised', altered: 'altered', unknown_issuer: 'unknown_issuer',
  no_template: 'unchecked', newer: 'newer', script: 'valid', older_list: 'valid',
  fraction: 'valid', related: 'valid', endorsed: 'valid',
};

/** Every request that the page may make: its own files, the bundle, the settings. */
const ALLOWED = /^\/(|web\/[a-z-]+\.(js|css|svg|wasm)|offline\.js|manifest\.webmanifest|settings\.json|bundle)$/;

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const onPage = async (name, options, act) => {
  const { bundle, code, now } = states[name];
  const server = await serve(bundle, options.server);
  const visit = await visitor(browser, { url: server.url, now, ...options });
  try {
    await act({ ...visit, server, code });
  } finally {
    await visit.close();
    await server.end();
  }
};

/** What axe finds wrong on the page now. */
const faults = async (page) => {
  await page.evaluate((source) => { if (!globalThis.axe) (0, globalThis.Function)(source)(); }, axe).catch(() => {});
  return page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)));
};

const checkRequests = (requests, url, code) => {
  const digits = code.slice(-60);
  for (const { method, url: asked, body } of requests) {
    assert.equal(method, 'GET', asked);
    assert.equal(new URL(asked).origin, new URL(url).origin, asked);
    assert.match(new URL(asked).pathname, ALLOWED);
    assert.equal(new URL(asked).search, '', asked);
    assert.ok(!asked.includes(digits) && body === null, asked);
  }
};

test('every certificate made for the tests has a state to be seen', () => {
  assert.deepEqual(Object.keys(SEEN).sort(), Object.keys(states).sort());
});

for (const [name, wanted] of Object.entries(SEEN)) {
  test(`${name}: is shown as ${wanted} in both languages, and nothing leaves the phone`, async () => {
    for (const [language, lang] of [['en-GB', 'en'], ['sw-KE', 'sw']]) {
      await onPage(name, { language }, async ({ page, open, state, requests, complaints, server, code }) => {
        await open(fragment(code));
        assert.equal(await state(), wanted);
        assert.equal(page.url(), server.url, 'the payload is out of the address bar');
        assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
        const { default: words } = await import(new URL(`../../verifier/web/words-${lang}.js`, import.meta.url));
        assert.equal(await page.locator('#verdict').textContent(), words.states[wanted].title);
        assert.ok((await page.locator('#announce').textContent()).startsWith(words.states[wanted].title));
        assert.doesNotMatch(await page.locator('main').innerText(), /\{\w+\}|undefined|null|\[object/);
        checkRequests(requests, server.url, code);
        assert.deepEqual(complaints, []);
      });
    }
  });
}

test('a good verdict never stands without name, course and date, and asks for a comparison (THREATS 4)', async () => {
  await onPage('valid', {}, async ({ page, open, state, code }) => {
    await open(fragment(code));
    await state();
    const text = await page.locator('main').innerText();
    for (const part of ['Wanjikũ Ng\'ang\'a', 'Advanced Cybersecurity Training', '16 October 2026', 'NC4-ACT-2026-000123', 'identity card']) assert.ok(text.includes(part), part);
    const sizes = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((element) => element.textContent.trim() && element.checkVisibility())
      .map((element) => [parseFloat(getComputedStyle(element).fontSize), element.id || element.tagName]));
    const largest = Math.max(...sizes.map(([size]) => size));
    assert.ok(sizes.filter(([size]) => size === largest).every(([, id]) => id === 'name' || id === 'SPAN' || id === 'BDI'), 'the signed name is largest');
    const box = await page.locator('#name').boundingBox();
    assert.ok(box.y + box.height < 740, 'the name is in the first view of a phone');
  });
});

test('script in the name is text (THREATS 25)', async () => {
  await onPage('script', {}, async ({ page, open, state, code, complaints }) => {
    let alerted = false;
    page.on('dialog', (dialog) => { alerted = true; dialog.dismiss(); });
    await open(fragment(code));
    await state();
    assert.match(await page.locator('#name').textContent(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await page.locator('main img').count(), 0);
    assert.equal(alerted, false);
    assert.deepEqual(complaints, []);
  });
});

test('a code of another host is checked all the same, with a warning that names the host; nothing is opened (THREATS 5)', async () => {
  const server = { config: 'listen = "127.0.0.1:0"\n[trust]\ncode_hosts = ["v.nc4.example"]\n' };
  await onPage('valid', { server }, async ({ page, open, state, code, requests, server: { url } }) => {
    for (const [text, warned] of [[code, false], [code.replace('v.nc4.example', 'nc4-verify.example'), true]]) {
      await open();
      await page.fill('#text', text);
      await page.getByRole('button', { name: 'Check the text' }).click();
      assert.equal(await state(), 'valid');
      const warnings = await page.locator('.warning').allInnerTexts();
      assert.equal(warnings.some((line) => line.includes('nc4-verify.example') && line.includes('not opened')), warned, warnings.join());
      await page.reload();
    }
    checkRequests(requests, url, code);
  });
});

test('a code that is no certificate is called so and never opened; a damaged one is never called forged', async () => {
  await onPage('valid', {}, async ({ page, open, state, code, requests, server: { url } }) => {
    await open();
    for (const [text, wanted] of [['https://shop.example/offer?id=12', 'foreign'], ['WIFI:S:home;P:secret;;', 'foreign'],
      [code.slice(0, 80), 'damaged'], [`${code.slice(0, -3)}`, 'damaged'], [code.replace(/9\d{40}/, (digits) => `${digits.slice(0, 30)}O${digits.slice(31)}`), 'damaged']]) {
      await page.fill('#text', text);
      await page.getByRole('button', { name: 'Check the text' }).click();
      assert.equal(await state(), wanted, text);
      const said = await page.locator('main').innerText();
      assert.doesNotMatch(said, /forged|fake/i);
      assert.match(said, /\+254 20 000 000/, 'whom to ask');
      await page.click('#again');
    }
    checkRequests(requests, url, 'x'.repeat(60));
    assert.ok(requests.every((request) => !request.url.includes('shop.example')));
  });
});

test('a first visit fetches the bundle once', async () => {
  await onPage('valid', {}, async ({ open, state, code, requests }) => {
    await open(fragment(code));
    await state();
    assert.equal(requests.filter(({ url }) => new URL(url).pathname === '/bundle').length, 1);
  });
});

test('the language is remembered, and the result is drawn anew in it', async () => {
  await onPage('valid', {}, async ({ page, open, state, code }) => {
    await open(fragment(code));
    await state();
    await page.getByRole('button', { name: 'Kiswahili' }).click();
    await page.locator('#verdict', { hasText: /^Cheti halali$/ }).waitFor();
    assert.match(await page.locator('.facts').innerText(), /16 Oktoba 2026/);
    await page.reload();
    assert.match(await page.locator('h1').innerText(), /Kagua cheti/);
  });
});

test('a second code scanned into the same tab replaces the first', async () => {
  await onPage('valid', {}, async ({ page, open, state, code, server: { url } }) => {
    await open(fragment(code));
    assert.equal(await state(), 'valid');
    await page.evaluate((hash) => { location.hash = hash; }, fragment(states.altered.code));
    await page.locator('[data-state=altered]').waitFor();
    assert.equal(page.url(), url);
  });
});

test('axe finds nothing wrong in any state, light and dark, 320 px and wide', async () => {
  for (const name of ['valid', 'revoked', 'superseded', 'altered', 'stale', 'unknown_issuer']) {
    for (const look of [{ width: 320, colorScheme: 'light' }, { width: 1280, height: 900, colorScheme: 'dark' }]) {
      await onPage(name, { ...look, bypassCSP: true }, async ({ page, open, state, code }) => {
        await open(fragment(code));
        await state();
        await page.locator('.more summary').click();
        assert.deepEqual(await faults(page), [], `${name} ${look.colorScheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${name}: no sideways scrolling`);
      });
    }
  }
});

test('the description for programs is free of faults and asks nobody else, 320 px and wide', async () => {
  for (const look of [{ width: 320, colorScheme: 'light' }, { width: 1280, height: 900, colorScheme: 'dark' }]) {
    await onPage('valid', { ...look, bypassCSP: true }, async ({ page, open, requests }) => {
      await open('docs');
      await page.locator('h1').first().waitFor();
      assert.deepEqual(await faults(page), [], look.colorScheme);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, 'no sideways scrolling');
      const origin = new URL(page.url()).origin;
      assert.ok(requests.every(({ url }) => url.startsWith(origin)), requests.map(({ url }) => url).join());
    });
  }
});

test('a fault would be found', async () => {
  await onPage('valid', { bypassCSP: true }, async ({ page, open }) => {
    await open();
    await page.locator('#title').waitFor();
    await page.evaluate(() => document.querySelector('main').append(document.createElement('img')));
    assert.match((await faults(page)).join(), /image-alt/);
  });
});

test('the start is free of faults, and keys alone lead from it to a result', async () => {
  await onPage('valid', { bypassCSP: true, width: 320 }, async ({ page, open, state, code }) => {
    await open();
    await page.locator('#title').waitFor();
    await page.locator('footer summary').click();
    assert.deepEqual(await faults(page), []);
    await page.locator('#skip').focus();
    const reached = [];
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
      if (reached.at(-1) === 'text') break;
    }
    assert.ok(reached.includes('camera') && reached.includes('file') && reached.at(-1) === 'text', reached.join());
    await page.keyboard.insertText(code);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await state(), 'valid');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict', 'the result has the focus');
  });
});

test('the printed record fits one page and is dated', async () => {
  await onPage('valid', {}, async ({ page, open, state, code, server: { url } }) => {
    await open(fragment(code));
    await state();
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    assert.equal((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length, 1);
    await page.emulateMedia({ media: 'print' });
    const record = await page.locator('.record').innerText();
    assert.match(record, /18 Oct 2026, 09:00/);
    assert.ok(record.includes(new URL(url).host) && record.includes('Root key fingerprint'));
    assert.equal(await page.locator('.buttons').first().isVisible(), false);
  });
});

test('a browser that cannot judge says where its form sends the certificate', async () => {
  await onPage('valid', {}, async ({ page, open, code, requests }) => {
    await page.addInitScript(() => { delete globalThis.WebAssembly; });
    await open(fragment(code));
    await page.getByText('sends the certificate to this page’s server').waitFor();
    assert.ok(requests.every(({ method }) => method === 'GET'), 'nothing was sent yet');
    assert.equal(await page.locator('form textarea').inputValue(), fragment(code));
    await page.locator('form button').click();
    await page.getByText("Wanjikũ Ng'ang'a").first().waitFor();
  });
});

test('without script the form of the server is there', async () => {
  await onPage('valid', { javaScriptEnabled: false }, async ({ page, open, code }) => {
    await open();
    await page.fill('textarea[name=text]', code);
    await page.getByRole('button', { name: 'Check' }).click();
    assert.match(await page.locator('main').innerText(), /Wanjikũ Ng'ang'a/);
  });
});
