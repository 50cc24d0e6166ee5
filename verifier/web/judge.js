// The judgement: the verifier's core in WebAssembly. Octets in, a report out; no logic here.

const QUESTION = 0;
const BUNDLE = 1;
const FILE = 2;
const ANSWER = 3;

const loaded = new Map();

/** The module of this name, loaded once. */
const load = (name) => {
  if (!loaded.has(name)) {
    const loading = WebAssembly.instantiateStreaming(fetch(new URL(name, import.meta.url)), {
      env: { random: () => crypto.getRandomValues(new Uint32Array(1))[0] },
    }).then(({ instance }) => instance.exports);
    loading.catch(() => loaded.delete(name));
    loaded.set(name, loading);
  }
  return loaded.get(name);
};

/** Begin to load what a code needs, so that it is there when it is asked for. */
export const prepare = () => load('verifier.wasm').catch(() => {});

const put = (exports, piece, octets) => {
  const at = exports.room(piece, octets.length);
  new Uint8Array(exports.memory.buffer, at, octets.length).set(octets);
};

const ask = (exports, question, bundle, file) => {
  put(exports, QUESTION, new TextEncoder().encode(JSON.stringify(question)));
  put(exports, BUNDLE, bundle);
  put(exports, FILE, file);
  const length = exports.judge();
  const octets = new Uint8Array(exports.memory.buffer, exports.place(ANSWER), length);
  const answer = JSON.parse(new TextDecoder().decode(octets));
  if (answer.misused) throw new Error(answer.misused);
  return answer;
};

const NONE = new Uint8Array();

/** Now, to the second, as the core reads it. */
export const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** Ask a module; one that broke off is not used again. */
const answer = async (name, ...asked) => {
  const exports = await load(name);
  try {
    return ask(exports, ...asked);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
};

/**
 * Judge codes or a file by a bundle; without either, say what the bundle holds. What the small module cannot check
 * completely is asked again of the full one.
 */
export const judge = async (question, bundle = NONE, file = NONE) => {
  const asked = { now: now(), ...question };
  const first = await answer(file.length > 0 ? 'verifier-full.wasm' : 'verifier.wasm', asked, bundle, file);
  if (!first.needsFull) return first;
  return answer('verifier-full.wasm', asked, bundle, file).catch(() => first);
};
