/**
 * The body of a forwarded request: JSON, a form or XML, by its content type. Each value is escaped for its place, so
 * that none can end a text, begin an element or add a field.
 */
import { VaultError } from '../../base/errors.ts';
import { fill, type Placeholder, parseTemplate, placeholdersOf, type Template, type Values } from './template.ts';

const PARAM = 'request.body';
const DEPTH_MAX = 32;

/** JSON with a template in place of each text. */
type JsonTemplate =
  | { readonly text: Template }
  | { readonly items: readonly JsonTemplate[] }
  | { readonly members: readonly (readonly [string, JsonTemplate])[] }
  | { readonly literal: unknown };

export interface BodyTemplate {
  readonly placeholders: readonly Placeholder[];
  fill(values: Values): string;
}

/** Throws `invalid_field` for a body that does not suit its content type, `placeholder_invalid`, `placeholder_refused`. */
export function readBody(body: unknown, contentType: string): BodyTemplate {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) return jsonBody(body);
  if (type === 'application/x-www-form-urlencoded') return textBody(body, percentEncode);
  if (/^(?:application|text)\/(?:[a-z0-9.-]+\+)?xml$/.test(type)) return textBody(body, escapeXml);
  throw new VaultError('invalid_field', { param: 'request.headers' });
}

function textBody(body: unknown, guard: (text: string) => string): BodyTemplate {
  if (typeof body !== 'string') throw new VaultError('invalid_field', { param: PARAM });
  const template = parseTemplate(body, PARAM);
  return { placeholders: placeholdersOf(template), fill: (values) => fill(template, values, guard) };
}

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
  const placeholders: Placeholder[] = [];
  const template = readJson(body, placeholders, 0);
  return { placeholders, fill: (values) => JSON.stringify(fillJson(template, values)) };
}

function readJson(value: unknown, found: Placeholder[], depth: number): JsonTemplate {
  if (depth > DEPTH_MAX) throw new VaultError('invalid_field', { param: PARAM });
  if (typeof value === 'string') {
    const text = parseTemplate(value, PARAM);
    found.push(...placeholdersOf(text));
    return { text };
  }
  if (Array.isArray(value)) return { items: value.map((item) => readJson(item, found, depth + 1)) };
  if (typeof value !== 'object' || value === null) return { literal: value };
  return {
    members: Object.entries(value).map(([name, member]) => {
      // Receivers often log or echo names where they mask values.
      if (name.includes('{{')) throw new VaultError('placeholder_refused', { param: PARAM });
      return [name, readJson(member, found, depth + 1)] as const;
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
