/**
 * The look of the field: a table of design tokens with their allowed values. A page passes them to `fuda.js`, which
 * writes them into the frame's address. The frame reads them by this table and ignores everything else, so no text of
 * the page becomes CSS.
 */

export type Base = 'light' | 'dark' | 'auto';
export type Scheme = 'light' | 'dark';
export type Color = `#${string}`;

/** Colours as `#rrggbb`. A missing one has the vault's default. */
export interface Colors {
  /** Behind the input. */
  readonly surface?: Color;
  /** The input. */
  readonly text?: Color;
  /** Labels, placeholders and the text below. */
  readonly quiet?: Color;
  /** Around the fields. */
  readonly edge?: Color;
  readonly focus?: Color;
  readonly fault?: Color;
  /** The page behind the field. Not painted, but used to check the contrast of the texts below the field. */
  readonly page?: Color;
}

export interface Theme {
  /** The page's scheme. `auto` follows the cardholder's system; use it only where the page itself does. */
  readonly base?: Base;
  /** `fixed` labels are above the input; `floating` ones are in its place until something is typed. */
  readonly labels?: 'fixed' | 'floating';
  /** Fonts of the cardholder's system, with those of the language; nothing is loaded. `serif` is mincho in Japanese. */
  readonly font?: 'system' | 'sans' | 'serif' | 'rounded' | 'mono';
  readonly spacing?: 'compact' | 'normal' | 'roomy';
  /** 16 to 20: below 16, iOS zooms the page when the field is touched. */
  readonly fontSizePx?: number;
  /** 0 to 24. */
  readonly radiusPx?: number;
  readonly light?: Colors;
  readonly dark?: Colors;
}

/** A theme with a value for every token. */
export type Look = { readonly [Name in Exclude<keyof Theme, Scheme>]-?: NonNullable<Theme[Name]> } & {
  readonly [Name in Scheme]: Palette;
};
export type Palette = Readonly<Record<keyof Colors, Color>>;

interface Token<Value> {
  /** Describes the allowed values, for the message about any other. */
  readonly takes: string;
  /** Null for a value that is not allowed. */
  read(text: string): Value | null;
}

const oneOf = <const Name extends string>(...names: readonly Name[]): Token<Name> => ({
  takes: `one of ${names.join(', ')}`,
  read: (text) => names.find((name) => name === text) ?? null,
});

const wholeNumber = (least: number, most: number): Token<number> => ({
  takes: `a whole number from ${least} to ${most}`,
  read: (text) => (/^\d{1,2}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : null),
});

const COLOR: Token<Color> = {
  takes: 'a colour in the form #rrggbb',
  read: (text) => (/^#[\da-f]{6}$/i.test(text) ? (text.toLowerCase() as Color) : null),
};

const TOKENS = {
  base: oneOf('light', 'dark', 'auto'),
  labels: oneOf('fixed', 'floating'),
  font: oneOf('system', 'sans', 'serif', 'rounded', 'mono'),
  spacing: oneOf('compact', 'normal', 'roomy'),
  fontSizePx: wholeNumber(16, 20),
  radiusPx: wholeNumber(0, 24),
} satisfies { readonly [Name in Exclude<keyof Theme, Scheme>]: Token<NonNullable<Theme[Name]>> };

const COLOR_NAMES = ['surface', 'text', 'quiet', 'edge', 'focus', 'fault', 'page'] as const satisfies (keyof Colors)[];

/** Contrasts of WCAG 2.2 AA; a test computes them. */
const PALETTES: Readonly<Record<Scheme, Palette>> = {
  light: {
    surface: '#ffffff',
    text: '#16203a',
    quiet: '#5a6478',
    edge: '#8791a3',
    focus: '#2558d9',
    fault: '#b3173a',
    page: '#ffffff',
  },
  dark: {
    surface: '#181b22',
    text: '#f2f4f8',
    quiet: '#a9b2c3',
    edge: '#6b7587',
    focus: '#82aaff',
    fault: '#ff9a9f',
    page: '#101217',
  },
};

/** No written theme is longer; the rest of a longer one is ignored. */
const WRITTEN_LENGTH_MAX = 1500;

/** The theme as one address parameter, itself a query string: `radiusPx=2&light.focus=%231d3a5f`. */
export function writeTheme(theme?: Theme | Base | null): string {
  const { light, dark, ...shape }: Theme = typeof theme === 'string' ? { base: theme } : (theme ?? {});
  const under = (scheme: Scheme, colors: Colors | undefined | null) =>
    Object.entries(colors ?? {}).map(([name, value]) => [`${scheme}.${name}`, value]);
  const tokens = [...Object.entries(shape), ...under('light', light), ...under('dark', dark)];
  return new URLSearchParams(
    tokens.flatMap(([name, value]) => (value === undefined ? [] : [[String(name), String(value)]])),
  ).toString();
}

/** Reads the output of `writeTheme`, or any text; calls `complain` once for each token that cannot be used. */
export function readTheme(written: string, complain: (problem: string) => void = () => {}): Look {
  const given = new URLSearchParams(written.slice(0, WRITTEN_LENGTH_MAX));
  const read = <Value>(name: string, token: Token<Value>, otherwise: Value): Value => {
    const text = given.get(name);
    given.delete(name);
    if (text === null) return otherwise;
    const value = token.read(text);
    if (value === null) complain(`The theme token ${name} takes ${token.takes}.`);
    return value ?? otherwise;
  };
  const palette = (scheme: Scheme): Palette => {
    const colors: Record<keyof Colors, Color> = { ...PALETTES[scheme] };
    for (const name of COLOR_NAMES) colors[name] = read(`${scheme}.${name}`, COLOR, colors[name]);
    return colors;
  };
  const look: Look = {
    base: read('base', TOKENS.base, 'light'),
    labels: read('labels', TOKENS.labels, 'fixed'),
    font: read('font', TOKENS.font, 'system'),
    spacing: read('spacing', TOKENS.spacing, 'normal'),
    fontSizePx: read('fontSizePx', TOKENS.fontSizePx, 16),
    radiusPx: read('radiusPx', TOKENS.radiusPx, 9),
    light: palette('light'),
    dark: palette('dark'),
  };
  for (const name of given.keys()) complain(`There is no theme token ${name.slice(0, 40)}.`);
  return look;
}
