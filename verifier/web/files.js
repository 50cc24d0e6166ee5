// From a file to a question. What it is, is told from its octets and never from its name.

import { read } from './reading.js';
import { looksLikeBundle } from './trust.js';
import { looksLikeCode } from './verdict.js';

/** As the verifier's own limit. */
const FILE_BYTES = 20 * 1024 * 1024;
/** The longer sides at which a picture is searched, until something is found. */
const SIDES = [1600, 3200, 800];

const begins = (octets, text) => [...text].every((c, at) => octets[at] === c.charCodeAt(0));

const pixels = (bitmap, side) => {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};

const picture = async (file) => {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { state: 'unreadable' };
  }
  for (const side of SIDES) {
    const texts = await read(pixels(bitmap, side), true);
    if (texts.some(looksLikeCode)) return { question: { codes: texts.filter(looksLikeCode), form: 'image' } };
    if (texts.length > 0) return { state: 'foreign' };
  }
  return { state: 'nothing_found' };
};

const document_ = (octets) => {
  const text = new TextDecoder().decode(octets);
  if (/^\ufeff?\s*\{/.test(text)) {
    return looksLikeBundle(text.slice(0, 200) + text.slice(-200)) || looksLikeBundle(text) ? { bundle: true } : { question: { form: 'json' }, octets };
  }
  const codes = text.split(/\s+/).filter(looksLikeCode);
  return codes.length > 0 ? { question: { codes, form: 'code' } } : null;
};

/** Whether a picture has a credential baked into it (Open Badges 3.0 §5.3): PNG by the name of its part, SVG by its namespace. */
const isBaked = (octets) => /openbadgecredential|xmlns:openbadges/.test(new TextDecoder('latin1').decode(octets.subarray(0, 1 << 20)));

const badge = async (file, octets) => {
  const bitmap = await createImageBitmap(file).catch(() => null);
  const texts = bitmap ? await read(pixels(bitmap, SIDES[0]), true) : [];
  return { question: { form: 'badge', codes: texts.filter(looksLikeCode) }, octets };
};

/** What a file holds: { question, octets }, { bundle }, { pdf }, or { state } when nothing in it can be judged. */
export const readFile = async (file) => {
  if (file.size > FILE_BYTES) return { state: 'unreadable' };
  const octets = new Uint8Array(await file.arrayBuffer());
  const isSvg = /<svg[\s>]/.test(new TextDecoder().decode(octets.subarray(0, 4096)));
  if ((isSvg || begins(octets, '\x89PNG')) && isBaked(octets)) return badge(file, octets);
  if (begins(octets, '%PDF-')) return { pdf: true };
  if (begins(octets, '\x89PNG') || begins(octets, '\xff\xd8') || begins(octets, 'RIFF')) return picture(file);
  return document_(octets) ?? { state: 'unreadable' };
};
