// Documents, and what eddsa-rdfc-2022-cryptosuite (with jsonld and rdf-canonize) hashes for each, or the code with which safe
// mode refuses it: tests/vectors/jsonld-cases.json, which `node jsonld-cases.mjs` writes.
//
// Each case: name; document; accepted; nquads (canonical, when accepted) or code (when refused: the safe-mode event's code, else
// the JSON-LD error's) with stage; note where their answer is not what the specification says, so that ours may differ with a
// reason.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {badge, DI2, EXAMPLES2 as EXAMPLES, loader, OB303, VC1, VC2} from './loader.js';

const FILE = fileURLToPath(new URL('../vectors/jsonld-cases.json', import.meta.url));
const SOURCE = 'Made for this project with tests/interop/jsonld-cases.mjs: what jsonld 9.0.0 and rdf-canonize 5.0.0 (npm) make of ' +
  'each document in safe mode, with rdfDirection i18n-datatype as the suite eddsa-rdfc-2022 sets it';
const documentLoader = loader();
const ISSUER = 'did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX';
const EX = 'https://terms.example/#';
const uuid = n => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

// A credential of version 2 whose subject has `claims`, under `inline` contexts after the base one.
const credential = (claims, inline = [EXAMPLES], more = {}) => ({
  '@context': [VC2, ...inline], id: uuid(1), type: ['VerifiableCredential'], issuer: ISSUER,
  credentialSubject: {id: uuid(2), ...claims}, ...more
});
// A small badge with changed parts.
const withSubject = change => {
  const document = {
    '@context': [VC2, OB303], id: uuid(1), type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: {id: ISSUER, type: ['Profile']}, validFrom: '2026-10-14T12:00:00Z', name: 'B',
    credentialSubject: {id: uuid(2), type: ['AchievementSubject'], identifier: [
      {type: 'IdentityObject', identityHash: 'W', identityType: 'name', hashed: false}
    ], achievement: {id: uuid(3), type: ['Achievement'], name: 'A', description: 'D', criteria: {narrative: 'N'}}}
  };
  change(document.credentialSubject, document);
  return document;
};
const proof = (context, more = {}) => ({
  '@context': context, type: 'DataIntegrityProof', created: '2026-10-14T12:30:00Z', verificationMethod: `${ISSUER}#key`,
  cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod', ...more
});

const made = [];
let group;
const add = (name, document, note) => made.push({name: `${group}: ${name}`, document, note});

group = 'whole';
add('badge', badge(ISSUER));
add('minimal', credential({}, []));
add('version 1.1', {
  '@context': [VC1, DI2], id: uuid(1), type: ['VerifiableCredential'], issuer: ISSUER, issuanceDate: '2026-10-14T12:00:00Z',
  credentialSubject: {id: uuid(2)}
});
add('no id anywhere', {'@context': [VC2], type: ['VerifiableCredential'], issuer: ISSUER, credentialSubject: {type: 'Person'}},
  'refused: Person is not defined by credentials/v2, which has no @vocab');
add('no id anywhere, examples', {
  '@context': [VC2, EXAMPLES], type: ['VerifiableCredential'], issuer: ISSUER, credentialSubject: {type: 'Person', name: 'A'}
});
add('context is a string', {'@context': VC2, id: uuid(1), type: 'VerifiableCredential', issuer: ISSUER, credentialSubject: {id: uuid(2)}});
add('subject array with one subject twice', credential({}, [], {credentialSubject: [{id: uuid(2)}, {id: uuid(2)}]}),
  'a set: one quad');
