/**
 * The oldest browsers that the pages and scripts are built for: those that an old system is left with. Chrome 109 is the
 * last for Windows 7 and 8, Firefox 115 the last for those and for macOS 10.12 to 10.14, Safari 16.4 runs on the phones
 * that iOS 16 is the last for. esbuild lowers syntax to them; tools/floor holds built-ins and CSS to them.
 */
export const FLOOR = { chrome: '109', firefox: '115', safari: '16.4' } as const;
