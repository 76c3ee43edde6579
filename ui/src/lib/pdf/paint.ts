/** Draws one page: pixels on a canvas, and its words as an invisible layer that can be selected. */
import type { PDFPageProxy } from 'pdfjs-dist';
import { loadPdfjs } from './open';

/** Web views refuse or slow down on larger canvases. */
const LARGEST_CANVAS_PIXELS = 16_000_000;

export async function paintPage(page: PDFPageProxy, cssWidth: number, stop: AbortSignal): Promise<HTMLCanvasElement> {
  const natural = page.getViewport({ scale: 1 });
  const cssScale = cssWidth / natural.width;
  const pixels = cssWidth * natural.height * cssScale;
  const density = Math.min(window.devicePixelRatio || 1, Math.sqrt(LARGEST_CANVAS_PIXELS / pixels));
  const viewport = page.getViewport({ scale: cssScale * density });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(viewport.width));
  canvas.height = Math.max(1, Math.round(viewport.height));
  const task = page.render({ canvas, viewport });
  stop.addEventListener('abort', () => task.cancel());
  await task.promise;
  return canvas;
}

/** Sizes follow the custom property `--total-scale-factor`, so a zoom needs no second pass. */
export async function layText(page: PDFPageProxy, container: HTMLElement, stop: AbortSignal): Promise<void> {
  const { TextLayer } = await loadPdfjs();
  if (stop.aborted) return;
  const layer = new TextLayer({
    textContentSource: page.streamTextContent({ includeMarkedContent: true, disableNormalization: true }),
    container,
    viewport: page.getViewport({ scale: 1 }),
  });
  stop.addEventListener('abort', () => layer.cancel());
  await layer.render();
}
