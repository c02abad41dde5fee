/**
 * Texts with placeholders: `{{ card.number }}`, `{{ card.expiry | MM/YY }}`, `{{ secret.psp-key | base64 }}`. A text is
 * parsed before anything is decrypted, so a mistake in it spends no token. Text outside the braces stays as it is.
 */
import { VaultError } from '../../base/errors.ts';

/** What has to be decrypted; first six and last four of a number are kept in clear beside it (PCI DSS 4.0.1 3.5.1). */
export type OpenedField = 'number' | 'cvc';
export type CardPlaceholder = OpenedField | 'bin' | 'last4' | 'exp_month' | 'exp_year' | 'expiry';
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

const same: Format = (text) => text;

/** From `2030-05`. */
const byPattern =
  (pattern: string): Format =>
  (expiry) =>
    pattern.replace('YYYY', expiry.slice(0, 4)).replace('YY', expiry.slice(2, 4)).replace('MM', expiry.slice(5));

/** Field → its formats. The card's values come as `4242…`, `123`, `05`, `2030` and `2030-05`. */
const FORMATS: Readonly<
  Record<Exclude<CardPlaceholder, 'bin' | 'last4'> | 'secret', Readonly<Record<string, Format>>>
> = {
  number: { bin: same, last4: same },
  cvc: {},
  exp_month: { MM: same, M: (month) => String(Number(month)) },
  exp_year: { YYYY: same, YY: (year) => year.slice(2) },
  expiry: Object.fromEntries(EXPIRY_PATTERNS.map((pattern) => [pattern, byPattern(pattern)])),
  secret: {},
};
const base64: Format = (text) => Buffer.from(text).toString('base64');

export interface Placeholder {
  readonly field: CardPlaceholder | 'secret';
  /** Name of the merchant's secret; empty for the card's fields. */
  readonly secret: string;
  readonly format: Format;
}

export type Template = readonly (string | Placeholder)[];

/** The values of one request in clear, kept only while it is sent. */
export interface Values {
  card(field: CardPlaceholder): string;
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
  const parts = text.split('|').map((part) => part.trim());
  const [, cardField, secret = '', formats = ''] = PLACEHOLDER.exec(parts.join('|')) ?? [];
  const name = secret !== '' ? 'secret' : cardField;
  if (!isName(name)) throw new VaultError('placeholder_invalid', { param });
  const names = formats.split('|').slice(1);
  const format = readFormats(name, names, param);
  const [part] = names;
  return { field: name === 'number' && (part === 'bin' || part === 'last4') ? part : name, secret, format };
}

const isName = (name: string | undefined): name is keyof typeof FORMATS =>
  name !== undefined && Object.hasOwn(FORMATS, name);

/** At most one format of the field, then optionally base64. An expiry has no default format and needs one. */
function readFormats(field: keyof typeof FORMATS, names: readonly string[], param: string): Format {
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

/** What may stand between two values of one text, such as a number and its expiry. */
const SEPARATOR = /^[-=|/:;,^ ]$/;

/**
 * Whether the text has only card values with one separator between two, so that no text around them changes their use.
 */
export const isWhole = (template: Template): boolean =>
  template.every((part, index) =>
    index % 2 === 0
      ? typeof part !== 'string' && part.field !== 'secret'
      : typeof part === 'string' && SEPARATOR.test(part),
  ) && template.length % 2 === 1;

export const opensCard = (placeholder: Placeholder): placeholder is Placeholder & { readonly field: OpenedField } =>
  placeholder.field === 'number' || placeholder.field === 'cvc';

export const placeholdersOf = (template: Template): Placeholder[] =>
  template.filter((part): part is Placeholder => typeof part !== 'string');
