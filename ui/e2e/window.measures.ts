/**
 * How the window moves while the engine is busy. One line of figures each, in milliseconds unless it says
 * otherwise; what an issue promises is asserted behind them.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { longContract } from './pdf';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
/** Reviews that stream what they do meanwhile, and the pages of each. */
const REVIEWS = 20;
const PAGES = 300;
/** Keys that are pressed meanwhile. */
const KEYS = 200;
/** An input is answered within this long, in 95 of 100. */
const ANSWERED = 100;
/** What takes longer than this is seen as a stop. */
const LONG = 50;
/** Pages of the PDF that is scrolled, how often, and how far each time. */
const SCROLLED_PAGES = 400;
const SCROLLS = 150;
const SCROLL_BY = 400;

declare global {
  interface Window {
    measured: { answers: number[]; tasks: number[]; frames: number[] };
  }
}

/** Listens to keys, long tasks and frames from the page's first moment on. */
function listen(): void {
  window.measured = { answers: [], tasks: [], frames: [] };
  const { answers, tasks, frames } = window.measured;
  document.addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => answers.push(performance.now() - timeStamp)), true);
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  let before = performance.now();
  requestAnimationFrame(function frame(now) {
    frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  });
}

/** Forgets what was measured so far. */
const begin = (page: Page) =>
  page.evaluate(() => {
    for (const figures of Object.values(window.measured)) figures.length = 0;
  });
const measured = (page: Page) => page.evaluate(() => window.measured);

