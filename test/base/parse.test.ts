/** Parsing at the door: the first fault, named by its field, and nothing of its value. */
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { VaultError } from '../../shared/base/errors.ts';
import { fieldOf, parse } from '../../shared/base/parse.ts';

const Order = z.strictObject({
  amount: z.int({ error: 'amount_invalid' }),
  note: z.optional(z.string()),
  address: z.optional(z.strictObject({ city: z.string() })),
  labels: z.optional(z.record(z.string(), z.string({ error: 'metadata_invalid' }))),
  items: z.optional(z.array(z.strictObject({ name: z.string() }))),
});

function refusal(value: unknown, under?: string): { code: string; param?: string } {
  try {
    parse(Order, value, under);
  } catch (error) {
    if (error instanceof VaultError) return { code: error.code, ...error.detail };
    throw error;
  }
  throw new Error('it was not refused');
}

test('What fits is returned', () => {
  expect(parse(Order, { amount: 1, note: 'x' })).toEqual({ amount: 1, note: 'x' });
});

describe('What does not fit', () => {
  test.each([
    ['a field that is missing', {}, { code: 'missing_field', param: 'amount' }],
    ['a field that is there as undefined', { amount: undefined }, { code: 'missing_field', param: 'amount' }],
    ['a field with its own code', { amount: 1.5 }, { code: 'amount_invalid', param: 'amount' }],
    ['a null', { amount: null }, { code: 'amount_invalid', param: 'amount' }],
    ['a field without its own code', { amount: 1, note: 5 }, { code: 'invalid_field', param: 'note' }],
    ['a field inside another', { amount: 1, address: { city: 5 } }, { code: 'invalid_field', param: 'address.city' }],
    ['one missing inside another', { amount: 1, address: {} }, { code: 'missing_field', param: 'address.city' }],
    ['an unknown field', { amount: 1, other: 1 }, { code: 'unknown_field', param: 'other' }],
    [
      'an unknown field inside another',
      { amount: 1, address: { city: 'x', zip: 1 } },
      { code: 'unknown_field', param: 'address.zip' },
    ],
    ['a field of a list', { amount: 1, items: [{ name: 5 }] }, { code: 'invalid_field', param: 'items' }],
    [
      'a value below an unknown name',
      { amount: 1, labels: { 'My Name': 5 } },
      { code: 'metadata_invalid', param: 'labels' },
    ],
    ['an unknown name that could be data', { amount: 1, 'Hanako Yamada': 1 }, { code: 'unknown_field' }],
    ['an unknown name full of digits', { amount: 1, x12345: 1 }, { code: 'unknown_field' }],
    ['a text', 'order', { code: 'invalid_field' }],
    ['nothing at all', undefined, { code: 'invalid_field' }],
  ])('is refused: %s', (_what, value, expected) => {
    expect(refusal(value)).toEqual(expected);
  });

  test.each([
    ['at the top', '{"amount": 1, "__proto__": {"note": "x"}}', '__proto__'],
    ['where any name may stand', '{"amount": 1, "labels": {"__proto__": "x"}}', 'labels.__proto__'],
    ['written with an escape', '{"amount": 1, "labels": {"\\u005f_proto__": "x"}}', 'labels.__proto__'],
    ['inside a list', '{"amount": 1, "items": [{"name": "x", "__proto__": {}}]}', 'items.__proto__'],
    ['in what is no object of ours', '[{"__proto__": {}}]', '__proto__'],
    ['deeper than any field', `${'{"a":'.repeat(4_000)}{"__proto__":1}${'}'.repeat(4_000)}`, 'a.a.a.a.__proto__'],
  ])('is a name that leads to the prototype, %s', (_where, text, param) => {
    expect(refusal(JSON.parse(text))).toEqual({ code: 'unknown_field', param });
  });

  test('is named under what holds it', () => {
    expect(refusal({}, 'encrypted_card')).toEqual({ code: 'missing_field', param: 'encrypted_card.amount' });
    const hidden: unknown = JSON.parse('{"amount": 1, "__proto__": {}}');
    expect(refusal(hidden, 'encrypted_card')).toEqual({ code: 'unknown_field', param: 'encrypted_card.__proto__' });
  });
});

test.each([
  [['card', 'number'], { param: 'card.number' }],
  [['metadata', 'order_id'], { param: 'metadata.order_id' }],
  [['metadata', 'Order ID'], { param: 'metadata' }],
  [['items', 0, 'name'], { param: 'items' }],
  [['4242'], {}],
  [[], {}],
])('The path %j is named as %j', (path, expected) => {
  expect(fieldOf(path)).toEqual(expected);
});
