/**
 * Lines with metrics, held against CloudWatch's specification of the embedded metric format (CloudWatch user guide,
 * "Specification: Embedded metric format"): what breaks one of its rules is dropped without a word, and an alarm with it.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LogFields } from '../../shared/base/log.ts';
import { METRICS, type Measures, type MetricName, metricLine } from '../../shared/base/metrics.ts';
import { anyPan } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';
import { START_MS } from '../setup/world.ts';

interface Line {
  readonly _aws?: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

const lineOf = (fields: object, measures: Measures, namespace: string | undefined = 'Fuda/Test'): Line =>
  JSON.parse(metricLine({ namespace, level: 'info', timeMs: START_MS }, fields as LogFields, measures)) as Line;

const NAMES = Object.keys(METRICS) as MetricName[];
const MERCHANT = `mer_${'a'.repeat(26)}`;

describe('A line with metrics', () => {
  test('is a log line that says what in it is a metric', () => {
    const charged = { processor: 'stripe', mode: 'live', outcome: 'captured', merchant: MERCHANT };
    expect(lineOf({ event: 'request', ...charged }, { Charges: 1 })).toEqual({
      _aws: {
        Timestamp: START_MS,
        CloudWatchMetrics: [
          {
            Namespace: 'Fuda/Test',
            Dimensions: [
              ['processor', 'mode', 'outcome'],
              ['mode', 'outcome'],
            ],
            Metrics: [{ Name: 'Charges', Unit: 'Count' }],
          },
        ],
      },
      level: 'info',
      time: '2026-06-15T03:00:00.000Z',
      event: 'request',
      ...charged,
      Charges: 1,
    });
  });

  test('leaves out a set of dimensions where it lacks a field of it', () => {
    const { _aws } = lineOf({ mode: 'test', outcome: 'declined' }, { Charges: 1 });
    expect(_aws?.CloudWatchMetrics[0]?.Dimensions).toEqual([['mode', 'outcome']]);
  });

  test('without a namespace makes no metric, and says the values all the same', () => {
    const head = { namespace: undefined, level: 'info', timeMs: START_MS } as const;
    const line = metricLine(head, { event: 'sweep' }, { TokensErased: 3 });
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: '2026-06-15T03:00:00.000Z',
      event: 'sweep',
      TokensErased: 3,
    });
  });

  test('without values is a log line and nothing else', () => {
    expect(lineOf({ event: 'request' }, {})).not.toHaveProperty('_aws');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves %p out: CloudWatch takes finite numbers', (value) => {
    expect(lineOf({ event: 'sweep' }, { TokensOverdueSeconds: value, TokensErased: 0 })).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'TokensErased' }] }] },
    });
  });

  test('keeps the format’s rules for any fields and values, and holds no card number (V1)', () => {
    const fields = fc.dictionary(
      fc.constantFrom('event', 'function', 'service', 'processor', 'mode', 'outcome', 'code', 'merchant', 'charge'),
      fc.oneof(fc.string({ unit: 'binary' }), anyPan, fc.constantFrom('test', 'kms', MERCHANT)),
    );
    const measures = fc.dictionary(fc.constantFrom(...NAMES), fc.double()) as fc.Arbitrary<Measures>;
    checkProperty(
      fc.property(fields, measures, anyPan, (some, values, number) => {
        const line = lineOf({ ...some, processor: number }, values);
        for (const { Namespace, Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
          expect(Namespace).toMatch(/^[\w/.#-]{1,256}$/);
          for (const dimension of Dimensions.flat()) expect(typeof line[dimension]).toBe('string');
          for (const { Name } of Metrics) expect(Number.isFinite(line[Name])).toBe(true);
        }
        expect(JSON.stringify(line)).not.toContain(number);
      }),
      { runs: 200 },
    );
  });
});

describe('The table of metrics', () => {
  test('counts by nothing that has many values: no merchant, card, charge, request or token', () => {
    const dimensions = new Set(NAMES.flatMap((name) => METRICS[name].by.flat()));
    expect([...dimensions].sort()).toEqual([
      'code',
      'destination',
      'function',
      'mode',
      'outcome',
      'processor',
      'service',
    ]);
  });
});
