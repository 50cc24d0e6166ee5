// The modules of the page give the very reports that the core gives natively: in node, and in a browser under the page's policy.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { launch, serve, states, visitor } from './world.js';

const built = new URL('../../verifier/wasm/built/', import.meta.url);
const imports = { env: { random: () => 4 } };
const octets = (text) => new TextEncoder().encode(text);

const load = async (name) => {
  const { instance: { exports } } = await WebAssembly.instantiate(readFileSync(new URL(name, built)), imports);
  return (question, bundle, file = '') => {
    [JSON.stringify(question), bundle, file].map(octets).forEach((piece, at) => {
      const place = exports.room(at, piece.length);
      new Uint8Array(exports.memory.buffer, place, piece.length).set(piece);
    });
    const length = exports.judge();
    return JSON.parse(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, exports.place(3), length)));
  };
};

const small = await load('verifier.wasm');
const full = await load('verifier-full.wasm');

for (const [name, { code, json, bundle, now, codeReport, jsonReport, needsFull }] of Object.entries(states)) {
  test(`${name}: the same reports as native`, () => {
    const held = JSON.stringify(bundle);
    const first = small({ now, codes: [code] }, held);
    assert.equal(first.needsFull, needsFull);
    if (!needsFull) assert.deepEqual(first.report, codeReport);
    const whole = full({ now, codes: [code] }, held);
    assert.deepEqual([whole.report, whole.needsFull], [codeReport, false]);
    assert.deepEqual(full({ now, form: 'json' }, held, json).report, jsonReport);
  });
}

const browser = await launch();
after(() => browser.close());

test('in a browser: the same reports as native', async () => {
  const server = await serve(states.valid.bundle);
  const { page, open, complaints, close } = await visitor(browser, { url: server.url });
  try {
    await open();
    for (const [name, { code, json, bundle, now, codeReport, jsonReport }] of Object.entries(states)) {
      const reports = await page.evaluate(async ([held, time, text, file]) => {
        const { judge } = await import('/web/judge.js');
        const octets = (given) => new TextEncoder().encode(given);
        const answers = [judge({ now: time, codes: [text] }, octets(held)), judge({ now: time, form: 'json' }, octets(held), octets(file))];
        return (await Promise.all(answers)).map(({ report }) => report);
      }, [JSON.stringify(bundle), now, code, json]);
      assert.deepEqual(reports, [codeReport, jsonReport], name);
    }
    assert.deepEqual(complaints, []);
  } finally {
    await close();
    await server.end();
  }
});

test('what the small module does not look at makes no certificate bad, and none is called good because of it', () => {
  const judge = ({ code, bundle, now }) => small({ now, codes: [code] }, JSON.stringify(bundle));
  assert.equal(judge(states.fraction).refused.code, 'unreadable');
  assert.deepEqual(judge(states.related).report.reasons, ['too_much_work']);
  const { verdict, endorsements } = judge(states.endorsed).report;
  assert.deepEqual([verdict, endorsements.length, endorsements[0].outcome], ['valid', 1, 'undecided']);
});

test('judging a code takes little time', (t) => {
  const { code, bundle, now } = states.valid;
  const held = JSON.stringify(bundle);
  const rounds = 50;
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) assert.equal(small({ now, codes: [code] }, held).report.verdict, 'valid');
  t.diagnostic(`${((performance.now() - began) / rounds).toFixed(2)} ms a code, its bundle read and verified each time`);
});
