/** Bad charges: their fields, their source, their idempotency key. */
import { newKey } from '../../setup/cards.ts';
import type { Request } from '../../setup/vault.ts';
import type { Body, Row } from './row.ts';
import type { Scene } from './scene.ts';

export const post = (path: string, key: string, body: unknown, idempotencyKey?: string): Request => ({
  method: 'POST',
  path,
  key,
  body,
  idempotencyKey,
});

/** A charge of the active token, of which some fields are others; `undefined` takes one away. */
const charge =
  (changes: Body) =>
  ({ shop, tokens }: Scene) =>
    post('/v1/charges', shop.secretKey, { source: tokens.active, amount: 4180, currency: 'JPY', ...changes }, newKey());

/** A charge of the stored card with a code, of which some fields are others. */
const withCode = (changes: (scene: Scene) => Body) => (scene: Scene) =>
  charge({ source: scene.cards.active, cvc_token: scene.codes.active, ...changes(scene) })(scene);

const AMOUNTS: readonly (readonly [bad: string, amount: unknown])[] = [
  ['of zero', 0],
  ['below zero', -98765],
  ['with a fraction', 98765.43],
  ['of thirteen digits', 1_234_567_890_123],
  ['beyond what a number can hold', 1e300],
  ['sent as text', '98765'],
];

export const CHARGE_ROWS: readonly Row[] = [
  ...AMOUNTS.map(([bad, amount]): Row => [`an amount ${bad}`, 'amount_invalid', 'amount', charge({ amount })]),
  ...(['source', 'amount', 'currency'] as const).map(
    (field): Row => [`a charge without ${field}`, 'missing_field', field, charge({ [field]: undefined })],
  ),
  ['an unknown currency', 'currency_unknown', 'currency', charge({ currency: 'QQQQ' })],
  ['a currency that went out of use', 'currency_unknown', 'currency', charge({ currency: 'DEM' })],
  ['an unknown field', 'unknown_field', 'statement', charge({ statement: 'CHAYA' })],
  ['a flag sent as text', 'invalid_field', 'capture', charge({ capture: 'perhaps' })],
  ['a description of 501 characters', 'invalid_field', 'description', charge({ description: 'tea, '.repeat(101) })],
  ['metadata that is a list', 'metadata_invalid', 'metadata', charge({ metadata: ['green'] })],
  ['metadata within metadata', 'metadata_invalid', 'metadata.order', charge({ metadata: { order: { id: 'green' } } })],
  [
    'a metadata value of 501 characters',
    'metadata_invalid',
    'metadata.order',
    charge({ metadata: { order: 'leaf '.repeat(101) } }),
  ],
  [
    'metadata with 21 keys',
    'metadata_invalid',
    'metadata',
    charge({ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'green'])) }),
  ],
  ['a processor without a setup', 'processor_unavailable', 'processor', charge({ processor: 'moneybox' })],

  ['a source that is nothing of ours', 'source_invalid', 'source', charge({ source: 'cus_12345678' })],
  [
    'saving a card that is stored already',
    'invalid_field',
    'save_card',
    (scene) => charge({ source: scene.cards.active, save_card: true })(scene),
  ],
  ['a code beside a token', 'invalid_field', 'cvc_token', withCode(({ tokens }) => ({ source: tokens.active }))],
];

/** Each is kept under its idempotency key as a charge that failed, so that a repeat gets the same response. */
export const SOURCE_ROWS: readonly Row[] = [
  ['a token that does not exist', 'token_not_found', 'source', charge({ source: `tok_${'q'.repeat(26)}` })],
  ['a spent token', 'token_spent', 'source', (scene) => charge({ source: scene.tokens.spent })(scene)],
  ['an expired token', 'token_expired', 'source', (scene) => charge({ source: scene.tokens.expired })(scene)],
  ['another merchant’s token', 'token_foreign', 'source', (scene) => charge({ source: scene.tokens.foreign })(scene)],
  ['a stored card that does not exist', 'card_not_found', 'source', charge({ source: `card_${'q'.repeat(26)}` })],
  [
    'another merchant’s stored card',
    'card_not_found',
    'source',
    (scene) => charge({ source: scene.cards.foreign })(scene),
  ],
  ['a locked card', 'card_locked', 'source', (scene) => charge({ source: scene.cards.locked })(scene)],
  ['a deleted card', 'card_deleted', 'source', (scene) => charge({ source: scene.cards.deleted })(scene)],
  [
    'a code token that does not exist',
    'cvc_token_not_found',
    'cvc_token',
    withCode(() => ({ cvc_token: `cvc_${'q'.repeat(26)}` })),
  ],
  ['a spent code token', 'cvc_token_spent', 'cvc_token', withCode(({ codes }) => ({ cvc_token: codes.spent }))],
  ['an expired code token', 'cvc_token_expired', 'cvc_token', withCode(({ codes }) => ({ cvc_token: codes.expired }))],
  [
    'another merchant’s code token',
    'cvc_token_foreign',
    'cvc_token',
    withCode(({ codes }) => ({ cvc_token: codes.foreign })),
  ],
];

const withIdempotencyKey = (key: string | undefined) => (scene: Scene) => ({
  ...charge({})(scene),
  idempotencyKey: key,
});
const again =
  (changes: Body) =>
  ({ shop, cards, usedKey }: Scene) =>
    post('/v1/charges', shop.secretKey, { source: cards.active, amount: 4180, currency: 'JPY', ...changes }, usedKey);

export const IDEMPOTENCY_ROWS: readonly Row[] = [
  ['a charge without an idempotency key', 'idempotency_key_missing', 'Idempotency-Key', withIdempotencyKey(undefined)],
  [
    'a refund without an idempotency key',
    'idempotency_key_missing',
    'Idempotency-Key',
    ({ shop, charges }) => post(`/v1/charges/${charges.captured}/refunds`, shop.secretKey, { amount: 10 }),
  ],
  [
    'an idempotency key of 256 characters',
    'idempotency_key_invalid',
    'Idempotency-Key',
    withIdempotencyKey('order-99'.repeat(32)),
  ],
  [
    'an idempotency key with a space in it',
    'idempotency_key_invalid',
    'Idempotency-Key',
    withIdempotencyKey('order ninety nine'),
  ],
  [
    'an idempotency key beyond ASCII',
    'idempotency_key_invalid',
    'Idempotency-Key',
    withIdempotencyKey('commande-n°99'),
  ],
  ...(
    [
      ['amount', { amount: 98765 }],
      ['currency', { currency: 'USD' }],
      ['capture', { capture: false }],
      ['description', { description: 'Green tea' }],
      ['metadata', { metadata: { order: 'green' } }],
    ] as const
  ).map(
    ([param, changes]): Row => [
      `an idempotency key used again with another ${param}`,
      'idempotency_conflict',
      param,
      again(changes),
    ],
  ),
  [
    'an idempotency key used again with another source',
    'idempotency_conflict',
    'source',
    (scene) => again({ source: scene.tokens.active })(scene),
  ],
  [
    'a refund’s idempotency key used again with another amount',
    'idempotency_conflict',
    'amount',
    ({ shop, charges, usedRefundKey }) =>
      post(`/v1/charges/${charges.captured}/refunds`, shop.secretKey, { amount: 98765 }, usedRefundKey),
  ],
];
