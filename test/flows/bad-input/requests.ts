/** Bad requests that never come to a card: their form, their key, and card numbers where none may be. */
import { CARD, newKey, plainCard } from '../../setup/cards.ts';
import { inFours, toFullWidth } from '../../setup/numbers.ts';
import type { Request } from '../../setup/vault.ts';
import type { Row } from './row.ts';
import type { Scene } from './scene.ts';

/** A charge of the active token, of which some parts are others. */
const charge =
  (changes: Partial<Request> & { readonly fields?: Readonly<Record<string, unknown>> } = {}) =>
  ({ shop, tokens }: Pick<Scene, 'shop' | 'tokens'>): Request => {
    const { fields, ...rest } = changes;
    return {
      method: 'POST',
      path: '/v1/charges',
      key: shop.secretKey,
      idempotencyKey: newKey(),
      body: { source: tokens.active, amount: 4180, currency: 'JPY', ...fields },
      ...rest,
    };
  };

const get =
  (path: string) =>
  ({ shop }: Scene): Request => ({ method: 'GET', path, key: shop.secretKey });

export const FORM_ROWS: readonly Row[] = [
  ['a body other than JSON', 'malformed_json', null, charge({ body: '{"source": tok_odd' })],
  ['a body that is a JSON text', 'malformed_json', null, charge({ body: '"charge me"' })],
  ['a body that is a JSON list', 'malformed_json', null, charge({ body: '[{"amount": 98765}]' })],
  ['a body that is null', 'malformed_json', null, charge({ body: 'null' })],
  [
    'a body sent as a form',
    'unsupported_content_type',
    null,
    charge({ headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  ],
  ['a body sent as text', 'unsupported_content_type', null, charge({ headers: { 'content-type': 'text/plain' } })],
  [
    'a body that only looks like JSON by its type',
    'unsupported_content_type',
    null,
    charge({ headers: { 'content-type': 'application/jsonp' } }),
  ],
  ['a body over 16 KiB', 'body_too_large', null, charge({ fields: { description: 'long '.repeat(4_000) } })],
  ['a body over API Gateway’s 10 MB', 'body_too_large', null, charge({ body: `"${'x'.repeat(11 * 1024 * 1024)}"` })],
  [
    'a body nested deeper than any stack',
    'metadata_invalid',
    'metadata',
    ({ shop, tokens }) => {
      const nested = '['.repeat(8_000) + ']'.repeat(8_000);
      const body = `{"source":"${tokens.active}","amount":4180,"currency":"JPY","metadata":${nested}}`;
      return { ...charge()({ shop, tokens }), body };
    },
  ],
  [
    'metadata under a name that leads to the prototype',
    'unknown_field',
    'metadata.__proto__',
    ({ shop, tokens }) => ({
      ...charge()({ shop, tokens }),
      body: `{"source":"${tokens.active}","amount":4180,"currency":"JPY","metadata":{"__proto__":"98765"}}`,
    }),
  ],
  [
    'a body where none belongs',
    'unknown_field',
    'reason',
    ({ shop, cards }) => ({
      method: 'POST',
      path: `/v1/cards/${cards.active}/lock`,
      key: shop.secretKey,
      body: { reason: 'suspected' },
    }),
  ],
  ['a path without a route', 'route_not_found', null, get('/v1/refunds')],
  [
    'another method on a path without a route',
    'route_not_found',
    null,
    ({ shop }) => ({ method: 'DELETE', path: '/v1/refunds', key: shop.secretKey }),
  ],
];

const withKey = (key: (scene: Scene) => string | undefined) => (scene: Scene) => ({
  ...charge()(scene),
  key: key(scene),
});
const tokenizeWith =
  (key: (scene: Scene) => string) =>
  (scene: Scene): Request => ({ method: 'POST', path: '/v1/tokens', key: key(scene), body: { card: plainCard() } });

export const KEY_ROWS: readonly Row[] = [
  ['no API key', 'key_missing', null, withKey(() => undefined)],
  [
    'an API key under another scheme',
    'key_missing',
    null,
    (scene) => ({
      ...withKey(() => undefined)(scene),
      headers: { authorization: `Basic ${scene.shop.secretKey}` },
    }),
  ],
  ['an API key that was never issued', 'key_unknown', null, withKey(({ unknownKey }) => unknownKey)],
  ['an API key of no known form', 'key_unknown', null, withKey(() => 'sk_test_letmein')],
  ['a revoked API key', 'key_revoked', null, withKey(({ revokedKey }) => revokedKey)],
  ['a secret key at tokenize', 'secret_key_refused', null, tokenizeWith(({ shop }) => shop.secretKey)],
  ['a publishable key at charge', 'publishable_key_refused', null, withKey(({ shop }) => shop.publishableKey)],
  ['a live key on this machine', 'live_mode_refused', null, withKey(({ shop }) => shop.liveSecretKey)],
  [
    'a live publishable key in a frame’s address',
    'live_mode_refused',
    null,
    ({ shop }) => ({ method: 'GET', path: `/hosted/card?key=${shop.livePublishableKey}` }),
  ],
  [
    'the hosted field for an origin that is not registered',
    'origin_not_allowed',
    'origin',
    ({ shop }) => ({
      method: 'GET',
      path: `/hosted/card?key=${shop.publishableKey}&origin=https://evil.example`,
    }),
  ],
  [
    'the hosted field for an origin that only begins like a registered one',
    'origin_not_allowed',
    'origin',
    ({ shop }) => ({
      method: 'GET',
      path: `/hosted/card?key=${shop.publishableKey}&origin=https://shop.example.evil.example`,
    }),
  ],
];

const GROUPED = inFours(CARD.approve, ' ');
const DASHED = inFours(CARD.approve, '-');
const FULL_WIDTH = toFullWidth(CARD.approve);
const FULL_WIDTH_GROUPED = toFullWidth(inFours(CARD.approve, '\u3000'));

const CHARGES: readonly (readonly [place: string, param: string, changes: Parameters<typeof charge>[0]])[] = [
  ['metadata', 'metadata.card', { fields: { metadata: { card: CARD.approve } } }],
  ['metadata, grouped', 'metadata.note', { fields: { metadata: { note: `paid with ${GROUPED}, thanks` } } }],
  ['metadata, in full-width digits', 'metadata.note', { fields: { metadata: { note: FULL_WIDTH } } }],
  ['a name in metadata', 'metadata', { fields: { metadata: { [CARD.amex]: 'x' } } }],
  ['metadata, as a JSON number', 'metadata.card', { fields: { metadata: { card: Number(CARD.approve) } } }],
  ['the description', 'description', { fields: { description: CARD.approve } }],
  ['the description, with dashes', 'description', { fields: { description: `card ${DASHED}` } }],
  ['the description, full-width and grouped', 'description', { fields: { description: FULL_WIDTH_GROUPED } }],
  ['the description, with tabs', 'description', { fields: { description: inFours(CARD.approve, '\t') } }],
  ['the description, in halves', 'description', { fields: { description: CARD.approve.replace(/^.{8}/, '$& - ') } }],
  ['the description, padded with zeros', 'description', { fields: { description: CARD.approve.padStart(19, '0') } }],
  [
    'the description, in base64',
    'description',
    { fields: { description: Buffer.from(CARD.approve).toString('base64') } },
  ],
  ['the description, as escapes', 'description', { body: `{"description":"${escaped(CARD.approve)}"}` }],
  ['the amount', 'amount', { fields: { amount: Number(CARD.approve) } }],
  ['the source', 'source', { fields: { source: CARD.approve } }],
  ['a field that does not exist', 'card.number', { fields: { card: { number: CARD.approve } } }],
  ['the idempotency key', 'Idempotency-Key', { idempotencyKey: `order-${CARD.approve}` }],
  ['the idempotency key, grouped', 'Idempotency-Key', { idempotencyKey: GROUPED }],
];

const ADDRESSES: readonly (readonly [place: string, param: string, path: string])[] = [
  ['the path', 'charge_id', `/v1/charges/${CARD.approve}`],
  ['the path, grouped', 'forward_id', `/v1/forward/${encodeURIComponent(GROUPED)}`],
  ['the path, in full-width digits', 'card_id', `/v1/cards/${encodeURIComponent(FULL_WIDTH)}`],
  ['the query', 'cursor', `/v1/charges?cursor=${CARD.amex}`],
  ['the query, grouped', 'limit', `/v1/charges?limit=${encodeURIComponent(DASHED)}`],
  ['an unknown query parameter', 'card', `/v1/charges?card=${CARD.approve}`],
];

export const PAN_ROWS: readonly Row[] = [
  ...CHARGES.map(([place, param, changes]) => panRow(place, param, charge(changes))),
  ...ADDRESSES.map(([place, param, path]) => panRow(place, param, get(path))),
  panRow('the token to store', 'token', ({ shop }) => ({
    method: 'POST',
    path: '/v1/cards',
    key: shop.secretKey,
    body: { token: CARD.approve },
  })),
];

/** What else may lie in no record: a security code, and a token that can still be spent. */
export const SECRET_ROWS: readonly Row[] = [
  secretRow('a security code in metadata', 'metadata.cvc', charge({ fields: { metadata: { cvc: '9876' } } })),
  secretRow('a security code in a description', 'description', charge({ fields: { description: 'CVC: 9876' } })),
  secretRow('a live token in a path', 'charge_id', ({ shop, tokens }) =>
    get(`/v1/charges/${tokens.active}`)({ shop } as Scene),
  ),
  secretRow('a live token in metadata', 'metadata.paid_with', (scene) =>
    charge({ fields: { metadata: { paid_with: scene.tokens.active } } })(scene),
  ),
];

function secretRow(what: string, param: string, request: Row[3]): Row {
  return [what, 'card_data_refused', param, request];
}

function panRow(place: string, param: string, request: Row[3]): Row {
  return [`a card number in ${place}`, 'card_data_refused', param, request];
}

/** Each digit as a Unicode escape, as some JSON writers send it. */
function escaped(digits: string): string {
  return digits.replace(/\d/g, (digit) => `\\u003${digit}`);
}
