/**
 * Puts a look on the page: names for what the stylesheet has rules for, and values through the CSS object model, which
 * the page's policy (`style-src` by hash) lets its one script do and nobody else.
 */
import { cellHeightPx, TEXT_PX } from '../layout.ts';
import type { Color, Look, Palette, Scheme } from '../theme.ts';
import { channelsOf, contrastOf, mix } from './color.ts';

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for what shows where a field is. */
const TEXT_CONTRAST = 4.5;
const SHAPE_CONTRAST = 3;

const PAIRS: readonly (readonly [of: keyof Palette, on: keyof Palette, least: number])[] = [
  ['text', 'surface', TEXT_CONTRAST],
  ['quiet', 'surface', TEXT_CONTRAST],
  ['fault', 'surface', TEXT_CONTRAST],
  ['quiet', 'page', TEXT_CONTRAST],
  ['fault', 'page', TEXT_CONTRAST],
  ['focus', 'surface', SHAPE_CONTRAST],
  ['edge', 'surface', SHAPE_CONTRAST],
  ['edge', 'page', SHAPE_CONTRAST],
];

export function paint(document: Document, look: Look, systemIsDark: MediaQueryList): void {
  const { dataset, style } = document.documentElement;
  dataset.labels = look.labels;
  dataset.font = look.font;
  style.setProperty('--radius', rem(look.radiusPx));
  style.setProperty('--size', rem(look.fontSizePx));
  style.setProperty('--cell', rem(cellHeightPx(look)));
  const color = () => {
    const scheme = look.base === 'auto' ? (systemIsDark.matches ? 'dark' : 'light') : look.base;
    style.setProperty('color-scheme', scheme);
    for (const [name, value] of Object.entries(shades(look[scheme]))) style.setProperty(`--${name}`, value);
  };
  color();
  if (look.base === 'auto') systemIsDark.addEventListener('change', color);
}

/** What of a look is too faint to read or to find, in words for the page's developer. */
export function faintness(look: Look): readonly string[] {
  const schemes: readonly Scheme[] = look.base === 'auto' ? ['light', 'dark'] : [look.base];
  return schemes.flatMap((scheme) =>
    PAIRS.flatMap(([of, on, least]) => {
      const contrast = contrastOf(look[scheme][of], look[scheme][on]);
      // Cut off, not rounded: 4.49 is not 4.5.
      const shown = Math.floor(contrast * 10) / 10;
      return contrast >= least
        ? []
        : [
            `The theme's ${scheme}.${of} on ${scheme}.${on} has a contrast of ${shown}:1; WCAG 2.2 AA asks for ${least}:1.`,
          ];
    }),
  );
}

/** The palette and what is made from it, by the names the stylesheet uses. */
function shades(palette: Palette): Readonly<Record<string, string>> {
  const { surface, text, quiet, edge, focus, fault } = palette;
  return {
    surface,
    text,
    quiet,
    edge,
    focus,
    fault,
    line: mix(edge, surface, 0.4),
    glow: `rgb(${channelsOf(focus).join(' ')} / 20%)`,
    'fault-surface': mix(fault, surface, 0.04),
    mark: mix(quiet, surface, 0.65),
    blank: mix(text, surface, 0.05),
  } satisfies Record<string, Color | string>;
}

/** In the reader's own text size. */
const rem = (px: number): string => `${px / TEXT_PX}rem`;
