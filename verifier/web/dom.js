// Elements from plain values. Text is only ever text: nothing here parses HTML (THREATS 25).

const SVG = 'http://www.w3.org/2000/svg';

const set = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
};

/** An element with attributes, listeners (functions, by event name) and children (nodes, texts, lists, nothing). */
export const h = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  set(element, attributes ?? {});
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

/** What a certificate or somebody else wrote: kept from changing the direction of what stands around it (THREATS 8). */
export const foreign = (text) => h('bdi', null, shown(text));

const HIDDEN = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text without characters that hide or turn what is read. */
export const shown = (text) => String(text).slice(0, 2000).replace(HIDDEN, '\ufffd');

/** An icon, drawn by its paths in a square of 24. */
export const icon = (...paths) => {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' });
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    set(path, { d });
    svg.append(path);
  }
  return svg;
};
