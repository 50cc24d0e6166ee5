// The two languages: which one, its words, and dates and ages in it. Only the words of the one in use are loaded.

const LANGUAGES = {
  en: { name: 'English', locale: 'en-KE' },
  sw: { name: 'Kiswahili', locale: 'sw-KE' },
};
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
let spoken = null;

export const languages = Object.entries(LANGUAGES).map(([tag, { name }]) => ({ tag, name }));
export const languageNow = () => language;

/** Load the words of a language: before anything is shown, the one that is preferred. */
export const load = async (tag = language) => {
  ({ default: spoken } = await import(`./words-${tag}.js`));
  language = tag;
};

/** Speak this language from now on, and the next time; where its words cannot be had, the one spoken so far. */
export const speak = async (tag) => {
  if (!await load(tag).then(() => true, () => false)) return;
  document.documentElement.lang = tag;
  try {
    localStorage.setItem(KEY, tag);
  } catch { /* it is asked of the browser again the next time */ }
};

/** The words of the language in use. */
export const words = () => spoken;

/** `{name}` in a sentence replaced by a value: a text, or a node to stand there. */
export const filled = (sentence, values) => sentence.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? values[part] ?? '' : part));

const format = (time, options) => new Intl.DateTimeFormat(LANGUAGES[language].locale, options).format(time);

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
