// The page: what is opened, which view is shown, which language it speaks. Judging, trust and words are others' work.

import { h } from './dom.js';
import { footer } from './footer.js';
import { judge, prepare } from './judge.js';
import { plain, result } from './result.js';
import * as trust from './trust.js';
import { looksLikeCode } from './verdict.js';
import { filled, languageNow, languages, load, speak, words } from './words.js';

const at = (id) => document.getElementById(id);
const view = at('view');

/** How to draw what is shown, so that it can be drawn anew in the other language. */
let draw = () => {};
/** Counts what was asked for, so that a slow answer does not replace a newer one. */
let turn = 0;
let stopCamera = () => {};

const show = (drawing) => {
  turn += 1;
  stopCamera();
  draw = drawing;
  draw();
  scrollTo(0, 0);
  return turn;
};

const announce = (text) => { at('announce').textContent = text; };
const title = (text) => { document.title = `${text} – ${words().brand}`; };

// Views.

const showStart = () => show(() => {
  title(words().start.title);
  view.replaceChildren(start());
  announce('');
});

const start = () => {
  const terms = words().start;
  const text = h('textarea', { id: 'text', rows: 3, maxlength: 8192, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'paste-help' });
  const chosen = h('input', { type: 'file', id: 'file', class: 'unseen', accept: '.pdf,.json,.png,.jpg,.jpeg,.webp,.svg,.txt,image/*',
    change: (event) => event.target.files[0] && checkFile(event.target.files[0]) });
  return h('section', { class: 'start' },
    h('h1', { id: 'title', tabindex: '-1' }, terms.title), h('p', { class: 'intro' }, terms.intro),
    h('div', { class: 'ways' },
      h('button', { type: 'button', class: 'main', id: 'camera', click: showCamera }, terms.camera),
      chosen,
      h('label', { for: 'file', class: 'button' }, terms.file), h('p', { class: 'help' }, terms.file_help)),
    h('form', { class: 'paste', submit: (event) => { event.preventDefault(); checkTexts([text.value], 'code'); } },
      h('label', { for: 'text' }, terms.paste), text, h('p', { class: 'help', id: 'paste-help' }, terms.paste_help),
      h('button', { type: 'submit' }, terms.paste_button)));
};

const showBusy = () => show(() => {
  title(words().busy.title);
  view.replaceChildren(h('section', { class: 'busy' }, h('h1', { tabindex: '-1' }, words().busy.title), h('p', null, words().busy.text)));
  announce(words().busy.title);
});

const showResult = (make) => {
  show(() => {
    const { view: article, said } = make();
    title(said);
    view.replaceChildren(article);
    announce(said);
  });
  at('verdict')?.focus({ preventScroll: true });
};

const showCamera = async () => {
  const before = turn;
  const { openCamera } = await import('./camera.js').catch(() => ({}));
  if (before !== turn) return;
  if (!openCamera) {
    tell('broken');
    return;
  }
  const mine = show(() => {});
  title(words().camera.title);
  const camera = openCamera({
    found: (texts) => { if (mine === turn) checkTexts(texts, 'image'); },
    stopped: showStart,
  });
  stopCamera = camera.stop;
  draw = () => view.replaceChildren(camera.view());
  draw();
};

const hasServer = () => 'server' in document.documentElement.dataset;

/** For a browser that cannot judge: the server's form, which says what it does. */
const showServerForm = (text) => show(() => {
  const terms = words().server_form;
  title(words().start.title);
  view.replaceChildren(h('section', { class: 'start' },
    h('h1', { id: 'title', tabindex: '-1' }, words().start.title), h('p', null, words().old_browser),
    !hasServer() ? null : h('form', { method: 'post', action: './', enctype: 'multipart/form-data' },
      h('p', null, h('label', null, terms.file, h('input', { type: 'file', name: 'file' }))),
      h('p', null, h('label', null, terms.text, h('textarea', { name: 'text', rows: 3, maxlength: 8192 }, text ?? ''))),
      h('button', { type: 'submit', class: 'main' }, terms.send))));
});

/** A PDF is not read here: what the person can do so that it stays on this device, or send it, knowing where to. */
const showPdf = (file) => show(() => {
  const terms = words().pdf;
  const host = { host: location.host };
  title(terms.title);
  view.replaceChildren(h('section', { class: 'start' },
    h('h1', { id: 'title', tabindex: '-1' }, terms.title), h('p', null, terms.here),
    h('button', { type: 'button', class: 'main', click: showCamera }, words().start.camera),
    !hasServer() ? null : [h('p', null, filled(terms.there, host)), h('button', { type: 'button', id: 'send', click: () => sendToServer(file) }, filled(terms.send, host))],
    h('button', { type: 'button', id: 'again', click: showStart }, words().again)));
  announce(terms.title);
});

// Checking.

const around = (known) => ({ ...known, again: () => { showStart(); at('title')?.focus({ preventScroll: true }); } });

