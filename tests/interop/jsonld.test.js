// The vectors of tests/vectors/jsonld-cases.json are what these packages say, today too; ours are compared in
// tests/conformance.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {cases} from './jsonld-cases.mjs';

test('the cases are those of the vector file', async () => {
  const {cases: committed} = JSON.parse(readFileSync(new URL('../vectors/jsonld-cases.json', import.meta.url)));
  const made = JSON.parse(JSON.stringify(await cases()));
  assert.ok(made.length > 200);
  assert.deepEqual(made.map(({name}) => name), committed.map(({name}) => name));
  for(const [i, one] of made.entries()) {
    assert.deepEqual(one, committed[i], `${one.name}: node jsonld-cases.mjs writes the file anew`);
  }
});
