// A certificate as a camera sees it: a page of a PDF, rasterised, seen from somewhere, as a film of one frame.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, run } from './world.js';

const WIDTH = 640;
const HEIGHT = 480;
/** Grey of a table beside the sheet. */
const TABLE = 90;

/** The first page of a PDF in grey at 150 dpi: { width, height, pixels }. */
export const rasterised = (pdf) => {
  const octets = run('pdftoppm', ['-gray', '-r', '150', '-f', '1', '-l', '1', '-singlefile', pdf]);
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(octets.subarray(0, 40).toString('latin1'));
  return { width: Number(head[1]), height: Number(head[2]), pixels: octets.subarray(head[0].length) };
};

/** Numbers that look random and are the same every time. */
const noiseOf = (seed) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
};

const blurred = (image) => image.map((_, at) => {
  const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
  if (x === 0 || y === 0 || x === WIDTH - 1 || y === HEIGHT - 1) return image[at];
  let sum = 0;
  for (const row of [-WIDTH, 0, WIDTH]) for (const column of [-1, 0, 1]) sum += image[at + row + column];
  return sum / 9;
});

/**
 * The view of a sheet: the middle of the picture is at `middle` (parts of the sheet's width and height), `scale` pixels for
 * one of the sheet's, turned by `angle`; `light` 1 is bright, `blur` counts how often it is smeared, `noise` is in greys.
 */
export const seen = (sheet, { middle, scale = 1.4, angle = 0, light = 1, blur = 0, noise = 0 }) => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const point = (x, y) => (x < 0 || y < 0 || x >= sheet.width || y >= sheet.height ? TABLE : sheet.pixels[y * sheet.width + x]);
  let image = Float32Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const [dx, dy] = [((at % WIDTH) - WIDTH / 2) / scale, (Math.floor(at / WIDTH) - HEIGHT / 2) / scale];
    const [x, y] = [middle[0] * sheet.width + cos * dx - sin * dy, middle[1] * sheet.height + sin * dx + cos * dy];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, below] = [x - left, y - top];
    return (point(left, top) * (1 - right) + point(left + 1, top) * right) * (1 - below)
      + (point(left, top + 1) * (1 - right) + point(left + 1, top + 1) * right) * below;
  });
  for (let times = 0; times < blur; times += 1) image = blurred(image);
  const random = noiseOf(7);
  return Uint8Array.from(image, (grey) => Math.max(0, Math.min(255, 16 + grey * light * 0.86 + random() * noise)));
};

/** A film of one frame, as the browser takes it for a camera; its path. */
export const film = (grey) => {
  const path = join(folder(), 'film.y4m');
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420\nFRAME\n`);
  writeFileSync(path, Buffer.concat([head, grey, Buffer.alloc(WIDTH * HEIGHT / 2, 128)]));
  return path;
};

/** The same frame as a picture file of greys (PGM), for programs that make others of it. */
export const pgm = (grey) => Buffer.concat([Buffer.from(`P5 ${WIDTH} ${HEIGHT} 255\n`), grey]);
