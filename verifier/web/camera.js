// The camera's view. What looks through it is loaded with it, when the camera is opened (`shared/web`).

import { h } from './dom.js';
import { openLens } from './lens.js';
import { words } from './words.js';

/** Open the camera. `found` gets the texts of the codes in view; `stopped` is called when the person ends it. */
export const openCamera = ({ found, stopped }) => {
  const video = h('video', { playsinline: true, muted: true, 'aria-label': words().camera.title });
  video.muted = true;
  let told = 'starting';

  const help = h('p', { class: 'help', role: 'status' });
  const say = (key) => { told = key; help.textContent = words().camera[key]; };

  const lampPlace = h('span');
  const showLamp = () => {
    const lamp = lens.lamp();
    lampPlace.replaceChildren(lamp ? h('button', { type: 'button', click: lamp }, words().camera.light) : '');
  };

  const lens = openLens({
    video,
    found,
    said: (key) => {
      say(key);
      if (key === 'looking') showLamp();
    },
  });
  return {
    stop: lens.stop,
    view: () => {
      say(told);
      return h('section', { class: 'camera' },
        h('h1', { id: 'title', tabindex: '-1' }, words().camera.title), h('p', null, words().camera.help),
        h('div', { class: 'finder' }, video), help,
        h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'main', id: 'stop', click: () => { lens.stop(); stopped(); } }, words().camera.stop), lampPlace));
    },
  };
};
