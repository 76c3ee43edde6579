/** What lies under the outline of a quote, as pdf.js shows the page. */
import type { AppPage } from './app';

/** The words of the text layer whose middles lie in the outlined lines, on the page that has them. */
export function outlinedWords(app: AppPage): Promise<string[]> {
  return app.page.evaluate(() => {
    const lines = [...document.querySelectorAll('[data-outlined] .strong')].map((line) => line.getBoundingClientRect());
    const page = document.querySelector('[data-outlined] .strong')?.closest('[data-page]');
    const layer = page?.querySelector('.textLayer');
    if (!layer) return [];
    const found: string[] = [];
    const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const match of (node.textContent ?? '').matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        const box = range.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        if (lines.some((line) => x >= line.left && x <= line.right && y >= line.top && y <= line.bottom)) found.push(match[0]);
      }
    }
    return found;
  });
}

/** How much of the outlined lines is ink, from the canvas itself. */
export function inkInOutline(app: AppPage): Promise<number> {
  return app.page.evaluate(() => {
    const lines = [...document.querySelectorAll('[data-outlined] .strong')];
    const canvas = lines[0]?.closest('[data-page]')?.querySelector('canvas');
    const paint = canvas?.getContext('2d');
    if (!canvas || !paint) return 0;
    const page = canvas.getBoundingClientRect();
    const density = canvas.width / page.width;
    let [ink, all] = [0, 0];
    for (const line of lines) {
      const box = line.getBoundingClientRect();
      const { data } = paint.getImageData(
        (box.left - page.left) * density,
        (box.top - page.top) * density,
        Math.max(1, box.width * density),
        Math.max(1, box.height * density),
      );
      for (let at = 0; at < data.length; at += 4) {
        all += 1;
        if ((data[at] ?? 255) < 128) ink += 1;
      }
    }
    return all === 0 ? 0 : ink / all;
  });
}

export const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
