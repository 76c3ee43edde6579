/** Where pages and boxes stand on screen. Points come in, CSS pixels go out. */
import type { Bbox, PageView } from '$lib/api/generated';

/** CSS pixels between pages and around them. */
export const GAP = 16;

export type PageSize = Pick<PageView, 'number' | 'width' | 'height'>;

/** Quarter turns to the right. */
export type Turn = 0 | 1 | 2 | 3;

export const nextTurn = (turn: Turn): Turn => (turn === 0 ? 1 : turn === 1 ? 2 : turn === 2 ? 3 : 0);

export interface PlacedPage {
  number: number;
  top: number;
  left: number;
  width: number;
  height: number;
  /** CSS pixels per point. */
  scale: number;
  /** How the page is turned; its width and height are what is seen. */
  turn: Turn;
}

const lies = (turn: Turn): boolean => turn === 1 || turn === 3;

/** A page's size as it is seen. */
function seen(page: Pick<PageSize, 'width' | 'height'>, turn: Turn): { width: number; height: number } {
  return lies(turn) ? { width: page.height, height: page.width } : { width: page.width, height: page.height };
}

/** The size of a placed page before it was turned, in CSS pixels. */
export const paperOf = (place: PlacedPage): { width: number; height: number } => seen(place, place.turn);

/** A box of a page (in points) where it is once the page is turned. */
export function turnBox([x0, y0, x1, y1]: Bbox, place: PlacedPage): Bbox {
  const paper = paperOf(place);
  const width = paper.width / place.scale;
  const height = paper.height / place.scale;
  switch (place.turn) {
    case 0:
      return [x0, y0, x1, y1];
    case 1:
      return [height - y1, x0, height - y0, x1];
    case 2:
      return [width - x1, height - y1, width - x0, height - y0];
    case 3:
      return [y0, width - x1, y1, width - x0];
  }
}

/** The point of the page (in points) under a point of what is seen (in CSS pixels). */
export function pointOnPaper(x: number, y: number, place: PlacedPage): [number, number] {
  const paper = paperOf(place);
  const [px, py] = ((): [number, number] => {
    switch (place.turn) {
      case 0:
        return [x, y];
      case 1:
        return [y, paper.height - x];
      case 2:
        return [paper.width - x, paper.height - y];
      case 3:
        return [paper.width - y, x];
    }
  })();
  return [px / place.scale, py / place.scale];
}

/** What turns a page's paper, laid at the top left, into its place. */
export function turning(place: PlacedPage): string {
  const [x, y] = place.turn === 1 ? [place.width, 0] : place.turn === 2 ? [place.width, place.height] : place.turn === 3 ? [0, place.height] : [0, 0];
  return place.turn === 0 ? 'none' : `translate(${x}px, ${y}px) rotate(${place.turn * 90}deg)`;
}

export interface PageLayout {
  pages: PlacedPage[];
  width: number;
  height: number;
}

/** One scale for all pages: the widest fits the pane at zoom 1. */
export function fitScale(pages: PageSize[], paneWidth: number, turn: Turn = 0): number {
  const widest = pages.reduce((width, page) => Math.max(width, seen(page, turn).width), 1);
  return Math.max(0.1, (paneWidth - 2 * GAP) / widest);
}

/** One scale for all pages: every page is seen as a whole. */
export function fitPageScale(pages: PageSize[], paneWidth: number, paneHeight: number, turn: Turn = 0): number {
  const tallest = pages.reduce((height, page) => Math.max(height, seen(page, turn).height), 1);
  return Math.max(0.1, Math.min(fitScale(pages, paneWidth, turn), (paneHeight - 2 * GAP) / tallest));
}

export function layOut(pages: PageSize[], scale: number, paneWidth: number, turn: Turn = 0): PageLayout {
  const widest = pages.reduce((width, page) => Math.max(width, seen(page, turn).width * scale), 0);
  const width = Math.max(paneWidth, widest + 2 * GAP);
  let top = GAP;
  const placed = pages.map((page) => {
    const size = seen(page, turn);
    const place = {
      number: page.number,
      top,
      left: Math.max(GAP, (width - size.width * scale) / 2),
      width: size.width * scale,
      height: size.height * scale,
      scale,
      turn,
    };
    top += place.height + GAP;
    return place;
  });
  return { pages: placed, width, height: top };
}

/** Index of the first page whose bottom lies below `y`. */
export function pageIndexAt(layout: PageLayout, y: number): number {
  let low = 0;
  let high = layout.pages.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const page = layout.pages[middle];
    if (page && page.top + page.height >= y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The pages that a view from `top` to `bottom` shows. */
export function pagesBetween(layout: PageLayout, top: number, bottom: number): PlacedPage[] {
  const shown: PlacedPage[] = [];
  for (let at = pageIndexAt(layout, top); at < layout.pages.length; at += 1) {
    const page = layout.pages[at];
    if (!page || page.top > bottom) break;
    shown.push(page);
  }
  return shown;
}

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A citation's box on its page; a little air around the words, never less than a pixel. */
export function placeBox(box: Bbox, scale: number, air = 1): Rectangle {
  const [x0, y0, x1, y1] = box;
  return {
    left: (x0 - air) * scale,
    top: (y0 - air) * scale,
    width: Math.max(1, (x1 - x0 + 2 * air) * scale),
    height: Math.max(1, (y1 - y0 + 2 * air) * scale),
  };
}

/** The rectangle around all boxes. */
export function around(boxes: Bbox[]): Bbox | null {
  const [first, ...rest] = boxes;
  if (!first) return null;
  return rest.reduce<Bbox>(
    (all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])],
    first,
  );
}

/**
 * The rectangles to draw around a quote's lines: lines that follow one another down a column share
 * one; a jump to the next column or past a gap begins another.
 */
export function clusters(boxes: Bbox[]): Bbox[] {
  const runs: Bbox[][] = [];
  for (const box of boxes) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const height = box[3] - box[1];
    if (run && last && box[1] > last[1] - height / 2 && box[1] - last[3] < height * 1.5) run.push(box);
    else runs.push([box]);
  }
  return runs.map(around).filter((box) => box !== null);
}

export function contains(box: Bbox, x: number, y: number, air = 2): boolean {
  return x >= box[0] - air && x <= box[2] + air && y >= box[1] - air && y <= box[3] + air;
}

/** Where to scroll so that a box is seen: unmoved when it is seen well already, else at a third of the pane. */
export function scrollToShow(box: Rectangle, scrollTop: number, paneHeight: number): number {
  const margin = Math.min(48, paneHeight / 6);
  const seen = box.top >= scrollTop + margin && box.top + box.height <= scrollTop + paneHeight - margin;
  return seen ? scrollTop : Math.max(0, box.top - paneHeight / 3);
}

/** A zoom that keeps the point under `anchor` (from the pane's top) where it is. */
export function scrollAfterZoom(scrollTop: number, anchor: number, before: PageLayout, after: PageLayout): number {
  const at = pageIndexAt(before, scrollTop + anchor);
  const old = before.pages[at];
  const now = after.pages[at];
  if (!old || !now) return scrollTop;
  const within = (scrollTop + anchor - old.top) / Math.max(1, old.height);
  return Math.max(0, now.top + within * now.height - anchor);
}
