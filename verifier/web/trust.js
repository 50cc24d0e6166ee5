// Whom this browser trusts: the bundle, the root it was first seen with, and what was seen before, kept in IndexedDB.
// A bundle under another root, or older than one used before, is refused (the core says so) and the one held stays.

import { judge } from './judge.js';

const DATABASE = 'cheti';
const STORE = 'trust';
const KEY = 'held';
/** A bundle fetched this short a time ago is not fetched again for the next certificate. */
const RECENT_MS = 10 * 60 * 1000;
/** How long the network may hold up a judgement when a bundle is held already, and when none is. */
const PATIENCE_MS = 4000;
const PATIENCE_WITHOUT_MS = 30000;
/** As the verifier's own limit. */
const BUNDLE_BYTES = 64 * 1024 * 1024;

const request = (made) => new Promise((resolve, reject) => {
  made.onsuccess = () => resolve(made.result);
  made.onerror = () => reject(made.error);
});

const open = () => {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return request(opening);
};

// Where nothing can be kept (private windows of some browsers), memory serves until the page is closed.
let kept = null;

const inStore = async (mode, act) => {
  const database = await open();
  try {
    return await request(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
};

/** What is held: { octets, root, memory, since, fetched, source }, or null. */
export const held = async () => {
  if (kept) return kept;
  kept = await inStore('readonly', (store) => store.get(KEY)).catch(() => null) ?? null;
  return kept;
};

const keep = async (next) => {
  kept = next;
  await inStore('readwrite', (store) => store.put(next, KEY)).catch(() => {});
  return next;
};

/** The part of a question that says what was trusted before. */
export const before = (trusted) => (trusted ? { root: trusted.root, memory: trusted.memory } : {});

/** What a bundle says of itself, judged by what is held. Throws nothing: a refusal is an answer. */
const inspect = async (octets) => judge(before(await held()), octets);

/** Take a bundle over that was inspected. */
const take = async (octets, trust, source) => {
  const old = await held();
  return keep({
    octets,
    root: trust.root,
    memory: trust.memory,
    since: old?.since ?? Date.now(),
    fetched: Date.now(),
    source,
  });
};

const fetchBundle = async (patience) => {
  const response = await fetch('bundle', {
    cache: 'no-cache', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(patience),
  });
  if (!response.ok) throw new Error(`bundle: ${response.status}`);
  const octets = new Uint8Array(await response.arrayBuffer());
  if (octets.length > BUNDLE_BYTES) throw new Error('bundle: too large');
  return octets;
};

const bringUpToDate = async (renew) => {
  const old = await held();
  if (!renew && old?.source === 'page' && Math.abs(Date.now() - old.fetched) < RECENT_MS) {
    return { trusted: old, problem: null };
  }
  let octets;
  try {
    octets = await fetchBundle(old ? PATIENCE_MS : PATIENCE_WITHOUT_MS);
  } catch {
    return { trusted: old, problem: 'offline' };
  }
  const { trust, refused } = await inspect(octets);
  if (trust) return { trusted: await take(octets, trust, 'page'), problem: null };
  return { trusted: old, problem: refused.code };
};

// The page and its first certificate ask at the same time.
let underway = null;

/**
 * The trust to judge by, brought up to date from this page's own host when it answers in time.
 * { trusted, problem }: problem is null, 'offline', or why the host's bundle was refused.
 */
export const current = ({ renew = false } = {}) => {
  if (renew) return bringUpToDate(true);
  underway ??= bringUpToDate(false).finally(() => { underway = null; });
  return underway;
};

/** What a bundle file holds: { trust } or { refused }, and `known`, whether its root is one already trusted here. */
export const inspectFile = async (file) => {
  if (file.size > BUNDLE_BYTES) return { refused: { code: 'unreadable', message: 'too large' } };
  const octets = new Uint8Array(await file.arrayBuffer());
  const answer = await inspect(octets);
  return { ...answer, octets, known: Boolean((await held())?.root) };
};

/** Take over a bundle file that was inspected and, where its root was new, confirmed by the person. */
export const importFile = ({ octets, trust }) => take(octets, trust, 'file');

/** Whether these octets are a trust bundle rather than a certificate. */
export const looksLikeBundle = (text) => /"type"\s*:\s*"ChetiTrustBundle"/.test(text);

/** What the host says of itself: the names it is printed under, and how old a status list may be. */
export const settings = async () => {
  try {
    const response = await fetch('settings.json', { credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
};
