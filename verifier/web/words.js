// The two languages: which one, its words, and dates and ages in it.

import english from './words-en.js';
import swahili from './words-sw.js';

const LANGUAGES = { en: english, sw: swahili };
const LOCALES = { en: 'en-KE', sw: 'sw-KE' };
const KEY = 'cheti-language';

// What is remembered is a preference, so a browser that keeps nothing is no trouble.
const remembered = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

const preferred = () => {
  const wanted = [remembered(), ...(navigator.languages ?? [])].filter(Boolean);
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? 'en';
};

let language = preferred();

export const languages = Object.entries(LANGUAGES).map(([tag, words]) => ({ tag, name: words.name }));
export const languageNow = () => language;

/** Speak this language from now on, and the next time. */
export const speak = (tag) => {
  language = tag;
  document.documentElement.lang = tag;
  try {
    localStorage.setItem(KEY, tag);
  } catch { /* it is asked of the browser again the next time */ }
};

/** The words of the language in use. */
export const words = () => LANGUAGES[language];

/** `{name}` in a sentence replaced by a value: a text, or a node to stand there. */
export const filled = (sentence, values) => sentence.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? values[part] ?? '' : part));

const format = (time, options) => new Intl.DateTimeFormat(LOCALES[language], options).format(time);

/** A calendar date, `2026-10-16`, which is the same day everywhere. */
export const day = (text) => {
  const time = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(time) ? text : format(time, { dateStyle: 'long', timeZone: 'UTC' });
};

/** A moment, in the time of this device. */
export const moment = (text) => {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : format(time, { dateStyle: 'medium', timeStyle: 'short' });
};

/** An age, in the largest unit that says enough. */
export const age = (seconds) => {
  const { age: terms } = words();
  const hours = Math.floor(seconds / 3600);
  if (hours < 1) return terms.now;
  const [one, many, n] = hours < 48 ? [terms.hour, terms.hours, hours] : [terms.day, terms.days, Math.floor(hours / 24)];
  return n === 1 ? one : filled(many, { n }).join('');
};
