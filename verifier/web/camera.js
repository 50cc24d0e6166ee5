// The camera: frames go to the reader, which works beside the page. Both are loaded only when the camera is opened.

import { h } from './dom.js';
import { read } from './reading.js';
import { words } from './words.js';

/** The longer side of a frame as it is searched, and of the part from its middle that is searched at full sharpness. */
const WHOLE = 960;
const MIDDLE = 640;
/** After this long without a code, advice is shown. */
const SLOW_MS = 8000;

const WANTED = { video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false };

const canvas = document.createElement('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });

/** The frame of now: the whole of it, or its middle without making it smaller. */
const frame = (video, whole) => {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height, MIDDLE);
  const part = whole ? { x: 0, y: 0, w: width, h: height } : { x: (width - side) / 2, y: (height - side) / 2, w: side, h: side };
  const scale = whole ? Math.min(1, WHOLE / Math.max(width, height)) : 1;
  canvas.width = Math.round(part.w * scale);
  canvas.height = Math.round(part.h * scale);
  context.drawImage(video, part.x, part.y, part.w, part.h, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};

const nextFrame = (video) => new Promise((resolve) => {
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
  else requestAnimationFrame(resolve);
});

/** Open the camera. `found` gets the texts of the codes in view; `stopped` is called when the person ends it. */
export const openCamera = ({ found, stopped }) => {
  const video = h('video', { playsinline: true, muted: true, 'aria-label': words().camera.title });
  video.muted = true;
  let stream = null;
  let running = true;
  let said = 'starting';

  const help = h('p', { class: 'help', role: 'status' });
  const say = (key) => { said = key; help.textContent = words().camera[key]; };

  const stop = () => {
    running = false;
    for (const track of stream?.getTracks() ?? []) track.stop();
  };

  const lamp = () => {
    const [track] = stream?.getVideoTracks() ?? [];
    if (!track?.getCapabilities?.().torch) return null;
    let on = false;
    return h('button', { type: 'button', click: () => { on = !on; track.applyConstraints({ advanced: [{ torch: on }] }); } }, words().camera.light);
  };

  const look = async () => {
    const began = performance.now();
    for (let count = 0; running; count += 1) {
      await nextFrame(video);
      const texts = running && video.videoWidth > 0 ? await read(frame(video, count % 2 === 0)) : [];
      if (running && texts.length > 0) {
        stop();
        navigator.vibrate?.(60);
        found(texts);
      } else if (said === 'looking' && performance.now() - began > SLOW_MS) say('slow');
    }
  };

  const begin = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      return say(error.name === 'NotAllowedError' || error.name === 'SecurityError' ? 'refused' : 'none');
    }
    if (!running) return stop();
    video.srcObject = stream;
    await video.play();
    say('looking');
    lampPlace.replaceChildren(lamp() ?? '');
    return look();
  };

  const lampPlace = h('span');
  begin().catch(() => say('none'));
  return {
    stop,
    view: () => {
      say(said);
      return h('section', { class: 'camera' },
        h('h1', { id: 'title', tabindex: '-1' }, words().camera.title), h('p', null, words().camera.help),
        h('div', { class: 'finder' }, video), help,
        h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'main', id: 'stop', click: () => { stop(); stopped(); } }, words().camera.stop), lampPlace));
    },
  };
};