/** What is needed beside the certificate: trust, and what the host says of itself. */
const surroundings = async (options) => {
  const [{ trusted, problem }, own] = await Promise.all([trust.current(options), trust.settings()]);
  return { trusted, problem, ownHosts: [location.host, location.hostname, ...(own.codeHosts ?? [])], statusAgeSeconds: own.statusAgeSeconds ?? null };
};

const ask = (question, known, octets) => judge(
  { ...question, ...trust.before(known.trusted), statusAgeSeconds: known.statusAgeSeconds }, known.trusted?.octets, octets);

/** What newer lists may mend. */
const MENDED = new Set(['template_missing', 'key_not_known_yet', 'status_unknown', 'status_stale', 'trust_list_expired', 'trust_missing']);

const judged = async (question, octets) => {
  const known = await surroundings({});
  const answer = await ask(question, known, octets);
  if (known.problem || !answer.report?.reasons.some((reason) => MENDED.has(reason))) return { known, answer };
  const renewed = await surroundings({ renew: true });
  return { known: renewed, answer: await ask(question, renewed, octets) };
};

const check = async (question, octets) => {
  const mine = showBusy();
  let make;
  try {
    const { known, answer } = await judged(question, octets);
    const settings = around({ ...known, trust: answer.trust });
    make = answer.report ? () => result(answer.report, settings) : () => plain('broken', settings);
  } catch (error) {
    // A file that breaks the module that reads it is a damaged file; anything else is a page that could not load.
    const state = error instanceof WebAssembly.RuntimeError && octets ? 'unreadable' : 'broken';
    make = () => plain(state, around({}));
  }
  if (mine !== turn) return;
  showResult(make);
  drawFooter();
};

/** Have the server judge a PDF, after the person was told and said so. */
const sendToServer = async (file) => {
  const mine = showBusy();
  const known = await surroundings({});
  let make;
  try {
    const response = await fetch('v1/verify', { method: 'POST', body: file, headers: { 'content-type': 'application/pdf' }, credentials: 'omit', redirect: 'error' });
    const report = response.ok ? await response.json() : null;
    make = report ? () => result(report, around({ ...known, problem: null })) : () => plain('unreadable', around({}));
  } catch {
    make = () => plain('broken', around({}));
  }
  if (mine === turn) showResult(make);
};

/** A state that needs no judgement. */
const tell = async (state) => {
  const mine = showBusy();
  const known = await surroundings({});
  const answer = await ask({}, known).catch(() => ({}));
  if (mine === turn) showResult(() => plain(state, around({ trust: answer.trust })));
};

/** Texts of codes, or a text with codes in it. Nothing in them is ever opened. */
const checkTexts = (texts, form) => {
  const codes = texts.flatMap((text) => text.split(/\s+/)).filter(looksLikeCode);
  if (codes.length > 0) return check({ codes, form });
  const [text] = texts;
  if (/^\s*\{/.test(text)) return checkFile(new File([text], 'pasted'));
  if (/(^|#)9[0-9]*\s*$/.test(text.trim())) return tell('damaged');
  return text.trim() === '' ? announce(words().start.nothing) : tell('foreign');
};

const checkFile = async (file) => {
  const mine = showBusy();
  const read = await import('./files.js').then(({ readFile }) => readFile(file)).catch(() => ({ state: 'broken' }));
  if (mine !== turn) return undefined;
  if (read.bundle) {
    showStart();
    return at('footer').dispatchEvent(new CustomEvent('bundle', { detail: file }));
  }
  if (read.pdf) return showPdf(file);
  if (read.state) return tell(read.state);
  return check(read.question, read.octets);
};

// Around it all.

const drawFooter = () => footer(at('footer'));

const drawLanguages = () => {
  at('languages').replaceChildren(...languages.map(({ tag, name }) => h('button',
    { type: 'button', lang: tag, 'aria-pressed': String(tag === languageNow()), click: () => speak(tag).then(drawAll) }, name)));
};

const drawAll = () => {
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = words()[element.dataset.word];
  drawLanguages();
  draw();
  drawFooter();
};

const fromFragment = (fragment) => { if (fragment) checkTexts([fragment], 'code'); };

const takeDrops = () => {
  const hasFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
  addEventListener('drop', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    document.body.classList.remove('dropping');
    const [file] = event.dataTransfer.files;
    if (file) checkFile(file);
  });
};

const begin = async () => {
  const judges = Boolean(globalThis.WebAssembly?.instantiateStreaming);
  if (judges) prepare();
  await load();
  document.documentElement.lang = languageNow();
  document.documentElement.classList.add('ready');
  const { first, take } = globalThis.chetiFragment;
  if (!judges) {
    showServerForm(first);
    drawAll();
    return;
  }
  if (first) fromFragment(first);
  else showStart();
  drawAll();
  addEventListener('hashchange', () => fromFragment(take()));
  takeDrops();
  trust.current({}).then(drawFooter);
  navigator.serviceWorker?.register('offline.js').then(() => navigator.serviceWorker.ready).then(() => {
    document.documentElement.dataset.offline = 'ready';
    drawFooter();
  }, () => {});
};

begin();
