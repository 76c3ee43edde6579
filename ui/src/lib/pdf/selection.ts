/** Where the words stand that a person selected on the pages. */
import type { OnPage } from '$lib/api/generated';
import { pointOnPaper, type PlacedPage } from './geometry';

export interface Selected {
  places: OnPage[];
  quote: string;
  /** The end of the selection, CSS pixels of the screen. */
  right: number;
  bottom: number;
}

interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Rectangles on the screen as boxes on the page that they lie on. */
export function onPage(rects: Rect[], page: Rect, place: PlacedPage): OnPage {
  const boxes = rects.map((rect) => {
    const [ax, ay] = pointOnPaper(rect.left - page.left, rect.top - page.top, place);
    const [bx, by] = pointOnPaper(rect.right - page.left, rect.bottom - page.top, place);
    return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)] as [number, number, number, number];
  });
  return { page: place.number, boxes };
}

/** Rectangles of the text that a range holds; those of elements around it say nothing. */
function rectsOf(range: Range): Rect[] {
  const root = range.commonAncestorContainer;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const rects: Rect[] = [];
  for (let node: Node | null = root.nodeType === Node.TEXT_NODE ? root : texts.nextNode(); node; node = texts.nextNode()) {
    if (!range.intersectsNode(node)) continue;
    const part = document.createRange();
    part.selectNodeContents(node);
    if (node === range.startContainer) part.setStart(node, range.startOffset);
    if (node === range.endContainer) part.setEnd(node, range.endOffset);
    rects.push(...Array.from(part.getClientRects()).filter((rect) => rect.width > 1 && rect.height > 1));
  }
  return rects;
}

/** What is selected on the pages in a box; nothing when it is elsewhere. */
export function selectedIn(box: HTMLElement, pages: PlacedPage[]): Selected | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.commonAncestorContainer)) return null;
  const rects = rectsOf(range);
  const within = (rect: Rect, page: Rect) => {
    const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
    return x >= page.left && x <= page.right && y >= page.top && y <= page.bottom;
  };
  const places = Array.from(box.querySelectorAll<HTMLElement>('[data-page]')).flatMap((element) => {
    const place = pages.find((page) => String(page.number) === element.dataset.page);
    const area = element.getBoundingClientRect();
    const own = rects.filter((rect) => within(rect, area));
    return place && own.length > 0 ? [onPage(own, area, place)] : [];
  });
  const last = rects.at(-1);
  if (!last || places.length === 0) return null;
  return { places, quote: selection.toString().replace(/\s+/g, ' ').trim(), right: last.right, bottom: last.bottom };
}
