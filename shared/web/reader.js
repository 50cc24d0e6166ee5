// The worker that reads codes: colours to grey here, the rest in WebAssembly (shared/reader).

const PIXELS = 0;
const ANSWER = 3;

const load = () => WebAssembly.instantiateStreaming(fetch(new URL('reader.wasm', import.meta.url))).then(({ instance }) => instance.exports);
let loading = load();

/** Grey as the eye weighs the colours (BT.601), without fractions. */
const grey = (rgba, into) => {
  for (let from = 0, to = 0; to < into.length; from += 4, to += 1) {
    into[to] = (rgba[from] * 77 + rgba[from + 1] * 151 + rgba[from + 2] * 28) >> 8;
  }
};

const read = (exports, { rgba, width, height, thorough }) => {
  const at = exports.room(PIXELS, width * height);
  grey(new Uint8Array(rgba), new Uint8Array(exports.memory.buffer, at, width * height));
  const length = exports.read(width, height, thorough ? 1 : 0);
  const octets = new Uint8Array(exports.memory.buffer, exports.place(ANSWER), length);
  return JSON.parse(new TextDecoder().decode(octets));
};

onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, texts: read(await loading, data) });
  } catch (error) {
    // A module that broke off is not used again.
    loading = load();
    postMessage({ id: data.id, error: String(error) });
  }
};
