/** Requests that two readers could understand differently. They are refused before anything in them is decided on. */
import { gzipSync } from 'node:zlib';
import { newKey } from '../../setup/cards.ts';
import type { Request } from '../../setup/vault.ts';
import type { Row } from './row.ts';
import type { Scene } from './scene.ts';

/** A refund, because its body has no model at API Gateway. */
const refund =
  (changes: Partial<Request> = {}) =>
  ({ shop, charges }: Scene): Request => ({
    method: 'POST',
    path: `/v1/charges/${charges.captured}/refunds`,
    key: shop.secretKey,
    idempotencyKey: newKey(),
    body: { amount: 10 },
    ...changes,
  });

const get =
  (path: string | ((scene: Scene) => string), lines: NonNullable<Request['lines']> = []) =>
  (scene: Scene): Request => ({
    method: 'GET',
    path: typeof path === 'string' ? path : path(scene),
    key: scene.shop.secretKey,
    lines,
  });

const hosted = (more: (scene: Scene) => string) => (scene: Scene) =>
  ({
    method: 'GET',
    path: `/hosted/card?key=${scene.shop.publishableKey}&origin=https://shop.example${more(scene)}`,
  }) as const;

export const ADDRESS_ROWS: readonly Row[] = [
  [
    'the field with another merchant’s key behind the first',
    'repeated_field',
    'key',
    hosted(({ stranger }) => `&key=${stranger.publishableKey}`),
  ],
  ['the field with the same key twice', 'repeated_field', 'key', hosted(({ shop }) => `&key=${shop.publishableKey}`)],
  [
    'the field with the second key behind a semicolon',
    'repeated_field',
    'key',
    hosted(({ stranger }) => `;key=${stranger.publishableKey}`),
  ],
  [
    'the field with the second key under an escaped name',
    'repeated_field',
    'key',
    hosted(({ stranger }) => `&%6Bey=${stranger.publishableKey}`),
  ],
  ['the field with two origins', 'repeated_field', 'origin', hosted(() => '&origin=https://evil.example')],
  ['the field with two themes', 'repeated_field', 'theme', hosted(() => '&theme=base%3Ddark&theme=')],
  ['the field with a parameter that is none', 'unknown_parameter', 'mode', hosted(() => '&mode=live')],
  ['the field with a name in other capitals', 'unknown_parameter', null, hosted(() => '&Theme=base%3Ddark')],
  [
    'the field with a probe that is neither',
    'invalid_field',
    'probe',
    () => ({ method: 'GET', path: '/hosted/card?probe=0' }),
  ],
  ['a list filtered by what it has no filter for', 'unknown_parameter', 'status', get('/v1/charges?status=declined')],
  [
    'a list from a position that another service would take',
    'unknown_parameter',
    'starting_after',
    get(({ charges }) => `/v1/charges?starting_after=${charges.captured}`),
  ],
  [
    'a list from an empty position of another service',
    'unknown_parameter',
    'starting_after',
    get('/v1/events?starting_after='),
  ],
  ['a list with two limits', 'repeated_field', 'limit', get('/v1/charges?limit=1&limit=100')],
  ['a list with an empty cursor', 'cursor_invalid', 'cursor', get('/v1/charges?cursor=')],
  ['events with an empty cursor', 'cursor_invalid', 'cursor', get('/v1/events?cursor=')],
  ['a list with a limit in brackets', 'unknown_parameter', null, get('/v1/charges?limit[]=1')],
  [
    'a query where none belongs',
    'unknown_parameter',
    'expand',
    get(({ charges }) => `/v1/charges/${charges.captured}?expand=card`),
  ],
  ['a query of a name that may be data', 'unknown_parameter', null, get('/v1/charges?Order%201042=98765')],
  ['a query that is no UTF-8', 'invalid_field', 'cursor', get('/v1/charges?cursor=%c0%af')],
  ['a query with NUL', 'invalid_field', 'cursor', get('/v1/charges?cursor=%00')],
  ['an id that leads up', 'path_invalid', 'charge_id', get('/v1/charges/%2e%2e')],
  ['an id that leads up and down', 'path_invalid', 'charge_id', get('/v1/charges/..%2ftokens')],
  ['an id behind a semicolon', 'path_invalid', 'charge_id', get('/v1/charges/..;')],
  [
    'an id with an escaped escape',
    'path_invalid',
    'charge_id',
    get(({ charges }) => `/v1/charges/${charges.captured}%252frefunds`),
  ],
  ['an id with a backslash', 'path_invalid', 'charge_id', get(({ charges }) => `/v1/charges/${charges.captured}%5c`)],
  ['an id in overlong UTF-8', 'path_invalid', 'charge_id', get('/v1/charges/%c0%ae%c0%ae')],
  ['an id with NUL', 'path_invalid', 'charge_id', get(({ charges }) => `/v1/charges/${charges.captured}%00`)],
  [
    'an id with its first letter escaped',
    'path_invalid',
    null,
    get(({ charges }) => `/v1/charges/%63${charges.captured.slice(1)}`),
  ],
  ['a path with a slash at its end', 'path_invalid', null, get('/v1/charges/')],
  ['a path with a doubled slash', 'route_not_found', null, get('//v1/charges')],
  ['a path with a dot segment', 'route_not_found', null, get('/v1/x/../charges')],
  ['a path with an escaped letter', 'route_not_found', null, get('/v1/%63harges')],
];