add('status entry', credential({}, [], {credentialStatus: {
  id: 'https://nc4.example/status/1#94567', type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '94567',
  statusListCredential: 'https://nc4.example/status/1'
}}));
add('status list', {
  '@context': [VC2], id: 'https://nc4.example/status/1', type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer: ISSUER, validFrom: '2026-10-14T12:00:00Z', validUntil: '2026-10-21T12:00:00Z',
  credentialSubject: {id: 'https://nc4.example/status/1#list', type: 'BitstringStatusList', statusPurpose: 'revocation',
    encodedList: 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA', ttl: 300000}
});
add('status list with two purposes', {
  '@context': [VC2], id: 'https://nc4.example/status/1', type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer: ISSUER, credentialSubject: {id: 'https://nc4.example/status/1#list', type: 'BitstringStatusList',
    statusPurpose: ['revocation', 'suspension'], encodedList: 'uAA'}
});
add('schema, evidence, terms of use, refresh, related resource', credential({}, [EXAMPLES], {
  credentialSchema: {id: 'https://nc4.example/schema.json', type: 'JsonSchema'},
  evidence: [{id: 'https://nc4.example/evidence/1', type: ['Evidence'], name: 'Sheet'}],
  termsOfUse: {type: 'TermsOfUse', id: 'https://nc4.example/terms'},
  refreshService: {type: 'ExampleRefresh', id: 'https://nc4.example/refresh'},
  relatedResource: [{id: 'https://nc4.example/logo.png', digestSRI: 'sha384-AAAA', mediaType: 'image/png'}]
}));
add('presentation with an embedded credential', {
  '@context': [VC2], type: ['VerifiablePresentation'], holder: ISSUER, verifiableCredential: [credential({}, [])]
}, 'verifiableCredential is a graph container: the credential is in a graph named by a blank node, and so is its content');
add('presentation with two equal credentials', {
  '@context': [VC2], type: ['VerifiablePresentation'], holder: ISSUER, verifiableCredential: [credential({}, []), credential({}, [])]
});
add('presentation with an enveloped credential', {
  '@context': [VC2], type: ['VerifiablePresentation'],
  verifiableCredential: [{'@context': VC2, id: 'data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AA', type: 'EnvelopedVerifiableCredential'}]
});
add('secured credential: a proof is a graph of its own', {...credential({}, []), proof: proof([VC2], {proofValue: 'z1'})},
  'never hashed like this (proofs are taken out), but an embedded credential in a presentation is');

group = 'proof configuration';
add('credentials/v2', proof([VC2]));
add('credentials/v2 and Open Badges', proof([VC2, OB303]));
add('credentials/v1 and data-integrity/v2', proof([VC1, DI2]));
add('data-integrity/v2 alone', proof(DI2));
add('credentials/v1 alone', proof([VC1]), 'refused: credentials/v1 does not define DataIntegrityProof; jsonld-signatures appends DI2 first');
add('id', proof([VC2], {id: uuid(9)}));
add('previousProof', proof([VC2], {previousProof: uuid(9)}));
add('two previousProof', proof([VC2], {previousProof: [uuid(9), uuid(8)]}));
add('presentation', proof([VC2], {proofPurpose: 'authentication', challenge: 'c-1', domain: 'https://verifier.example'}));
add('two domains', proof([VC2], {proofPurpose: 'authentication', challenge: 'c-1', domain: ['a.example', 'b.example']}));
add('nonce and expires', proof([VC2], {nonce: 'n', expires: '2027-01-01T00:00:00+03:00'}));
add('created without offset', proof([VC2], {created: '2026-10-14T12:30:00'}));
add('unknown purpose', proof([VC2], {proofPurpose: 'inventedMethod'}), 'proofPurpose is @type: @vocab with a scoped context without @vocab');
add('unknown purpose, with a vocabulary', proof([VC2, EXAMPLES], {proofPurpose: 'inventedMethod'}));
add('purpose as URL', proof([VC2], {proofPurpose: 'https://w3id.org/security#assertionMethod'}), 'the same quads as the term');
add('relative verification method', proof([VC2], {verificationMethod: '#key'}));
add('undefined member', proof([VC2], {inventedMember: 'x'}));
add('inline context in the document', proof([VC2, {badgeNumber: `${EX}badgeNumber`}]));

group = 'text';
add('names', withSubject(s => s.identifier[0].identityHash = 'Wanjikũ Ng\'ang\'a · Łukasz · 王小明 · فاطمة · \u{1f393}'));
add('control characters and quotes', credential({text: 'a\tb\nc\rd"e\\f\bg\fh\u0000i\u001fj\u007fk'}));
add('not escaped', credential({text: '\u0080\u00a0\u2028\u2029\ufeff\uffff\u{10ffff}'}));
add('not normalised', credential({composed: '\u00e9', decomposed: 'e\u0301'}));
add('code-point order, not UTF-16 order', credential({values: ['\uffee', '\u{1f600}', '\ue000', 'z']}),
  'WRONG in rdf-canonize 5: it sorts by UTF-16 code units (U+1F600 before U+E000); RDFC-1.0 says code-point order. ' +
  'Matters only where the first differing characters are one above U+FFFF and one in U+E000-U+FFFF');
add('empty text', credential({text: ''}));
add('boolean', credential({yes: true, no: false}));
add('equal values twice', credential({values: ['a', 'a', 'b']}));
add('text that looks like an IRI', credential({site: 'https://example.org/', other: '_:b0'}));

group = 'dates';
add('with offsets', credential({}, [], {validFrom: '2026-10-14T15:00:00+03:00', validUntil: '2027-10-14T15:00:00.250-11:30'}));
add('without an offset', credential({}, [], {validFrom: '2026-10-14T15:00:00'}), 'the lexical form is kept, never normalised');
add('not a date', credential({}, [], {validFrom: 'tomorrow'}), 'JSON-LD does not check datatypes');
add('awardedDate of Open Badges 3.0.3', withSubject((s, d) => d.awardedDate = '2026-10-14T00:00:00Z'),
  'that context says "@type": "xsd:dateTime" without defining the prefix xsd: the datatype IRI is literally xsd:dateTime');

group = 'languages';
add('value object', credential({}, [], {name: {'@value': 'Cheti', '@language': 'sw'}}));
add('several', credential({}, [], {name: [{'@value': 'Cheti', '@language': 'sw'}, {'@value': 'Certificate', '@language': 'en'}]}));
add('upper case', credential({}, [], {name: {'@value': 'Colour', '@language': 'en-GB'}}),
  'jsonld.js lower-cases tags on expansion (JSON-LD 1.1: a processor MAY); whoever does not gets another hash');
add('same text, tags that differ in case', credential({}, [], {name: [{'@value': 'A', '@language': 'en'}, {'@value': 'A', '@language': 'EN'}]}));
add('direction with language', credential({}, [], {name: {'@value': 'شهادة', '@language': 'ar', '@direction': 'rtl'}}),
  'rdfDirection i18n-datatype is set by the cryptosuite; jsonld.canonize alone refuses with "rdfDirection not set". ' +
  'No specification says which (w3c/vc-data-integrity#366)');
add('direction without language', credential({}, [], {name: {'@value': 'שלום', '@direction': 'rtl'}}));
add('direction, tag in upper case', credential({}, [], {name: {'@value': 'A', '@language': 'EN-gb', '@direction': 'ltr'}}),
  'the datatype\'s tag is lower case');
add('direction from the context', credential({title: 'شهادة'}, [{title: {'@id': `${EX}title`, '@language': 'ar', '@direction': 'rtl'}}]));
add('unknown direction', credential({}, [], {name: {'@value': 'A', '@direction': 'up'}}));
add('default language of an inline context', credential({title: 'Cheti', name: 'Hati'}, [{title: `${EX}title`, '@language': 'sw'}]),
  '@language of a context reaches every term without a mapping of its own, name of credentials/v2 included');
add('language map', credential({title: {sw: 'Cheti', en: 'Certificate'}}, [{title: {'@id': `${EX}title`, '@container': '@language'}}]));
add('language map with arrays, null and @none', credential(
  {title: {sw: ['Cheti', 'Hati'], en: null, '@none': 'X'}}, [{title: {'@id': `${EX}title`, '@container': '@language'}}]));
add('language map with a value that is no text', credential({title: {sw: 1}}, [{title: {'@id': `${EX}title`, '@container': '@language'}}]));
add('language map with a bad tag', credential({title: {'no such tag': 'X'}}, [{title: {'@id': `${EX}title`, '@container': '@language'}}]));
add('bad tag', credential({}, [], {name: {'@value': 'A', '@language': 'no such tag'}}));
add('bad tag: underscore', credential({}, [], {name: {'@value': 'A', '@language': 'en_GB'}}));
add('bad tag: nine letters', credential({}, [], {name: {'@value': 'A', '@language': 'abcdefghi'}}));
add('well-formed tag of an unregistered language', credential({}, [], {name: {'@value': 'A', '@language': 'qq-x-ours'}}));
add('tag of the wrong type', credential({}, [], {name: {'@value': 'A', '@language': 5}}));
add('language alone', credential({title: {'@language': 'en'}}));
add('null value with a language', credential({title: {'@value': null, '@language': 'en'}}));
add('language and type', credential({title: {'@value': 'A', '@language': 'en', '@type': `${EX}T`}}));
add('number with a language', credential({title: {'@value': 1, '@language': 'en'}}));

group = 'numbers';
for(const [name, number, note] of [
  ['integer', 42], ['zero', 0], ['minus zero', -0, 'JSON text -0'], ['negative', -7], ['2^53-1', 9007199254740991],
  ['2^53', 9007199254740992], ['1e20', 1e20], ['1e21', 1e21], ['decimal', 91.5], ['0.1', 0.1], ['0.1 + 0.2', 0.1 + 0.2],
  ['integral decimal', 10.0, 'JSON text 10.0 is the integer 10 after parsing'], ['1.5e300', 1.5e300], ['-1e-5', -1e-5],
  ['1e-7', 1e-7, 'WRONG in jsonld.js: no "." in the text 1e-7, so it is taken for an integer and signed as 0. The specification: ' +
    '"1.0E-7"^^xsd:double. Refuse or diverge on purpose'],
  ['1.5e-7', 1.5e-7], ['5e-324', 5e-324, 'as 1e-7: WRONG in jsonld.js']
]) {
  add(name, credential({count: number}), note);
}
add('typed double, whole', credential({count: 5}, [{count: {'@id': `${EX}count`, '@type': 'http://www.w3.org/2001/XMLSchema#double'}}]));
add('typed integer, decimal given', credential({count: 5.5}, [{count: {'@id': `${EX}count`, '@type': 'http://www.w3.org/2001/XMLSchema#integer'}}]));
add('typed decimal', credential({count: 5.25}, [{count: {'@id': `${EX}count`, '@type': 'http://www.w3.org/2001/XMLSchema#decimal'}}]));
add('text typed double', credential({count: '5.250'}, [{count: {'@id': `${EX}count`, '@type': 'http://www.w3.org/2001/XMLSchema#double'}}]),
  'jsonld.js parses the text and writes the canonical form; the specification keeps a text as it is');
add('Open Badges float (creditsAvailable)', withSubject(s => s.achievement.creditsAvailable = 3.5),
  'that context types it https://www.w3.org/2001/XMLSchema#float (https!)');
add('Open Badges float, whole', withSubject(s => s.achievement.creditsAvailable = 3));
add('boolean typed as in Open Badges', withSubject(s => s.identifier[0].hashed = true));

group = 'blank nodes';
add('several results without id', withSubject(s => s.result = ['A', 'B', 'C', 'D'].map(status => ({type: ['Result'], status}))));
add('two identical results', withSubject(s => s.result = [1, 2].map(() => ({type: ['Result'], value: '1'}))));
add('five identical results', withSubject(s => s.result = [1, 2, 3, 4, 5].map(() => ({type: ['Result'], value: '1'}))));
add('nested, identical', credential({parts: [{part: {of: {name: 'A'}}}, {part: {of: {name: 'A'}}}, {part: {of: {name: 'B'}}}]}));
// `deep` cases need more deep iterations than rdf-canonize's default (as many as there are nodes of no unique hash): they are
// refused there, and nquads is what no limit gives.
add('a ring', credential({member: [{id: '_:x', next: {id: '_:y'}}, {id: '_:y', next: {id: '_:z'}}, {id: '_:z', next: {id: '_:x'}}]},
  [{member: `${EX}member`, next: `${EX}next`}]));
add('two rings of three', credential({member: [
  ...['a', 'b', 'c'].map((n, i, all) => ({id: `_:${n}`, next: {id: `_:${all[(i + 1) % 3]}`}})),
  ...['d', 'e', 'f'].map((n, i, all) => ({id: `_:${n}`, next: {id: `_:${all[(i + 1) % 3]}`}}))
]}, [{member: `${EX}member`, next: `${EX}next`}]));
add('a complete graph of four', credential({member: ['a', 'b', 'c', 'd'].map((n, _, all) =>
  ({id: `_:${n}`, next: all.filter(m => m !== n).map(m => ({id: `_:${m}`}))}))}, [{member: `${EX}member`, next: `${EX}next`}]));
add('issuer that is a blank node', credential({}, [], {issuer: '_:issuer'}));
add('type that is a blank node', credential({type: '_:Kind'}));
add('predicate', credential({knows: 'x'}, [{knows: '_:knows'}]));
add('mentioned only', credential({friend: {id: '_:b0'}}, [{friend: {'@id': `${EX}friend`}}]));

group = 'arrays and null';
add('nested arrays', credential({values: [['a', ['b']], 'c']}), 'sets flatten');
add('empty array', credential({values: []}));
add('null member', credential({value: null}));
add('null in an array', credential({values: ['a', null, 'b']}));
add('empty object', credential({value: {}}));
add('empty object in an array', credential({values: [{}, {}]}));
add('null id', credential({value: {id: null, name: 'A'}}));
add('null type', credential({type: null}));
add('null @value', credential({value: {'@value': null}}));
add('null @value, typed', credential({value: {'@value': null, '@type': `${EX}T`}}));

group = 'terms';
add('undefined member', credential({inventedMember: 'x'}, []));
add('undefined member with null', credential({inventedMember: null}, []));
add('undefined member inside a badge', withSubject(s => s.achievement.inventedMember = 'x'));
add('undefined type', credential({type: 'InventedType'}, []));
add('undefined type inside a badge', withSubject(s => s.achievement.type.push('InventedType')));
add('term mapped to null', credential({secret: 'x'}, [{secret: null}]));
add('term mapped to null, by @id', credential({secret: 'x'}, [{secret: {'@id': null}}]));
add('type mapped to null', credential({type: 'Secret'}, [{Secret: null}]));
add('@vocab null after a vocabulary', credential({later: 'x'}, [EXAMPLES, {'@vocab': null}]));
add('relative @vocab', credential({word: 'x'}, [{'@vocab': 'words#'}]));
add('empty @vocab', credential({word: 'x'}, [{'@vocab': ''}]));
add('compact IRI as member', credential({'ex:word': 'x'}, [{ex: EX}]));
add('prefix that is not defined', credential({'ex:word': 'x'}, []), 'an absolute IRI as it stands');
add('absolute IRI as member', credential({'https://terms.example/word': 'x'}, []));
add('prefix not ending in a delimiter', credential({'ex:word': 'x'}, [{ex: 'https://terms.example'}]));
add('term looks like a keyword', credential({'@foo': 'x'}));
add('term looks like a keyword, letters only needed', credential({'@1': 'x'}));
add('term defined like a keyword', credential({}, [{'@foo': `${EX}foo`}]), 'JSON-LD passes a reserved term over; safe mode refuses');
add('term whose @id looks like a keyword', credential({word: 'x'}, [{word: {'@id': '@foo'}}]));
add('@id of the form of a keyword', credential({value: {'@id': '@foo', name: 'A'}}));
add('id of the form of a keyword', credential({value: {id: '@foo'}}));
add('@type and type together', credential({type: 'A', '@type': 'B'}));
add('@id and id together', credential({'@id': uuid(3)}));
add('aliases of one property', credential({a: 'x', b: 'y'}, [{a: `${EX}word`, b: `${EX}word`}]));

group = 'protected terms';
add('name redefined', credential({}, [{name: `${EX}name`}]));
add('name set to null', credential({}, [{name: null}]));
add('id redefined', credential({}, [{id: `${EX}id`}]));
add('VerifiableCredential redefined', credential({}, [{VerifiableCredential: `${EX}VC`}]));
add('type of Open Badges redefined', withSubject((s, d) => d['@context'].push({Achievement: `${EX}Achievement`})));
add('description as a language value object still works', credential({}, [], {description: {'@value': 'D', '@language': 'en'}}));
add('redefined otherwise, a term of the type\'s own context', credential({}, [{issuer: `${EX}issuer`}]),
  'issuer is defined in the context scoped to VerifiableCredential, which comes after: the redefinition has no effect');
add('redefined alike, with @protected', credential({}, [{'@protected': true, name: {'@id': 'https://schema.org/name'}}]));
add('redefined alike, without @protected', credential({}, [{name: {'@id': 'https://schema.org/name'}}]),
  'name of credentials/v2: {"@id": "https://schema.org/name"}, protected');
add('the context set to null', {...credential({}, []), '@context': [VC2, null]});
add('embedded context redefines', credential({'@context': {name: `${EX}name`}, name: 'A'}));
add('embedded context defines a new term', credential({'@context': {word: `${EX}word`}, word: 'A'}, []));
add('property-scoped context may override', credential({box: {name: 'A'}}, [{box: {'@id': `${EX}box`, '@context': {name: `${EX}name`}}}]));
add('type-scoped context of a badge does not leak', withSubject(s => s.source = {id: uuid(5), type: ['Profile'], name: 'Partner'}));
add('an inline context protects, a later one redefines', credential({}, [{'@protected': true, word: `${EX}word`}, {word: `${EX}other`}]));
add('credentials/v2 twice', {...credential({}, []), '@context': [VC2, VC2]});
add('data-integrity/v2 after credentials/v2', {...credential({}, []), '@context': [VC2, DI2]});
add('credentials/v1 after credentials/v2', {...credential({}, []), '@context': [VC2, VC1]});

group = 'references';
add('relative id', credential({value: {id: 'relative', name: 'A'}}));
add('relative id, fragment', credential({value: {id: '#part', name: 'A'}}));
add('relative id of the credential', {...credential({}, []), id: 'credentials/1'});
add('empty id', credential({value: {id: '', name: 'A'}}));
add('relative type', credential({type: '../Type'}, []));
add('type with a colon', credential({type: 'ex:Type'}, []));
add('relative @id value of a typed property', credential({link: 'page.html'}, [{link: {'@id': `${EX}link`, '@type': '@id'}}]));
add('@base in an inline context', credential({value: {id: 'part', name: 'A'}}, [EXAMPLES, {'@base': 'https://base.example/x/'}]));
add('IRI with a space', credential({value: {id: 'https://example.org/a b', name: 'A'}}),
  'jsonld.js takes what has a space, a quote or a control character for a relative reference');
add('IRI with < and >', credential({value: {id: 'https://example.org/<a>', name: 'A'}}),
  'not a valid IRI, let through by jsonld.js and escaped by rdf-canonize; refusing it is safer');
add('IRI with a quote and a line feed', credential({value: {id: 'https://example.org/"\n<x> <y> <z> .', name: 'A'}}),
  'as with a space');
add('IRI with unicode', credential({value: {id: 'https://example.org/Wanjikũ', name: 'A'}}));
add('IRI with dot segments', credential({value: {id: 'https://example.org/a/../b/./c', name: 'A'}}), 'absolute IRIs are not normalised');
add('id that is an object', credential({value: {id: {}, name: 'A'}}));
add('id that is a number', credential({value: {id: 5, name: 'A'}}));
add('object with only an id', credential({value: {id: uuid(3)}}));
add('data URL', credential({image: 'data:image/png;base64,AAAA'}, [{image: {'@id': `${EX}image`, '@type': '@id'}}]));

group = 'keywords';
add('@graph', {'@context': [VC2, EXAMPLES], '@graph': [{id: uuid(1), name: 'A'}, {id: uuid(2), name: 'B'}]});
add('named @graph', {'@context': [VC2, EXAMPLES], id: uuid(1), '@graph': [{id: uuid(2), name: 'B'}]});
add('@graph container', credential({claims: {id: uuid(3), name: 'A'}}, [{claims: {'@id': `${EX}claims`, '@container': '@graph'}}]));
add('@included', credential({'@included': [{id: uuid(3), name: 'A'}]}));
add('@index', credential({value: {'@index': 'one', name: 'A'}}), 'an @index leaves no quad and is no reason to refuse');
add('@index of a value', credential({value: {'@value': 'A', '@index': 'one'}}));
add('index map', credential({parts: {one: {name: 'A'}, two: {name: 'B'}}}, [{parts: {'@id': `${EX}parts`, '@container': '@index'}}]));
add('property-valued index map', credential({parts: {one: {name: 'A'}, two: {name: 'B'}}},
  [{parts: {'@id': `${EX}parts`, '@container': '@index', '@index': `${EX}key`}}]));
add('id map', credential({parts: {[uuid(3)]: {name: 'A'}}}, [{parts: {'@id': `${EX}parts`, '@container': '@id'}}]));
add('type map', credential({parts: {Kind: {name: 'A'}}}, [EXAMPLES, {parts: {'@id': `${EX}parts`, '@container': '@type'}}]));
add('@nest', credential({labels: {main: 'A', other: 'B'}}, [{labels: '@nest', main: {'@id': `${EX}main`, '@nest': 'labels'}, other: `${EX}other`}]));
add('@nest that is no object', credential({'@nest': 'x'}));
add('@list', credential({steps: {'@list': ['a', 'b', 'a']}}));
add('list container', credential({steps: ['a', 'b']}, [{steps: {'@id': `${EX}steps`, '@container': '@list'}}]));
add('list of lists', credential({steps: [['a'], ['b', 'c'], []]}, [{steps: {'@id': `${EX}steps`, '@container': '@list'}}]));
add('empty list', credential({steps: {'@list': []}}));
add('list of objects, identical', credential({steps: {'@list': [{name: 'A'}, {name: 'A'}]}}));
add('list with null', credential({steps: {'@list': ['a', null]}}));
add('@set', credential({steps: {'@set': ['a', 'b']}}));
add('@reverse', credential({'@reverse': {partOf: {id: uuid(3), name: 'A'}}}));
add('reverse term', credential({parts: {id: uuid(3), name: 'A'}}, [EXAMPLES, {parts: {'@reverse': `${EX}partOf`}}]));
add('JSON literal', credential({data: {b: [1, 2.50, 1e21], a: null, '@id': 'kept', 'é': '\u0001"'}}, [{data: {'@id': `${EX}data`, '@type': '@json'}}]));
add('JSON literal, numbers', credential({data: [0.1, 1e-7, -0, 1e400 === Infinity ? 1.7976931348623157e308 : 0]}, [{data: {'@id': `${EX}data`, '@type': '@json'}}]));
add('JSON literal, null', credential({data: null}, [{data: {'@id': `${EX}data`, '@type': '@json'}}]));
add('JSON literal by value object', credential({data: {'@value': {a: 1}, '@type': '@json'}}));
add('member order of a JSON literal', credential({data: {'\u{1f600}': 1, '\ufb33': 2, z: 3}}, [{data: {'@id': `${EX}data`, '@type': '@json'}}]));
add('@none type', credential({data: '05'}, [{data: {'@id': `${EX}data`, '@type': '@none'}}]));
add('@value with another member', credential({value: {'@value': 'A', name: 'B'}}));
add('@value that is an object', credential({value: {'@value': {}}}));
add('typed @value', credential({value: {'@value': '2026', '@type': 'http://www.w3.org/2001/XMLSchema#gYear'}}));
add('typed @value, relative type', credential({value: {'@value': '2026', '@type': 'year'}}, []), 'and the member "value" is undefined under credentials/v2');
add('typed @value, relative type, member defined', credential({word: {'@value': '2026', '@type': 'year'}}, [{word: `${EX}word`}]));
add('text where nothing can hold it', {'@context': [VC2], '@graph': ['free']});
add('@version 1.0', credential({}, [{'@version': 1.0}]));
add('@import', credential({}, [{'@import': EXAMPLES}]), 'resolves, as any context URL');
add('@propagate false', credential({box: {word: 'A'}}, [{'@vocab': EX}, {'@propagate': false, word: `${EX}other`}]));
add('context that nobody knows', credential({}, ['https://unknown.example/context']));
add('context of the wrong type', credential({}, [5]));
add('circular terms', credential({}, [{a: 'b:x', b: 'a:y'}]));
add('alias of a keyword', credential({typ: 'Kind'}, [EXAMPLES, {typ: '@type'}]));

const hash = (document, more) => rdfc.canonize(document, {documentLoader, base: null, safe: true, ...more});

async function judged({name, document: given, note}) {
  // Through JSON text, as a document that arrives.
  const document = JSON.parse(JSON.stringify(given));
  if(name === 'numbers: minus zero') {
    document.credentialSubject.count = -0;
  }
  const verdict = await hash(document).then(nquads => ({accepted: true, nquads}), async error => {
    if(/^Maximum deep iterations/.test(error.message)) {
      const nquads = await hash(document, {maxWorkFactor: Infinity});
      return {accepted: false, code: 'work limit', stage: 'RDFC', nquads};
    }
    const {event, code, cause} = error.details ?? {};
    return {accepted: false, code: event?.code ?? code ?? cause?.message ?? error.message, stage: event ? 'safe mode' : 'JSON-LD'};
  });
  const lines = verdict.nquads?.split('\n').slice(0, -1);
  return {name, document: given, ...verdict, ...(lines && {nquads: lines}), ...(note && {note})};
}

export async function cases() {
  assert.equal(new Set(made.map(({name}) => name)).size, made.length, 'two cases have one name');
  const judgements = [];
  for(const one of made) {
    judgements.push(await judged(one));
  }
  return judgements;
}

if(process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = (await cases()).map(one => JSON.stringify(one));
  writeFileSync(FILE, `{"source":${JSON.stringify(SOURCE)},\n"cases":[\n${lines.join(',\n')}\n]}\n`);
}
