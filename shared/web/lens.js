// A camera that looks for codes: frames go to the reader, which works beside the page. Loaded only when a camera is opened.

import { read } from './reading.js';

/** The longer side of a frame as it is searched, and of the part from its middle that is searched at full sharpness. */
const WHOLE = 960;
const MIDDLE = 640;
/** After this long without a code, it is told that reading is slow. */
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

/**
 * Look through the camera at the back, shown in `video`, until texts of codes are in view that `wanted` wants. Then it
 * is closed, and `found` gets them. `said` is told `looking`, `slow`, `refused` or `none`. Returns { stop, lamp }: `lamp`
 * gives what turns the light on and off, or null.
 */
export const openLens = ({ video, found, said, wanted = () => true }) => {
  let stream = null;
  let running = true;
  let told = '';

  const say = (key) => { told = key; said(key); };

  const stop = () => {
    running = false;
    for (const track of stream?.getTracks() ?? []) track.stop();
  };

  const lamp = () => {
    const [track] = stream?.getVideoTracks() ?? [];
    if (!track?.getCapabilities?.().torch) return null;
    let on = false;
    return () => { on = !on; track.applyConstraints({ advanced: [{ torch: on }] }); };
  };

  const look = async () => {
    const began = performance.now();
    for (let count = 0; running; count += 1) {
      await nextFrame(video);
      const seen = running && video.videoWidth > 0 ? await read(frame(video, count % 2 === 0)) : [];
      const texts = seen.filter(wanted);
      if (running && texts.length > 0) {
        stop();
        navigator.vibrate?.(60);
        found(texts);
      } else if (told === 'looking' && performance.now() - began > SLOW_MS) say('slow');
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
    return look();
  };

  begin().catch(() => say('none'));
  return { stop, lamp };
};
