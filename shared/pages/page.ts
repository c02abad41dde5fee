/**
 * The policy and the headers of a page that takes a card: what each forbids, and why it is there. docs/payment-page-scripts.md
 * is made of these rows, and functions/scheduled/check-pages.ts holds what is served against them (PCI DSS 4.0.1 6.4.3,
 * 11.6.1). A page may run the one script and the one style it was built with, by hash, and call only the vault.
 */
import { createHash } from 'node:crypto';
import { PERMISSIONS_POLICY } from './powers.ts';

/** Of the one script and the one style of a page, as `sha384-…`. */
export interface PageHashes {
  readonly script: string;
  readonly style: string;
}

export interface HostedPage {
  readonly html: string;
  readonly hashes: PageHashes;
}

/** Who may hold a page in a frame: one origin, in the form of merchants/origin.ts, or nobody. */
export type FramedBy = string | null;

interface DirectiveRow {
  readonly directive: string;
  readonly value: string | ((hashes: PageHashes, framedBy: FramedBy) => string);
  readonly why: string;
}

interface HeaderRow {
  readonly name: string;
  readonly value: string | ((hashes: PageHashes, framedBy: FramedBy) => string);
  readonly why: string;
}

/** Where browsers tell of violations: relative to the page, so that it holds behind a stage prefix too. */
const REPORTS = '../v1/csp-reports';

/** Content Security Policy Level 3, Trusted Types. */
export const POLICY: readonly DirectiveRow[] = [
  {
    directive: 'default-src',
    value: "'none'",
    why: 'Nothing is loaded: no image, font, frame, worker, plugin or prefetch, each of which could carry a card away.',
  },
  { directive: 'script-src', value: ({ script }) => `'${script}'`, why: 'The one script of the build, and no other.' },
  { directive: 'style-src', value: ({ style }) => `'${style}'`, why: 'The one style of the build, and no other.' },
  { directive: 'connect-src', value: "'self'", why: 'The script can send to the vault and nowhere else.' },
  { directive: 'base-uri', value: "'none'", why: 'No injected `<base>` turns the page’s own addresses elsewhere.' },
  { directive: 'form-action', value: "'none'", why: 'No form is ever sent; the script posts the encrypted card.' },
  {
    directive: 'require-trusted-types-for',
    value: "'script'",
    why: 'A text cannot become markup or code, not even by a mistake of ours.',
  },
  { directive: 'trusted-types', value: "'none'", why: 'And nothing can be declared to be trusted.' },
  { directive: 'report-uri', value: REPORTS, why: 'A browser that refuses something says so to the vault.' },
  {
    directive: 'frame-ancestors',
    value: (_hashes, framedBy) => framedBy ?? "'none'",
    why: 'One registered origin may hold the field, in every frame around it; nobody may hold a page of its own.',
  },
];

export const PAGE_HEADERS: readonly HeaderRow[] = [
  { name: 'content-type', value: 'text/html; charset=utf-8', why: 'Read as what it is.' },
  {
    name: 'content-security-policy',
    value: policyFor,
    why: 'What the page may run, load and send, and who may hold it, as below.',
  },
  {
    name: 'permissions-policy',
    value: PERMISSIONS_POLICY,
    why: 'Every power of a browser that a card field has no use for.',
  },
  {
    name: 'origin-agent-cluster',
    value: '?1',
    why: 'Keeps the page apart from other subdomains, also where a browser gives processes by site.',
  },
  {
    name: 'cross-origin-opener-policy',
    value: 'same-origin',
    why: 'Opened as a window, it knows no opener that could steer it; inside a frame it means nothing.',
  },
  {
    name: 'cross-origin-embedder-policy',
    value: 'require-corp',
    why: 'A merchant’s page that is isolated across origins may hold the field; it loads nothing that could mind.',
  },
  {
    name: 'cross-origin-resource-policy',
    value: 'cross-origin',
    why: 'The same, from the other side; who may hold it is frame-ancestors’ to say.',
  },
  { name: 'referrer-policy', value: 'no-referrer', why: 'The address, which holds the merchant’s key, goes nowhere.' },
  { name: 'strict-transport-security', value: 'max-age=31536000', why: 'Never asked for over plain HTTP again.' },
  { name: 'x-content-type-options', value: 'nosniff', why: 'Never taken for anything but its content type.' },
  { name: 'x-dns-prefetch-control', value: 'off', why: 'No name lookup can carry anything out.' },
  {
    name: 'cache-control',
    value: 'no-store',
    why: 'Nothing is kept; and the answer depends on the merchant’s origins of this moment.',
  },
];

/** Takes the built page as it is served; throws when it does not hold exactly one style and one script. */
export const readHostedPage = (html: string): HostedPage => ({
  html,
  hashes: { script: hashOf(html, 'script'), style: hashOf(html, 'style') },
});

/** The headers of a page with these hashes that `framedBy` and no other may hold in a frame. */
export const pageHeaders = ({ hashes }: Pick<HostedPage, 'hashes'>, framedBy: FramedBy): Record<string, string> =>
  Object.fromEntries(PAGE_HEADERS.map(({ name, value }) => [name, valueFor(value, hashes, framedBy)]));

function policyFor(hashes: PageHashes, framedBy: FramedBy): string {
  return POLICY.map(({ directive, value }) => `${directive} ${valueFor(value, hashes, framedBy)}`).join('; ');
}

const valueFor = (value: HeaderRow['value'], hashes: PageHashes, framedBy: FramedBy): string =>
  typeof value === 'string' ? value : value(hashes, framedBy);

function hashOf(html: string, element: 'script' | 'style'): string {
  const found = [...html.matchAll(new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'gs'))];
  const [text] = found.map((match) => match[1] ?? '');
  if (found.length !== 1 || !text) throw new Error(`the hosted page needs exactly one ${element}`);
  return `sha384-${createHash('sha384').update(text).digest('base64')}`;
}
