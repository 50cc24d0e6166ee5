// Looking at a page of the console: as a picture, with axe, and with a ruler.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pictures } from './desk.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a first visit to each page takes, in octets: the page, the same as it was sent, and with style, scripts and pictures. */
export const weights = {};

/** Look at a page as a picture, and let axe look at it; both languages, phone and desk. */
export const look = async (officer, name) => {
  const { page } = officer;
  for (const [language, width] of [['en', 1280], ['sw', 360]]) {
    const current = await page.locator('html').getAttribute('lang');
    if (current !== language) await page.locator(`.languages button[value=${language}]`).click();
    await page.setViewportSize({ width, height: 900 });
    await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
    await page.screenshot({ path: join(pictures, `${name}-${language}-${width}.png`), fullPage: true });
    weights[name] ??= await page.evaluate(() => {
      const [page] = performance.getEntriesByType('navigation');
      const all = [page, ...performance.getEntriesByType('resource')];
      return [page.decodedBodySize, page.encodedBodySize, all.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)];
    });
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const out = [...document.querySelectorAll('main *')].filter((part) => !part.closest('.scroll') && part.getBoundingClientRect().right > clientWidth);
      return scrollWidth > clientWidth ? [scrollWidth, ...out.map((part) => part.outerHTML.slice(0, 120))] : [];
    });
    assert.deepEqual(wide, [], `${name} is too wide at ${width}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
    const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`);
    assert.deepEqual(told, [], `${name} in ${language} at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator('.languages button[value=en]').click();
};
