import { describe, expect, it } from 'vitest';
import type { Finding } from '$lib/api/generated';
import {
  around,
  clusters,
  fitPageScale,
  fitScale,
  GAP,
  layOut,
  nextTurn,
  pageIndexAt,
  pagesBetween,
  paperOf,
  placeBox,
  pointOnPaper,
  scrollAfterZoom,
  scrollToShow,
  turnBox,
  turning,
  type Turn,
} from './geometry';
import { highlightAt, highlightsByPage } from './highlights';

const pages = (count: number, width = 600, height = 800) =>
  Array.from({ length: count }, (_, at) => ({ number: at + 1, width, height }));

describe('pages', () => {
  it('fit the pane by the widest of them', () => {
    const mixed = [...pages(1), { number: 2, width: 800, height: 600 }];
    expect(fitScale(mixed, 800 + 2 * GAP)).toBe(1);
    const layout = layOut(mixed, 1, 800 + 2 * GAP);
    expect(layout.pages[0]).toMatchObject({ top: GAP, left: 100 + GAP, width: 600 });
    expect(layout.pages[1]).toMatchObject({ top: 2 * GAP + 800, left: GAP });
    expect(layout.height).toBe(800 + 600 + 3 * GAP);
  });

  it('are drawn only where they are seen, of 400', () => {
    const layout = layOut(pages(400), 1, 700);
    const top = layout.pages[249]?.top ?? 0;
    expect(pagesBetween(layout, top, top + 900).map((page) => page.number)).toEqual([250, 251]);
    expect(pageIndexAt(layout, -50)).toBe(0);
    expect(pageIndexAt(layout, layout.height + 999)).toBe(399);
    expect(pagesBetween(layOut([], 1, 700), 0, 900)).toEqual([]);
  });

  it('stay where they are read while the scale changes', () => {
    const [before, after] = [layOut(pages(40), 1, 700), layOut(pages(40), 2, 700)];
    const middleOfPage20 = (before.pages[19]?.top ?? 0) + 400;
    const scrolled = scrollAfterZoom(middleOfPage20 - 100, 100, before, after);
    expect(scrolled + 100).toBe((after.pages[19]?.top ?? 0) + 800);
  });
});

describe('turned pages', () => {
  const turned = (turn: Turn) => {
    const [place] = layOut(pages(1), 2, 4000, turn).pages;
    if (!place) throw new Error('a page is laid out');
    return place;
  };

  it('are seen lying and keep the size of their paper', () => {
    expect([turned(1).width, turned(1).height]).toEqual([1600, 1200]);
    expect([turned(2).width, turned(2).height]).toEqual([1200, 1600]);
    for (const turn of [0, 1, 2, 3] as const) expect(paperOf(turned(turn))).toEqual({ width: 1200, height: 1600 });
    expect(fitScale(pages(1), 800 + 2 * GAP, 1)).toBe(1);
    expect(fitPageScale(pages(1), 5000, 800 + 2 * GAP, 0)).toBe(1);
    expect(fitPageScale(pages(1), 600 + 2 * GAP, 5000, 0)).toBe(1);
  });

  it('carry their boxes along, and a click finds the way back', () => {
    const corner: [number, number, number, number] = [0, 0, 60, 20];
    expect([0, 1, 2, 3].map((turn) => turnBox(corner, turned(turn as Turn)))).toEqual([
      [0, 0, 60, 20],
      [780, 0, 800, 60],
      [540, 780, 600, 800],
      [0, 540, 20, 600],
    ]);
    for (const turn of [0, 1, 2, 3] as const) {
      const place = turned(turn);
      const [x0, y0, x1, y1] = turnBox(corner, place);
      const [x, y] = pointOnPaper(((x0 + x1) / 2) * place.scale, ((y0 + y1) / 2) * place.scale, place);
      expect([x, y]).toEqual([30, 10]);
    }
  });

  it('come back after four turns, and an upright one is not transformed', () => {
    expect([0, 1, 2, 3].map((turn) => nextTurn(turn as Turn))).toEqual([1, 2, 3, 0]);
    expect(turning(turned(0))).toBe('none');
    expect(turning(turned(1))).toBe('translate(1600px, 0px) rotate(90deg)');
  });
});

describe('boxes', () => {
  it('are placed in CSS pixels from the page’s top left', () => {
    expect(placeBox([10, 20, 110, 32], 2, 0)).toEqual({ left: 20, top: 40, width: 200, height: 24 });
    expect(around([[10, 20, 30, 40], [5, 30, 20, 60]])).toEqual([5, 20, 30, 60]);
    expect(around([])).toBeNull();
  });

  it('share one outline down a column and get another in the next', () => {
    const column: [number, number, number, number][] = [[50, 700, 290, 712], [50, 714, 290, 726], [310, 60, 500, 72]];
    expect(clusters(column)).toEqual([[50, 700, 290, 726], [310, 60, 500, 72]]);
    expect(clusters([])).toEqual([]);
  });

  it('scroll into view only when they are out of it', () => {
    const box = { left: 0, top: 500, width: 10, height: 20 };
    expect(scrollToShow(box, 300, 600)).toBe(300);
    expect(scrollToShow(box, 0, 300)).toBe(400);
    expect(scrollToShow({ ...box, top: 20 }, 900, 600)).toBe(0);
  });
});

describe('highlights', () => {
  const finding = (severity: Finding['severity'], outcome: Finding['outcome'], x: number): Finding => ({
    check: 'c',
    clause_kind: 'indemnity',
    outcome,
    severity,
    title: severity,
    explanation: '',
    ask: '',
    exposure: '',
    advice: { standard: '', fallbacks: [], walk_away: '', approver: '' },
    confidence: 'high',
    citations: [
      { page: 2, quote: 'a', boxes: [[x, 0, x + 100, 10]], verified: true },
      { page: 3, quote: 'b', boxes: [], verified: false },
    ],
  });

  it('lie by page, the gravest on top, and a second click reaches the one below', () => {
    const byPage = highlightsByPage([finding('critical', 'red_line', 0), finding('low', 'red_line', 50), finding('high', 'met', 50)]);
    expect([...byPage.keys()]).toEqual([2]);
    const onPage = byPage.get(2) ?? [];
    expect(onPage.map((one) => one.tone)).toEqual(['calm', 'low', 'critical']);
    expect(highlightAt(onPage, 60, 5, null)?.finding).toBe(0);
    expect(highlightAt(onPage, 60, 5, 0)?.finding).toBe(1);
    expect(highlightAt(onPage, 60, 5, 2)?.finding).toBe(0);
    expect(highlightAt(onPage, 300, 5, null)).toBeNull();
  });
});
