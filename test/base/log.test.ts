/** A log line holds what the allow list names, in the form it names, and never a card number that a caller passes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LogFields, logRecord } from '../../shared/base/log.ts';
import { anyPan, inFours } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';
import { START_MS } from '../setup/world.ts';

const textOf = (fields: object) => JSON.stringify(logRecord('info', START_MS, fields as LogFields));
const line = (fields: object) => JSON.parse(textOf(fields));

const FIELDS = [
  'event',
  'request_id',
  'function',
  'route',
  'merchant',
  'mode',
  'charge',
  'code',
  'error',
  'status',
  'duration_ms',
  'count',
];

describe('A log line', () => {
  test('says when, how grave, and what', () => {
    const fields = { event: 'request', route: 'POST /v1/charges/{charge_id}/refunds', status: 201, duration_ms: 12.5 };
    expect(line(fields)).toEqual({ level: 'info', time: '2026-06-15T03:00:00.000Z', ...fields });
  });

  test.each([
    ['a path with an id instead of its pattern', 'route', `GET /v1/tokens/tok_${'A'.repeat(26)}`],
    ['a route with a query', 'route', 'GET /v1/charges?limit=1'],
    ['a merchant of another form', 'merchant', 'Chaya'],
    ['a token where a charge belongs', 'charge', `tok_${'a'.repeat(26)}`],
    ['a grouped number', 'event', '1234-5678-9012'],
    ['an invalid request id', 'request_id', 'order-1042'],
    ['a number in a path', 'route', 'POST /v1/1234-5678/capture'],
    ['an API key', 'event', 'sk_test_abc234'],
    ['a sentence', 'error', 'User is not authorized'],
    ['a text where a number belongs', 'status', '200'],
    ['a number as long as a card', 'count', 4_242_424_242],
    ['nothing that can be counted', 'duration_ms', Number.NaN],
    ['an object', 'event', { toString: () => 'request' }],
  ])('does not repeat %s', (_what, field, value) => {
    expect(line({ [field]: value })[field]).toBe('[redacted]');
  });

  test('leaves out what the allow list does not name', () => {
    expect(line({ body: 'secret', headers: {}, event: 'request' })).toEqual({
      level: 'info',
      time: '2026-06-15T03:00:00.000Z',
      event: 'request',
    });
  });

  test('holds no card number, for any field and form (V1)', () => {
    const forms = fc.constantFrom(
      (number: string) => number,
      (number: string) => Number(number),
      (number: string) => inFours(number, '-'),
      (number: string) => `order.${number}`,
      (number: string) => `POST /v1/${number}`,
    );
    checkProperty(
      fc.property(anyPan, forms, fc.constantFrom(...FIELDS), (number, form, field) => {
        const text = textOf({ [field]: form(number) });
        expect(text.replaceAll(/\D/g, '')).not.toContain(number);
      }),
      { runs: 500 },
    );
  });

  test('is one line of JSON, for any fields', () => {
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.jsonValue());
    checkProperty(
      fc.property(fc.dictionary(fc.constantFrom(...FIELDS), values), (fields) => {
        const text = textOf(fields);
        expect(text).not.toMatch(/[\r\n]/);
        expect(JSON.parse(text)).toMatchObject({ level: 'info' });
      }),
      { runs: 300 },
    );
  });
});
