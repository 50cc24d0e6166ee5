// The result as a page: what was signed first and large, then what it comes to, what to compare, what to do.

import { foreign, h, icon, shown } from './dom.js';
import { LOOKS, because, stateOf } from './verdict.js';
import { age, day, filled, moment, words } from './words.js';

const ICONS = {
  good: ['M12 2l8 3v6c0 5-3.5 9-8 11-4.500-2-8-6-8-11V5z', 'M8 12l3 3 5-6'],
  bad: ['M8 2h8l6 6v8l-6 6H8l-6-6V8z', 'M8.500 8.500l7 7', 'M15.500 8.500l-7 7'],
  wait: ['M12 3l10 18H2z', 'M12 9.500v5', 'M12 17.500v.6'],
  open: ['M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20', 'M9 9.500a3 3 0 1 1 4.200 2.700c-.8.4-1.200.9-1.200 1.800', 'M12 17.300v.6'],
};

const line = (term, value) => h('div', { class: 'line' }, h('dt', null, term), h('dd', null, value));

const facts = (report) => {
  const terms = words().facts;
  const stated = report.signed ?? report.claimed;
  const issuer = report.issuer?.name ?? stated.issuerName;
  const until = report.credential?.validUntil;
  const rows = [
    [terms.course, stated.course],
    ...(stated.results ?? []).map(([label, value]) => [terms.result, `${label}: ${value}`]),
    [terms.awarded, stated.awarded && day(stated.awarded)],
    [terms.issuer, issuer],
    [terms.partner, stated.partner],
    [terms.cohort, stated.cohort],
    [terms.number, stated.certificateNumber],
    [terms.expires, until && moment(until)],
  ];
  return h('section', { class: report.signed ? 'facts' : 'facts claimed', 'aria-label': report.signed ? terms.signed : terms.claimed },
    h('p', { class: 'standing' }, report.signed ? terms.signed : terms.claimed),
    h('p', { class: 'name', id: 'name' }, h('span', { class: 'unseen' }, `${terms.name}: `), stated.name ? foreign(stated.name) : '—'),
    h('dl', null, rows.filter(([, value]) => value).map(([term, value]) => line(term, foreign(value)))));
};

/** The values that the sentences of a state name. */
const values = (report, state) => {
  const why = because(report, report.reasons[0]);
  const list = report.statusLists[0];
  const date = {
    valid: list && moment(list.made),
    superseded: why.date && day(why.date),
    expired: why.at && moment(why.at),
    not_yet: why.from && moment(why.from),
  }[state];
  return { date, version: why.version, now: moment(report.checkedAt) };
};

const banner = (state, sentence) => h('section', { class: `verdict ${LOOKS[state]}`, 'data-state': state },
  icon(...ICONS[LOOKS[state]]),
  h('div', null, h('h1', { id: 'verdict', tabindex: '-1' }, words().states[state].title), h('p', null, sentence)));

const sentence = (report, state) => {
  const { text, text_undated: undated } = words().states[state];
  const given = values(report, state);
  return filled(undated && !given.date ? undated : text, given).join('');
};

/** Reasons that the title of their state says already. */
const SAYS_ITSELF = new Set(['altered', 'revoked', 'suspended', 'superseded', 'expired', 'not_yet_valid', 'unknown_issuer', 'clock',
  'key_compromised', 'made_by_newer_format', 'two_codes', 'unreadable']);

const why = (report) => {
  const { reasons: terms, withdrawn } = words();
  const extra = because(report, 'revoked');
  const more = [withdrawn[extra.why], extra.date && filled(withdrawn.since, { date: day(extra.date) }).join('')];
  const lines = report.reasons.filter((code) => !SAYS_ITSELF.has(code)).map((code) => terms[code] ?? code);
  const told = [...lines, ...more].filter(Boolean);
  return told.length === 0 ? null
    : h('ul', { class: 'because' }, told.map((text) => h('li', null, text)));
};

const contactLine = (report, trust) => {
  const { issuer } = report;
  if (issuer?.contact) return h('p', { class: 'contact' }, filled(words().contact, { contact: foreign(issuer.contact) }));
  if (issuer) return null;
  const known = (trust?.issuers ?? []).filter((one) => one.contact);
  return known.map((one) => h('p', { class: 'contact' }, filled(words().contact_of, { name: foreign(one.name), contact: foreign(one.contact) })));
};

const nextSteps = (state, given, contact) => h('section', { class: 'next' },
  h('h2', null, words().next),
  h('ol', null, words().states[state].next.map((step) => h('li', null, filled(step, given).join('')))),
  contact);

const compare = () => h('section', { class: 'compare' },
  h('h2', null, words().compare.title),
  h('p', { class: 'strong' }, words().compare.text), h('p', null, words().compare.why));

