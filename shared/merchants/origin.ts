/** Origins of merchants' pages. Each becomes part of a Content-Security-Policy, so its form is checked strictly. */

/** A DNS name or IPv4 address; no wildcard, quote, space or semicolon that could add to a policy. */
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The text itself when it is a canonical origin such as `https://shop.example`, null for anything else. */
export function parseOrigin(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === text && HOST.test(url.hostname);
  return isOrigin ? text : null;
}

/** Pages are served over https, except on this machine. */
export function isSafeOrigin(origin: string): boolean {
  const { protocol } = new URL(origin);
  return protocol === 'https:' || (protocol === 'http:' && isOnThisMachine(origin));
}

/**
 * The address of a page that a shopper may be led to; null for one with a user's name in it, and for other schemes. A
 * `blob:` has the origin of the page that made it and no host, so it would pass for the shop's own and show no domain.
 */
export function parsePageUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username === '' && url.password === '';
  return isPlain && isSafeOrigin(url.href) ? url : null;
}

/** No shopper's browser can open such a page. */
export function isOnThisMachine(origin: string): boolean {
  return ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname);
}
