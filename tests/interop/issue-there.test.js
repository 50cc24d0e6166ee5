// Signed by @digitalbazaar/vc, judged by us: each suite and the set, whole and as a person would indent it.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as vc from '@digitalbazaar/vc';
import {judge, made} from './peer.js';
import {badge, EXAMPLES2, keyOf, loader, minimal, minimal11, signed, signingSuite, SUITES} from './loader.js';

const key = await keyOf(7);
const EX = 'https://terms.example/#';
// A minimal credential whose subject has `claims` under `contexts`.
const claiming = (claims, ...contexts) => {
  const credential = minimal(key.controller);
  credential['@context'].push(...contexts);
  Object.assign(credential.credentialSubject, claims);
  return credential;
};

const documents = {
  'minimal': minimal(key.controller),
  'minimal of version 1.1': minimal11(key.controller),
  'badge': badge(key.controller),
  'unicode': claiming({label: 'Fatuma Abdirahman \u{1f393} O\'Brien · Łukasz · 王小明 · e\u0301 · \u2028\uffee'}, EXAMPLES2),
  'control characters and quotes': claiming({label: 'a\tb\nc\rd"e\\f\bg\fh\u0000i\u001fj\u007fk'}, EXAMPLES2),
  'language map': claiming(
    {title: {sw: 'Cheti', en: ['Certificate', 'Award']}}, {title: {'@id': `${EX}title`, '@container': '@language'}}),
  'language tags and direction': {
    ...minimal(key.controller),
    name: [{'@value': 'Cheti', '@language': 'sw'}, {'@value': 'Colour', '@language': 'en-GB'},
      {'@value': 'شهادة', '@language': 'ar', '@direction': 'rtl'}]
  },
  'offsets': {...minimal(key.controller), validFrom: '2026-10-14T15:00:00.250-11:30', validUntil: '2126-10-14T15:00:00+05:45'},
  'no ids': {...claiming({parts: [{part: {name: 'A'}}, {part: {name: 'B'}}]}, EXAMPLES2), id: undefined},
  'identical blank nodes': claiming({parts: Array.from({length: 5}, () => ({of: {name: 'A'}}))}, EXAMPLES2),
  'nested arrays': claiming({values: [['a', ['b']], 'c', []]}, EXAMPLES2),
  'lists of lists': claiming({steps: [['a'], ['b', 'c'], []]}, {steps: {'@id': `${EX}steps`, '@container': '@list'}}),
  'numbers': claiming({counts: [0, 42, -7, 91.5, 0.1, 1.5e300, 9007199254740991]}, EXAMPLES2),
  'JSON literal': claiming({data: {b: [1, 2.5], a: null, 'é': '\u0001"'}}, {data: {'@id': `${EX}data`, '@type': '@json'}}),
  'several subjects': {...minimal(key.controller), credentialSubject: [{id: 'urn:example:a'}, {id: 'urn:example:b'}]},
  'schema, evidence and terms of use': {
    ...minimal(key.controller),
    credentialSchema: {id: 'https://nc4.example/schema.json', type: 'JsonSchema'},
    evidence: [{id: 'https://nc4.example/evidence/1', type: ['Evidence'], name: 'Sheet'}],
    termsOfUse: {type: 'TermsOfUse', id: 'https://nc4.example/terms'},
    '@context': [...minimal(key.controller)['@context'], EXAMPLES2]
  }
};

for(const [name, document] of Object.entries(documents)) {
  test(`signed there, accepted here: ${name}`, async () => {
    for(const suites of [['rdfc'], ['jcs'], SUITES]) {
      const credential = await signed(document, suites, key);
      assert.equal(judge(credential), 'valid', suites.join());
      assert.equal(judge(JSON.stringify(credential, null, 2)), 'valid', `${suites}, indented`);
      credential.validFrom = '2026-10-14T15:00:01Z';
      assert.notEqual(judge(credential), 'valid', `${suites}, altered`);
    }
  });
}

test('a badge of theirs in the shape of ours is accepted here', async () => {
  const {proof: _, ...unsigned} = made('issue', 'key');
  unsigned.issuer.id = key.controller;
  assert.equal(judge(await signed(unsigned, SUITES, key)), 'valid');
});

test('previousProof, which they sign without looking it up, is a chain to us', async () => {
  const first = 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000001';
  let credential = minimal(key.controller);
  for(const [suite, more] of [['rdfc', {id: first}], ['rdfc', {previousProof: first}]]) {
    credential = await vc.issue({credential, suite: signingSuite(suite, key, more), documentLoader: loader()});
  }
  // Their second proof was made over the document without the first.
  assert.equal(judge(credential), 'signature');
  credential.proof.shift();
  assert.equal(judge(credential), 'chain');
});
