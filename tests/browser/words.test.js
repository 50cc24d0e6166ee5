// Both languages say everything, with the same values in each sentence, and every reason and gap of the core has words.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const web = new URL('../../verifier/web/', import.meta.url);
const { default: english } = await import(new URL('words-en.js', web));
const { default: swahili } = await import(new URL('words-sw.js', web));

/** Every sentence by the path to it. */
const sentences = (words, path = '') => Object.entries(words).flatMap(([key, value]) => (
  typeof value === 'string' ? [[`${path}${key}`, value]] : sentences(value, `${path}${key}.`)));

const paths = (words) => sentences(words).map(([path]) => path).filter((path) => !/\.next\.[0-9]+$/.test(path)).sort();
const missing = (from, to) => paths(from).filter((path) => !paths(to).includes(path));

test('neither language lacks a sentence', () => {
  assert.deepEqual(missing(english, swahili), []);
  assert.deepEqual(missing(swahili, english), []);
  for (const [name, state] of Object.entries(english.states)) assert.equal(state.next.length, swahili.states[name].next.length, name);
  const { skip, ...rest } = english;
  assert.deepEqual(missing(english, rest), ['skip'], 'a missing one is noticed');
});

test('sentences name the same values', () => {
  const named = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  const other = new Map(sentences(swahili));
  for (const [path, text] of sentences(english)) assert.deepEqual(named(other.get(path)), named(text), path);
});

test('nothing but names is the same in both', () => {
  const other = new Map(sentences(swahili));
  const same = sentences(english).filter(([path, text]) => other.get(path) === text).map(([path]) => path);
  assert.deepEqual(same, []);
});

test('every code of the core has words, and no state is without a look', async () => {
  const outcome = readFileSync(new URL('../core/src/outcome.rs', web), 'utf8');
  const codes = [...outcome.matchAll(/=> "([a-z_]+)",/g)].map(([, code]) => code);
  assert.ok(codes.length > 30, codes.join());
  for (const code of codes) assert.ok(english.reasons[code], code);
  const { LOOKS } = await import(new URL('verdict.js', web));
  assert.deepEqual(Object.keys(LOOKS).sort(), Object.keys(english.states).sort());
});
