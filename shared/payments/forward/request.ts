/**
 * Checks the merchant's request and its placeholders before anything is decrypted: method and path against the
 * destination, the headers, and the places of values. A card number is never in a URL, which proxies and servers log
 * (PCI DSS 4.0.1 3.5.1, 4.2.1).
 */
import * as z from 'zod/mini';
import { VaultError } from '../../base/errors.ts';
import type { OutgoingRequest } from '../../base/net/safe-fetch.ts';
import { checkAccount } from './account.ts';
import { type BodyTemplate, readBody } from './body.ts';
import { type AllowedDestination, type CardPlaces, METHODS, urlUnder } from './destination.ts';
import {
  fill,
  isWhole,
  opensCard,
  type Placeholder,
  parseTemplate,
  placeholdersOf,
  type Template,
  type Values,
} from './template.ts';

const HEADERS_MAX = 30;
const HEADER_LENGTH_MAX = 4_000;
const PLACEHOLDERS_MAX = 50;

export const ForwardRequest = z.strictObject({
  source: z
    .string({ error: 'source_invalid' })
    .check(z.describe('The source of the card: a token, tok_…, or a stored card, card_….')),
  destination: z.string().check(z.describe('The name of an allowed destination, as docs/reference/forward.md says.')),
  request: z.strictObject({
    method: z.enum(METHODS).check(z.describe('One that the destination takes.')),
    path: z
      .string()
      .check(z.maxLength(1_000), z.describe('Path and query, under the destination’s path prefix. No placeholders.')),
    headers: z.optional(
      z
        .record(z.string(), z.string())
        .check(
          z.describe('With placeholders, such as {{ secret.psp-key }}. JSON unless a content type says otherwise.'),
        ),
    ),
    body: z
      .unknown()
      .check(
        z.describe(
          'With placeholders, such as {{ card.number }}: JSON, or a text where the content type is a form or XML.',
        ),
      ),
  }),
});
export type WantedRequest = z.infer<typeof ForwardRequest>['request'];

/** RFC 9110 §5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/**
 * The connection's own; those with which the response would come in a form that cannot be searched for the card; and those
 * with which some servers take another method, path or host than the destination's.
 */
const OWN_HEADERS =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|accept-encoding|range|proxy-.*|forwarded|x-forwarded-.*|x-original-url|x-rewrite-url|x-(?:http-)?method(?:-override)?)$/;

export interface RequestTemplate {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly body: BodyTemplate;
  readonly placeholders: readonly Placeholder[];
}

/** Throws the refusal of the first thing wrong: method, path, headers, body, places, in this order. */
export function readRequest(wanted: WantedRequest, destination: AllowedDestination): RequestTemplate {
  if (!destination.methods.includes(wanted.method)) {
    throw new VaultError('destination_method_refused', { param: 'request.method' });
  }
  if (wanted.path.includes('{{')) throw new VaultError('placeholder_refused', { param: 'request.path' });
  const url = urlUnder(destination, wanted.path);
  const headers = readHeaders(wanted.headers ?? {});
  const contentType = wanted.headers && Object.entries(wanted.headers).find(([name]) => isContentType(name))?.[1];
  const body = readBody(wanted.body, contentType ?? 'application/json');
  // Rails and Laravel take the method from this field of a form.
  if (body.places.some((place) => place.toLowerCase() === '/_method')) {
    throw new VaultError('destination_method_refused', { param: 'request.body' });
  }
  checkPlaces(headers, body, destination.fields);
  if (destination.live !== undefined) checkAccount(headers, body, destination.live);
  const placeholders = [...headers.flatMap(([, value]) => placeholdersOf(value)), ...body.placeholders];
  if (placeholders.length > PLACEHOLDERS_MAX) throw new VaultError('placeholder_invalid', { param: 'request' });
  return { method: wanted.method, url, headers, body, placeholders };
}

/**
 * A card's number or code is the whole value of a field that the destination names for it. Anywhere else the receiver
 * would call, mail or show it: `{"notify":"https://shop.example/{{ card.number }}"}`. Headers, which proxies like to log,
 * take nothing else of a card. Throws `placeholder_refused`.
 */
function checkPlaces(headers: RequestTemplate['headers'], { texts }: BodyTemplate, fields: CardPlaces): void {
  const allows = (text: Template, place: string): boolean => {
    const opened = placeholdersOf(text).filter(opensCard);
    const isNamed = opened.every(({ field }) => fields?.[field]?.includes(place) === true);
    return opened.length === 0 || (isWhole(text) && isNamed);
  };
  for (const [name, text] of headers) {
    const isOfCard = placeholdersOf(text).some(({ field }) => field !== 'secret');
    const takesIt = placeholdersOf(text).some(opensCard) && allows(text, `header:${name.toLowerCase()}`);
    if (isOfCard && !takesIt) throw new VaultError('placeholder_refused', { param: 'request.headers' });
  }
  if (!texts.every(({ place, text }) => allows(text, place))) {
    throw new VaultError('placeholder_refused', { param: 'request.body' });
  }
}

const isContentType = (name: string): boolean => name.toLowerCase() === 'content-type';

/** In the merchant's order; content type JSON unless given. Throws `header_refused`. */
function readHeaders(wanted: Readonly<Record<string, string>>): [string, Template][] {
  const entries = Object.entries(wanted);
  const names = entries.map(([name]) => name.toLowerCase());
  const isSendable = entries.every(
    ([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value) && value.length <= HEADER_LENGTH_MAX,
  );
  const isOurs = names.some((name) => OWN_HEADERS.test(name));
  if (!isSendable || isOurs || entries.length > HEADERS_MAX || new Set(names).size < names.length) {
    throw new VaultError('header_refused', { param: 'request.headers' });
  }
  const headers = entries.map(([name, value]): [string, Template] => [name, parseTemplate(value, 'request.headers')]);
  if (headers.some(([name, value]) => isContentType(name) && placeholdersOf(value).length > 0)) {
    throw new VaultError('placeholder_refused', { param: 'request.headers' });
  }
  return names.some(isContentType) ? headers : [...headers, ['content-type', ['application/json']]];
}

/** The request in clear, to be sent only. Throws `header_refused` for a value that a header cannot have. */
export function fillRequest(
  template: RequestTemplate,
  values: Values,
): Pick<OutgoingRequest, 'url' | 'method' | 'headers' | 'body'> & { readonly body: string } {
  const body = template.body.fill(values);
  const headers = template.headers.map(([name, value]) => [name, fill(value, values)] as const);
  if (headers.some(([, value]) => !HEADER_VALUE.test(value))) {
    throw new VaultError('header_refused', { param: 'request.headers' });
  }
  const own = { 'accept-encoding': 'identity', 'content-length': String(Buffer.byteLength(body)) };
  return { method: template.method, url: template.url, headers: { ...Object.fromEntries(headers), ...own }, body };
}
