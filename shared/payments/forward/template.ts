/**
 * Texts with placeholders: `{{ card.number }}`, `{{ card.expiry | MM/YY }}`, `{{ secret.psp-key | base64 }}`. A text is
 * parsed before anything is decrypted, so a mistake in it spends no token. Text outside the braces stays as it is.
 */
import { VaultError } from '../../base/errors.ts';

export type CardField = 'number' | 'cvc' | 'exp_month' | 'exp_year' | 'expiry';
type Format = (text: string) => string;

const EXPIRY_PATTERNS = [
  'MM/YY',
  'MMYY',
  'YYMM',
  'MM-YY',
  'MM/YYYY',
  'MMYYYY',
  'MM-YYYY',
  'YYYYMM',
  'YYYY-MM',
] as const;

/** From `2030-05`. */
const byPattern =
  (pattern: string): Format =>
  (expiry) =>
    pattern.replace('YYYY', expiry.slice(0, 4)).replace('YY', expiry.slice(2, 4)).replace('MM', expiry.slice(5));

const same: Format = (text) => text;

/** Field → its formats. The values are `4242…`, `123`, `05`, `2030` and `2030-05`. */
const FORMATS: Readonly<Record<CardField | 'secret', Readonly<Record<string, Format>>>> = {
  number: { bin: (digits) => digits.slice(0, 6), last4: (digits) => digits.slice(-4) },
  cvc: {},
  exp_month: { MM: same, M: (month) => String(Number(month)) },
  exp_year: { YYYY: same, YY: (year) => year.slice(2) },
  expiry: Object.fromEntries(EXPIRY_PATTERNS.map((pattern) => [pattern, byPattern(pattern)])),
  secret: {},
};
const base64: Format = (text) => Buffer.from(text).toString('base64');

export interface Placeholder {
  readonly field: CardField | 'secret';
  /** Name of the merchant's secret; empty for the card's fields. */
  readonly secret: string;
  readonly format: Format;
}

export type Template = readonly (string | Placeholder)[];

/** The values of one request in clear, kept only while it is sent. */
export interface Values {
  card(field: CardField): string;
  secret(name: string): string;
}

const PLACEHOLDER = /^(?:card\.([a-z_]+)|secret\.([a-z][a-z0-9-]{0,39}))((?:\|[A-Za-z0-9/-]+)*)$/;

/** Throws `placeholder_invalid`; `param` names the part of the request that holds the text. */
export function parseTemplate(text: string, param: string): Template {
  const parts: (string | Placeholder)[] = [];
  let rest = text;
  for (let open = rest.indexOf('{{'); open !== -1; open = rest.indexOf('{{')) {
    const close = rest.indexOf('}}', open);
    if (close === -1) throw new VaultError('placeholder_invalid', { param });
    parts.push(rest.slice(0, open), readPlaceholder(rest.slice(open + 2, close), param));
    rest = rest.slice(close + 2);
  }
  return [...parts, rest].filter((part) => part !== '');
}

function readPlaceholder(text: string, param: string): Placeholder {
  const [, cardField, secret = '', formats = ''] = PLACEHOLDER.exec(text.replace(/\s*\|\s*/g, '|').trim()) ?? [];
  const field = secret !== '' ? 'secret' : cardField;
  if (!isField(field)) throw new VaultError('placeholder_invalid', { param });
  return { field, secret, format: readFormats(field, formats.split('|').slice(1), param) };
}

const isField = (name: string | undefined): name is Placeholder['field'] =>
  name !== undefined && Object.hasOwn(FORMATS, name);

/** At most one format of the field, then optionally base64. An expiry has no default format and needs one. */
function readFormats(field: Placeholder['field'], names: readonly string[], param: string): Format {
  const encodes = names.at(-1) === 'base64';
  const [name, ...more] = encodes ? names.slice(0, -1) : names;
  const known = FORMATS[field];
  const isKnown = name === undefined ? field !== 'expiry' : Object.hasOwn(known, name);
  if (!isKnown || more.length > 0) throw new VaultError('placeholder_invalid', { param });
  const format = (name === undefined ? undefined : known[name]) ?? same;
  return encodes ? (text) => base64(format(text)) : format;
}

/** Puts every value into the text; `guard` escapes it for its place. */
export function fill(template: Template, values: Values, guard: Format = same): string {
  const texts = template.map((part) => (typeof part === 'string' ? part : guard(textFor(part, values))));
  return texts.join('');
}

const textFor = ({ field, secret, format }: Placeholder, values: Values): string =>
  format(field === 'secret' ? values.secret(secret) : values.card(field));

export const placeholdersOf = (template: Template): Placeholder[] =>
  template.filter((part): part is Placeholder => typeof part !== 'string');
