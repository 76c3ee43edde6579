import { readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

/** One page without a server: every host serves the same files. */
export default {
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build' }),
    paths: { relative: false },
    inlineStyleThreshold: 0,
    // Else the moment of the build, and no two builds of the same source would be alike.
    version: { name: version },
  },
};
