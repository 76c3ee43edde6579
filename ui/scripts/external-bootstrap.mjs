// Moves SvelteKit's inline start script into a file of its own, so that the page runs under
// `script-src 'self'`, and fails the build when anything inline is left in the page.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = join(dirname(dirname(fileURLToPath(import.meta.url))), 'build');
const page = join(build, 'index.html');
const html = await readFile(page, 'utf8');

const inline = /<script>([\s\S]*?)<\/script>/g;
const found = [...html.matchAll(inline)];
if (found.length !== 1) throw new Error(`expected one inline script in build/index.html, found ${found.length}`);

const code = found[0][1].trim();
const name = `start.${createHash('sha256').update(code).digest('hex').slice(0, 10)}.js`;
await writeFile(join(build, '_app', name), `${code}\n`);
const moved = html.replace(inline, `<script src="/_app/${name}"></script>`);

if (/<style|\sstyle=|<script>|\son\w+=/.test(moved)) throw new Error('build/index.html still holds inline code or styles');
await writeFile(page, moved);
console.log(`moved the start script to _app/${name}`);
