/**
 * The inventory of the build: scripts with hash and reason (PCI DSS 4.0.1 6.4.3), and the files served under /js/, each
 * script also under an address with its hash.
 */
import { createHash } from 'node:crypto';
import { PAGES, SCRIPTS } from './outputs.ts';

/** By name. */
export type TextsByName = Readonly<Record<string, string>>;

/** The content of `integrity.json`; shared/pages/inventory.ts reads it. */
export function inventory(scripts: TextsByName, pages: TextsByName): object {
  const part = (html: string, element: 'script' | 'style') =>
    describe(html.split(`<${element}>`)[1]?.split(`</${element}>`)[0] ?? '');
  return {
    scripts: SCRIPTS.map(({ name, format, reason }) => {
      const text = scripts[name] ?? '';
      const address = `/js/${pinnedName(name, text)}`;
      return { name, route: `/js/${name}`, pinned: address, format, ...describe(text), reason };
    }),
    pages: PAGES.map(({ name, route, probe, reasons }) => {
      const html = pages[name] ?? '';
      return {
        name,
        route,
        probe,
        ...describe(html),
        script: { ...part(html, 'script'), reason: reasons.script },
        style: { ...part(html, 'style'), reason: reasons.style },
      };
    }),
  };
}

/** Size, and the hash in the form of Subresource Integrity and Content Security Policy. */
const describe = (text: string) => ({ bytes: Buffer.byteLength(text), integrity: `sha384-${hash(text, 'base64')}` });

const hash = (text: string, form: 'base64' | 'hex'): string => createHash('sha384').update(text).digest(form);

/** `fuda.js` → `fuda.<32 hexadecimal digits of its SHA-384>.js`, so that an address always serves the same content. */
function pinnedName(name: string, text: string): string {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}.${hash(text, 'hex').slice(0, 32)}${name.slice(dot)}`;
}

/** Each script by its pinned name. */
export const pinned = (scripts: TextsByName): TextsByName =>
  Object.fromEntries(Object.entries(scripts).map(([name, text]) => [pinnedName(name, text), text]));

/** `served.json`: name under /js/ → the response (functions/runtime/served-file.ts). */
export function servedFiles(newest: TextsByName, kept: TextsByName): object {
  const served = (texts: TextsByName, more: object) =>
    Object.entries(texts).map(([name, text]) => [name, { contentType: contentTypeOf(name), text, ...more }]);
  return Object.fromEntries([...served(newest, {}), ...served(kept, { immutable: true })]);
}

function contentTypeOf(name: string): string {
  if (name.endsWith('.json')) return 'application/json';
  // TypeScript has no media type; as text, browsers show it and do not run it.
  return /\.(?:d\.mts|txt)$/.test(name) ? 'text/plain; charset=utf-8' : 'text/javascript; charset=utf-8';
}
