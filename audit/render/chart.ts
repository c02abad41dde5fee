/**
 * Charts as inline SVG. The page's policy allows neither scripts nor style attributes, so attributes draw them and the
 * page's one style colours them. Each has a title and a description for screen readers, and a table beside it.
 */
import { type Html, html } from './html.ts';

/** One column of a chart; `values` in the order of the series. */
export interface Bucket {
  readonly label: string;
  readonly values: readonly number[];
}

export interface Series {
  readonly label: string;
  /** Its colour in style.ts. */
  readonly kind: 'proven' | 'interrupted' | 'claimed' | 'unexplained';
}

export interface ColumnChart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly series: readonly Series[];
  readonly buckets: readonly Bucket[];
}

const FRAME = { width: 880, height: 210, left: 44, right: 8, top: 12, bottom: 26 } as const;
const PLOT = {
  width: FRAME.width - FRAME.left - FRAME.right,
  height: FRAME.height - FRAME.top - FRAME.bottom,
  floor: FRAME.height - FRAME.bottom,
} as const;
const GRID_LINES = 4;
const LABELS_MAX = 9;
const BAR_MAX = 46;

/** Columns over time, each stacked by outcome. */
export function columnChart({ id, title, description, series, buckets }: ColumnChart): Html {
  const most = niceCeiling(Math.max(1, ...buckets.map(({ values }) => total(values))));
  const slot = PLOT.width / Math.max(1, buckets.length);
  const labelEvery = Math.ceil(buckets.length / LABELS_MAX);
  const columns = buckets.map((bucket, index) =>
    column(bucket, series, { centerX: FRAME.left + slot * (index + 0.5), slot, most }),
  );
  const labels = buckets.map(({ label }, index) =>
    index % labelEvery === 0
      ? html`<text x="${round(FRAME.left + slot * (index + 0.5))}" y="${FRAME.height - 8}" text-anchor="middle">${label}</text>`
      : undefined,
  );
  return html`<figure class="chart">
<ul class="legend">${series.map(({ label, kind }) => html`<li class="${kind}">${label}</li>`)}</ul>
<div class="scroll" tabindex="0"><svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${grid(most)}
${columns}
${labels}
</svg></div></figure>
`;
}

interface Place {
  readonly centerX: number;
  /** Width from one column's center to the next. */
  readonly slot: number;
  /** The value at the top of the plot. */
  readonly most: number;
}

function column({ label, values }: Bucket, series: readonly Series[], { centerX, slot, most }: Place): Html {
  const width = Math.min(BAR_MAX, Math.max(1, slot * 0.72));
  const x = centerX - width / 2;
  let y: number = PLOT.floor;
  const parts = values.map((value, at) => {
    if (value === 0) return undefined;
    // Rare outcomes stay visible: one unexplained decryption among thousands still has two pixels.
    const height = Math.max(2, (value / most) * PLOT.height);
    y -= height;
    return html`<rect class="${series[at]?.kind ?? 'proven'}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"><title>${label} · ${series[at]?.label} · ${value}</title></rect>`;
  });
  return html`${parts}`;
}

function grid(most: number): Html[] {
  const steps = Math.min(most, GRID_LINES);
  return Array.from({ length: steps + 1 }, (_, index) => {
    const y = round(PLOT.floor - (PLOT.height * index) / steps);
    const value = (most * index) / steps;
    return html`<line x1="${FRAME.left}" x2="${FRAME.width - FRAME.right}" y1="${y}" y2="${y}"/><text x="${FRAME.left - 8}" y="${y + 4}" text-anchor="end">${grouped(value)}</text>`;
  });
}

/** The chart of one row over the period. */
export function sparkline(values: readonly number[], label: string): Html {
  const most = Math.max(1, ...values);
  const slot = 100 / Math.max(1, values.length);
  const bars = values.map((value, index) => {
    if (value === 0) return undefined;
    const height = Math.max(1.5, (value / most) * 20);
    return html`<rect x="${round(index * slot)}" y="${round(20 - height)}" width="${round(Math.max(0.6, slot * 0.8))}" height="${round(height)}"/>`;
  });
  return html`<svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="${label}">${bars}</svg>`;
}

/** A share as a bar; hidden from screen readers, because the figure is in the same row. */
export const bar = (value: number, most: number): Html =>
  html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${round(most === 0 ? 0 : (value / most) * 100)}" height="10"/></svg>`;

/** 12345 → `12,345`. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** The smallest round height of at least `value` that four lines divide into whole numbers. */
function niceCeiling(value: number): number {
  if (value <= GRID_LINES) return Math.ceil(value);
  const quarters = [1, 2, 3, 5].map((factor) => factor * 10 ** Math.floor(Math.log10(value / GRID_LINES)));
  const fitting = quarters.find((quarter) => quarter * GRID_LINES >= value) ?? (quarters[0] ?? 1) * 10;
  return fitting * GRID_LINES;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const round = (value: number): number => Math.round(value * 10) / 10;
