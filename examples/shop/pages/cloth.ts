/**
 * The one product, drawn: an indigo tenugui on a bamboo rod, and the same cloth folded. The waves are seigaiha (青海波),
 * overlapping scales laid row by row, so they are computed; the moon, mist and plovers are placed by hand.
 * Units are SVG user units. Styles are attributes, since the page's policy forbids inline ones.
 */
import { type Html, html } from '../html.ts';

const CLOTH = { left: 150, right: 450, top: 84, bottom: 704 } as const;
const SCALE_RADIUS = 25;

/** The line the swell reaches at `x`: a crest on the left, a trough under the moon, never too steep for the scales. */
const swell = (x: number): number => 452 - 52 * Math.cos((x - CLOTH.left - 40) / 84);

/** The vat's colours from shallow water to deep. */
function indigo(depth: number): string {
  const [shallow, deep] = [
    [62, 104, 143],
    [16, 34, 63],
  ] as const;
  const mix = shallow.map((channel, index) => Math.round(channel + ((deep[index] ?? 0) - channel) * depth));
  return `rgb(${mix.join(' ')})`;
}

function waves(): Html[] {
  const rows: Html[] = [];
  let row = 0;
  for (let y = 396; y < CLOTH.bottom + 20; y += SCALE_RADIUS / 2, row++) {
    const depth = Math.min(1, (y - 396) / 290);
    const scales: Html[] = [];
    for (let x = CLOTH.left - (row % 2) * SCALE_RADIUS; x <= CLOTH.right + SCALE_RADIUS; x += SCALE_RADIUS * 2) {
      if (y > swell(x)) scales.push(html`<use href="#scale" x="${x}" y="${y}"/>`);
    }
    if (scales.length > 0) rows.push(html`<g fill="${indigo(depth)}">${scales}</g>`);
  }
  return rows;
}

const OUTLINE = `M150 84H450C453 290 447 500 452 701C424 708 392 697 352 704C304 711 256 698 214 705C190 708 168 702 148 705C152 500 147 290 150 84Z`;

/** The cut ends of a tenugui are left raw. */
function fringe(): Html[] {
  return Array.from({ length: 58 }, (_, index) => {
    const x = 152 + index * 5.1;
    const length = 4 + ((index * 7) % 5);
    return html`<path d="M${x.toFixed(1)} 701q${(index % 3) - 1} ${length} ${(index % 2) - 0.5} ${length + 3}"/>`;
  });
}

const plover = (x: number, y: number, scale: number, turn: number): Html => html`
  <g transform="translate(${x} ${y}) rotate(${turn}) scale(${scale})">
    <path d="M-22 3C-18-9-4-14 8-9C12-15 19-16 24-12L33-9L25-6C24 5 14 14 0 14C-8 14-15 11-19 7C-24 9-29 9-33 7C-29 7-25 6-22 3Z"/>
    <path d="M-8-8C-12-20-22-27-34-28C-29-19-24-9-14-1Z"/>
    <circle cx="18" cy="-8" r="1.6" fill="#3e688f"/>
  </g>`;

const DEFINITIONS = html`
  <linearGradient id="dye" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#dfe6e8"/><stop offset=".2" stop-color="#b4c7d3"/>
    <stop offset=".46" stop-color="#6f97b5"/><stop offset=".72" stop-color="#33587f"/><stop offset="1" stop-color="#10223f"/>
  </linearGradient>
  <linearGradient id="folds" x1="0" y1="0" x2="1" y2=".02">
    <stop offset="0" stop-color="#0b1a30" stop-opacity=".28"/><stop offset=".05" stop-color="#0b1a30" stop-opacity=".02"/>
    <stop offset=".13" stop-color="#fff" stop-opacity=".16"/><stop offset=".25" stop-color="#0b1a30" stop-opacity=".14"/>
    <stop offset=".35" stop-color="#0b1a30" stop-opacity=".01"/><stop offset=".47" stop-color="#fff" stop-opacity=".13"/>
    <stop offset=".6" stop-color="#0b1a30" stop-opacity=".13"/><stop offset=".71" stop-color="#fff" stop-opacity=".04"/>
    <stop offset=".83" stop-color="#fff" stop-opacity=".13"/><stop offset=".93" stop-color="#0b1a30" stop-opacity=".1"/>
    <stop offset="1" stop-color="#0b1a30" stop-opacity=".3"/>
  </linearGradient>
  <linearGradient id="rod" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#e2cc9d"/><stop offset=".45" stop-color="#c5a56c"/><stop offset="1" stop-color="#8a6c3c"/>
  </linearGradient>
  <pattern id="weave" width="3" height="3" patternUnits="userSpaceOnUse">
    <path d="M0 .5H3" stroke="#fff" stroke-opacity=".07"/><path d="M.5 0V3" stroke="#0b1a30" stroke-opacity=".07"/>
  </pattern>
  <filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="14"/></filter>
  <filter id="resist"><feGaussianBlur stdDeviation=".55"/></filter>
  <clipPath id="cut"><path d="${OUTLINE}"/></clipPath>
  <g id="scale" stroke="#e9eef0" stroke-width="1.7">
    <circle r="${SCALE_RADIUS}"/>
    <g fill="none" stroke-width="1.4"><circle r="19"/><circle r="13"/><circle r="7" stroke-opacity=".9"/></g>
  </g>`;

