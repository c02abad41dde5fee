/** Where in a request card data is looked for, and what its refusal names. */
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { refuseCardData } from '../../../functions/runtime/card-data.ts';
import { VaultError } from '../../../shared/base/errors.ts';
import { CARD } from '../../setup/cards.ts';
import { inFours } from '../../setup/numbers.ts';

const TOKEN = `tok_${'a'.repeat(26)}`;
const digits = [...CARD.approve];

/** The field that the refusal names, `true` where it names none, `null` where the request passes. */
function refused(
  body: unknown,
  { idempotencyKey, ...event }: Partial<APIGatewayProxyEvent> & { readonly idempotencyKey?: string } = {},
): string | true | null {
  const given = { pathParameters: null, multiValueQueryStringParameters: null, ...event };
  try {
    refuseCardData(given as APIGatewayProxyEvent, idempotencyKey, body);
    return null;
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'card_data_refused') throw error;
    return error.detail.param ?? true;
  }
}

describe('a card number is refused', () => {
  test.each<[string, unknown, string | true]>([
    ['in a value', { description: CARD.approve }, 'description'],
    ['in metadata', { metadata: { note: inFours(CARD.approve, ' - ') } }, 'metadata.note'],
    ['as a name', { metadata: { [CARD.amex]: 'x' } }, 'metadata'],
    ['as a name at the top', { [CARD.approve]: 1 }, true],
    ['as a number', { metadata: { n: Number(CARD.approve) } }, 'metadata.n'],
    ['in a URL', { success_url: `https://shop.example/?n=${inFours(CARD.approve, '%20')}` }, 'success_url'],
    ['in the items of a list', { request: { body: digits.map(Number) } }, 'request.body'],
    ['in a Buffer', { request: { body: JSON.parse(JSON.stringify(Buffer.from(CARD.approve))) } }, 'request.body.data'],
    ['in numbered members', { metadata: { n1: '4242', n2: '4242', n3: '4242', n4: '4242' } }, 'metadata'],
    ['at any depth', { a: { b: { c: { d: { e: { f: CARD.approve } } } } } }, 'a.b.c.d'],
  ])('%s', (_place, body, param) => {
    expect(refused(body)).toBe(param);
  });

  test.each<[string, Parameters<typeof refused>[1], string]>([
    ['in the path', { pathParameters: { charge_id: CARD.approve } }, 'charge_id'],
    ['in the query', { multiValueQueryStringParameters: { cursor: [CARD.approve] } }, 'cursor'],
    [
      'in the first of two equal parameters',
      { multiValueQueryStringParameters: { cursor: [CARD.approve, 'a'] } },
      'cursor',
    ],
    ['in the idempotency key', { idempotencyKey: `order-${CARD.approve}` }, 'Idempotency-Key'],
  ])('%s', (_place, event, param) => {
    expect(refused({}, event)).toBe(param);
  });
});

test('a card number in two fields that nothing connects is not found, as docs/reference/card-data.md says', () => {
  expect(refused({ metadata: { first: '42424242', second: '42424242' } })).toBeNull();
});

describe('a security code is refused', () => {
  test.each<[string, unknown, string]>([
    ['under its name', { metadata: { cvc: '737' } }, 'metadata.cvc'],
    ['as a number', { metadata: { card_cvv2: 7373 } }, 'metadata.card_cvv2'],
    ['in other digits', { metadata: { securityCode: '７３７' } }, 'metadata'],
    ['escaped', { metadata: { csc: '%37%33%37' } }, 'metadata.csc'],
    ['under a Japanese name', { metadata: { セキュリティコード: '737' } }, 'metadata'],
    ['under a Korean name', { metadata: { '보안 코드': '737' } }, 'metadata'],
    ['under a Chinese name', { metadata: { 安全码: '737' } }, 'metadata'],
    ['under an Arabic name', { metadata: { رمز_الأمان: '737' } }, 'metadata'],
    ['below its name', { request: { body: { cvv: { value: '737' } } } }, 'request.body.cvv.value'],
    ['beside its name', { request: { body: [{ name: 'cvv', value: '737' }] } }, 'request.body'],
    ['beside its short name', { request: { body: [{ k: 'cvv', v: '737' }] } }, 'request.body'],
    ['digit by digit in a list', { request: { body: { cvv: ['7', '3', '7'] } } }, 'request.body.cvv'],
    ['in a text', { description: 'CVC 737' }, 'description'],
  ])('%s', (_place, body, param) => {
    expect(refused(body)).toBe(param);
  });

  test.each<[string, unknown]>([
    ['what was found out about it', { metadata: { cvc_check: 'pass', cvv_result: '100' } }],
    ['three digits under another name', { metadata: { shop: '737', postal_code: '1234', year: 2026 } }],
    ['a placeholder for it', { request: { body: { cvc: '{{ card.cvc }}' } } }],
    ['a longer number under its name', { metadata: { cvc: '73737' } }],
  ])('but not %s', (_what, body) => {
    expect(refused(body)).toBeNull();
  });
});

describe('a live token is refused', () => {
  test.each<[string, unknown, string]>([
    ['in metadata', { metadata: { token: TOKEN } }, 'metadata.token'],
    ['in a URL', { success_url: `https://shop.example/?t=${TOKEN}` }, 'success_url'],
    ['in a description', { description: `paid with ${TOKEN}` }, 'description'],
    ['in a request to forward', { source: TOKEN, request: { body: { source: TOKEN } } }, 'request.body.source'],
  ])('%s', (_place, body, param) => {
    expect(refused(body)).toBe(param);
  });

  test('in the idempotency key', () => {
    expect(refused({}, { idempotencyKey: TOKEN })).toBe('Idempotency-Key');
  });

  test('as is a secret key', () => {
    expect(refused({ metadata: { note: `sk_live_${'a'.repeat(26)}` } })).toBe('metadata.note');
    expect(refused({}, { multiValueQueryStringParameters: { key: [`sk_live_${'a'.repeat(26)}`] } })).toBeNull();
  });

  test.each<[string, unknown, Parameters<typeof refused>[1]]>([
    ['to be charged', { source: TOKEN, cvc_token: `cvc_${'a'.repeat(26)}` }, {}],
    ['to be stored', { token: TOKEN }, {}],
    ['that is asked about', { token: TOKEN }, {}],
  ])('but not one %s', (_what, body, event) => {
    expect(refused(body, event)).toBeNull();
  });
});
