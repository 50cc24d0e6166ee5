// What we issue against the JSON Schema of Open Badges 3.0, which is not ours to keep here: CHETI_SCHEMA names the file
// (tests/run fetches it).
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import addFormats from 'ajv-formats';
import Ajv2019 from 'ajv/dist/2019.js';
import {copy} from './loader.js';
import {made} from './peer.js';

const file = process.env.CHETI_SCHEMA;
const DIGEST = 'b7358e895f492e74055dc6bfc7ffc420d0e497f90c4579fb83d9519b86d393ea';

function validator() {
  const octets = readFileSync(file);
  assert.equal(createHash('sha256').update(octets).digest('hex'), DIGEST, 'not the schema that was pinned');
  const ajv = new Ajv2019({allErrors: true, strict: false});
  addFormats(ajv);
  return ajv.compile(JSON.parse(octets));
}

test('what we issue validates against the Open Badges schema', {skip: !file && 'CHETI_SCHEMA names no file'}, () => {
  const validate = validator();
  const badge = made('issue', 'web');
  for(const [what, valid, alter] of [
    ['as issued', true, () => {}],
    ['one proof', true, b => b.proof = b.proof[0]],
    ['without status', true, b => delete b.credentialStatus],
    ['without results', true, b => delete b.credentialSubject.result],
    ['without proof', true, b => delete b.proof],
    ['without id', false, b => delete b.id],
    ['without validFrom', false, b => delete b.validFrom],
    ['validFrom without time', false, b => b.validFrom = '2026-10-16'],
    ['issuer without type', false, b => delete b.issuer.type],
    ['no Open Badges context', false, b => b['@context'].pop()],
    ['contexts swapped', false, b => b['@context'].reverse()],
    ['no badge by type', false, b => b.type.pop()],
    ['without criteria', false, b => delete b.credentialSubject.achievement.criteria],
    ['without description', false, b => delete b.credentialSubject.achievement.description],
    ['without the achievement\'s name', false, b => delete b.credentialSubject.achievement.name],
    ['result description without type', false, b => delete b.credentialSubject.achievement.resultDescription[0].resultType],
    ['status without type', false, b => delete b.credentialStatus.type]
  ]) {
    const altered = copy(badge);
    alter(altered);
    assert.equal(validate(altered), valid, `${what}: ${JSON.stringify(validate.errors?.map(e => `${e.instancePath} ${e.message}`))}`);
  }
});
