/** Design tokens: what is taken, what is refused and by which name, and that the vault's own colours can be read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contrastOf, mix } from '../../web/hosted/color.ts';
import { faintness } from '../../web/hosted/paint.ts';
import { cellHeightPx, expectedHeightPx, TWO_LINES_FROM_PX, WIDE_FROM_PX } from '../../web/layout.ts';
import { readTheme, type Theme, writeTheme } from '../../web/theme.ts';
import { checkProperty } from '../setup/property.ts';

const DEFAULT = readTheme('');

function complaintsOf(theme: unknown): string[] {
  const complaints: string[] = [];
  readTheme(writeTheme(theme as Theme), (problem) => complaints.push(problem));
  return complaints;
}

describe('a theme', () => {
  test('is in the frame what it was on the page', () => {
    const theme: Theme = {
      base: 'auto',
      labels: 'floating',
      font: 'serif',
      spacing: 'roomy',
      fontSizePx: 18,
      radiusPx: 0,
      light: { focus: '#1d3a5f' },
      dark: { focus: '#9CC4FF', page: '#000000' },
    };
    expect(readTheme(writeTheme(theme))).toEqual({
      ...theme,
      light: { ...DEFAULT.light, focus: '#1d3a5f' },
      dark: { ...DEFAULT.dark, focus: '#9cc4ff', page: '#000000' },
    });
  });

  test('may be the name of its base alone, or nothing', () => {
    expect(readTheme(writeTheme('dark'))).toEqual({ ...DEFAULT, base: 'dark' });
    expect(writeTheme(undefined)).toBe('');
    expect(writeTheme(null)).toBe('');
    expect(complaintsOf({ base: undefined, light: null, dark: { text: undefined } })).toEqual([]);
  });

  test.each([
    ['base', { base: 'sepia' }, 'The theme token base takes one of light, dark, auto.'],
    ['labels', { labels: 'none' }, 'The theme token labels takes one of fixed, floating.'],
    ['font', { font: 'Comic Sans' }, 'The theme token font takes one of system, sans, serif, rounded, mono.'],
    ['spacing', { spacing: 4 }, 'The theme token spacing takes one of compact, normal, roomy.'],
    ['fontSizePx', { fontSizePx: 15 }, 'The theme token fontSizePx takes a whole number from 16 to 20.'],
    ['radiusPx', { radiusPx: 25 }, 'The theme token radiusPx takes a whole number from 0 to 24.'],
    ['radiusPx', { radiusPx: '1e1' }, 'The theme token radiusPx takes a whole number from 0 to 24.'],
    ['radiusPx', { radiusPx: -0.5 }, 'The theme token radiusPx takes a whole number from 0 to 24.'],
    ['light.text', { light: { text: 'red' } }, 'The theme token light.text takes a colour in the form #rrggbb.'],
    ['dark.edge', { dark: { edge: '#abc' } }, 'The theme token dark.edge takes a colour in the form #rrggbb.'],
    [
      'light.surface',
      { light: { surface: '#ffffff; } body { display: none' } },
      'The theme token light.surface takes a colour in the form #rrggbb.',
    ],
    ['hat', { hat: 'red' }, 'There is no theme token hat.'],
    ['light.hat', { light: { hat: '#ffffff' } }, 'There is no theme token light.hat.'],
    ['constructor', { constructor: 'x' }, 'There is no theme token constructor.'],
  ])('gets a complaint about its token %s, and the vault’s own is used: %j', (_name, theme, complaint) => {
    expect(complaintsOf(theme)).toEqual([complaint]);
    expect(readTheme(writeTheme(theme as unknown as Theme))).toEqual(DEFAULT);
  });

  test('read from any text at all holds nothing that is not in the table', () => {
    const token = fc.constantFrom('base', 'font', 'radiusPx', 'light.text', 'dark.page', 'x');
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.tuple(token, fc.string())).map((pairs) => new URLSearchParams(pairs).toString()),
    );
    checkProperty(
      fc.property(text, (written) => {
        const { light, dark, ...shape } = readTheme(written);
        expect(Object.values({ ...light, ...dark }).join()).toMatch(/^(#[\da-f]{6},?){7}$/);
        expect(JSON.stringify(Object.values(shape))).toMatch(/^\[("[a-z]+",?){4}\d+,\d+\]$/);
      }),
    );
  });
});

describe('contrast', () => {
  // #767676 is the lightest grey that text on white may have (WCAG 2.2, 1.4.3), and #777777 the first that it may not.
  test.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.47],
    ['#ff0000', '#ffffff', 3.99],
    ['#0000ff', '#000000', 2.44],
  ] as const)('of %s on %s is %d', (one, other, ratio) => {
    expect(Math.floor(contrastOf(one, other) * 100) / 100).toBe(ratio);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });

  test('of the vault’s own colours is that of WCAG 2.2 AA, light and dark', () => {
    expect(faintness(readTheme(writeTheme('auto')))).toEqual([]);
    const { light, dark } = DEFAULT;
    for (const { fault, surface } of [light, dark]) {
      expect(contrastOf(fault, mix(fault, surface, 0.04))).toBeGreaterThan(4.5);
    }
  });

  test('that is too low names both colours, and only those of a base that shows', () => {
    const look = readTheme(writeTheme({ base: 'auto', light: { quiet: '#999999' }, dark: { focus: '#181b22' } }));
    expect(faintness(look)).toEqual([
      "The theme's light.quiet on light.surface has a contrast of 2.8:1; WCAG 2.2 AA asks for 4.5:1.",
      "The theme's light.quiet on light.page has a contrast of 2.8:1; WCAG 2.2 AA asks for 4.5:1.",
      "The theme's dark.focus on dark.surface has a contrast of 1:1; WCAG 2.2 AA asks for 3:1.",
    ]);
    expect(faintness({ ...look, base: 'light' })).toHaveLength(2);
  });
});

test.each([
  ['#ffffff', '#000000', 0.5, '#808080'],
  ['#102030', '#ffffff', 1, '#102030'],
  ['#102030', '#ffffff', 0, '#ffffff'],
] as const)('%s over %s at %d is %s', (color, under, share, mixed) => {
  expect(mix(color, under, share)).toBe(mixed);
});

describe('the recipe for themes says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/recipes/theme-the-field.md'), 'utf8');
  const { compact, normal, roomy } = {
    compact: { ...DEFAULT, spacing: 'compact' },
    normal: DEFAULT,
    roomy: { ...DEFAULT, spacing: 'roomy' },
  } as const;

  test('the room that a field takes', () => {
    const unbroken = page.replaceAll(/\s+/g, ' ');
    const roomPx = (widthPx: number, look = normal) => expectedHeightPx(widthPx, look);
    expect(unbroken).toContain(
      `a cell of ${[compact, normal].map(cellHeightPx).join(', ')} or ${cellHeightPx(roomy)} px`,
    );
    expect(unbroken).toContain(
      `${roomPx(WIDE_FROM_PX)} px from a width of ${WIDE_FROM_PX} px, ${roomPx(WIDE_FROM_PX - 1)} px below, ` +
        `${roomPx(TWO_LINES_FROM_PX - 1)} px below ${TWO_LINES_FROM_PX} px; ` +
        `\`compact\` takes ${roomPx(WIDE_FROM_PX) - roomPx(WIDE_FROM_PX, compact)} px a row less`,
    );
  });

  test.each(['fontSizePx', 'radiusPx'] as const)('which numbers %s takes, and which one is the vault’s own', (name) => {
    const [, least, most] = /from (\d+) to (\d+)/.exec(complaintsOf({ [name]: 99 }).join()) ?? [];
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| ${least} to ${most}\\b.*\\| ${DEFAULT[name]} \\|$`, 'm'));
  });
});
