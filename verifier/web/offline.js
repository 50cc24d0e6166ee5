// The service worker: keeps the page's own files, so that it works without a network after one visit. It never sees a
// certificate: what a code carries stands behind the #, which browsers do not send, and the page asks it for files alone.
// The service puts the digest of all files in the place of {{version}}, so that a changed file is a new worker.
'use strict';

const CACHE = 'cheti-{{version}}';
const FILES = ['./', 'manifest.webmanifest', /* {{files}} */];

const store = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache', credentials: 'omit' })));
};

const tidy = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('cheti-') && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
};

self.addEventListener('install', (event) => event.waitUntil(store().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));

const answer = async (request) => {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === 'navigate' ? './' : request, { ignoreSearch: true });
  if (kept) return kept;
  // Large files are not fetched before they are wanted, and kept from then on.
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
};

// The host's settings change without a new version of the page: from the network, else as they were.
const settings = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL('./', self.location);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (path === 'settings.json') event.respondWith(settings(request));
  else if (path === '' || path === 'index.html' || path === 'manifest.webmanifest' || path.startsWith('web/')) event.respondWith(answer(request));
});
