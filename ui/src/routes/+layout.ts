export const ssr = false;
/** The one page is written at build time, so that it names what it needs and nothing is fetched one behind the other. */
export const prerender = true;
