// The door's camera: a code that it sees is handed out as if a scanner had typed it.

import { openLens } from './lens.js';

const part = document.querySelector('[data-camera]');
const [video, help, button, field] = [part.querySelector('video'), part.querySelector('[role=status]'), part.querySelector('button'), document.querySelector('[data-scan]')];

/** What was sent last, so that a sheet that is still in view is not sent again; and whether the camera was open. */
const LAST = 'door-last';
const OPEN = 'door-camera';

let lens = null;

const show = () => {
  video.hidden = !lens;
  button.textContent = lens ? part.dataset.close : part.dataset.open;
};

const close = () => {
  lens?.stop();
  lens = null;
  help.textContent = '';
  show();
};

const open = () => {
  help.textContent = part.dataset.starting;
  lens = openLens({
    video,
    wanted: (text) => text !== sessionStorage.getItem(LAST),
    found: ([text]) => {
      sessionStorage.setItem(LAST, text);
      field.value = text;
      field.form.requestSubmit();
    },
    said: (key) => { help.textContent = part.dataset[key]; },
  });
  show();
};

button.addEventListener('click', () => {
  if (lens) {
    close();
    sessionStorage.removeItem(OPEN);
  } else {
    sessionStorage.removeItem(LAST);
    sessionStorage.setItem(OPEN, 'yes');
    open();
  }
});
addEventListener('pagehide', () => lens?.stop());
// Back on a page that the browser kept.
addEventListener('pageshow', ({ persisted }) => persisted && lens && open());

// A page that is no secure place has no camera at all: no button then.
part.hidden = !navigator.mediaDevices?.getUserMedia;
show();
if (!part.hidden && sessionStorage.getItem(OPEN)) open();
