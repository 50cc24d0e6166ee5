// Bitstring status lists with a proof set, there and here.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as vc from '@digitalbazaar/vc';
import {checkStatus, createCredential, createList, decodeList} from '@digitalbazaar/vc-bitstring-status-list';
import {copy, keyOf, loader, signed, SUITES, theirVerdict, verifyingSuites} from './loader.js';
import {judge, made, peer} from './peer.js';

const key = await keyOf(5);
// Their check asks the machine's clock.
const UNTIL = '2126-10-23T06:00:00Z';
const theirUnsigned = async (more = {}) => {
  const list = await createList({length: 131072});
  list.setStatus(0, true);
  list.setStatus(94567, true);
  const unsigned = await createCredential({id: 'https://their.example/status/3', list, statusPurpose: 'revocation'});
  return {...unsigned, issuer: key.controller, validFrom: '2026-10-14T12:00:00Z', ...more};
};

test('a status list of ours verifies and reads there', async () => {
  const credential = made('status-list', UNTIL, '7', '77123');
  assert.equal(typeof credential.issuer, 'string');
  for(const suites of [['rdfc'], ['jcs'], SUITES]) {
    const {stage, results} = await theirVerdict(credential, suites);
    assert.equal(stage, 'valid');
    assert.ok(results.every(result => result.verified));
  }
  const list = await decodeList({encodedList: credential.credentialSubject.encodedList});
  assert.equal(list.length, 131072);
  for(const [index, set] of [[0, false], [6, false], [7, true], [8, false], [77122, false], [77123, true], [131071, false]]) {
    assert.equal(list.getStatus(index), set, `index ${index}`);
  }
});

test('they find a certificate of ours good, then revoked, in a list of ours', async () => {
  const credential = made('issue', 'web');
  const {statusListIndex, statusListCredential} = credential.credentialStatus;
  for(const [set, revoked] of [[['0'], false], [[statusListIndex], true]]) {
    const documentLoader = loader(new Map([[statusListCredential, made('status-list', UNTIL, ...set)]]));
    const result = await vc.verifyCredential({
      credential: copy(credential), suite: verifyingSuites(SUITES), documentLoader, checkStatus
    });
    assert.ok(result.verified, JSON.stringify(result.statusResult?.error?.message ?? result.error?.message));
    // Revoked is no failure to them: the bit is told beside the verdict.
    assert.deepEqual(result.statusResult.results.map(result => result.status), [revoked]);
  }
});

test('a list of ours that was altered, or is over, clears nothing there', async () => {
  const credential = made('issue', 'web');
  const {statusListCredential} = credential.credentialStatus;
  const good = made('status-list', UNTIL);
  for(const list of [
    {...good, validFrom: '2026-10-16T06:00:01Z'},
    {...good, credentialSubject: {...good.credentialSubject, statusPurpose: 'suspension'}},
    made('status-list', '2026-10-23T06:00:00Z')
  ]) {
    const documentLoader = loader(new Map([[statusListCredential, list]]));
    const result = await vc.verifyCredential({
      credential: copy(credential), suite: verifyingSuites(SUITES), documentLoader, checkStatus
    });
    assert.equal(result.verified, false);
  }
});

for(const suites of [['rdfc'], ['jcs'], SUITES]) {
  test(`a status list of theirs verifies and reads here: ${suites.join(' and ')}`, async () => {
    const list = await signed(await theirUnsigned(), suites, key);
    for(const [index, set] of [[0, true], [1, false], [94566, false], [94567, true], [94568, false], [131071, false]]) {
      assert.equal(peer(['read-status', String(index)], list), String(set), `index ${index}`);
    }
  });
}

test('a status list of theirs is refused here once altered', async () => {
  for(const alter of [
    list => list.validFrom = '2026-10-14T12:00:01Z',
    list => list.id = 'https://their.example/status/4',
    list => list.credentialSubject.statusPurpose = 'suspension',
    list => list.credentialSubject.encodedList = list.credentialSubject.encodedList.replace(/.$/, 'B')
  ]) {
    const list = await signed(await theirUnsigned(), SUITES, key);
    alter(list);
    assert.equal(judge(list), 'signature', String(alter));
  }
});
