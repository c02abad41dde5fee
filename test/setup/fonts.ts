/**
 * Fonts that the tests bring along, so that what is measured in a browser does not depend on the machine's. Each is made
 * here: every letter is a box of one width. Fontconfig, pointed at one of them, gives Chromium a machine that has no other
 * font. `FUDA_TEST_FONTS=wide npm test` runs all browser tests on such a machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Face {
  /** How wide a letter is. Latin text is about 0.45 em a letter in narrow fonts and 0.6 em in the widest of systems. */
  readonly letterEm: number;
  /** A digit and a blank, which are narrower than the widest letters in every font. */
  readonly digitEm: number;
  /** From the top of one line to the next, where a style says `normal`. */
  readonly lineEm: number;
}

export const TEST_FONTS = {
  narrow: { letterEm: 0.45, digitEm: 0.45, lineEm: 1 },
  wide: { letterEm: 0.7, digitEm: 0.7, lineEm: 1.2 },
  'very-wide': { letterEm: 1, digitEm: 0.7, lineEm: 1.6 },
} as const satisfies Readonly<Record<string, Face>>;

export type TestFont = keyof typeof TEST_FONTS;
export const TEST_FONT_NAMES = Object.keys(TEST_FONTS) as readonly TestFont[];

/** Writes the font and the settings of a machine that has no other into `folder`; for `FONTCONFIG_FILE`. */
export function writeFontsConf(folder: string, name: TestFont): string {
  const fonts = join(folder, name);
  const conf = join(fonts, 'fonts.conf');
  mkdirSync(fonts, { recursive: true });
  writeFileSync(join(fonts, `${name}.ttf`), makeFont(`Fuda ${name}`, TEST_FONTS[name]));
  writeFileSync(
    conf,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>
`,
  );
  return conf;
}

/** The value of `FUDA_TEST_FONTS`, or undefined where it asks for the machine's own fonts. */
export function readTestFont(value: string | undefined): TestFont | undefined {
  if (value === undefined || value === '') return undefined;
  const name = TEST_FONT_NAMES.find((known) => known === value);
  if (name === undefined) throw new Error(`FUDA_TEST_FONTS is one of ${TEST_FONT_NAMES.join(', ')}`);
  return name;
}

const UNITS_PER_EM = 1000;
const CAPITAL_EM = 0.7;

/** In this order in the font. The first stands for what it does not have; it is blank, so that it looks like no other. */
const GLYPHS = ['missing', 'blank', 'letter', 'digit', 'square', 'mark'] as const;
type Glyph = (typeof GLYPHS)[number];

/** Which code points look like what, from each of these on. Squares are of Chinese, Japanese and Korean. */
const FROM: readonly (readonly [codePoint: number, glyph: Glyph])[] = [
  [0x20, 'blank'],
  [0x21, 'letter'],
  [0x30, 'digit'],
  [0x3a, 'letter'],
  [0x7f, 'missing'],
  [0xa0, 'blank'],
  [0xa1, 'letter'],
  [0x300, 'mark'],
  [0x370, 'letter'],
  [0x64b, 'mark'],
  [0x660, 'digit'],
  [0x66a, 'letter'],
  [0x6f0, 'digit'],
  [0x6fa, 'letter'],
  [0x1100, 'square'],
  [0x1200, 'letter'],
  [0x200b, 'mark'],
  [0x2010, 'letter'],
  [0x202a, 'mark'],
  [0x202f, 'letter'],
  [0x2060, 'mark'],
  [0x2070, 'letter'],
  [0x2e80, 'square'],
  [0xa4d0, 'letter'],
  [0xac00, 'square'],
  [0xd7b0, 'missing'],
  [0xf900, 'square'],
  [0xfb00, 'letter'],
  [0xfe00, 'mark'],
  [0xfe10, 'square'],
  [0xfe70, 'letter'],
  [0xff00, 'square'],
  [0xff61, 'letter'],
  [0xffe0, 'square'],
  [0xfff0, 'missing'],
  [0x1f000, 'square'],
  [0x1fb00, 'missing'],
  [0x20000, 'square'],
  [0x32000, 'missing'],
];

type Size = 1 | 2 | 4;
/** Big-endian integers, each of so many bytes. */
const ints = (size: Size, ...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(size * values.length);
  values.forEach((value, index) => {
    bytes.writeUIntBE(value < 0 ? value + 256 ** size : value, index * size, size);
  });
  return bytes;
};
const u8 = (...values: readonly number[]): Buffer => ints(1, ...values);
const u16 = (...values: readonly number[]): Buffer => ints(2, ...values);
const u32 = (...values: readonly number[]): Buffer => ints(4, ...values);
const units = (em: number): number => Math.round(em * UNITS_PER_EM);

/** A TrueType font: https://learn.microsoft.com/typography/opentype/spec/. */
function makeFont(family: string, face: Face): Buffer {
  const widths: Readonly<Record<Glyph, number>> = {
    missing: units(face.letterEm),
    blank: units(face.digitEm),
    letter: units(face.letterEm),
    digit: units(face.digitEm),
    square: UNITS_PER_EM,
    mark: 0,
  };
  const outlines = GLYPHS.map((glyph) =>
    ['letter', 'digit', 'square'].includes(glyph) ? box(widths[glyph] - 80) : Buffer.alloc(0),
  );
  const offsets = [...GLYPHS.keys(), GLYPHS.length].map((index) => Buffer.concat(outlines.slice(0, index)).length);
  const [ascent, descent] = [units(0.8 * face.lineEm), units(0.2 * face.lineEm)];
  const tables: Readonly<Record<string, Buffer>> = {
    'OS/2': os2(ascent, descent),
    cmap: cmap(),
    glyf: Buffer.concat(outlines),
    head: Buffer.concat([
      u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      u16(3, UNITS_PER_EM),
      u32(0, 0, 0, 0),
      u16(0, -descent, UNITS_PER_EM, ascent, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      u32(0x10000),
      u16(ascent, -descent, 0, UNITS_PER_EM, 0, 0, UNITS_PER_EM, 1, 0, 0, 0, 0, 0, 0, 0, GLYPHS.length),
    ]),
    hmtx: u16(...GLYPHS.flatMap((glyph) => [widths[glyph], 0])),
    loca: u32(...offsets),
    maxp: Buffer.concat([u32(0x10000), u16(GLYPHS.length, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: names(family),
    post: u32(0x30000, 0, 0, 1, 0, 0, 0, 0),
  };
  return assemble(tables);
}

/** The outline of a box from the baseline to the height of a capital. */
function box(width: number): Buffer {
  const [left, right, top] = [40, 40 + width, units(CAPITAL_EM)];
  const ends = u16(1, left, 0, right, top, 3, 0);
  // Four points on the curve, clockwise, each as the step from the one before.
  const points = Buffer.concat([u8(1, 1, 1, 1), u16(left, 0, width, 0), u16(0, top, 0, -top)]);
  const outline = Buffer.concat([ends, points]);
  return Buffer.concat([outline, Buffer.alloc(-outline.length & 3)]);
}

/** Format 13: whole ranges of code points have one glyph. */
function cmap(): Buffer {
  const groups = FROM.flatMap(([start, glyph], index) => {
    const next = FROM[index + 1]?.[0];
    return glyph === 'missing' || next === undefined ? [] : [u32(start, next - 1, GLYPHS.indexOf(glyph))];
  });
  const body = Buffer.concat(groups);
  return Buffer.concat([u16(0, 1, 3, 10), u32(12), u16(13, 0), u32(16 + body.length, 0, groups.length), body]);
}

function names(family: string): Buffer {
  const texts = [
    [1, family],
    [2, 'Regular'],
    [4, family],
    [6, family.replaceAll(' ', '-')],
  ] as const;
  const encoded = texts.map(([, text]) => Buffer.from(text, 'utf16le').swap16());
  const records = texts.map(([id], index) => {
    const before = encoded.slice(0, index).reduce((sum, { length }) => sum + length, 0);
    return u16(3, 1, 0x409, id, encoded[index]?.length ?? 0, before);
  });
  return Buffer.concat([u16(0, texts.length, 6 + 12 * texts.length), ...records, ...encoded]);
}

/** Of regular weight and width; what it does not say is zero. */
function os2(ascent: number, descent: number): Buffer {
  const table = Buffer.alloc(96);
  const put = (offset: number, ...values: readonly number[]) => u16(...values).copy(table, offset);
  put(0, 4, units(0.6), 400, 5);
  // Every range of Unicode, and the first and last of its basic plane.
  u32(-1, -1, -1, -1).copy(table, 42);
  table.write('FUDA', 58, 'latin1');
  put(62, 0x40, 0x20, 0xffff, ascent, -descent, 0, ascent, descent);
  put(86, units(0.5), units(CAPITAL_EM), 0, 0x20, 1);
  return table;
}

/** The tables in one file, each at a multiple of four bytes; nothing reads the checksums. */
function assemble(tables: Readonly<Record<string, Buffer>>): Buffer {
  const tags = Object.keys(tables);
  const header = Buffer.concat([u32(0x10000), u16(tags.length, 128, 3, tags.length * 16 - 128)]);
  const bodies = Object.values(tables).map((table) => Buffer.concat([table, Buffer.alloc(-table.length & 3)]));
  let offset = header.length + 16 * tags.length;
  const directory = tags.map((tag, index) => {
    const row = Buffer.concat([Buffer.from(tag, 'latin1'), u32(0, offset, tables[tag]?.length ?? 0)]);
    offset += bodies[index]?.length ?? 0;
    return row;
  });
  return Buffer.concat([header, ...directory, ...bodies]);
}