function quantile(all: number[], part: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
const most = (all: number[]) => all.reduce((a, b) => Math.max(a, b), 0);
const one = (figure: number) => figure.toFixed(1);
const told = (all: number[]) => `median ${one(quantile(all, 0.5))}, p95 ${one(quantile(all, 0.95))}, most ${one(most(all))} of ${all.length}`;
/** Of a time that was drawn, the share that stood still for longer than `LONG`. */
const still = (frames: number[]) => frames.filter((frame) => frame > LONG).length / Math.max(frames.length, 1);

test('keys are answered while twenty reviews stream what they do', async ({ app }) => {
  const { page } = app;
  await page.addInitScript(listen);
  await page.reload();
  await app.drop(Array.from({ length: REVIEWS }, (_, at) => ({ name: `Contract ${at + 1}.pdf`, content: longContract(PAGES, at) })));
  const active = page.locator('[data-review]:is([data-state="running"], [data-state="queued"])');
  await expect(page.locator('[data-state="running"]')).not.toHaveCount(0);
  await page.keyboard.press('Escape');
  // What the drop itself took is no answer to a key.
  await begin(page);
  let pressed = 0;
  while (pressed < KEYS && (await active.count()) > 0) {
    await page.keyboard.press(pressed % 10 < 5 ? 'ArrowDown' : 'ArrowUp');
    pressed += 1;
  }
  const { answers, tasks, frames } = await measured(page);
  const left = await active.count();
  console.log(`input to the next frame: ${told(answers)} keys; ${left} of ${REVIEWS} reviews still under way at the end`);
  console.log(`long tasks: ${tasks.length}, the longest ${one(most(tasks))}; frames over ${LONG} ms: ${(100 * still(frames)).toFixed(1)} % of ${frames.length}`);
  expect(answers.length).toBeGreaterThanOrEqual(KEYS / 2);
  expect(quantile(answers, 0.95)).toBeLessThan(ANSWERED);
  expect(tasks.filter((task) => task > LONG)).toEqual([]);
});

/** The page of pdf.js's own viewer component, with the same file. */
const VIEWER = `<!doctype html><html lang="en"><title>pdf.js</title><link rel="stylesheet" href="/pdfjs/web/pdf_viewer.css">
<style>#box { position: absolute; inset: 0; overflow: auto }</style><div id="box"><div class="pdfViewer"></div></div>
<script type="module">
  import * as pdfjs from '/pdfjs/build/pdf.mjs';
  globalThis.pdfjsLib = pdfjs;
  const { EventBus, PDFLinkService, PDFViewer } = await import('/pdfjs/web/pdf_viewer.mjs');
  pdfjs.GlobalWorkerOptions.workerSrc = '/pdfjs/build/pdf.worker.mjs';
  const eventBus = new EventBus();
  const linkService = new PDFLinkService({ eventBus });
  const viewer = new PDFViewer({ container: document.getElementById('box'), eventBus, linkService });
  linkService.setViewer(viewer);
  eventBus.on('pagesinit', () => (viewer.currentScaleValue = 'page-width'));
  eventBus.on('pagerendered', () => document.body.dataset.ready = 'yes', { once: true });
  const document_ = await pdfjs.getDocument('/file.pdf').promise;
  viewer.setDocument(document_);
  linkService.setDocument(document_);
</script>`;

async function viewer(file: Buffer): Promise<Server> {
  const types: Record<string, string> = { '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
  const root = join(ui, 'node_modules', 'pdfjs-dist');
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '/', 'http://x').pathname;
    const send = (type: string, body: string | Buffer) => answer.writeHead(200, { 'content-type': type }).end(body);
    if (path === '/') return send('text/html', VIEWER);
    if (path === '/file.pdf') return send('application/pdf', file);
    const at = normalize(join(root, path.replace('/pdfjs/', '')));
    if (!at.startsWith(root + sep)) return answer.writeHead(404).end();
    return readFile(at).then(
      (body) => send(types[extname(at)] ?? 'application/octet-stream', body),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** Scrolls through what lies under the mouse as a wheel does; the frames meanwhile. */
async function scroll(page: Page, x: number, y: number): Promise<number[]> {
  await page.mouse.move(x, y);
  await begin(page);
  for (let at = 0; at < SCROLLS; at += 1) {
    await page.mouse.wheel(0, SCROLL_BY);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return (await measured(page)).frames;
}

test('four hundred pages scroll as smoothly as in the viewer of pdf.js', async ({ app, browser }) => {
  const { page } = app;
  const file = longContract(SCROLLED_PAGES);
  await page.addInitScript(listen);
  await page.reload();
  await app.drop([{ name: 'Long.pdf', content: file }]);
  await app.selectDone(app.row('Long.pdf'));
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  const box = await page.locator('[data-page="1"]').boundingBox();

  const server = await viewer(file);
  // A context of its own: a page hidden behind another of its context gets no wheel.
  const beside = await (await browser.newContext()).newPage();
  await beside.addInitScript(listen);
  await beside.setViewportSize({ width: Math.round(box?.width ?? 600), height: 900 });
  await beside.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await expect(beside.locator('body[data-ready]')).toHaveCount(1);

  const shares: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  // In turns, so that what else the machine does meets both.
  for (let round = 0; round < 3; round += 1) {
    await page.bringToFront();
    const ours = await scroll(page, (box?.x ?? 0) + (box?.width ?? 0) / 2, 500);
    await beside.bringToFront();
    const theirs = await scroll(beside, (box?.width ?? 600) / 2, 500);
    shares.ours.push(still(ours));
    shares.theirs.push(still(theirs));
    console.log(`scrolling, round ${round + 1}: frames here ${told(ours)}; in pdf.js's viewer ${told(theirs)}`);
  }
  const scrolled = await beside.evaluate(() => document.getElementById('box')?.scrollTop ?? 0);
  expect(scrolled).toBeGreaterThan((SCROLLS * SCROLL_BY) / 2);
  server.close();
  const [ours, theirs] = [quantile(shares.ours, 0.5), quantile(shares.theirs, 0.5)];
  console.log(`frames over ${LONG} ms, median of three rounds: ${(100 * ours).toFixed(1)} % here, ${(100 * theirs).toFixed(1)} % in pdf.js's viewer`);
  const shown = Number(await page.getByLabel('Page', { exact: true }).inputValue());
  expect(shown).toBeGreaterThan(50);
  expect(ours).toBeLessThanOrEqual(theirs + 0.01);
});
