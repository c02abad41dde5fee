/** Requests of the described form, route by route, that mean something in the vault of one test. */
import * as fc from 'fast-check';
import type { OperationObject } from '../../shared/api/document.ts';
import { isSeenWhole } from '../../shared/base/shown-text.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { makeSession, type Scene } from '../flows/bad-input/scene.ts';
import { newKey } from '../setup/cards.ts';
import { accepted, type Request } from '../setup/vault.ts';
import { anyOf, anyText, type Overrides, resolved, type Schemas, TEXT_MAX } from './arbitrary.ts';

export interface DescribedOperation {
  readonly name: string;
  readonly method: Request['method'];
  readonly path: string;
  readonly operation: OperationObject;
}

/** A request with parts that can still be changed. */
export interface Draft {
  readonly method: Request['method'];
  readonly pattern: string;
  readonly inPath: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Stand for things that are made just before a request is sent, so that it can succeed. */
const FRESH = {
  token: 'fresh token',
  card: 'fresh card',
  authorized: 'fresh authorized',
  captured: 'fresh captured',
  session: 'fresh session',
  code: 'fresh code',
  encryptedCode: 'fresh encrypted code',
};

/** Simulated silence would only slow the run; other tests cover its consequences. */
const QUICK_CARDS = Object.keys(TEST_CARDS).filter((number) => !/timeout|lost/.test(TEST_CARDS[number] ?? ''));

/**
 * Member or part of the path → its values in the vault. About every other value is new, so that many requests succeed.
 */
function pools({ tokens, cards, charges, sessions }: Scene, path: string): Readonly<Record<string, readonly string[]>> {
  const { active: _token, ...otherTokens } = tokens;
  const { active: _card, ...otherCards } = cards;
  const { authorized: _charge, ...otherCharges } = charges;
  const { open: _session, ...otherSessions } = sessions;
  const some = (fresh: string, others: object) => [...Object.values(others), ...Object.keys(others).map(() => fresh)];
  const someTokens = some(FRESH.token, otherTokens);
  const someCards = some(FRESH.card, otherCards);
  const canOperate = path.endsWith('refunds') ? FRESH.captured : FRESH.authorized;
  return {
    source: [...someTokens, ...someCards],
    cvc_token: [FRESH.code],
    encrypted_cvc: [FRESH.encryptedCode],
    token: someTokens,
    card_id: someCards,
    charge_id: some(canOperate, otherCharges),
    // Paid by a token that is fresh every other time; in their other states sessions are read and canceled.
    checkout_session_id: path.endsWith('/pay') ? [FRESH.session] : some(FRESH.session, otherSessions),
  };
}

/** What no random value would hit. */
const MEANINGFUL: Overrides = {
  currency: fc.constantFrom('JPY', 'usd', 'KWD'),
  processor: fc.constant('simulator'),
  'card.number': fc.constantFrom(...QUICK_CARDS),
  'card.exp_month': fc.integer({ min: 1, max: 12 }),
  'card.exp_year': fc.constant(2030),
  'card.cvc': fc.constantFrom('123', '1234'),
  success_url: fc.constantFrom('https://shop.example/orders/1', 'https://shop.example/?a=b#c'),
  cancel_url: fc.constant('https://shop.example/cart'),
  destination: fc.constant('psp'),
  'request.method': fc.constant('POST'),
  'request.path': fc.constantFrom('/v1/payments', '/v1/payments/4?a=b'),
  'request.headers': fc.constantFrom({}, { 'X-Shop': 'Chaya' }),
  'request.body': fc.constant({ number: '{{ card.number }}', note: 'tea' }),
};

/** As the description says, of records in any state. The vault may still refuse it, for reasons that are described. */
export function anyValid(described: DescribedOperation, schemas: Schemas, scene: Scene): fc.Arbitrary<Draft> {
  const choices = Object.entries(pools(scene, described.path)).map(
    ([name, ids]) => [name, fc.constantFrom(...ids)] as const,
  );
  return draft(described, schemas, scene, Object.fromEntries(choices));
}

/** One that nothing is wrong with, so that a single change of it is all that can be refused; it is never spent. */
export function anyBase(described: DescribedOperation, schemas: Schemas, scene: Scene): fc.Arbitrary<Draft> {
  const { tokens, cards, charges, sessions } = scene;
  return draft(described, schemas, scene, {
    source: fc.constant(tokens.active),
    encrypted_cvc: fc.constant(scene.usedJwe),
    token: fc.constant(tokens.active),
    card_id: fc.constant(cards.active),
    charge_id: fc.constant(charges.authorized),
    checkout_session_id: fc.constant(sessions.open),
  });
}

function draft({ method, path, operation }: DescribedOperation, schemas: Schemas, scene: Scene, ids: Overrides) {
  const parameters = (place: string) =>
    Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === place && parameter.name !== 'cursor')
        .map(({ name, schema }) => [name, ids[name] ?? fixedQuery(scene)[name] ?? anyOf(schema, schemas).map(String)]),
    );
  const required = operation.parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  const query = parameters('query');
  const body = operation.requestBody?.content['application/json']?.schema;
  const [foreign] = body ? [] : Object.keys(operation.requestBody?.content ?? {});
  const movesMoney = operation.parameters.some(({ name }) => name === 'Idempotency-Key');
  const [scheme] = operation.security.flatMap((each) => Object.keys(each));
  // The payment is ¥4,180, so that part of the amounts are available.
  const amount = path.includes('{charge_id}') ? { amount: fc.integer({ min: 1, max: 4_800 }) } : {};
  // Which characters cannot be seen is said in words: no pattern says it in every dialect of regular expressions.
  const shown = path.endsWith('/checkout_sessions') ? { description: anyText(TEXT_MAX).filter(isSeenWhole) } : {};
  const key = { publishable: scene.shop.publishableKey, secret: scene.shop.secretKey }[scheme ?? ''];
  return fc
    .record({
      inPath: fc.record(parameters('path'), { noNullPrototype: true }),
      query: fc.record(query, { requiredKeys: required.filter((name) => name in query), noNullPrototype: true }),
      body: body
        ? anyOf(resolved(body, schemas), schemas, { ...MEANINGFUL, ...amount, ...shown, ...ids })
        : fc.constant(foreign && FOREIGN_BODIES[foreign]),
    })
    .map((parts): Draft => {
      const idempotencyKey = movesMoney ? newKey() : undefined;
      const { inPath, query, body } = parts as Pick<Draft, 'inPath' | 'query' | 'body'>;
      const headers = foreign ? { headers: { 'content-type': foreign } } : {};
      return { method, pattern: path, key, idempotencyKey, inPath, query, ...headers, body: coherent(body) };
    });
}

