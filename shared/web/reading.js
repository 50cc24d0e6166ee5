// Codes in pictures: asks the reader, which works in a thread of its own so that the page goes on answering.

let worker = null;
let asked = 0;
const waiting = new Map();

const started = () => {
  if (worker) return worker;
  worker = new Worker(new URL('reader.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data: { id, texts, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(texts);
  };
  worker.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error('the reader ended'));
    waiting.clear();
    worker = null;
  };
  return worker;
};

/** The texts of the codes in a picture (ImageData). `thorough` takes longer and finds more. */
export const read = ({ data, width, height }, thorough = false) => new Promise((resolve, reject) => {
  asked += 1;
  waiting.set(asked, { resolve, reject });
  const rgba = data.buffer;
  started().postMessage({ id: asked, rgba, width, height, thorough }, [rgba]);
});
