/**
 * A stranger gets only refusals: the body parser of every route reads random JSON and random text, near enough to the
 * documented form to get past its first checks. No 5xx, no value repeated.
 */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod/mini';
import { ERRORS, VaultError } from '../../shared/base/errors.ts';
import { parse } from '../../shared/base/parse.ts';
import { ChargeRequest } from '../../shared/payments/charges/create.ts';
import { AmountRequest, NoAmountRequest } from '../../shared/payments/charges/operations.ts';
import { TokenRequest } from '../../shared/vault/create-token.ts';
import { CardInput, readCard } from '../../shared/vault/intake/card-input.ts';
import { LookupRequest, StoreRequest } from '../../shared/vault/vault.ts';
import { plainCard } from '../setup/cards.ts';
import { anyPan, inFours, toFullWidth } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';
import { START_MS, testClock } from '../setup/world.ts';
import { callRoute } from './runtime/route.ts';

const SCHEMAS: readonly (readonly [name: string, schema: z.ZodMiniType, example: object])[] = [
  ['POST /v1/tokens', TokenRequest, { card: plainCard(), encrypted_card: 'a.b.c.d.e' }],
  ['the card in it', CardInput, plainCard()],
  ['POST /v1/tokens/lookup', LookupRequest, { token: `tok_${'a'.repeat(26)}` }],
  ['POST /v1/cards', StoreRequest, { token: `tok_${'a'.repeat(26)}` }],
  [
    'POST /v1/charges',
    ChargeRequest,
    { source: 'x', amount: 1, currency: 'JPY', capture: true, description: 'x', metadata: { a: 'b' }, processor: 'x' },
  ],
  ['capture and refund', AmountRequest, { amount: 1 }],
  ['cancel', NoAmountRequest, {}],
];

/** Any JSON, or the example with some members left out, replaced or added. */
const near = (example: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue(),
    fc
      .tuple(
        fc.subarray(Object.entries(example)),
        fc.dictionary(fc.constantFrom(...Object.keys(example), 'x'), fc.jsonValue()),
      )
      .map(([kept, others]) => ({ ...Object.fromEntries(kept), ...others })),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'length')),
      fc.jsonValue(),
    ),
  );

const unused = (): never => {
  throw new Error('a parser needs no table and no key');
};
const deps = { clock: testClock(), random: unused, table: unused, key: unused } as unknown as Parameters<
  typeof callRoute
>[0];

beforeAll(() => void jest.spyOn(process.stdout, 'write').mockImplementation(() => true));
afterAll(() => void jest.restoreAllMocks());

describe.each(SCHEMAS)('The body of %s', (_name, schema, example) => {
  test('is taken or refused, and never breaks the parser', () => {
    checkProperty(
      fc.property(near(example), (value) => {
        const refusal = refusalOf(() => parse(schema, value));
        expect(refusal === null || refusal.code in ERRORS).toBe(true);
        expect(refusal?.code).not.toBe('internal');
      }),
      { runs: 500 },
    );
  });

  test('is never a response of 500 or more, as text either', async () => {
    const body = fc.oneof(
      near(example).map((value) => JSON.stringify(value)),
      fc.string(),
      fc.string({ unit: 'binary' }),
    );
    await checkProperty(
      fc.asyncProperty(body, async (text) => {
        const response = await callRoute(deps, async () => ({}), { body: text }, schema);
        expect(response.status).toBeLessThan(500);
      }),
      { runs: 150 },
    );
  });
});

test('A path that names a field names only what looks like one, never data', () => {
  checkProperty(
    fc.property(anyPan, fc.constantFrom('', ' ', '-'), (number, separator) => {
      const name = inFours(number, separator);
      const refusal = refusalOf(() => parse(ChargeRequest, { source: 'x', amount: 1, currency: 'JPY', [name]: 1 }));
      expect(refusal).toMatchObject({ code: 'unknown_field', detail: {} });
    }),
    { runs: 100 },
  );
});

test('No refusal of a card holds any of its digits', () => {
  const written = fc.tuple(
    anyPan,
    fc.constantFrom(
      (text: string) => text,
      toFullWidth,
      (text: string) => inFours(text, ' '),
    ),
  );
  checkProperty(
    fc.property(written, fc.nat(40), fc.integer(), fc.string(), ([number, write], month, year, cvc) => {
      const card = { number: write(number), exp_month: month, exp_year: year, cvc };
      const refusal = refusalOf(() => readCard(card, 'test', START_MS, 'card'));
      expect(refusal?.detail.param).toMatch(/^card\.(number|exp_month|exp_year|cvc)$/);
      // The frames of its stack hold numbers of lines, which may be any four digits.
      const said = [String(refusal), JSON.stringify(refusal), JSON.stringify(refusal?.detail), inspect(refusal?.cause)];
      expect(said.join()).not.toContain(number.slice(6, -4));
    }),
    { runs: 300 },
  );
});

test('A random card number is refused in any place of a body and any spelling', async () => {
  const write = fc.constantFrom(
    (number: string) => number,
    (number: string) => `no. ${number}, thanks`,
    (number: string) => toFullWidth(number),
    (number: string) => number.split('').join(' '),
  );
  await checkProperty(
    fc.asyncProperty(anyPan, write, fc.integer({ min: 0, max: 6 }), async (number, written, depth) => {
      let value: unknown = written(number);
      for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { note: value } : [value];
      const response = await callRoute(deps, async () => ({}), { body: JSON.stringify({ a: 1, value }) });
      expect(response).toMatchObject({ status: 422, json: { code: 'card_data_refused' } });
      expect(JSON.stringify(response)).not.toContain(number.slice(6, -4));
    }),
    { runs: 200 },
  );
});

function refusalOf(work: () => unknown): VaultError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
}
