/** Where pages and boxes stand on screen. Points come in, CSS pixels go out. */
import type { Bbox, PageView } from '$lib/api/generated';

/** CSS pixels between pages and around them. */
export const GAP = 16;

export type PageSize = Pick<PageView, 'number' | 'width' | 'height'>;

export interface PlacedPage {
  number: number;
  top: number;
  left: number;
  width: number;
  height: number;
  /** CSS pixels per point. */
  scale: number;
}

export interface PageLayout {
  pages: PlacedPage[];
  width: number;
  height: number;
}

/** One scale for all pages: the widest fits the pane at zoom 1. */
export function fitScale(pages: PageSize[], paneWidth: number): number {
  const widest = pages.reduce((width, page) => Math.max(width, page.width), 1);
  return Math.max(0.1, (paneWidth - 2 * GAP) / widest);
}

export function layOut(pages: PageSize[], scale: number, paneWidth: number): PageLayout {
  const widest = pages.reduce((width, page) => Math.max(width, page.width * scale), 0);
  const width = Math.max(paneWidth, widest + 2 * GAP);
  let top = GAP;
  const placed = pages.map((page) => {
    const place = {
      number: page.number,
      top,
      left: Math.max(GAP, (width - page.width * scale) / 2),
      width: page.width * scale,
      height: page.height * scale,
      scale,
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
