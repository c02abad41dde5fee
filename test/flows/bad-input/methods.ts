/** Methods that a path does not have, each with the key and the body that its own method would act on. */
import { newKey } from '../../setup/cards.ts';
import type { Request } from '../../setup/vault.ts';
import type { Row } from './row.ts';
import type { Scene } from './scene.ts';

const CHARGE = {
  path: () => '/v1/charges',
  body: ({ tokens }: Scene) => ({ source: tokens.active, amount: 4180, currency: 'JPY' }),
};

interface Target {
  readonly path: (scene: Scene) => string;
  readonly body?: (scene: Scene) => unknown;
}

/** The methods that are refused there, and the header that says which are not. */
const REFUSED: readonly (readonly [
  what: string,
  allow: string,
  target: Target,
  methods: readonly Request['method'][],
])[] = [
  ['charges', 'POST, GET, HEAD', CHARGE, ['PUT', 'PATCH', 'DELETE']],
  ['charges', 'POST, GET, HEAD', { path: CHARGE.path }, ['OPTIONS', 'TRACE', 'PROPFIND']],
  [
    'one charge',
    'GET, HEAD',
    { path: ({ charges }) => `/v1/charges/${charges.captured}` },
    ['DELETE', 'POST', 'PUT', 'TRACE'],
  ],
  [
    'a capture',
    'POST',
    { path: ({ charges }) => `/v1/charges/${charges.authorized}/capture` },
    ['GET', 'DELETE', 'PATCH', 'PUT'],
  ],
  ['one card', 'GET, HEAD, DELETE', { path: ({ cards }) => `/v1/cards/${cards.active}` }, ['POST', 'PATCH', 'PUT']],
  ['the lock of a card', 'POST', { path: ({ cards }) => `/v1/cards/${cards.active}/lock` }, ['GET', 'DELETE', 'PUT']],
  ['tokens', 'POST', { path: () => '/v1/tokens' }, ['GET', 'DELETE', 'OPTIONS', 'TRACE']],
  ['a token to look up', 'POST', { path: () => '/v1/tokens/lookup' }, ['GET', 'PUT']],
  [
    'the payment of a session',
    'POST',
    {
      path: ({ sessions }) => `/v1/checkout_sessions/${sessions.open}/pay`,
      body: ({ tokens }) => ({ token: tokens.active }),
    },
    ['PUT', 'PATCH', 'DELETE'],
  ],
  ['a payment page', 'GET, HEAD', { path: ({ sessions }) => `/pay/${sessions.open}` }, ['POST', 'DELETE', 'OPTIONS']],
  ['the hosted field', 'GET, HEAD', { path: () => '/hosted/card' }, ['POST', 'PUT', 'TRACE']],
  ['a script', 'GET, HEAD', { path: () => '/js/fuda.js' }, ['POST', 'DELETE']],
  ['a report of violations', 'POST', { path: () => '/v1/csp-reports' }, ['GET', 'PUT']],
];

const titled = REFUSED.flatMap(([what, allow, target, methods]) =>
  methods.map((method) => ({ bad: `${method} on ${what}`, allow, target, method })),
);

export const METHOD_ROWS: readonly Row[] = titled.map(({ bad, target, method }) => [
  bad,
  'method_not_allowed',
  null,
  (scene) => ({
    method,
    path: target.path(scene),
    key: scene.shop.secretKey,
    idempotencyKey: newKey(),
    body: target.body?.(scene),
    // As it is written: fetch sends no TRACE.
    lines: [],
  }),
]);

/** `Allow` by the title of the row. */
export const ALLOWED: ReadonlyMap<string, string> = new Map(titled.map(({ bad, allow }) => [bad, allow]));
