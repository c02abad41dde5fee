/**
 * Checks that browsers receive what was built: fetches every page and script of the inventory from outside, compares it
 * byte for byte, and compares the headers of each page with the exact set it should have (PCI DSS 4.0.1 11.6.1).
 */
import { createHash } from 'node:crypto';
import type { IncomingResponse, SafeFetch } from '../base/net/safe-fetch.ts';
import { type FieldSettings, PLAIN_FIELD } from '../card/field-settings.ts';
import { elementsOf } from './elements.ts';
import type { Inventory, InventoryPage, InventoryScript } from './inventory.ts';
import { pageHeaders, withoutSettings } from './page.ts';

/** `header_added` and `script_added` are what a skimmer does. */
type Fault =
  | 'unreachable'
  | 'status'
  | 'header_missing'
  | 'header_changed'
  | 'header_added'
  | 'content_changed'
  | 'script_changed'
  | 'script_added'
  | 'style_changed'
  | 'style_added';

export interface PageFinding {
  /** The route of the inventory at which it was found. */
  readonly page: string;
  readonly fault: Fault;
  /** The header's name, or the hash that was found instead. */
  readonly found?: string;
}

const TIMEOUT_MS = 10_000;
const RESPONSE_BYTES_MAX = 2_000_000;

/**
 * The headers of a browser, so that a tampered server cannot tell the check from a shopper and show it the true page.
 */
const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'accept-language': 'ja,en;q=0.8',
};
const AS_FRAME = {
  ...BROWSER,
  accept: 'text/html,*/*;q=0.8',
  'sec-fetch-dest': 'iframe',
  'sec-fetch-mode': 'navigate',
};
const AS_SCRIPT = { ...BROWSER, accept: '*/*', 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors' };

/** A merchant's page on which the field is requested, so that a tampered server gains nothing by sparing the probe. */
export interface AskedAs {
  readonly publishableKey: string;
  readonly origin: string;
}

/** `baseUrl` is the API's address, with its stage. */
export async function checkServed(
  send: SafeFetch,
  baseUrl: string,
  inventory: Inventory,
  as?: AskedAs,
): Promise<PageFinding[]> {
  const base = baseUrl.replace(/\/$/, '');
  const fetched = async (address: string, headers: Readonly<Record<string, string>>) => {
    const ask = () =>
      send({
        url: base + address,
        method: 'GET',
        headers,
        timeoutMs: TIMEOUT_MS,
        responseBytesMax: RESPONSE_BYTES_MAX,
      }).catch(() => null);
    const response = await ask();
    // Retry once: a tampered page stays tampered, a network glitch does not.
    return response === null || response.status >= 500 ? ask() : response;
  };
  const pages = inventory.pages.map(async (page) =>
    as && isFramed(page)
      ? found(page.route, faultsOfPage(page, await fetched(addressFor(page, as), AS_FRAME), settingsFor(as)))
      : found(page.route, faultsOfPage(page, await fetched(page.probe, AS_FRAME), null)),
  );
  const scripts = inventory.scripts.flatMap((script) =>
    [script.route, script.pinned].map(async (address) =>
      found(script.route, faultsOfScript(script, await fetched(address, AS_SCRIPT))),
    ),
  );
  return (await Promise.all([...pages, ...scripts])).flat();
}

/** A page with an id in its address is never shown in a frame. */
const isFramed = ({ route }: InventoryPage): boolean => !route.includes('{');

const addressFor = ({ route }: InventoryPage, { publishableKey, origin }: AskedAs): string =>
  `${route}?${new URLSearchParams({ key: publishableKey, origin })}`;

/** What a true vault says to the field of that page. */
const settingsFor = ({ publishableKey, origin }: AskedAs): FieldSettings => ({
  publishable_key: publishableKey,
  is_test: publishableKey.startsWith('pk_test_'),
  origin,
  ...PLAIN_FIELD,
});

type Faults = readonly Omit<PageFinding, 'page'>[];

const found = (page: string, faults: Faults): PageFinding[] => faults.map((fault) => ({ page, ...fault }));

/** `settings` are those of the merchant's page that the request named; null for the probe, which names none. */
export function faultsOfPage(
  page: InventoryPage,
  response: IncomingResponse | null,
  settings: FieldSettings | null,
): Faults {
  if (response === null) return [{ fault: 'unreachable' }];
  if (response.status !== 200) return [{ fault: 'status', found: String(response.status) }];
  const hashes = { script: page.script.integrity, style: page.style.integrity };
  const headers = faultsOfHeaders(pageHeaders({ hashes }, settings?.origin ?? null), response.headers);
  const html = response.body.toString('utf8');
  const asBuilt = settings === null ? response.body : withoutSettings(html, settings);
  if (asBuilt !== null && integrityOf(asBuilt) === page.integrity) return headers;
  return [
    ...headers,
    { fault: 'content_changed', found: integrityOf(response.body) },
    ...faultsOfElements(html, 'script', hashes.script),
    ...faultsOfElements(html, 'style', hashes.style),
  ];
}

function faultsOfScript(script: InventoryScript, response: IncomingResponse | null): Faults {
  if (response === null) return [{ fault: 'unreachable' }];
  if (response.status !== 200) return [{ fault: 'status', found: String(response.status) }];
  const found = integrityOf(response.body);
  return found === script.integrity ? [] : [{ fault: 'script_changed', found }];
}

/** Added by servers and networks on the way; no browser acts on them. */
const OF_THE_WAY = /^(age|connection|content-length|date|keep-alive|server|transfer-encoding|via|x-amzn?-.+|x-cache)$/;

/** Expects exactly these headers and values. A header sent twice has another value. */
function faultsOfHeaders(expected: Readonly<Record<string, string>>, given: IncomingResponse['headers']): Faults {
  const missing = Object.entries(expected).flatMap(([name, value]): Faults => {
    if (given[name] === undefined) return [{ fault: 'header_missing', found: name }];
    return String(given[name]) === value ? [] : [{ fault: 'header_changed', found: name }];
  });
  const added = Object.keys(given).filter((name) => !Object.hasOwn(expected, name) && !OF_THE_WAY.test(name));
  return [...missing, ...added.map((name) => ({ fault: 'header_added', found: name }) as const)];
}

/** The element of the inventory must be there; every other one was added. */
function faultsOfElements(html: string, element: 'script' | 'style', expected: string): Faults {
  const hashes = elementsOf(html, element).map(({ text }) => integrityOf(text));
  const others = hashes.filter((hash) => hash !== expected);
  const isThere = others.length < hashes.length;
  const added = isThere ? others : others.slice(1);
  return [
    ...(isThere ? [] : [{ fault: `${element}_changed`, found: others[0] ?? 'none' } as const]),
    ...added.map((hash) => ({ fault: `${element}_added`, found: hash }) as const),
  ];
}

/** The hash in the form of the attribute `integrity`. */
export const integrityOf = (content: Uint8Array | string): string =>
  `sha384-${createHash('sha384').update(content).digest('base64')}`;
