// Issued here, judged by @digitalcredentials/verifier-core, with which wallets judge. It loads what it needs with the global
// fetch, so ours stands there before it is imported: nothing leaves this machine.
import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {badge, copy, keyOf, signed, SUITES} from './loader.js';
import {made} from './peer.js';

const web = new Map();
globalThis.fetch = async input => {
  const document = web.get(typeof input === 'string' ? input : input.url ?? String(input));
  return document === undefined ? new Response('not found', {status: 404}) :
    new Response(JSON.stringify(document), {headers: {'content-type': 'application/json'}});
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

const REGISTRY = 'https://registry.example/legacy.json';
const SCHEMA = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';
// It remembers did:web documents, so this one is there from the beginning.
web.set('https://nc4.example/.well-known/did.json', made('did-document'));
web.set(REGISTRY, {registry: {'did:web:nc4.example': {name: 'NC4', location: 'Nairobi', url: 'https://nc4.example/'}}});
if(existsSync(process.env.CHETI_SCHEMA ?? '')) {
  web.set(SCHEMA, JSON.parse(readFileSync(process.env.CHETI_SCHEMA)));
}
const judge = credential =>
  verifyCredential({credential: copy(credential), knownDIDRegistries: [{name: 'test', type: 'dcc-legacy', url: REGISTRY}]});
const step = (result, id) => result.log?.find(entry => entry.id === id);
// It has no verdict of its own: this is how a wallet reads its steps.
const accepts = result => !result.errors && ['valid_signature', 'expiration'].every(id => step(result, id)?.valid === true) &&
  (step(result, 'revocation_status')?.valid ?? true) === true && !step(result, 'revocation_status')?.error;
const listWith = (...set) => {
  const list = made('status-list', '2126-10-23T06:00:00Z', ...set);
  web.set(list.id, list);
};

test('verifier-core accepts a certificate of ours from a registered issuer', async () => {
  listWith('0');
  const result = await judge(made('issue', 'web'));
  assert.ok(accepts(result), JSON.stringify([result.errors, result.log]));
  assert.equal(step(result, 'registered_issuer').valid, true);
  assert.equal(step(result, 'revocation_status').valid, true);
});

test('verifier-core accepts the RDFC proof alone, and knows no other suite', async () => {
  listWith('0');
  const credential = made('issue', 'web');
  assert.ok(accepts(await judge({...credential, proof: credential.proof[0]})));
  const jcs = await judge({...credential, proof: credential.proof[1]});
  assert.equal(jcs.errors[0].name, 'invalid_signature');
});

test('verifier-core finds a certificate of ours revoked', async () => {
  const credential = made('issue', 'web');
  listWith(credential.credentialStatus.statusListIndex);
  const result = await judge(credential);
  assert.equal(accepts(result), false);
  assert.equal(step(result, 'revocation_status').valid, false);
});

test('verifier-core says that a list of ours is missing or over', async () => {
  const credential = made('issue', 'web');
  web.delete(credential.credentialStatus.statusListCredential);
  assert.equal(step(await judge(credential), 'revocation_status').error.name, 'status_list_not_found');
  const over = made('status-list', '2026-10-23T06:00:00Z');
  web.set(over.id, over);
  assert.equal(step(await judge(credential), 'revocation_status').error.name, 'status_list_expired');
});

test('verifier-core refuses what was altered', async () => {
  listWith('0');
  for(const [error, alter] of [
    ['invalid_signature', c => c.credentialSubject.name = 'Somebody Else'],
    ['invalid_signature', c => c.credentialSubject.achievement.name = 'Other'],
    ['invalid_signature', c => c.credentialStatus.statusListIndex = '1'],
    ['invalid_signature', c => c.proof[0].created = '2026-10-14T12:30:01Z'],
    ['jsonld.ValidationError', c => c.credentialSubject.invented = 'x']
  ]) {
    const credential = made('issue', 'web');
    alter(credential);
    const result = await judge(credential);
    assert.equal(result.errors?.[0].name, error, String(alter));
    assert.equal(accepts(result), false);
  }
});

test('a set of theirs is accepted by verifier-core as ours is', async () => {
  const key = await keyOf(9);
  const result = await judge(await signed(badge(key.controller), SUITES, key));
  assert.ok(accepts(result), JSON.stringify([result.errors, result.log]));
  assert.equal(step(result, 'registered_issuer').valid, false);
});
