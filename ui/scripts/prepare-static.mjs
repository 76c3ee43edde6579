// Copies what pdf.js fetches at run time (its worker, fonts, character maps, decoders) into static/.
// The legacy build carries its own polyfills: system web views are often older than Chromium.
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const from = join(root, 'node_modules', 'pdfjs-dist');
const to = join(root, 'static', 'pdfjs');

await rm(to, { recursive: true, force: true });
await mkdir(to, { recursive: true });
// Named .js: some file servers don't know .mjs, and a worker with a wrong media type never starts.
await cp(join(from, 'legacy', 'build', 'pdf.worker.min.mjs'), join(to, 'pdf.worker.min.js'));
for (const folder of ['standard_fonts', 'cmaps', 'wasm', 'iccs']) {
  await cp(join(from, folder), join(to, folder), { recursive: true });
}