export const HEADER_ROWS: readonly Row[] = [
  [
    'two idempotency keys',
    'repeated_field',
    'Idempotency-Key',
    refund({ lines: [['Idempotency-Key', 'order-98765']] }),
  ],
  [
    'two idempotency keys in other capitals',
    'repeated_field',
    'Idempotency-Key',
    refund({ lines: [['IDEMPOTENCY-KEY', 'order-98765']] }),
  ],
  [
    'two API keys',
    'repeated_field',
    'Authorization',
    (scene) => refund({ lines: [['Authorization', `Bearer ${scene.stranger.secretKey}`]] })(scene),
  ],
  ['two content types', 'repeated_field', 'Content-Type', refund({ lines: [['Content-Type', 'text/plain']] })],
  [
    'two origins',
    'repeated_field',
    'Origin',
    refund({
      lines: [
        ['Origin', 'https://shop.example'],
        ['Origin', 'https://evil.example'],
      ],
    }),
  ],
  [
    'a header that asks for another method',
    'header_refused',
    'X-HTTP-Method-Override',
    refund({ lines: [['x-http-method-override', 'DELETE']] }),
  ],
  [
    'a header that asks for another path',
    'header_refused',
    'X-Original-URL',
    get('/v1/charges', [['X-Original-Url', '/v1/98765/tea']]),
  ],
  ['headers over 10 KB', 'headers_too_large', null, get('/v1/charges', [['X-Long', 'tea '.repeat(5_000)]])],
  ['an address over 10 KB', 'headers_too_large', null, get(`/v1/charges?cursor=${'tea'.repeat(5_000)}`)],
  [
    'an unknown header in a form that is no HTTP',
    'request_refused',
    null,
    get('/v1/charges', [['Transfer-Encoding', 'chunked, tea']]),
  ],
];

export const ENCODING_ROWS: readonly Row[] = [
  ['an amount twice', 'repeated_field', 'amount', refund({ body: '{"amount":1,"amount":98765}' })],
  ['an amount twice, escaped once', 'repeated_field', 'amount', refund({ body: '{"amount":1,"\\u0061mount":98765}' })],
  [
    'a source twice in a charge',
    'repeated_field',
    'source',
    ({ shop, tokens, cards }) => ({
      method: 'POST',
      path: '/v1/charges',
      key: shop.secretKey,
      idempotencyKey: newKey(),
      body: `{"source":"${tokens.active}","amount":4180,"currency":"JPY","source":"${cards.active}"}`,
    }),
  ],
  [
    'metadata with a name twice',
    'repeated_field',
    'metadata.order',
    ({ shop, tokens }) => ({
      method: 'POST',
      path: '/v1/charges',
      key: shop.secretKey,
      idempotencyKey: newKey(),
      body: `{"source":"${tokens.active}","amount":4180,"currency":"JPY","metadata":{"order":"98765","order":"1"}}`,
    }),
  ],
  [
    'a description with half of a surrogate pair',
    'invalid_field',
    'description',
    ({ shop, tokens }) => ({
      method: 'POST',
      path: '/v1/charges',
      key: shop.secretKey,
      idempotencyKey: newKey(),
      body: `{"source":"${tokens.active}","amount":4180,"currency":"JPY","description":"98765 \\ud83c"}`,
    }),
  ],
  ['a body in UTF-16', 'unsupported_encoding', null, refund({ body: Buffer.from('\ufeff{"amount":10}', 'utf16le') })],
  ['a body under a byte order mark', 'unsupported_encoding', null, refund({ body: '\ufeff{"amount":10}' })],
  ['a body in Latin-1', 'unsupported_encoding', null, refund({ body: Buffer.from('{"reason":"café"}', 'latin1') })],
  [
    'a compressed body',
    'unsupported_encoding',
    'Content-Encoding',
    refund({ body: gzipSync('{"amount":10}'), headers: { 'content-encoding': 'gzip' } }),
  ],
  [
    'a body of another charset',
    'unsupported_encoding',
    'Content-Type',
    refund({ headers: { 'content-type': 'application/json; charset=utf-16' } }),
  ],
  [
    'a currency of look-alike letters',
    'currency_unknown',
    'currency',
    ({ shop, tokens }) => ({
      method: 'POST',
      path: '/v1/charges',
      key: shop.secretKey,
      idempotencyKey: newKey(),
      body: { source: tokens.active, amount: 4180, currency: '\u017fek' },
    }),
  ],
];
