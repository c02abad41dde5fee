/** Arithmetic of colours: the contrast of WCAG 2.2, and mixtures. Pure. */
import type { Color } from '../theme.ts';

type Channels = readonly [red: number, green: number, blue: number];

/** 0–255 each. */
export function channelsOf(color: Color): Channels {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** From 1 to 21. WCAG 2.2, "contrast ratio". */
export function contrastOf(one: Color, other: Color): number {
  const [light = 0, dark = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of the first colour over the second, in the sRGB of screens. */
export function mix(color: Color, under: Color, share: number): Color {
  const below = channelsOf(under);
  const mixed = channelsOf(color).map((channel, index) =>
    Math.round(channel * share + (below[index] ?? 0) * (1 - share)),
  );
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf(color: Color): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
