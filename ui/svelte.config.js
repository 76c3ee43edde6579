import adapter from '@sveltejs/adapter-static';

/** One page without a server: every host serves the same files. */
export default {
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
    inlineStyleThreshold: 0,
  },
};
