/**
 * The body of a forwarded request: JSON, a form or XML, as its content type says. A value is made safe for the place it
 * stands in, so no value can end a text, begin an element or add a field. Each text with placeholders is given with its
 * place, because a destination names the fields for a card's number and code:
 *
 *   JSON   {"card":{"number":"…"}}            /card/number      RFC 6901
 *   form   card[number]=…                     /card[number]
 *   XML    <pay><card n="…">…</card></pay>    /pay/card/@n, /pay/card
 *
 * The places of all other values are given too, because a live request names its account once.
 */
import { VaultError } from '../../base/errors.ts';
import { fill, type Placeholder, parseTemplate, placeholdersOf, type Template, type Values } from './template.ts';
import { readXml } from './xml.ts';

const PARAM = 'request.body';
const DEPTH_MAX = 32;

/** JSON with a template in place of each text. */
type JsonTemplate =
  | { readonly text: Template }
  | { readonly items: readonly JsonTemplate[] }
  | { readonly members: readonly (readonly [string, JsonTemplate])[] }
  | { readonly literal: unknown };

/** A whole text of the body. */
export interface PlacedText {
  readonly place: string;
  readonly text: Template;
}

export interface BodyTemplate {
  readonly texts: readonly PlacedText[];
  /** The places of all values, of any type. */
  readonly places: readonly string[];
  readonly placeholders: readonly Placeholder[];
  fill(values: Values): string;
}

/** Throws `invalid_field` for a body that does not suit its content type, `placeholder_invalid`, `placeholder_refused`. */
export function readBody(body: unknown, contentType: string): BodyTemplate {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  // It is sent as UTF-8; read as UTF-7 or UTF-16 it would have other fields.
  if (parameters.some((each) => each.startsWith('charset') && !/^charset="?utf-8"?$/.test(each))) {
    throw new VaultError('invalid_field', { param: 'request.headers' });
  }
  if (/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) return jsonBody(body);
  if (type === 'application/x-www-form-urlencoded') return textBody(body, readForm, percentEncode, placesOfForm);
  if (/^(?:application|text)\/(?:[a-z0-9.-]+\+)?xml$/.test(type)) return textBody(body, readXml, escapeXml);
  throw new VaultError('invalid_field', { param: 'request.headers' });
}

/** A reader gives place and text of every value; a placeholder that it does not find stands elsewhere. */
function textBody(
  body: unknown,
  read: (text: string) => readonly (readonly [place: string, text: string])[] | null,
  guard: (text: string) => string,
  placesIn?: (text: string) => string[],
): BodyTemplate {
  if (typeof body !== 'string') throw new VaultError('invalid_field', { param: PARAM });
  const template = parseTemplate(body, PARAM);
  const placeholders = placeholdersOf(template);
  const found = placeholders.length === 0 ? [] : read(body);
  if (found === null) throw new VaultError('invalid_field', { param: PARAM });
  const texts = found.map(([place, text]) => ({ place, text: parseTemplate(text, PARAM) }));
  if (placeholdersIn(texts).length < placeholders.length) throw new VaultError('placeholder_refused', { param: PARAM });
  const places = placesIn?.(body) ?? texts.map(({ place }) => place);
  return { texts, places, placeholders, fill: (values) => fill(template, values, guard) };
}

const placeholdersIn = (texts: readonly PlacedText[]): Placeholder[] =>
  texts.flatMap(({ text }) => placeholdersOf(text));

/** `a=1&b=2`, as the URL standard reads it; null for a name that it cannot decode. */
function readForm(text: string): [string, string][] | null {
  const found: [string, string][] = [];
  for (const pair of text.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (value.length === 0) continue;
    const decoded = decodeName(name);
    if (decoded === null) return null;
    found.push([pointerTo('', decoded), value.join('=')]);
  }
  return found;
}

/** Some receivers end a field at `;` too, and take a name without a value. */
const placesOfForm = (text: string): string[] =>
  text.split(/[&;]/).map((pair) => {
    const name = pair.split('=')[0] ?? '';
    return pointerTo('', decodeName(name) ?? name);
  });

function decodeName(name: string): string | null {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** RFC 6901 §3. */
const pointerTo = (parent: string, name: string): string =>
  `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** RFC 3986: everything but unreserved characters. */
const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

function jsonBody(body: unknown): BodyTemplate {
  if (typeof body !== 'object' || body === null) throw new VaultError('invalid_field', { param: PARAM });
  const found: FoundInJson = { texts: [], places: [] };
  const template = readJson(body, '', found);
  const placeholders = placeholdersIn(found.texts);
  return { ...found, placeholders, fill: (values) => JSON.stringify(fillJson(template, values)) };
}

interface FoundInJson {
  readonly texts: PlacedText[];
  readonly places: string[];
}

function readJson(value: unknown, place: string, found: FoundInJson, depth = 0): JsonTemplate {
  if (depth > DEPTH_MAX) throw new VaultError('invalid_field', { param: PARAM });
  found.places.push(place);
  if (typeof value === 'string') {
    const text = parseTemplate(value, PARAM);
    found.texts.push({ place, text });
    return { text };
  }
  if (Array.isArray(value)) {
    return { items: value.map((item, index) => readJson(item, pointerTo(place, String(index)), found, depth + 1)) };
  }
  if (typeof value !== 'object' || value === null) return { literal: value };
  return {
    members: Object.entries(value).map(([name, member]) => {
      // Receivers often log or echo names where they mask values.
      if (name.includes('{{')) throw new VaultError('placeholder_refused', { param: PARAM });
      return [name, readJson(member, pointerTo(place, name), found, depth + 1)] as const;
    }),
  };
}

function fillJson(template: JsonTemplate, values: Values): unknown {
  if ('text' in template) return fill(template.text, values);
  if ('items' in template) return template.items.map((item) => fillJson(item, values));
  if ('members' in template) {
    return Object.fromEntries(template.members.map(([name, member]) => [name, fillJson(member, values)]));
  }
  return template.literal;
}