/** Everything dyed on the cloth, in the cloth's own coordinates. */
const pattern = (): Html => html`
  <rect x="130" y="70" width="340" height="660" fill="url(#dye)"/>
  <g filter="url(#resist)">
    <circle cx="352" cy="236" r="62" fill="#f7f5ee"/>
    <g fill="none" stroke="#f7f5ee" stroke-linecap="round" stroke-opacity=".8">
      <path d="M168 306H318M232 322H404M196 338H270" stroke-width="6"/>
      <path d="M186 158H262M214 174H304" stroke-width="6" stroke-opacity=".55"/>
    </g>
    <g fill="#f7f5ee">${plover(222, 226, 0.72, -14)}${plover(268, 262, 0.5, -6)}${plover(196, 274, 0.44, -20)}</g>
    ${waves()}
  </g>`;

export const hangingCloth = (description: string): Html => html`
<svg class="cloth" viewBox="60 0 480 750" role="img" aria-label="${description}">
  <defs>${DEFINITIONS}</defs>
  <path d="${OUTLINE}" fill="#3a3a34" fill-opacity=".34" filter="url(#soft)" transform="translate(22 24)"/>
  <path d="M132 68L300 8L468 68" fill="none" stroke="#6d5a3a" stroke-width="1.6"/>
  <circle cx="300" cy="8" r="4.5" fill="#4a3d28"/>
  <g clip-path="url(#cut)">
    ${pattern()}
    <rect x="130" y="70" width="340" height="660" fill="url(#weave)"/>
    <rect x="130" y="70" width="340" height="660" fill="url(#folds)"/>
    <rect x="130" y="84" width="340" height="20" fill="#0b1a30" fill-opacity=".1"/>
  </g>
  <g fill="none" stroke="#1b3355" stroke-width=".9" stroke-opacity=".75">${fringe()}</g>
  <rect x="112" y="62" width="376" height="24" rx="12" fill="url(#rod)"/>
  <g stroke="#7b5f33" stroke-opacity=".55" stroke-width="1.5"><path d="M176 62v24M179 62v24M300 62v24M303 62v24M421 62v24M424 62v24"/></g>
</svg>`;

/** The cloth folded for the box, as it stands beside the order. Needs no definition of the hanging one. */
export const foldedCloth = (): Html => html`
<svg class="thumbnail" viewBox="0 0 120 120" aria-hidden="true" focusable="false">
  <defs>
    <linearGradient id="fold-dye" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#c3d2db"/><stop offset=".5" stop-color="#5d88aa"/><stop offset="1" stop-color="#15294a"/>
    </linearGradient>
    <g id="fold-scale" stroke="#e9eef0" stroke-width="1.1"><circle r="12"/><circle r="8" fill="none"/><circle r="4" fill="none"/></g>
    <clipPath id="fold-cut"><rect x="18" y="12" width="84" height="96" rx="2"/></clipPath>
  </defs>
  <rect width="120" height="120" fill="#ece5d8"/>
  <rect x="22" y="17" width="84" height="96" rx="2" fill="#3a3a34" fill-opacity=".18"/>
  <g clip-path="url(#fold-cut)">
    <rect x="18" y="12" width="84" height="96" fill="url(#fold-dye)"/>
    <circle cx="76" cy="40" r="15" fill="#f7f5ee"/>
    <path d="M30 56h34M42 62h40" stroke="#f7f5ee" stroke-width="2.4" stroke-linecap="round" stroke-opacity=".8"/>
    ${foldedWaves()}
    <path d="M18 12h6v96h-6z" fill="#fff" fill-opacity=".12"/>
  </g>
  <path d="M17 84h86v25h-86z" fill="#f4efe4"/><path d="M17 84h86" stroke="#d8cdb8"/>
  <rect x="54" y="89" width="12" height="14" rx="1.5" fill="#a83a2a"/>
</svg>`;

function foldedWaves(): Html[] {
  return Array.from({ length: 6 }, (_, row) => {
    const y = 74 + row * 6;
    const columns = Array.from({ length: 6 }, (_, column) => 18 + column * 24 - (row % 2) * 12);
    return html`<g fill="${indigo(row / 6)}">${columns.map((x) => html`<use href="#fold-scale" x="${x}" y="${y}"/>`)}</g>`;
  });
}

const ICONS = {
  stencil: 'M6 8h36v32H6zM6 16h36M13 33c4-9 9-9 12 0M23 33c4-9 8-9 12 0M33 22a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  vat: 'M8 14h32M10 14c0 18 3 26 7 27h14c4-1 7-9 7-27M14 24c4 3 7-3 10 0s6 3 10 0M19 14V5M29 14V5',
  river: 'M5 14c6-5 10 5 16 0s10 5 16 0M5 24c6-5 10 5 16 0s10 5 16 0M5 34c6-5 10 5 16 0s10 5 16 0M41 12v24',
  lock: 'M12 22h24v18H12zM17 22v-6a7 7 0 0 1 14 0v6M24 29v5',
  parcel: 'M7 15l17-8 17 8v19l-17 8-17-8zM7 15l17 8 17-8M24 23v19',
  check: 'M12 25l8 8 16-18',
  pause: 'M24 8v18M24 34v2',
  wait: 'M14 8h20M14 40h20M16 8c0 10 16 12 16 32M32 8c0 10-16 12-16 32',
} as const;

export const icon = (name: keyof typeof ICONS): Html => html`
<svg class="icon" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><path d="${ICONS[name]}"/></svg>`;

/** The dyer's seal: the character for wave, cut as four strokes of water in vermilion. */
export const seal = (): Html => html`
<svg class="seal" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
  <rect x="1" y="1" width="38" height="38" rx="5" fill="#a83a2a"/>
  <g fill="none" stroke="#fbf8f2" stroke-width="2.4" stroke-linecap="round">
    <path d="M7 30a13 13 0 0 1 26 0M12 30a8 8 0 0 1 16 0M17 30a3 3 0 0 1 6 0"/><circle cx="28" cy="10.5" r="2.6" fill="#fbf8f2" stroke="none"/>
  </g>
</svg>`;
