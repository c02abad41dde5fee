/**
 * The hosted page's headers. Its policy lets in only the one style and the one script the page was built with, by hash;
 * lets that script call only the vault; and lets only one origin hold the page in a frame. PCI DSS 4.0.1 6.4.3: every
 * script of a payment page is authorized and its integrity assured.
 */
import { createHash } from 'node:crypto';

export interface HostedPage {
  readonly html: string;
  /** The policy of the page but for `frame-ancestors`, which depends on who asks. */
  readonly policy: string;
}

/** Takes the built page as it is served; throws when it does not hold exactly one style and one script. */
export function readHostedPage(html: string): HostedPage {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return { html, policy };
}

/** Headers for a page that `origin`, in the form of merchants/origin.ts, and no other may hold in a frame. */
export const pageHeaders = (page: HostedPage, origin: string): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `${page.policy}; frame-ancestors ${origin}`,
  'permissions-policy': PERMISSIONS,
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // The answer depends on the merchant's origins of this moment.
  'cache-control': 'no-store',
});

/** Powers a card field has no use for. */
const PERMISSIONS = ['camera', 'clipboard-read', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((power) => `${power}=()`)
  .join(', ');

function hashOf(html: string, element: 'script' | 'style'): string {
  const found = [...html.matchAll(new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'gs'))];
  const [text] = found.map((match) => match[1] ?? '');
  if (found.length !== 1 || !text) throw new Error(`the hosted page needs exactly one ${element}`);
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
