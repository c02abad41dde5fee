/**
 * The policy and headers of a page that takes a card, with the reason for each. docs/payment-page-scripts.md is
 * generated from these rows, and functions/scheduled/check-pages.ts compares what is served with them (PCI DSS 4.0.1
 * 6.4.3, 11.6.1). A page may run only the script and style it was built with, by hash, and call only the vault.
 */
import { createHash } from 'node:crypto';
import { escapeHtml } from '../base/html.ts';
import type { FieldSettings } from '../card/field-settings.ts';
import { elementsOf } from './elements.ts';
import { PERMISSIONS_POLICY } from './powers.ts';

/** Hashes of the script and style of a page, as `sha384-…`. */
interface PageHashes {
  readonly script: string;
  readonly style: string;
}

export interface HostedPage {
  readonly html: string;
  readonly hashes: PageHashes;
}

/** The one origin that may frame a page, in the form of merchants/origin.ts; null where no page may. */
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

/** Browsers report violations here. Relative to the page, so that it is right behind a stage prefix too. */
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
  { directive: 'base-uri', value: "'none'", why: 'No injected `<base>` redirects the page’s own addresses.' },
  { directive: 'form-action', value: "'none'", why: 'No form is ever sent; the script posts the encrypted card.' },
  {
    directive: 'require-trusted-types-for',
    value: "'script'",
    why: 'No text can become markup or code, not even by a mistake in the script.',
  },
  { directive: 'trusted-types', value: "'none'", why: 'No script can declare text to be trusted.' },
  { directive: 'report-uri', value: REPORTS, why: 'A browser that refuses something says so to the vault.' },
  {
    directive: 'frame-ancestors',
    value: (_hashes, framedBy) => framedBy ?? "'none'",
    why: 'Only one registered origin may frame the field, at every level; no page may frame the payment page.',
  },
];

export const PAGE_HEADERS: readonly HeaderRow[] = [
  { name: 'content-type', value: 'text/html; charset=utf-8', why: 'Browsers read it as HTML.' },
  {
    name: 'content-security-policy',
    value: policyFor,
    why: 'What the page may run, load and send, and who may hold it, as below.',
  },
  {
    name: 'permissions-policy',
    value: PERMISSIONS_POLICY,
    why: 'Denies every feature of a browser that a card field does not need.',
  },
  {
    name: 'origin-agent-cluster',
    value: '?1',
    why: 'Separates the page from other subdomains where a browser has one process per site.',
  },
  {
    name: 'cross-origin-opener-policy',
    value: 'same-origin',
    why: 'Opened as a window, the page has no opener that could steer it; in a frame the header has no effect.',
  },
  {
    name: 'cross-origin-embedder-policy',
    value: 'require-corp',
    why: 'A cross-origin isolated page of a merchant may frame the field, which loads nothing from elsewhere.',
  },
  {
    name: 'cross-origin-resource-policy',
    value: 'cross-origin',
    why: 'A cross-origin isolated page needs this as well; frame-ancestors decides which pages may frame the field.',
  },
  { name: 'referrer-policy', value: 'no-referrer', why: 'The address, which holds the merchant’s key, goes nowhere.' },
  { name: 'strict-transport-security', value: 'max-age=31536000', why: 'Browsers never use plain HTTP for it again.' },
  { name: 'x-content-type-options', value: 'nosniff', why: 'Browsers guess no other content type.' },
  { name: 'x-dns-prefetch-control', value: 'off', why: 'No DNS lookup can carry data out.' },
  {
    name: 'cache-control',
    value: 'no-store',
    why: 'Browsers keep nothing, and the headers follow the merchant’s current origins.',
  },
];

/** Reads a built page; throws unless it holds exactly one style and one script. */
export const readHostedPage = (html: string): HostedPage => ({
  html,
  hashes: { script: hashOf(html, 'script'), style: hashOf(html, 'style') },
});

/** Where the built page of the field has room for its settings (web/hosted/card.html). */
const SETTINGS_GAP = '{{settings}}';

const settingsText = (settings: FieldSettings): string => escapeHtml(JSON.stringify(settings));

/** The built page with what the vault read from the request, so that the page reads no address itself. */
export const withSettings = (html: string, settings: FieldSettings): string =>
  html.replace(SETTINGS_GAP, () => settingsText(settings));

/** The reverse: the page as it was built; null unless it holds exactly these settings, once. */
export function withoutSettings(html: string, settings: FieldSettings): string | null {
  const [before, after, ...more] = html.split(settingsText(settings));
  return before === undefined || after === undefined || more.length > 0 ? null : before + SETTINGS_GAP + after;
}

/** The headers of a page with these hashes that only `framedBy` may frame. */
export const pageHeaders = ({ hashes }: Pick<HostedPage, 'hashes'>, framedBy: FramedBy): Record<string, string> =>
  Object.fromEntries(PAGE_HEADERS.map(({ name, value }) => [name, valueFor(value, hashes, framedBy)]));

function policyFor(hashes: PageHashes, framedBy: FramedBy): string {
  return POLICY.map(({ directive, value }) => `${directive} ${valueFor(value, hashes, framedBy)}`).join('; ');
}

const valueFor = (value: HeaderRow['value'], hashes: PageHashes, framedBy: FramedBy): string =>
  typeof value === 'string' ? value : value(hashes, framedBy);

function hashOf(html: string, element: 'script' | 'style'): string {
  const found = elementsOf(html, element);
  const [text] = found.map((each) => each.text);
  if (found.length !== 1 || !text) throw new Error(`the hosted page needs exactly one ${element}`);
  return `sha384-${createHash('sha384').update(text).digest('base64')}`;
}
