/** Charts draw what the figures say: heights in proportion, whole numbers on the axis, words for those who do not see. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ColumnChart, columnChart, grouped, sparkline } from '../../audit/render/chart.ts';
import { duration } from '../../audit/render/erasure-section.ts';
import { english } from '../../audit/render/messages-en.ts';
import { japanese } from '../../audit/render/messages-ja.ts';
import { timelineOf } from '../../audit/render/timeline.ts';
import { checkProperty } from '../setup/property.ts';

const DAY_MS = 24 * 60 * 60_000;

const chartOf = (buckets: ColumnChart['buckets']): string =>
  columnChart({
    id: 'c',
    title: 'Decryptions per day',
    description: 'Columns',
    series: [
      { kind: 'proven', label: 'proven' },
      { kind: 'unexplained', label: 'unexplained' },
    ],
    buckets,
  }).text;

const heights = (svg: string, kind: string): number[] =>
  [...svg.matchAll(new RegExp(`<rect class="${kind}"[^>]* height="([0-9.]+)"`, 'g'))].map(([, height]) =>
    Number(height),
  );
const axis = (svg: string): number[] =>
  [...svg.matchAll(/text-anchor="end">([0-9,.]+)</g)].map(([, label = '']) => Number(label.replaceAll(',', '')));

describe('columns', () => {
  test('are as high as their figures, and rare ones are seen', () => {
    const svg = chartOf([
      { label: '2026-11-01', values: [4_000, 0] },
      { label: '2026-11-02', values: [2_000, 1] },
    ]);
    const [whole = 0, half = 0] = heights(svg, 'proven');
    expect(whole / half).toBeCloseTo(2, 1);
    expect(heights(svg, 'unexplained')).toEqual([2]);
  });

  test('stand on an axis of whole numbers that none outgrows', () => {
    checkProperty(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (most) => {
        const labels = axis(chartOf([{ label: 'x', values: [most, 0] }]));
        expect(labels.every(Number.isInteger)).toBe(true);
        expect(labels[0]).toBe(0);
        expect(labels.at(-1)).toBeGreaterThanOrEqual(most);
        expect(labels.at(-1)).toBeLessThanOrEqual(Math.max(1, most * 2));
      }),
    );
  });

  test('have a title and a description that the drawing points to', () => {
    const svg = chartOf([{ label: '<b>', values: [1, 0] }]);
    expect(svg).toContain('role="img" aria-labelledby="c-t c-d"');
    expect(svg).toContain('<title id="c-t">Decryptions per day</title><desc id="c-d">Columns</desc>');
    expect(svg).not.toContain('<b>');
  });

  test('of nothing at all are an empty frame', () => {
    expect(chartOf([])).toContain('<svg');
    expect(sparkline([], 'x').text).not.toContain('NaN');
  });
});

describe('a period', () => {
  const timeline = (days: number) =>
    timelineOf({ fromMs: Date.UTC(2026, 10, 25, 13), toMs: Date.UTC(2026, 10, 25, 13) + days * DAY_MS });

  test('is shown in days, weeks from Monday, or months, as its length allows', () => {
    expect([timeline(30).grain, timeline(90).grain, timeline(700).grain]).toEqual(['day', 'week', 'month']);
    expect([timeline(30).starts[0], timeline(90).starts[0], timeline(700).starts[0]]).toEqual([
      '2026-11-25',
      '2026-11-23',
      '2026-11-01',
    ]);
  });

  test('has a place for each of its days and for no other', () => {
    const { starts, indexOf } = timeline(90);
    expect(indexOf('2026-11-29')).toBe(0);
    expect(indexOf('2026-11-30')).toBe(1);
    expect(indexOf('2026-10-01')).toBeUndefined();
    expect(starts).toHaveLength(14);
  });
});

test.each([
  [400, '0.4 s', '0.4 秒'],
  [59_000, '59 s', '59 秒'],
  [239_000, '3 min 59 s', '3 分 59 秒'],
  [3_723_000, '1 h 02 min 03 s', '1 時間 02 分 03 秒'],
  [-1_500, '−1.5 s', '−1.5 秒'],
])('%d ms is %s, in Japanese %s', (lengthMs, said, inJapanese) => {
  expect([duration(lengthMs, english.units), duration(lengthMs, japanese.units)]).toEqual([said, inJapanese]);
});

test('digits are grouped by three', () => {
  expect([0, 999, 1_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
});
