/** Requests about a charge, token or stored card that is not there, not the caller's, or in no state to do it. */
import { newKey } from '../../setup/cards.ts';
import type { Request } from '../../setup/vault.ts';
import { post } from './charges.ts';
import type { Body, Row } from './row.ts';
import type { Scene } from './scene.ts';

type ChargeName = keyof Scene['charges'];
const operate =
  (verb: 'capture' | 'cancel' | 'refunds', name: ChargeName, body: Body = {}) =>
  ({ shop, charges }: Scene) =>
    post(`/v1/charges/${charges[name]}/${verb}`, shop.secretKey, body, newKey());
const TOO_LONG = 'x'.repeat(3_000);

export const OPERATION_ROWS: readonly Row[] = [
  ['capturing a captured charge', 'charge_not_capturable', null, operate('capture', 'captured')],
  ['capturing a declined charge', 'charge_not_capturable', null, operate('capture', 'declined')],
  ['capturing a canceled charge', 'charge_not_capturable', null, operate('capture', 'canceled')],
  [
    'capturing more than was authorized',
    'capture_too_large',
    'amount',
    operate('capture', 'authorized', { amount: 98765 }),
  ],
  ['capturing nothing', 'amount_invalid', 'amount', operate('capture', 'authorized', { amount: 0 })],
  ['canceling a captured charge', 'charge_not_cancelable', null, operate('cancel', 'captured')],
  ['canceling a canceled charge anew', 'charge_not_cancelable', null, operate('cancel', 'canceled')],
  ['canceling a part', 'unknown_field', 'amount', operate('cancel', 'authorized', { amount: 98765 })],
  ['refunding an authorized charge', 'charge_not_refundable', null, operate('refunds', 'authorized')],
  ['refunding a refunded charge', 'charge_not_refundable', null, operate('refunds', 'refunded', { amount: 1 })],
  ['refunding more than is left', 'refund_too_large', 'amount', operate('refunds', 'captured', { amount: 4175 })],
  ['a refund below zero', 'amount_invalid', 'amount', operate('refunds', 'captured', { amount: -98765 })],
  ['a refund while another has not ended', 'charge_busy', null, operate('refunds', 'busy', { amount: 1 })],
  ['the hundred and first refund', 'refund_limit', null, operate('refunds', 'crowded', { amount: 1 })],
  [
    'an operation on another merchant’s charge',
    'charge_not_found',
    'charge_id',
    operate('refunds', 'foreign', { amount: 1 }),
  ],
  [
    'an operation on a charge with an endless id',
    'charge_not_found',
    'charge_id',
    ({ shop }) => post(`/v1/charges/${TOO_LONG}/capture`, shop.secretKey, {}, newKey()),
  ],
];

const get =
  (path: (scene: Scene) => string) =>
  (scene: Scene): Request => ({ method: 'GET', path: path(scene), key: scene.shop.secretKey });
const store = (token: (scene: Scene) => unknown) => (scene: Scene) =>
  post('/v1/cards', scene.shop.secretKey, { token: token(scene) });
const lookUp = (token: (scene: Scene) => unknown) => (scene: Scene) =>
  post('/v1/tokens/lookup', scene.shop.secretKey, { token: token(scene) });

export const RECORD_ROWS: readonly Row[] = [
  [
    'reading a charge that does not exist',
    'charge_not_found',
    'charge_id',
    get(() => `/v1/charges/ch_${'q'.repeat(26)}`),
  ],
  [
    'reading another merchant’s charge',
    'charge_not_found',
    'charge_id',
    get(({ charges }) => `/v1/charges/${charges.foreign}`),
  ],
  [
    'reading a forward that does not exist',
    'forward_not_found',
    'forward_id',
    get(() => `/v1/forward/fwd_${'q'.repeat(26)}`),
  ],
  ['reading a token that does not exist', 'token_not_found', 'token', lookUp(() => `tok_${'q'.repeat(26)}`)],
  ['reading a token of another kind', 'token_not_found', 'token', lookUp(({ codes }) => codes.active)],
  ['reading another merchant’s token', 'token_foreign', 'token', lookUp(({ tokens }) => tokens.foreign)],
  [
    'reading a token by its address, as it once was',
    'route_not_found',
    null,
    get(({ tokens }) => `/v1/tokens/${tokens.active}`),
  ],
  ['reading a card with an endless id', 'card_not_found', 'card_id', get(() => `/v1/cards/${TOO_LONG}`)],
  ['reading a deleted card', 'card_deleted', 'card_id', get(({ cards }) => `/v1/cards/${cards.deleted}`)],
  [
    'unlocking a deleted card',
    'card_deleted',
    'card_id',
    ({ shop, cards }) => post(`/v1/cards/${cards.deleted}/unlock`, shop.secretKey, {}),
  ],
  [
    'locking another merchant’s card',
    'card_not_found',
    'card_id',
    ({ shop, cards }) => post(`/v1/cards/${cards.foreign}/lock`, shop.secretKey, {}),
  ],
  [
    'deleting a card with an endless id',
    'card_not_found',
    'card_id',
    ({ shop }) => ({ method: 'DELETE', path: `/v1/cards/${TOO_LONG}`, key: shop.secretKey }),
  ],
  ['storing the card of a spent token', 'token_spent', 'token', store(({ tokens }) => tokens.spent)],
  ['storing the card of an expired token', 'token_expired', 'token', store(({ tokens }) => tokens.expired)],
  ['storing the card of another merchant’s token', 'token_foreign', 'token', store(({ tokens }) => tokens.foreign)],
  ['storing the card of a token that does not exist', 'token_not_found', 'token', store(() => 'tok_nobody')],
  [
    'storing again where the first time never finished',
    'card_not_stored',
    'token',
    store(({ tokens }) => tokens.unstored),
  ],
  ['storing no token', 'missing_field', 'token', store(() => undefined)],
  ['storing a list of tokens', 'invalid_field', 'token', store(({ tokens }) => [tokens.active])],
  ...['0', '101', '-5', 'a-few', '1.5'].map(
    (limit): Row => [`a list limited to ${limit}`, 'limit_invalid', 'limit', get(() => `/v1/charges?limit=${limit}`)],
  ),
  ...['nonsense', 'bm90IG91cnM', 'x'.repeat(300)].map(
    (cursor): Row => [
      `a list from the cursor ${cursor.slice(0, 12)}`,
      'cursor_invalid',
      'cursor',
      get(() => `/v1/charges?cursor=${cursor}`),
    ],
  ),
];
