/** Opens a contract's file with pdf.js. The library comes with the first document, not with the page. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { PageView } from '$lib/api/generated';
import type { DocumentSource } from '$lib/host/host';

/** Fewer, larger requests: the file lies on the same machine. */
const RANGE_BYTES = 1 << 20;

export const loadPdfjs = () => import('pdfjs-dist/legacy/build/pdf.mjs');

export interface Opening {
  document: Promise<PDFDocumentProxy>;
  close(): void;
}

/** Why pdf.js does not open a file: its exceptions are told by their names. */
export type Refused = 'locked' | 'wrong' | 'broken';

export function refusalOf(error: unknown): Refused {
  if (!(error instanceof Error) || error.name !== 'PasswordException') return 'broken';
  return 'code' in error && error.code === 2 ? 'wrong' : 'locked';
}

export function openPdf(source: DocumentSource, password: string | undefined): Opening {
  let closed = false;
  const task = loadPdfjs().then((pdfjs) => {
    pdfjs.GlobalWorkerOptions.workerSrc = '/pdfjs/pdf.worker.min.js';
    const opening = pdfjs.getDocument({
      ...source,
      password,
      rangeChunkSize: RANGE_BYTES,
      cMapUrl: '/pdfjs/cmaps/',
      cMapPacked: true,
      standardFontDataUrl: '/pdfjs/standard_fonts/',
      // The fonts that come with pdf.js have the widths that files without fonts are set for.
      useSystemFonts: false,
      wasmUrl: '/pdfjs/wasm/',
      iccUrl: '/pdfjs/iccs/',
      enableXfa: false,
      stopAtErrors: false,
      verbosity: 0,
    });
    if (closed) void opening.destroy();
    return opening;
  });
  return {
    document: task.then((opening) => opening.promise),
    close() {
      closed = true;
      void task.then((opening) => opening.destroy());
    },
  };
}

/** Sizes as the file tells them, for contracts whose pages the engine has not read or could not read. */
export async function pageSizes(pdf: PDFDocumentProxy): Promise<PageView[]> {
  const sizes: PageView[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { width, height } = (await pdf.getPage(number)).getViewport({ scale: 1 });
    sizes.push({ number, width, height, flow: false });
  }
  return sizes;
}
