// Presentations with challenge and domain, there and here.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as vc from '@digitalbazaar/vc';
import {badge, copy, keyOf, loader, minimal, signed, signingSuite, SUITES, verifyingSuites} from './loader.js';
import {judgePresentation, peer} from './peer.js';

const issuer = await keyOf(1);
const holder = await keyOf(2);
const CHALLENGE = 'c-0123456789';
const DOMAIN = 'https://verifier.example';

async function presented(suites) {
  const credentials = [await signed(badge(issuer.controller), SUITES, issuer), await signed(minimal(issuer.controller), ['jcs'], issuer)];
  let presentation = vc.createPresentation({
    verifiableCredential: credentials, id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b99', holder: holder.controller
  });
  for(const suite of suites) {
    presentation = await vc.signPresentation({
      presentation: copy(presentation), suite: signingSuite(suite, holder), domain: DOMAIN, challenge: CHALLENGE, documentLoader: loader()
    });
  }
  return copy(presentation);
}

const theirs = (presentation, suites, {challenge = CHALLENGE, domain = DOMAIN} = {}) => vc.verify({
  presentation: copy(presentation), suite: verifyingSuites(suites), challenge, domain, documentLoader: loader(),
  checkStatus: async () => ({verified: true})
}).catch(error => ({verified: false, error}));
const ours = (presentation, {challenge = CHALLENGE, domain = DOMAIN} = {}) => judgePresentation(presentation, challenge, domain);

for(const suites of [['rdfc'], ['jcs'], SUITES]) {
  test(`presented there, accepted here: ${suites.join(' and ')}`, async () => {
    const presentation = await presented(suites);
    assert.ok((await theirs(presentation, SUITES)).verified);
    assert.equal(ours(presentation), 'valid');
    assert.equal(judgePresentation(JSON.stringify(presentation, null, 2), CHALLENGE, DOMAIN), 'valid');
  });
}

for(const suite of SUITES) {
  test(`presented here, accepted there: ${suite}`, async () => {
    const credential = await signed(badge(issuer.controller), SUITES, issuer);
    const command = ['present', `eddsa-${suite}-2022`, CHALLENGE, DOMAIN];
    for(const shown of [JSON.stringify(credential), peer(['issue', 'key'])]) {
      const presentation = JSON.parse(peer(command, shown));
      const result = await theirs(presentation, SUITES);
      assert.ok(result.verified, JSON.stringify(result.error ?? result));
      assert.equal(result.credentialResults.length, 1);
      assert.equal(ours(presentation), 'valid');
      assert.equal((await theirs(presentation, SUITES, {challenge: 'other'})).verified, false);
    }
  });
}

// [what, where we refuse, how, what is asked for]
const refused = [
  ['another challenge is asked for', 'challenge', () => {}, {challenge: 'other'}],
  ['another domain is asked for', 'domain', () => {}, {domain: 'https://other.example'}],
  ['challenge altered', 'signature', p => p.proof.challenge = 'other', {challenge: 'other'}],
  ['domain altered', 'signature', p => p.proof.domain = 'https://other.example', {domain: 'https://other.example'}],
  ['domain taken away', 'domain', p => delete p.proof.domain],
  ['holder altered', 'key', p => p.holder = issuer.controller],
  ['credential altered', 'signature', p => p.verifiableCredential[0].credentialSubject.achievement.name = 'Other'],
  ['credential taken away', 'signature', p => p.verifiableCredential.pop()],
  ['credentials added twice', 'signature', p => p.verifiableCredential.push({...p.verifiableCredential[1], id: 'urn:example:other'})],
  ['undefined member', 'json-ld', p => p.invented = 'x'],
  ['proof taken away', 'proof', p => delete p.proof],
  ['purpose altered', 'purpose', p => p.proof.proofPurpose = 'assertionMethod'],
  ['key of another', 'key', p => p.proof.verificationMethod = issuer.id],
  ['created altered', 'signature', p => p.proof.created = '2026-10-14T12:30:01Z']
];
for(const suite of SUITES) {
  test(`altered presentations are refused by both: ${suite}`, async () => {
    const good = await presented([suite]);
    for(const [what, stage, alter, asked] of refused) {
      const presentation = copy(good);
      alter(presentation);
      assert.equal(ours(presentation, asked), stage, what);
      assert.equal((await theirs(presentation, SUITES, asked)).verified, false, what);
    }
  });
}

test('a holder who is not the key\'s controller is refused here, though not there', async () => {
  const presentation = vc.createPresentation({verifiableCredential: [], holder: 'did:example:somebody-else'});
  const made = copy(await vc.signPresentation({
    presentation, suite: signingSuite('rdfc', holder), domain: DOMAIN, challenge: CHALLENGE, documentLoader: loader()
  }));
  assert.ok((await theirs(made, SUITES)).verified);
  assert.equal(ours(made), 'key');
});
