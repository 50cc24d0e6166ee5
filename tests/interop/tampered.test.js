// One signed badge, altered. Three tables: what both sides refuse, and where; what changes no statement; and what is left
// when one proof of a set is bad, which they accept and we do not.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {judge} from './peer.js';
import {badge, copy, keyOf, signed, SUITES, theirVerdict} from './loader.js';

const key = await keyOf(1);
const other = await keyOf(2);
const good = await signed(badge(key.controller), SUITES, key);

const subject = change => credential => change(credential.credentialSubject, credential);
const proofs = change => credential => credential.proof.forEach(change);
const context = (...added) => credential => credential['@context'].push(...added);
const UNDEFINED_TERMS = 'https://www.w3.org/ns/credentials/undefined-terms/v2';

// [what, where we refuse, where they refuse by rdfc, and by jcs, how]
const refused = [
  ['name in the identifier', 'signature', 'signature', 'signature', subject(s => s.identifier[0].identityHash = 'Somebody Else')],
  ['subject id', 'signature', 'signature', 'signature', subject(s => s.id = 'urn:uuid:00000000-0000-4000-8000-000000000002')],
  ['subject without id', 'signature', 'signature', 'signature', subject(s => delete s.id)],
  ['credential id', 'signature', 'signature', 'signature', c => c.id = 'urn:uuid:00000000-0000-4000-8000-000000000001'],
  ['credential without id', 'signature', 'signature', 'signature', c => delete c.id],
  ['issuer id', 'key', 'signature', 'signature', c => c.issuer.id = other.controller],
  ['issuer name', 'signature', 'signature', 'signature', c => c.issuer.name = 'Other'],
  ['issuer as text', 'signature', 'signature', 'signature', c => c.issuer = c.issuer.id],
  ['issuer taken away', 'envelope', 'shape', 'shape', c => delete c.issuer],
  ['validFrom one second later', 'signature', 'signature', 'signature', c => c.validFrom = '2026-10-14T15:00:01+03:00'],
  ['validFrom, same instant in UTC', 'signature', 'signature', 'signature', c => c.validFrom = '2026-10-14T12:00:00Z'],
  ['validFrom taken away', 'signature', 'signature', 'signature', c => delete c.validFrom],
  ['validUntil added', 'signature', 'signature', 'signature', c => c.validUntil = '2036-10-14T12:00:00Z'],
  ['awardedDate', 'signature', 'signature', 'signature', c => c.awardedDate = '2025-10-14T00:00:00+03:00'],
  ['achievement name', 'signature', 'signature', 'signature', subject(s => s.achievement.name = 'Other')],
  ['achievement id', 'signature', 'signature', 'signature',
    subject(s => s.achievement.id = 'https://nc4.example/achievements/other')],
  ['criteria', 'signature', 'signature', 'signature', subject(s => s.achievement.criteria.narrative += ' ')],
  ['mark', 'signature', 'signature', 'signature', subject(s => s.result[0].value = '92')],
  ['one of two identical results taken away', 'signature', 'signature', 'signature', subject(s => s.result.pop())],
  ['a third identical result', 'signature', 'signature', 'signature',
    subject(s => s.result.push({type: ['Result'], status: 'Completed'}))],
  ['unicode normal form', 'signature', 'signature', 'signature',
    subject(({identifier: [name]}) => name.identityHash = name.identityHash.normalize('NFD'))],
  ['invisible character', 'signature', 'signature', 'signature', c => c.name += '\u200b'],
  ['undefined type added', 'json-ld', 'json-ld: relative @type reference', 'signature', c => c.type.push('InventedCredential')],
  ['type VerifiableCredential taken away', 'envelope', 'shape', 'shape', c => c.type.shift()],
  ['undefined member added', 'json-ld', 'json-ld: invalid property', 'signature', c => c.invented = 'x'],
  ['undefined member in the subject', 'json-ld', 'json-ld: invalid property', 'signature', subject(s => s.invented = 'x')],
  ['context appended and a member that it defines', 'json-ld', 'signature', 'signature',
    c => { c['@context'].push(UNDEFINED_TERMS); c.invented = 'x'; }],
  ['context taken away', 'json-ld', 'json-ld: invalid property', 'shape', c => c['@context'].pop()],
  ['contexts swapped', 'context', 'shape', 'shape', c => c['@context'].reverse()],
  ['Open Badges 3.0.2 instead', 'json-ld', 'json-ld: invalid property', 'shape',
    c => c['@context'][1] = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json'],
  ['proofs: created', 'signature', 'signature', 'signature', proofs(p => p.created = '2026-10-14T12:30:01Z')],
  ['proofs: created, same instant', 'signature', 'signature', 'signature', proofs(p => p.created = '2026-10-14T15:30:00+03:00')],
  ['proofs: purpose', 'purpose', 'shape', 'shape', proofs(p => p.proofPurpose = 'authentication')],
  ['proofs: verification method of another', 'key', 'signature', 'signature', proofs(p => p.verificationMethod = other.id)],
  ['proofs: verification method without fragment', 'key', 'shape', 'shape',
    proofs(p => p.verificationMethod = p.verificationMethod.split('#')[0])],
  ['proofs: type', 'suite', 'shape', 'shape', proofs(p => p.type = 'Ed25519Signature2020')],
  ['proofs: value, last character', 'signature', 'signature', 'signature',
    proofs(p => p.proofValue = p.proofValue.replace(/.$/, x => x === '2' ? '3' : '2'))],
  ['proofs: value without multibase letter', 'proof', 'shape', 'shape', proofs(p => p.proofValue = p.proofValue.slice(1))],
  ['proofs: value short', 'proof', 'signature', 'signature', proofs(p => p.proofValue = p.proofValue.slice(0, 20))],
  ['proofs: value empty', 'proof', 'shape', 'shape', proofs(p => p.proofValue = '')],
  ['proofs: value taken away', 'proof', 'shape', 'shape', proofs(p => delete p.proofValue)],
  ['proofs: expires added', 'signature', 'signature', 'signature', proofs(p => p.expires = '2036-01-01T00:00:00Z')],
  ['proofs: nonce added', 'signature', 'signature', 'signature', proofs(p => p.nonce = 'x')],
  ['proofs: domain added', 'signature', 'signature', 'signature', proofs(p => p.domain = 'x.example')],
  ['proofs: previousProof that nobody is', 'chain', 'signature', 'signature',
    proofs(p => p.previousProof = 'urn:uuid:00000000-0000-4000-8000-000000000009')],
  ['proof values swapped', 'signature', 'signature', 'signature',
    ({proof: [a, b]}) => [a.proofValue, b.proofValue] = [b.proofValue, a.proofValue]],
  ['cryptosuites swapped', 'signature', 'signature', 'signature',
    ({proof: [a, b]}) => [a.cryptosuite, b.cryptosuite] = [b.cryptosuite, a.cryptosuite]],
  ['unknown cryptosuites', 'suite', 'shape', 'shape', proofs(p => p.cryptosuite = 'eddsa-2099')],
  ['no proof', 'proof', 'shape', 'shape', c => delete c.proof],
  ['empty proofs', 'proof', 'shape', 'shape', c => c.proof = []]
];

// [what, ours, theirs by rdfc, theirs by jcs, why, how]
const harmless = [
  ['results reordered', 'signature', 'valid', 'signature',
    'a set has no order in RDF', subject(s => s.result.reverse())],
  ['types reordered', 'signature', 'valid', 'signature',
    'a set has no order in RDF', c => c.type.reverse()],
  ['members reordered', 'valid', 'valid', 'valid',
    'JSON objects have no order either', c => { const {name} = c; delete c.name; c.name = name; }],
  ['a list of one type as text', 'signature', 'valid', 'signature',
    'one value is a set of one', c => c.issuer.type = 'Profile'],
  ['null member added', 'signature', 'valid', 'signature',
    'null makes no statement', subject(s => s.achievement.image = null)],
  ['empty array added', 'signature', 'valid', 'signature',
    'an empty set makes no statement', subject(s => s.achievement.tag = [])],
  ['type added that is an alias', 'signature', 'valid', 'signature',
    'AchievementCredential and OpenBadgeCredential are one IRI', c => c.type.push('AchievementCredential')],
  ['context appended that defines nothing of it', 'json-ld', 'valid', 'valid',
    'we embed no such context, and fetch none', context(UNDEFINED_TERMS)],
  ['inline context appended', 'valid', 'valid', 'valid',
    'it defines a term that does not occur', context({invented: 'https://terms.example/#invented'})],
  ['inline context appended that redefines a protected term', 'json-ld', 'json-ld: protected term redefinition', 'valid',
    'the JCS proof goes back to the signed contexts; we want JSON-LD that holds as it stands',
    context({name: 'https://terms.example/#name'})],
  ['RDFC proof with a @context of its own', 'valid', 'valid', 'valid',
    'its configuration takes the document\'s (3.2.5); in theirs the term is protected',
    c => c.proof[0]['@context'] = ['https://www.w3.org/ns/credentials/v2', {created: 'https://terms.example/#created'}]],
  ['RDFC proof taken away', 'valid', 'shape', 'valid',
    'each proof stands on its own', c => c.proof.shift()],
  ['JCS proof taken away', 'valid', 'valid', 'shape',
    'each proof stands on its own', c => c.proof.pop()],
  ['RDFC proof twice', 'valid', 'valid', 'valid',
    'it says the same twice', c => c.proof.push(c.proof[0])]
];

// [what, ours, how]: they accept each with both suites, since one proof of the set verifies.
const oneBadProof = [
  ['JCS proof without @context', 'signature', c => delete c.proof[1]['@context']],
  ['JCS proof with a shorter @context', 'signature', c => c.proof[1]['@context'].pop()],
  ['RDFC proof altered', 'signature', c => c.proof[0].created = '2026-10-14T12:30:01Z'],
  ['JCS proof altered', 'signature', c => c.proof[1].created = '2026-10-14T12:30:01Z']
];

test('the badge itself is valid on both sides', async () => {
  assert.equal(judge(good), 'valid');
  for(const suite of SUITES) {
    assert.equal((await theirVerdict(good, [suite])).stage, 'valid');
  }
});

for(const [what, ours, byRdfc, byJcs, alter] of refused) {
  test(`refused by both: ${what}`, async () => assert.deepEqual(await verdicts(alter), [ours, byRdfc, byJcs]));
}

test('at least forty alterations are refused by both, with both of their suites', () => {
  assert.ok(refused.length >= 40);
  assert.ok(refused.every(([, ...stages]) => !stages.includes('valid')));
});

for(const [what, ours, byRdfc, byJcs, why, alter] of harmless) {
  test(`no statement changes: ${what}: ${why}`, async () => assert.deepEqual(await verdicts(alter), [ours, byRdfc, byJcs]));
}

for(const [what, ours, alter] of oneBadProof) {
  test(`one proof of two is bad: ${what}`, async () => {
    const credential = copy(good);
    alter(credential);
    const {verified, results} = await theirVerdict(credential, SUITES);
    assert.equal(verified, true);
    assert.deepEqual(results.map(result => result.verified).sort(), [false, true]);
    assert.equal(judge(credential), ours);
  });
}

async function verdicts(alter) {
  const credential = copy(good);
  alter(credential);
  const theirs = [];
  for(const suite of SUITES) {
    theirs.push((await theirVerdict(credential, [suite])).stage);
  }
  return [judge(credential), ...theirs];
}
