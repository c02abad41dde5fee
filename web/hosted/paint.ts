/**
 * Applies a look to the page: attributes for which the stylesheet has rules, and values through the CSS object model.
 * The page's policy (`style-src` by hash) allows that to its one script only.
 */
import { cellHeightPx, TEXT_PX } from '../layout.ts';
import type { Color, Look, Palette, Scheme } from '../theme.ts';
import { channelsOf, contrastOf, mix } from './color.ts';

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for the outlines of fields. */
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

/** Colours of a look with too little contrast, as messages for the page's developer. */
export function faintness(look: Look): readonly string[] {
  const schemes: readonly Scheme[] = look.base === 'auto' ? ['light', 'dark'] : [look.base];
  return schemes.flatMap((scheme) =>
    PAIRS.flatMap(([of, on, least]) => {
      const contrast = contrastOf(look[scheme][of], look[scheme][on]);
      // Truncated, not rounded: 4.49 is not 4.5.
      const shown = Math.floor(contrast * 10) / 10;
      return contrast >= least
        ? []
        : [
            `The theme's ${scheme}.${of} on ${scheme}.${on} has a contrast of ${shown}:1; WCAG 2.2 AA asks for ${least}:1.`,
          ];
    }),
  );
}

/** The palette and derived colours, by their names in the stylesheet. */
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

/** Relative to the reader's text size. */
const rem = (px: number): string => `${px / TEXT_PX}rem`;