/** Warnings: another host, lists that are not the newest. */
const warnings = (report, { problem, ownHosts, trust }) => {
  const { warnings: terms, refusals } = words();
  const list = [...report.statusLists].sort((a, b) => (a.made < b.made ? 1 : -1))[0];
  const held = list?.made ?? trust?.made;
  const others = (report.codeHosts ?? []).filter((host) => !ownHosts.includes(host));
  const lines = others.map((host) => filled(terms.other_host, { host: foreign(host) }));
  if (problem === 'offline' && held) lines.push(filled(terms.stale_page, { date: moment(held) }));
  else if (problem === 'offline') lines.push([terms.never]);
  else if (problem) lines.push(filled(terms.refused, { why: refusals[problem] ?? problem }));
  return lines.map((text) => h('p', { class: 'warning' }, icon(...ICONS.wait), h('span', null, text)));
};

const statusAge = (report) => report.statusLists.map((list) => h('p', { class: 'age' },
  filled(words().age.status, { date: moment(list.made), age: age(list.ageSeconds) }).join('')));

const checkLine = (check) => {
  const { checks, outcomes, reasons } = words();
  const code = (check.reason ?? check.gap)?.code;
  const told = code && code !== 'not_reached' ? ` – ${reasons[code] ?? code}` : '';
  return h('li', { class: `check ${check.outcome}` }, h('span', null, checks[check.check]), h('b', null, outcomes[check.outcome]), told,
    check.message && code !== 'not_reached' ? h('small', { lang: 'en', dir: 'auto' }, shown(check.message)) : null);
};

const restsOn = (report) => {
  const terms = words().details;
  const { trust, credential } = report;
  const rows = [
    [terms.checked_at, moment(report.checkedAt)],
    [terms.page, location.host],
    [terms.id, credential?.id],
    [terms.digest, credential?.digest],
    [terms.issuer_id, credential?.issuer],
    ...report.proofs.map((proof) => [terms.signed_with, `${proof.verificationMethod} · ${proof.suite}`]),
    ...report.statusLists.map((list) => [terms.status_list, `${list.url} · ${moment(list.made)}`]),
    ...(report.codeHosts ?? []).map((host) => [terms.hosts, host]),
    ...(report.endorsements ?? []).map((one) => [terms.endorsements, `${one.name ?? one.issuer} · ${words().outcomes[one.outcome]}`]),
  ];
  if (trust) {
    const list = { version: trust.version, made: moment(trust.made), expires: moment(trust.expires) };
    rows.push([terms.list, filled(terms.list_value, list).join('')],
      [terms.root, `${trust.rootFingerprint} – ${trust.anchor === 'unconfirmed' ? terms.root_new : terms.root_kept}`]);
  }
  return h('dl', { class: 'rests' }, rows.filter(([, value]) => value).map(([term, value]) => line(term, foreign(value))));
};

const details = (report) => h('details', { class: 'more' },
  h('summary', null, words().details.title),
  h('h2', null, words().details.checks), h('ul', { class: 'checks' }, report.checks.map(checkLine)),
  h('h2', null, words().details.rests), restsOn(report));

/** What only the printed record shows. */
const record = (report) => h('section', { class: 'record' },
  h('h2', null, words().record), restsOn(report), h('p', null, words().record_note));

const buttons = ({ again }) => h('div', { class: 'buttons' },
  h('button', { type: 'button', class: 'main', click: again, id: 'again' }, words().again),
  h('button', { type: 'button', click: () => window.print() }, words().print));

/** A state without a report: something that is no certificate's code, or a page that could not load. */
export const plain = (state, around) => ({
  state,
  said: words().states[state].title,
  view: h('article', { class: 'result' }, banner(state, words().states[state].text),
    nextSteps(state, {}, state === 'foreign' || state === 'nothing_found' ? contactLine({}, around.trust) : null),
    h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'main', click: around.again, id: 'again' }, words().again))),
});

/** The page of a report: { state, said, view }. */
export const result = (report, around) => {
  const state = stateOf(report);
  const stated = report.signed ?? report.claimed;
  const given = values(report, state);
  return {
    state,
    said: [words().states[state].title, report.signed?.name].filter(Boolean).map(shown).join(': '),
    view: h('article', { class: 'result' },
      banner(state, sentence(report, state)),
      stated ? facts(report) : null,
      state === 'valid' ? null : why(report),
      warnings(report, around),
      report.signed ? compare() : null,
      nextSteps(state, given, state === 'valid' ? null : contactLine(report, around.trust)),
      statusAge(report),
      buttons(around), details(report), record(report)),
  };
};
