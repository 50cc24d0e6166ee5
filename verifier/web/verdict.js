// Which of the states a person sees a report comes to. Every report comes to one, and none but a valid one with name,
// course and date to "valid".

const ORDER = [
  // What the issuer or the dates say, when the signature holds.
  ['revoked', 'revoked'], ['superseded', 'superseded'], ['suspended', 'suspended'],
  ['expired', 'expired'], ['not_yet_valid', 'not_yet'],
  // What the signature says.
  ['unknown_issuer', 'unknown_issuer'],
  // What could not be told.
  ['clock', 'clock'], ['key_compromised', 'compromised'], ['made_by_newer_format', 'newer'], ['two_codes', 'two'],
];

/** How each state looks: a colour and an icon; the words stand under `states` in words-*.js. */
export const LOOKS = {
  valid: 'good',
  not_a_certificate: 'open', suspended: 'wait', superseded: 'wait', expired: 'wait', not_yet: 'wait',
  revoked: 'bad', altered: 'bad',
  unknown_issuer: 'open', unchecked: 'open', clock: 'open', compromised: 'open', newer: 'open', damaged: 'open',
  foreign: 'open', nothing_found: 'open', two: 'open', unreadable: 'open', broken: 'open',
};

/** Whether a text could be a certificate's code at all: `9` and digits, alone or behind a `#`. */
export const looksLikeCode = (text) => /(^|#|\s)9[0-9]{20}/.test(text);

const complete = (facts) => Boolean(facts?.name && facts.course && facts.awarded);

/** What the core says when a file holds no certificate and no code at all. */
const EMPTY = /^(no QR code was found|the PDF has neither|no certificate is baked)/;

const unread = (report) => {
  const details = report.checks.map((check) => check.gap?.detail ?? '');
  if (details.some((detail) => EMPTY.test(detail))) return 'nothing_found';
  if (details.some((detail) => detail.startsWith('the QR code in it is not'))) return 'foreign';
  return report.form === 'code' || report.form === 'image' ? 'damaged' : 'unreadable';
};

/** The state of a report. */
export const stateOf = (report) => {
  const { verdict, reasons, signed } = report;
  if (verdict === 'valid') return complete(signed) ? 'valid' : 'not_a_certificate';
  const found = ORDER.find(([code]) => reasons.includes(code));
  if (found) return found[1];
  if (verdict === 'invalid') return 'altered';
  return reasons.includes('unreadable') ? unread(report) : 'unchecked';
};

/** The reason or gap of the check that decided, with its values. */
export const because = (report, code) => {
  const values = report.checks.map((check) => check.reason ?? check.gap).filter(Boolean);
  return values.find((value) => value.code === code) ?? {};
};