/**
 * A charge with members that agree. No schema can state the rules for a charge of a card on file, so most random
 * charges would be refused; test/payments/charges/initiator.test.ts checks each rule.
 */
function coherent(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('source' in body)) return body;
  const { initiator, initial_charge, save_card, cvc_token, ...charge } = body as Record<string, unknown>;
  const isCard = String(charge.source).includes('card');
  if (isCard && initiator === 'merchant') return { ...charge, initiator };
  if (isCard)
    return { ...charge, ...(initiator !== undefined && { initiator }), ...(cvc_token !== undefined && { cvc_token }) };
  return { ...charge, ...(save_card !== undefined && { save_card }) };
}

/** Bodies of a form that another specification defines, by content type. */
const FOREIGN_BODIES: Readonly<Record<string, object>> = {
  'application/csp-report': {
    'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'https://evil.example/x' },
  },
};

const fixedQuery = ({ shop }: Scene): Overrides => ({
  key: fc.constant(shop.publishableKey),
  origin: fc.constant('https://shop.example'),
  locale: fc.constantFrom('ja', 'en'),
  forward_id: fc.constant(`fwd_${'q'.repeat(26)}`),
  script: fc.constantFrom('fuda.js', 'integrity.json'),
});

export function toRequest({ method, pattern, inPath, query, key, idempotencyKey, headers, body }: Draft): Request {
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_part, name: string) => encodeURIComponent(inPath[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    method,
    path: search === '' ? path : `${path}?${search}`,
    key,
    idempotencyKey,
    ...(headers !== undefined && { headers }),
    body,
  };
}

/** The draft, once separate requests have made everything fresh in it. */
export async function withFresh(wanted: Draft, { shop }: Scene): Promise<Draft> {
  const make: Readonly<Record<string, () => Promise<{ id: string }>>> = {
    [FRESH.token]: () => shop.tokenize(),
    [FRESH.card]: () => shop.store(),
    [FRESH.code]: () => shop.tokenizeCvc(),
    [FRESH.encryptedCode]: async () => ({ id: await shop.encryptCvc() }),
    [FRESH.authorized]: () => shop.pay({ capture: false }),
    [FRESH.captured]: () => shop.pay(),
    [FRESH.session]: async () => ({ id: await makeSession(shop) }),
  };
  const fill = async <Parts>(parts: Parts): Promise<Parts> => {
    if (typeof parts !== 'object' || parts === null) return parts;
    const made = Object.entries(parts).map(async ([name, value]) => {
      const fresh = typeof value === 'string' && Object.hasOwn(make, value) ? make[value] : undefined;
      return [name, fresh === undefined ? value : (await fresh()).id];
    });
    return Object.fromEntries(await Promise.all(made)) as Parts;
  };
  return { ...wanted, inPath: await fill(wanted.inPath), body: await fill(wanted.body) };
}

/** A forward with its response, to be read. */
export async function makeForward({ shop, cards }: Scene): Promise<string> {
  const request = { method: 'POST', path: '/v1/payments', body: { number: '{{ card.number }}' } };
  const body = { source: cards.active, destination: 'psp', request };
  return accepted<{ id: string }>(await shop.post('/v1/forward', body, newKey())).id;
}
