/** Bad checkout sessions, and payments of sessions that cannot be paid. */
import { newKey } from '../../setup/cards.ts';
import { post } from './charges.ts';
import type { Body, Row } from './row.ts';
import type { Scene } from './scene.ts';

const PATH = '/v1/checkout_sessions';

/** A session of the shop, of which some fields are others; `undefined` takes one away. */
const create =
  (changes: Body) =>
  ({ shop }: Scene) =>
    post(
      PATH,
      shop.secretKey,
      { amount: 4180, currency: 'JPY', success_url: 'https://shop.example/98765', ...changes },
      newKey(),
    );

const pay =
  (session: keyof Scene['sessions'], token: (scene: Scene) => unknown = ({ tokens }) => tokens.active) =>
  (scene: Scene) => ({
    method: 'POST' as const,
    path: `${PATH}/${scene.sessions[session]}/pay`,
    body: { token: token(scene) },
  });

const cancel = (id: (scene: Scene) => string) => (scene: Scene) => ({
  method: 'POST' as const,
  path: `${PATH}/${id(scene)}/cancel`,
  key: scene.shop.secretKey,
});

export const CHECKOUT_ROWS: readonly Row[] = [
  ['a session without a way back', 'missing_field', 'success_url', create({ success_url: undefined })],
  [
    'a session that would lead to another site',
    'return_url_unregistered',
    'success_url',
    create({ success_url: 'https://shop.example.elsewhere.example/' }),
  ],
  [
    'a session with a cancel_url on another site',
    'return_url_unregistered',
    'cancel_url',
    create({ cancel_url: 'https://elsewhere.example/' }),
  ],
  [
    'a session that would lead back without TLS',
    'return_url_invalid',
    'success_url',
    create({ success_url: 'http://shop.example/' }),
  ],
  [
    'a session that would lead back to a script',
    'return_url_invalid',
    'success_url',
    create({ success_url: 'javascript:alert(98765)' }),
  ],
  ...[
    'blob:https://shop.example/0f1e2d3c-98765',
    'data:text/html,98765',
    'ftp://shop.example/',
    'ftp://127.0.0.1/',
    'wss://shop.example/',
    'https:/\\shopper:98765@shop.example/',
    'https://98765@shop.example/',
    'intent://shop.example/#Intent;scheme=https;end',
    '//shop.example/98765',
    'shop.example/98765',
  ].flatMap((url): Row[] =>
    (['success_url', 'cancel_url'] as const).map((name) => [
      `a session whose ${name} is ${url.slice(0, 12)}…`,
      'return_url_invalid',
      name,
      create({ [name]: url }),
    ]),
  ),
  ...[
    'https://shop.example.:8443/',
    'https://shop.example:444/',
    'https://sh\u043ep.example/',
    'https://shop.example%2eelsewhere.example/',
    'https://shop.example./',
    'http://localhost/',
  ].map(
    (url): Row => [
      `a session that would lead back to ${url}`,
      'return_url_unregistered',
      'success_url',
      create({ success_url: url }),
    ],
  ),
  ...['Sencha \u202e9,99¥', 'Sen\u200bcha', 'Sencha\nfor free', 'Sencha\u0000', 'Sencha\u2066'].map(
    (description): Row => [
      `a session described with a character that is not seen, ${JSON.stringify(description.slice(3, 9))}`,
      'invalid_field',
      'description',
      create({ description }),
    ],
  ),
  ['a session of a week', 'invalid_field', 'expires_in_minutes', create({ expires_in_minutes: 10_080 })],
  ['a session of a minute', 'invalid_field', 'expires_in_minutes', create({ expires_in_minutes: 1 })],
  ['a session in a language of no page', 'invalid_field', 'locale', create({ locale: 'tlh' })],
  ['a session described at length', 'invalid_field', 'description', create({ description: 'tea, '.repeat(41) })],
  ['a session of no amount', 'amount_invalid', 'amount', create({ amount: 0 })],
  ['a session that names a card to charge', 'unknown_field', 'source', create({ source: 'card_98765' })],
  [
    'reading another merchant’s session',
    'checkout_session_not_found',
    'checkout_session_id',
    ({ shop, sessions }) => ({ method: 'GET', path: `${PATH}/${sessions.foreign}`, key: shop.secretKey }),
  ],
  [
    'canceling another merchant’s session',
    'checkout_session_not_found',
    'checkout_session_id',
    cancel(({ sessions }) => sessions.foreign),
  ],
  ['canceling a paid session', 'checkout_session_paid', null, cancel(({ sessions }) => sessions.paid)],
  [
    'canceling a session that is being paid',
    'checkout_session_busy',
    null,
    cancel(({ sessions }) => sessions.processing),
  ],
  ['paying a paid session', 'checkout_session_paid', null, pay('paid')],
  ['paying a canceled session', 'checkout_session_canceled', null, pay('canceled')],
  ['paying an expired session', 'checkout_session_expired', null, pay('expired')],
  ['paying a session that is being paid', 'checkout_session_busy', null, pay('processing')],
  [
    'paying a session that does not exist',
    'checkout_session_not_found',
    'checkout_session_id',
    ({ tokens }) => ({
      method: 'POST',
      path: `${PATH}/cs_${'q'.repeat(26)}/pay`,
      body: { token: tokens.active },
    }),
  ],
  ['paying with a spent token', 'token_spent', 'token', pay('open', ({ tokens }) => tokens.spent)],
  ['paying with an expired token', 'token_expired', 'token', pay('open', ({ tokens }) => tokens.expired)],
  ['paying with another merchant’s token', 'token_foreign', 'token', pay('open', ({ tokens }) => tokens.foreign)],
  ['paying with a stored card', 'token_not_found', 'token', pay('open', ({ cards }) => cards.active)],
  [
    'a card for a session that is paid',
    'checkout_session_paid',
    null,
    ({ sessions, usedJwe }) => post('/v1/tokens', sessions.paid, { encrypted_card: usedJwe }),
  ],
  [
    'a card that was encrypted for a key, sent for a session',
    'jwe_audience',
    'encrypted_card',
    ({ sessions, usedJwe }) => post('/v1/tokens', sessions.open, { encrypted_card: usedJwe }),
  ],
  [
    'a charge by the link of a session',
    'key_unknown',
    null,
    ({ sessions, tokens }) =>
      post('/v1/charges', sessions.open, { source: tokens.active, amount: 1, currency: 'JPY' }, newKey()),
  ],
];
