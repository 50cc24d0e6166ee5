// Issued here, verified by @digitalbazaar/vc: with each suite alone, with both, and with one proof alone.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {made} from './peer.js';
import {SUITES, theirVerdict} from './loader.js';

test('a certificate of ours bears both proofs, the one that badge verifiers know first', () => {
  const {proof} = made('issue', 'key');
  assert.deepEqual(proof.map(proof => proof.cryptosuite), ['eddsa-rdfc-2022', 'eddsa-jcs-2022']);
  assert.deepEqual(proof.map(proof => '@context' in proof), [false, true]);
});

for(const method of ['key', 'web']) {
  for(const suites of [['rdfc'], ['jcs'], SUITES]) {
    test(`a certificate of ours under did:${method} verifies there by ${suites.join(' and ')}`, async () => {
      const credential = made('issue', method);
      const {stage, results} = await theirVerdict(credential, suites);
      assert.equal(stage, 'valid');
      assert.deepEqual(results.map(result => result.verified), suites.map(() => true));
      const backwards = {...credential, proof: [...credential.proof].reverse()};
      assert.equal((await theirVerdict(backwards, suites)).stage, 'valid');
    });
  }
}

test('each proof of ours stands on its own', async () => {
  const credential = made('issue', 'key');
  for(const [i, suite] of SUITES.entries()) {
    const alone = {...credential, proof: credential.proof[i]};
    assert.equal((await theirVerdict(alone, [suite])).stage, 'valid');
    assert.equal((await theirVerdict(alone, [SUITES[1 - i]])).verified, false, 'the other suite finds nothing');
  }
});

test('an altered certificate of ours is refused there, by either suite', async () => {
  for(const alter of [
    credential => credential.credentialSubject.name = 'Somebody Else',
    credential => credential.credentialStatus.statusListIndex = '1',
    credential => credential.credentialSubject.result[0].value = 'Excellent',
    credential => credential.proof.forEach(proof => proof.created = '2026-10-14T12:30:01Z'),
    credential => credential.issuer.id = 'did:web:nc4.example'
  ]) {
    const credential = made('issue', 'key');
    alter(credential);
    for(const suite of SUITES) {
      assert.equal((await theirVerdict(credential, [suite])).verified, false, `${suite}: ${alter}`);
    }
  }
});
