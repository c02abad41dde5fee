/**
 * Numbers that shops write into metadata, descriptions and idempotency keys, each drawn at random, and whether the page
 * for merchants says that they pass. Those that do not pass safely are here so that their share is known.
 */
import * as fc from 'fast-check';

export interface Form {
  /** As docs/reference/card-data.md names it. */
  readonly name: string;
  readonly draw: fc.Arbitrary<string>;
}

const digits = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((list) => list.join(''));
const written = (...parts: readonly (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((list) => list.join(''));
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((list) => Buffer.from(list).toString('hex'));
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);

/** From 2020 to the end of 2033, while a time in seconds has ten digits. */
const time = fc.integer({ min: 1_577_836_800_000, max: 1_999_999_999_999 });
const isoTime = time.map((ms) => new Date(ms).toISOString());
const day = isoTime.map((text) => text.slice(0, 10).replaceAll('-', ''));
const second = isoTime.map((text) => text.slice(0, 19).replace(/\D/g, ''));

/** Appends the check digit of GS1. */
const withGs1 = (start: string) =>
  digits(12 - start.length).map((rest) => {
    const sum = [...(start + rest)].reduce((left, digit, index) => left + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
    return start + rest + ((10 - (sum % 10)) % 10);
  });

/** 国税庁: the check digit stands before the twelve others. */
const corporate = digits(12).map((rest) => {
  const sum = [...rest].reduce((left, digit, index) => left + Number(digit) * (index % 2 === 0 ? 2 : 1), 0);
  return `${9 - (sum % 9)}${rest}`;
});

const block = fc.integer({ min: 1, max: 99 }).map(String);
const landline = fc.oneof(written('03-', digits(4), '-', digits(4)), written('045-', digits(3), '-', digits(4)));

const COUNTRIES = [
  '1',
  '33',
  '34',
  '39',
  '44',
  '49',
  '52',
  '55',
  '60',
  '62',
  '65',
  '66',
  '81',
  '82',
  '84',
  '86',
  '886',
];

/** What the page for merchants calls safe: fewer than one in a hundred is refused. */
export const SAFE: readonly Form[] = [
  { name: 'up to twelve digits', draw: fc.integer({ min: 1, max: 12 }).chain(digits) },
  { name: 'letters at least every twelve digits', draw: lettersBetween() },
  { name: 'prefix, date, serial number', draw: written(oneOf('INV-', 'ORD-', 'R', '注文'), day, '-', digits(4)) },
  { name: 'date, serial number', draw: written(day, '-', digits(8)) },
  { name: 'date, time, serial number', draw: written(second, '-', digits(6)) },
  { name: 'date, time, serial number in one run', draw: written(second, digits(4)) },
  { name: 'time in ISO 8601', draw: isoTime },
  {
    name: 'two times',
    draw: written(isoTime, ' - ', isoTime).map((text) => text.replaceAll('T', ' ').replaceAll('Z', '')),
  },
  { name: 'seconds since 1970', draw: time.map((ms) => String(Math.floor(ms / 1_000))) },
  { name: 'milliseconds since 1970', draw: time.map(String) },
  { name: 'microseconds since 1970', draw: written(time.map(String), digits(3)) },
  { name: 'JAN', draw: oneOf('45', '49').chain(withGs1) },
  { name: 'EAN-13', draw: withGs1('') },
  { name: 'ISBN-13', draw: oneOf('978', '979').chain(withGs1) },
  {
    name: 'ISBN-13 with hyphens',
    draw: withGs1('9784').map((text) => text.replace(/^(...)(.)(..)(.{6})(.)$/, '$1-$2-$3-$4-$5')),
  },
  { name: 'corporate number', draw: corporate },
  { name: 'registration number of a qualified invoice', draw: written('T', corporate) },
  { name: 'UUID', draw: fc.uuid() },
  { name: 'UUID without hyphens', draw: hex(16) },
  { name: 'SHA-256', draw: hex(32) },
  { name: 'id of MongoDB', draw: hex(12) },
  {
    name: 'ULID',
    draw: fc.string({ unit: oneOf(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), minLength: 26, maxLength: 26 }),
  },
  {
    name: 'random base64',
    draw: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((list) => Buffer.from(list).toString('base64')),
  },
  { name: 'telephone number', draw: written('+', oneOf(...COUNTRIES), digits(10)) },
  { name: 'telephone number of Japan', draw: written(oneOf('090-', '080-', '070-'), digits(4), '-', digits(4)) },
  { name: 'tracking number of Yamato or Sagawa', draw: written(digits(4), '-', digits(4), '-', digits(4)) },
  { name: 'tracking number of Japan Post', draw: written(oneOf('EM', 'RR', 'CP'), digits(9), 'JP') },
  { name: 'order number of Amazon', draw: written(digits(3), '-', digits(7), '-', digits(7)) },
  { name: 'order number of Rakuten', draw: written(digits(6), '-', day, '-', digits(10)) },
  { name: 'position', draw: written('35.', digits(6), ',139.', digits(6)) },
  { name: 'position on a map', draw: written('@35.', digits(7), ',139.', digits(7), ',', oneOf('5z', '17z')) },
  {
    name: 'two telephone numbers of Japan',
    draw: written(landline, ', ', oneOf('090-', '080-'), digits(4), '-', digits(4)),
  },
  {
    name: 'address and telephone number of Japan',
    draw: written('〒', digits(3), '-', digits(4), ' 東京都', block, '-', block, '-', block, ' ', landline),
  },
  { name: 'addresses of IPv4', draw: written(fc.ipV4(), ', ', fc.ipV4()) },
];

/** What the page says may be refused, with the share it names. */
export const UNSAFE: readonly (Form & { readonly least: number; readonly most: number })[] = [
  { name: '16 digits that begin with 4', draw: written('4', digits(15)), least: 0.08, most: 0.14 },
  { name: '16 digits', draw: digits(16), least: 0.05, most: 0.11 },
  { name: '19 digits that begin with 62', draw: written('62', digits(17)), least: 0.99, most: 1 },
  { name: '19 digits', draw: digits(19), least: 0.15, most: 0.3 },
  {
    name: 'four groups of four',
    draw: written(digits(4), '-', digits(4), '-', digits(4), '-', digits(4)),
    least: 0.04,
    most: 0.1,
  },
  {
    name: 'two tracking numbers in one text',
    draw: written(digits(4), '-', digits(4), '-', digits(4), ', ', digits(4), '-', digits(4), '-', digits(4)),
    least: 0.15,
    most: 0.3,
  },
];

/** Runs of up to twelve digits, by themselves or with hyphens, and letters between them: as `40001234K56789012`. */
function lettersBetween(): fc.Arbitrary<string> {
  const letters = fc.string({ unit: oneOf(...'ABCDEFGHJKLMNPQRSTUVWXYZ'), minLength: 1, maxLength: 3 });
  const run = fc
    .tuple(fc.integer({ min: 1, max: 12 }).chain(digits), fc.boolean())
    .map(([text, isGrouped]) => (isGrouped ? (text.match(/.{1,4}/g) ?? []).join('-') : text));
  return fc
    .array(fc.tuple(run, letters), { minLength: 1, maxLength: 4 })
    .chain((parts) => run.map((last) => parts.flat().join('') + last));
}
