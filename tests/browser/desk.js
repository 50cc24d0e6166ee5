// The issuing desk for its tests: an organisation in a folder, its server, officers with telephones.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { folder, program, run } from './world.js';

const here = dirname(fileURLToPath(import.meta.url));

/** Who works here, and the passphrases of their keys. */
export const WORDS = Object.fromEntries(
  ['root', 'issuing-1', 'status-1', 'jane', 'paul', 'ada', 'otieno'].map((name) => [name, `slow copper river ${name} lantern`]),
);

/** Where pictures of the pages go: tests/run names a folder under target/. */
export const pictures = process.env.CHETI_PICTURES ?? join(folder(), 'pictures');
mkdirSync(pictures, { recursive: true });

/** Write a server's configuration into a folder. */
export const configure = (folder, ...lines) => writeFileSync(join(folder, 'issuer.toml'), [
  'public_listen = "127.0.0.1:0"', 'admin_listen = "127.0.0.1:0"', 'console_listen = "127.0.0.1:0"', 'log = "error"', ...lines, '',
].join('\n'));

/** An organisation with a course, an administrator, two officers and an auditor: { home, data, secrets, issuer }. */
export const found = () => {
  const home = folder();
  const secrets = join(home, 'passphrases');
  mkdirSync(secrets);
  for (const [name, words] of Object.entries(WORDS)) writeFileSync(join(secrets, `${name}.txt`), words, { mode: 0o600 });
  const data = join(home, 'data');
  const issuer = (...args) => run(program('cheti-issuer'), ['--data', data, '--passphrases', secrets, ...args]);
  issuer(
    'init', '--name', 'National Committee (SPECIMEN)', '--did', 'did:web:nc4.example', '--public-url', 'https://nc4.example/',
    '--verify-url', 'https://v.nc4.example/', '--root-key', join(home, 'root.pem'),
    '--operator', 'jane=Jane Wambui', '--operator', 'paul=Paul Otieno', '--administrator', 'ada=Ada Mwangi',
  );
  const two = ['--operator', 'ada', '--second', 'paul'];
  issuer('operator', 'add', 'otieno', '--name', 'Grace Otieno', '--role', 'auditor', ...two);
  issuer('operator', 'roles', 'jane', '--role', 'registrar', ...two);
  issuer('operator', 'roles', 'paul', '--role', 'approver', ...two);
  const course = join(home, 'course');
  cpSync(join(here, '../../issuer/demo'), course, { recursive: true });
  issuer('course', 'add', join(course, 'course.toml'));
  issuer('trust', 'publish', '--root-key', join(home, 'root.pem'));
  configure(home, 'issuing_passphrase_file = "passphrases/issuing-1.txt"', 'status_passphrase_file = "passphrases/status-1.txt"');
  return { home, data, secrets, issuer };
};

/** The organisation's server: { url, kill, end }. Without `secrets` it opens no key. */
export const serve = async ({ home, data, secrets }, { port = 0 } = {}) => {
  const args = ['--data', data, ...(secrets ? ['--passphrases', secrets] : []), 'serve', '--config', join(home, 'issuer.toml'), '--console-listen', `127.0.0.1:${port}`];
  const child = spawn(program('cheti-issuer'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.on('exit', resolve); });
  const url = await new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => line.startsWith('console: ') && resolve(line.split(' ')[1]));
    ended.then((status) => reject(new Error(`the server ended with ${status}`)));
  });
  const stop = (signal) => { child.kill(signal); return ended; };
  return { url, kill: () => stop('SIGKILL'), end: () => stop('SIGTERM') };
};

/** The code that a telephone shows at a moment which scanned `secret` (RFC 6238). */
const code = (secret, now) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

/** Somebody at the console with a browser and a telephone. */
export class Officer {
  constructor(name, context, url) {
    Object.assign(this, { name, context, url, complaints: [], strangers: [] });
  }

  /** Come in. `look` is shown the pages on the way. */
  static async arrive(browser, name, url, { language = 'en-GB', width = 1280, height = 900, look, secret, ahead } = {}) {
    const context = await browser.newContext({ locale: language, viewport: { width, height }, timezoneId: 'Africa/Nairobi' });
    const officer = new Officer(name, context, url);
    officer.page = await context.newPage();
    officer.page.on('pageerror', (error) => officer.complaints.push(String(error)));
    officer.page.on('console', (message) => /Content Security Policy|Refused/.test(message.text()) && officer.complaints.push(message.text()));
    context.on('request', (request) => !request.url().startsWith(officer.url) && !request.url().startsWith('data:') && officer.strangers.push(request.url()));
    Object.assign(officer, { look, secret, ahead });
    await officer.signIn();
    return officer;
  }

  /** The code of the telephone now; whoever has used that one already sets `ahead`. */
  code() {
    return code(this.secret, Date.now() + (this.ahead ?? 0));
  }

  go(path) {
    return this.page.goto(this.url.replace(/\/$/, '') + path);
  }

  /** Sign in; the first time, enrol a telephone. */
  async signIn() {
    const { page } = this;
    await this.go('/sign-in');
    await this.look?.(this, '0-sign-in');
    await page.locator('input[name=operator]').fill(this.name);
    await page.locator('input[name=password]').fill(WORDS[this.name]);
    await page.locator('form[action="/sign-in"] button').click();
    if (new URL(page.url()).pathname === '/enrol') {
      await this.look?.(this, '0-enrol');
      this.secret = await page.locator('.secret').textContent();
      await page.locator('input[name=code]').fill(this.code());
      await page.locator('form[action="/enrol"] button').click();
      assert.equal(await page.locator('.recovery li').count(), 10);
      await page.locator('a.main').click();
    } else {
      await this.look?.(this, '0-code');
      await page.locator('input[name=code]').fill(this.code());
      await page.locator('form[action="/code"] button').click();
    }
    assert.equal(new URL(page.url()).pathname, '/', `${this.name} is not signed in: ${await page.locator('main').innerText()}`);
  }

  /** Type the telephone's code into a form that asks for it, and send it. */
  async confirm(form) {
    await form.locator('input[name=code]').fill(this.code());
    await form.locator('button').first().click();
  }

  text() {
    return this.page.locator('main').innerText();
  }

  path() {
    return new URL(this.page.url()).pathname;
  }
}
