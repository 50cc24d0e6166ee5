// The foot of the page: which host this is, and the lists for use without a network.

import { foreign, h } from './dom.js';
import { judge } from './judge.js';
import * as trust from './trust.js';
import { age, filled, moment, words } from './words.js';

let said = '';
let asking = null;
let place = null;

const redraw = () => footer(place);
const say = (text) => { said = text; asking = null; redraw(); };

const renew = async () => {
  const { problem } = await trust.current({ renew: true });
  const { bundle: terms, refusals } = words();
  if (!problem) say(terms.renewed);
  else say(problem === 'offline' ? terms.not_renewed : filled(terms.refused, { why: refusals[problem] ?? problem }).join(''));
};

const take = async (inspected) => {
  await trust.importFile(inspected);
  say(words().bundle.imported);
};

const importBundle = async (file) => {
  const inspected = await trust.inspectFile(file);
  const { bundle: terms, refusals } = words();
  if (inspected.refused) return say(filled(terms.refused, { why: refusals[inspected.refused.code] }).join(''));
  if (inspected.known) return take(inspected);
  asking = inspected;
  redraw();
  return document.getElementById('confirm')?.focus();
};

/** A new root is used only when a person has compared its fingerprint. */
const confirmation = () => {
  const terms = words().bundle;
  const { trust: { rootFingerprint, issuers } } = asking;
  return h('section', { class: 'confirm', id: 'confirm', tabindex: '-1', 'aria-label': terms.import },
    h('p', null, terms.confirm), h('p', { class: 'fingerprint' }, rootFingerprint),
    h('p', null, filled(terms.vouches, { names: foreign(issuers.map((one) => one.name).join(', ')) })),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'main', click: () => take(asking) }, terms.yes),
      h('button', { type: 'button', click: () => say('') }, terms.no)));
};

const heldNow = async () => {
  const held = await trust.held();
  const terms = words().bundle;
  if (!held) return h('p', { id: 'held' }, terms.none);
  const { trust: told } = await judge(trust.before(held), held.octets);
  if (!told) return h('p', { id: 'held' }, terms.none);
  const newest = told.statusLists.map((list) => list.made ?? '').sort().pop() || told.made;
  const seconds = (Date.now() - Date.parse(newest)) / 1000;
  const line = filled(terms.held, { version: told.version, date: moment(newest), age: age(seconds) }).join('');
  return h('p', { id: 'held' }, line, held.source === 'file' ? ` ${terms.from_file}` : '');
};

let drawn = 0;

/** Draw the foot of the page into `element`. */
export const footer = async (element) => {
  if (!place) element.addEventListener('bundle', (event) => importBundle(event.detail));
  place = element;
  drawn += 1;
  const mine = drawn;
  const { bundle: terms, host } = words();
  const held = await heldNow().catch(() => null);
  if (mine !== drawn) return;
  const open = asking || said || element.querySelector('details')?.open;
  element.replaceChildren(
    h('p', { class: 'host' }, filled(host.you_are, { host: h('b', null, location.host) })), h('p', null, host.how),
    h('details', { open: Boolean(open) }, h('summary', null, terms.title),
      held,
      document.documentElement.dataset.offline ? h('p', { id: 'offline' }, terms.offline) : null,
      h('p', { role: 'status', id: 'bundle-said' }, said),
      asking ? confirmation() : null,
      h('div', { class: 'buttons' },
        h('button', { type: 'button', id: 'renew', click: renew }, terms.renew),
        h('input', { type: 'file', id: 'bundle', class: 'unseen', accept: '.json,application/json',
          change: (event) => event.target.files[0] && importBundle(event.target.files[0]) }),
        h('label', { for: 'bundle', class: 'button' }, terms.import))));
};
