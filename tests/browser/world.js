// What the tests need around the page: certificates in every state, the verifier's service, a browser.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const programs = process.env.CHETI_PROGRAMS;
assert.ok(programs, 'set CHETI_PROGRAMS to the folder of the built programs (tests/run does)');

/** A built program. */
export const program = (name) => join(programs, name);

/** Run a program to its end; what it printed. */
export const run = (name, args = [], options = {}) => {
  const { status, stdout, stderr, error } = spawnSync(name, args, { maxBuffer: 1 << 27, ...options });
  assert.equal(status, 0, `${name} ${args}: ${error ?? stderr}`);
  return stdout;
};

/** Certificates in every state: { code, json, bundle, now } by name. */
export const states = JSON.parse(run(program('browser-peer')));

/** A folder that is removed at the end. */
export const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'cheti-browser-'));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** The verifier's service on a free port: { url, end }. Without a bundle it trusts nobody. */
export const serve = async (bundle, { config = '', port = 0 } = {}) => {
  const home = folder();
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--state', join(home, 'state')];
  if (bundle) {
    writeFileSync(join(home, 'bundle.json'), JSON.stringify(bundle));
    args.push('--bundle', join(home, 'bundle.json'));
  }
  if (config) {
    writeFileSync(join(home, 'verifier.toml'), config);
    args.push('--config', join(home, 'verifier.toml'));
  }
  const child = spawn(program('cheti-verifier'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => { child.on('exit', resolve); });
  const [line] = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]));
    child.once('error', reject);
  });
  const url = `${line.replace('listening on ', '')}/`;
  return { url, port: new URL(url).port, end: () => { child.kill('SIGTERM'); return ended; } };
};

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--metrics-recording-only',
];

/** A browser; `camera` is a film that it sees instead of a camera. */
export const launch = ({ camera } = {}) => {
  const film = camera ? ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] : [];
  return chromium.launch({ executablePath: process.env.CHETI_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: [...FLAGS, ...film] });
};

/**
 * A page of its own, with what it asked for and what it complained of: { page, requests, complaints, open, close }.
 * `open` goes to the page as a stock camera does, with what stands behind the #.
 */
export const visitor = async (browser, { url, now, language = 'en-GB', width = 360, height = 740, ...more }) => {
  const context = await browser.newContext({ locale: language, viewport: { width, height }, timezoneId: 'Africa/Nairobi', ...more });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  context.on('request', (request) => requests.push({ method: request.method(), url: request.url(), body: request.postData() }));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  if (now) await page.clock.setFixedTime(now);
  const open = (fragment = '') => page.goto(url + fragment);
  const state = async () => {
    await page.locator('.verdict').waitFor();
    return page.locator('.verdict').getAttribute('data-state');
  };
  return { page, context, requests, complaints, open, state, close: () => context.close() };
};

/** What stands behind a code's #, with it. */
export const fragment = (code) => code.slice(code.indexOf('#'));
