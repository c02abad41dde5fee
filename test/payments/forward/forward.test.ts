/** Forwarding over real sockets to a PSP behind real TLS, with the exact bytes it receives. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { certificateFingerprint } from '../../../shared/base/destinations.ts';
import { derivedId } from '../../../shared/base/ids.ts';
import { makeSafeFetch, type SafeFetch } from '../../../shared/base/net/safe-fetch.ts';
import { parse } from '../../../shared/base/parse.ts';
import { listEvents } from '../../../shared/events/list.ts';
import { RESOLVE_AFTER_MS } from '../../../shared/ledger/entry.ts';
import { readMerchant } from '../../../shared/merchants/merchant-store.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { putSecret, type SecretUse, secretReader } from '../../../shared/merchants/secret-store.ts';
import { listCharges } from '../../../shared/payments/charges/list.ts';
import type { Destination } from '../../../shared/payments/forward/destination.ts';
import { addDestination, removeDestination } from '../../../shared/payments/forward/destination-store.ts';
import { createForward, type ForwardDeps } from '../../../shared/payments/forward/forward.ts';
import { type ForwardItem, getForward, readForward } from '../../../shared/payments/forward/record.ts';
import { ForwardRequest } from '../../../shared/payments/forward/request.ts';
import type { ForwardView } from '../../../shared/payments/forward/responses.ts';
import { sweep } from '../../../shared/payments/sweep/sweep.ts';
import { moveCard } from '../../../shared/vault/cards.ts';
import { readToken, tokenHash } from '../../../shared/vault/tokens.ts';
import { storeCard } from '../../../shared/vault/vault.ts';
import { CARD, charge, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { eventually } from '../../setup/eventually.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';
import { makeAuthority } from './certificates.ts';
import { ok, type Psp, startPsp } from './psp.ts';

const authority = makeAuthority();
const SECRET = 'psp_key_of_chaya';

const world = use(openWorld);
const shop = use(() => world.merchant());
const psp = use(() => startPsp(authority.server(['psp.example', '127.0.0.1'])));
/** Name → addresses, as DNS resolves it. */
const names: Record<string, string[]> = { 'psp.example': ['127.0.0.1'], 'inside.example': ['10.0.0.7'] };
const resolve = async (hostname: string) => names[hostname] ?? [];

const PATIENT_MS = 60_000;

/** The guarded way out, which waits as long as a busy machine needs, or no longer than a test wants to. */
const out = (dangerouslyAllowLoopback: boolean, timeoutMs = PATIENT_MS): SafeFetch => {
  const send = makeSafeFetch({ resolve, dangerouslyAllowLoopback });
  return (request) => send({ ...request, timeoutMs });
};

const deps = use((): ForwardDeps => {
  const { deps: own } = world;
  return { ...own, secrets: secretReader(own), send: out(false), sendNearby: out(true) };
});
const destination = use(
  (): Destination => ({
    name: 'psp',
    mode: 'test',
    origin: `https://psp.example:${psp.port}`,
    path_prefix: '/v1',
    methods: ['POST', 'PUT'],
    fields: {
      number: ['/pan', '/number', '/card/number', '/card[number]', '/pay/pan', '/pay/b', '/b', '/n'],
      cvc: ['/cvc', '/card/cvc', '/pay/cid', '/a'],
    },
    ca_pem: authority.caPem,
    dangerously_allows_loopback: true,
  }),
);

beforeAll(async () => {
  await addDestination(world.deps, shop.merchant.merchant_id, destination);
  await seal('psp-key', new Secret(SECRET));
});
beforeEach(() => {
  psp.forget();
  psp.respond(ok('{"result":"ok"}'));
});

const publicly = { dangerously_allows_loopback: false };

interface Asked {
  readonly source?: string;
  readonly destination?: string;
  readonly key?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** How long the PSP is waited for. */
  readonly timeoutMs?: number;
}

async function forward(asked: Asked = {}): Promise<ForwardView> {
  const { method = 'POST', path = '/v1/payments', headers, body = { pan: '{{ card.number }}' } } = asked;
  const wanted = parse(ForwardRequest, {
    source: asked.source ?? (await tokenize(world, shop)).id,
    destination: asked.destination ?? 'psp',
    request: { method, path, body, ...(headers && { headers }) },
  });
  const { merchant } = await readMerchant(world.deps, shop.merchant.merchant_id);
  const limited = asked.timeoutMs === undefined ? deps : { ...deps, sendNearby: out(true, asked.timeoutMs) };
  return createForward(limited, { caller: shop.secret, merchant: async () => merchant }, wanted, asked.key ?? newKey());
}

const seal = (name: string, secret: Secret, use: SecretUse = 'forward:psp/test') =>
  putSecret(world.deps, { merchantId: shop.merchant.merchant_id, name, use }, secret);

const add = (name: string, changes: Partial<Destination>) =>
  addDestination(world.deps, shop.merchant.merchant_id, { ...destination, name, ...changes });

const recordOf = async ({ id }: ForwardView): Promise<ForwardItem> => {
  const item = await readForward(world.deps, id);
  if (item === null) throw new Error('a forward has a record');
  return item;
};

const LIVE_PSP = {
  name: 'live-psp',
  kind: 'forward',
  hosts: ['psp.example'],
  accounts: ['CHAYA'],
  paths: ['/v1'],
  methods: ['POST', 'PUT'],
  fields: { number: ['/pan'] },
  credentialAt: 'header:authorization',
} as const;

const XML = { 'content-type': 'application/xml' };
const FORM = 'application/x-www-form-urlencoded';

/** The number or the code where the receiver would call, mail or show it, or beside the field that is named for it. */
const HIDDEN_IN_TEXTS: readonly (readonly [what: string, body: unknown, contentType?: string])[] = [
  ['the number in a URL', { webhook_url: 'https://shop.example/{{ card.number }}/{{ card.cvc }}' }],
  ['the number in a URL in its own field', { pan: 'https://shop.example/{{ card.number }}' }],
  ['the number in a mail address', { receipt: '{{ card.number }}@shop.example' }],
  ['the number behind a word', { pan: 'card {{ card.number }}' }],
  ['the number before a word', { pan: '{{ card.number }}.pdf' }],
  ['the number behind a separator alone', { pan: '/{{ card.number }}' }],
  ['the number after two separators', { pan: '{{ card.expiry | MMYY }}//{{ card.number }}' }],
  ['the number without a separator', { pan: '{{ card.expiry | MMYY }}{{ card.number }}' }],
  ['the number behind a secret', { pan: '{{ secret.psp-key }}/{{ card.number }}' }],
  ['the number encoded in a text', { note: 'n={{ card.number | base64 }}' }],
  ['the number in another field', { description: '{{ card.number }}' }],
  ['the number in the field for the code', { cvc: '{{ card.number }}' }],
  ['the code in the field for the number', { pan: '{{ card.cvc }}' }],
  ['the number one level deeper', { pan: { pan: '{{ card.number }}' } }],
  ['the number in a list', { pan: ['{{ card.number }}'] }],
  ['the number in a field of a name with a slash', { 'card/number': '{{ card.number }}' }],
  ['the number in another field of a form', 'note={{ card.number }}', FORM],
  ['the number in a part of a field of a form', 'pan=1;pan={{ card.number }}', FORM],
  ['the number as a name of a form', '{{ card.number }}=1', FORM],
  ['the number alone in a form', '{{ card.number }}', FORM],
  ['the number in another element', '<pay><note>{{ card.number }}</note></pay>', 'text/xml'],
  ['the number in an element of that name elsewhere', '<a><pay><pan>{{ card.number }}</pan></pay></a>', 'text/xml'],
  ['the number behind a child', '<pay><pan>https://shop.example/<a/>{{ card.number }}</pan></pay>', 'text/xml'],
  ['the number behind a comment', '<pay><pan><!-- a -->{{ card.number }}</pan></pay>', 'text/xml'],
  ['the number before a child', '<pay><pan>{{ card.number }}<a/></pan></pay>', 'text/xml'],
  ['the number in an attribute', '<pay><pan url="{{ card.number }}">1</pan></pay>', 'text/xml'],
  ['the number in a comment', '<pay><!-- {{ card.number }} --></pay>', 'text/xml'],
  ['the number in an instruction', '<?pay {{ card.number }}?><pay></pay>', 'text/xml'],
];

/** The bytes of a request as this PSP must receive them. */
const bytes = (line: string, headers: readonly string[], body: string): string =>
  [
    line,
    ...headers,
    'accept-encoding: identity',
    `content-length: ${Buffer.byteLength(body)}`,
    `Host: psp.example:${psp.port}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');

test.each<[use: SecretUse]>([
  ['processor:psp/test'],
  ['forward:other/test'],
  ['forward:psp/live'],
  ['inbound:psp/test'],
  ['webhook:we_aaaaaaaaaaaaaaaaaaaaaaaaaa'],
])('a secret that was sealed for %s is not sent to this destination', async (use) => {
  const name = use.replace(/[^a-z]/g, '-').slice(0, 40);
  await seal(name, new Secret(SECRET), use);
  const refused = forward({ headers: { Authorization: `Bearer {{ secret.${name} }}` } });
  expect(await refusal(refused)).toEqual({ code: 'secret_not_found', param: 'request' });
  expect(psp.requests).toEqual([]);
});

describe('what the PSP receives is exactly', () => {
  test('JSON, with each value made a text of it', async () => {
    await seal('quoted', new Secret('say "hi" \\ there'));
    const { status, response } = await forward({
      headers: { Authorization: 'Bearer {{ secret.psp-key }}', 'X-Shop': 'chaya' },
      body: {
        amount: 4180,
        card: {
          number: '{{ card.number }}',
          cvc: '{{card.cvc}}',
          month: '{{ card.exp_month }}',
          year: '{{ card.exp_year | YY }}',
          good_through: 'to {{ card.expiry | MM/YY }}, {{ card.expiry|YYYYMM }}',
        },
        notes: ['{{ secret.quoted }}', 'ends in {{ card.number | last4 }}', true, null],
      },
    });
    const body =
      '{"amount":4180,"card":{"number":"4242424242424242","cvc":"123","month":"12","year":"30",' +
      '"good_through":"to 12/30, 203012"},"notes":["say \\"hi\\" \\\\ there","ends in 4242",true,null]}';
    const headers = [`Authorization: Bearer ${SECRET}`, 'X-Shop: chaya', 'content-type: application/json'];
    expect(psp.requests).toEqual([bytes('POST /v1/payments HTTP/1.1', headers, body)]);
    expect([status, response?.status, response?.body]).toEqual(['done', 200, '{"result":"ok"}']);
  });

  test('a form, with each value percent-encoded', async () => {
    await seal('signs', new Secret("a&b=c d+e'é"));
    await forward({
      method: 'PUT',
      path: '/v1/payments/1?expand=card',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'card[number]={{ card.number }}&exp={{ card.expiry | MM/YY }}&cvc={{ card.cvc }}&s={{ secret.signs }}',
    });
    const body = 'card[number]=4242424242424242&exp=12%2F30&cvc=123&s=a%26b%3Dc%20d%2Be%27%C3%A9';
    const headers = ['Content-Type: application/x-www-form-urlencoded'];
    expect(psp.requests).toEqual([bytes('PUT /v1/payments/1?expand=card HTTP/1.1', headers, body)]);
  });

  test('XML, with each value in entities', async () => {
    await seal('markup', new Secret('<a b="c">&\'d\'</a>'));
    await forward({
      source: (await tokenize(world, shop, CARD.amex)).id,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: '<pay ref="{{ secret.markup }}"><pan>{{ card.number }}</pan><cid>{{ card.cvc }}</cid><e>{{ card.expiry | YYYY-MM }}</e><b>{{ card.number | base64 }}</b></pay>',
    });
    const body =
      '<pay ref="&lt;a b=&quot;c&quot;&gt;&amp;&apos;d&apos;&lt;/a&gt;"><pan>378282246310005</pan><cid>1234</cid>' +
      '<e>2030-12</e><b>Mzc4MjgyMjQ2MzEwMDA1</b></pay>';
    const headers = ['content-type: text/xml; charset=utf-8'];
    expect(psp.requests).toEqual([bytes('POST /v1/payments HTTP/1.1', headers, body)]);
  });

  test('the number of a stored card, as often as it is forwarded', async () => {
    const { id } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    await forward({ source: id });
    await forward({ source: id, body: { m: '{{ card.exp_month | M }}', b: '{{ secret.psp-key | base64 }}' } });
    expect(psp.requests.map((request) => request.split('\r\n\r\n')[1])).toEqual([
      '{"pan":"4242424242424242"}',
      `{"m":"12","b":"${Buffer.from(SECRET).toString('base64')}"}`,
    ]);
  });

  test('two values of the card with one separator, in a field for the number', async () => {
    await forward({ body: { pan: '{{ card.number }}={{ card.expiry | YYMM }}' } });
    expect(psp.requests[0]).toContain('{"pan":"4242424242424242=3012"}');
  });

  test('an attribute and an element with a prefix, in XML', async () => {
    await add('xml', { fields: { number: ['/Envelope/Body/card/@n'], cvc: ['/Envelope/Body/card/code'] } });
    const body = (n: string, code: string) =>
      `<?xml version="1.0"?><s:Envelope xmlns:s='urn:x'><s:Body><card n="${n}"><!-- to pay --><code>${code}</code></card></s:Body></s:Envelope>`;
    await forward({ destination: 'xml', headers: XML, body: body('{{ card.number }}', '{{ card.cvc }}') });
    expect(psp.requests[0]).toContain(body('4242424242424242', '123'));
  });

  test('a header with the number in it, where the destination takes that', async () => {
    await add('headers', { fields: { number: ['header:x-pan'] } });
    await forward({ destination: 'headers', headers: { 'X-Pan': '{{ card.number }}' }, body: {} });
    expect(psp.requests[0]).toContain('\r\nX-Pan: 4242424242424242\r\n');
  });
});

describe('the calls of', () => {
  const callsOf = async (act: () => Promise<unknown>): Promise<string[]> => {
    world.forget();
    await act();
    return world.calls.filter((call) => !call.endsWith('Merchants')).toSorted();
  };

  test('forwarding a token are two decryptions and four of DynamoDB, as of a charge', async () => {
    const { id: source } = await tokenize(world, shop);
    const body = { pan: '{{ card.number }}', cvc: '{{ card.cvc }}' };
    expect(await callsOf(() => forward({ source, body, headers: { k: '{{ secret.psp-key }}' } }))).toEqual([
      'dynamodb:GetItem Tokens',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Tokens',
      'kms:Decrypt CvcKey',
      'kms:Decrypt PanKey',
    ]);
  });

  test.each<[what: string, body: object, opened: string[]]>([
    ['the number alone', { pan: '{{ card.number }}' }, ['kms:Decrypt PanKey']],
    ['the security code alone', { cvc: '{{ card.cvc }}' }, ['kms:Decrypt CvcKey']],
    ['neither', { last4: '{{card.number|last4}}', bin: '{{card.number|bin}}', to: '{{card.expiry|MM/YY}}' }, []],
  ])('forwarding %s decrypt that and nothing else', async (_what, body, opened) => {
    const { id: source } = await tokenize(world, shop);
    const calls = await callsOf(() => forward({ source, body }));
    expect(calls.filter((call) => call.startsWith('kms:'))).toEqual(opened);
    const { pan_ct, cvc_ct, spent_by } = {
      pan_ct: null,
      cvc_ct: null,
      ...(await readToken(world.deps, tokenHash(source))),
    };
    expect([pan_ct, cvc_ct, spent_by]).toEqual([null, null, expect.stringMatching(/^fwd_/)]);
  });

  test('forwarding a stored card are one decryption and three of DynamoDB', async () => {
    const { id: source } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    expect(await callsOf(() => forward({ source }))).toEqual([
      'dynamodb:GetItem Cards',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'kms:Decrypt PanKey',
    ]);
  });
});

describe('a request that is wrong is refused before anything is written or opened:', () => {
  test.each<[what: string, code: string, param: string, asked: Asked]>([
    ['an unknown destination', 'destination_not_found', 'destination', { destination: 'nowhere' }],
    ['another method', 'destination_method_refused', 'request.method', { method: 'PATCH' }],
    ['a path beside the prefix', 'destination_path_refused', 'request.path', { path: '/v1x/payments' }],
    ['a path that climbs out', 'destination_path_refused', 'request.path', { path: '/v1/../admin' }],
    ['a path that climbs out encoded', 'destination_path_refused', 'request.path', { path: '/v1/%2e%2E/admin' }],
    ['a path with another host', 'destination_path_refused', 'request.path', { path: '//evil.example/v1' }],
    ['a path with a user', 'destination_path_refused', 'request.path', { path: '@evil.example/v1' }],
    ['a path with a backslash', 'destination_path_refused', 'request.path', { path: '/v1\\..\\admin' }],
    ['a path with a line break', 'destination_path_refused', 'request.path', { path: '/v1/a\r\nX: y' }],
    ['a fragment', 'destination_path_refused', 'request.path', { path: '/v1/a#b' }],
    ['the number in the path', 'placeholder_refused', 'request.path', { path: '/v1/{{ card.number }}' }],
    ['the number in the query', 'placeholder_refused', 'request.path', { path: '/v1/a?n={{card.number}}' }],
    ['a secret in the query', 'placeholder_refused', 'request.path', { path: '/v1/a?k={{secret.psp-key}}' }],
    ['the number in a header', 'placeholder_refused', 'request.headers', { headers: { 'X-Pan': '{{ card.number }}' } }],
    [
      'its last four in a header',
      'placeholder_refused',
      'request.headers',
      { headers: { x: '{{card.number|last4}}' } },
    ],
    ...HIDDEN_IN_TEXTS.map(([what, body, contentType = 'application/json']): [string, string, string, Asked] => [
      what,
      'placeholder_refused',
      'request.body',
      { body, headers: { 'content-type': contentType } },
    ]),
    [
      'XML that does not close',
      'invalid_field',
      'request.body',
      { body: '<pay><pan>{{ card.number }}</pay>', headers: XML },
    ],
    [
      'XML with a document type',
      'invalid_field',
      'request.body',
      { body: '<!DOCTYPE pay><pay><pan>{{ card.number }}</pan></pay>', headers: XML },
    ],
    ['a method in a header', 'header_refused', 'request.headers', { headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
    ['a path in a header', 'header_refused', 'request.headers', { headers: { 'X-Original-URL': '/admin' } }],
    ['a path that climbs out by a parameter', 'destination_path_refused', 'request.path', { path: '/v1/..;/admin' }],
    ['a path escaped twice', 'destination_path_refused', 'request.path', { path: '/v1/%252e%252e/admin' }],
    ['the number as a name', 'placeholder_refused', 'request.body', { body: { '{{ card.number }}': 1 } }],
    [
      'a placeholder in the content type',
      'placeholder_refused',
      'request.headers',
      { headers: { 'content-type': 'application/json; a={{ secret.psp-key }}' } },
    ],
    ['an unknown field', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.pin }}' } }],
    ['the name, which is not kept', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.name }}' } }],
    ['an inherited field', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.constructor }}' } }],
    ['an unknown format', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.expiry | DD }}' } }],
    ['an expiry without a format', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.expiry }}' } }],
    ['a format of another field', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.number | MM }}' } }],
    [
      'base64 before a format',
      'placeholder_invalid',
      'request.body',
      { body: { a: '{{ card.number | base64 | last4 }}' } },
    ],
    ['braces left open', 'placeholder_invalid', 'request.body', { body: { a: '{{ card.number' } }],
    ['a secret the merchant does not have', 'secret_not_found', 'request', { body: { a: '{{ secret.other }}' } }],
    ['a line break in a header', 'header_refused', 'request.headers', { headers: { a: 'b\r\nX-Injected: 1' } }],
    ['a line break in a header’s name', 'header_refused', 'request.headers', { headers: { 'a\r\nb': 'c' } }],
    ['a Host header', 'header_refused', 'request.headers', { headers: { Host: 'evil.example' } }],
    ['a Content-Length header', 'header_refused', 'request.headers', { headers: { 'Content-Length': '1' } }],
    [
      'an encoding that hides the response',
      'header_refused',
      'request.headers',
      { headers: { 'Accept-Encoding': 'gzip' } },
    ],
    ['a header twice', 'header_refused', 'request.headers', { headers: { A: '1', a: '2' } }],
    ['a text as JSON', 'invalid_field', 'request.body', { body: 'pan={{ card.number }}' }],
    ['no body', 'invalid_field', 'request.body', { body: null }],
    [
      'an object as a form',
      'invalid_field',
      'request.body',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      'another content type',
      'invalid_field',
      'request.headers',
      { headers: { 'content-type': 'text/plain' }, body: 'x' },
    ],
    [
      'a body nested without end',
      'invalid_field',
      'request.body',
      { body: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) },
    ],
    ['an invalid source', 'source_invalid', 'source', { source: 'mer_x' }],
  ])('%s', async (_what, code, param, asked) => {
    const { id: source } = await tokenize(world, shop);
    world.forget();
    expect(await refusal(forward({ source, ...asked }))).toEqual({ code, param });
    expect(world.calls.filter((call) => /PutItem|UpdateItem|Pan|Cvc/.test(call))).toEqual([]);
    expect(psp.requests).toEqual([]);
  });

  test('the security code of a stored card', async () => {
    const { id: source } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    const refused = await refusal(forward({ source, body: { a: '{{ card.cvc }}' } }));
    expect(refused).toEqual({ code: 'cvc_not_stored', param: 'request' });
  });

  test('a secret with a line break, in a header', async () => {
    await seal('broken', new Secret('a\r\nX-Injected: 1'));
    const refused = await refusal(forward({ headers: { a: '{{ secret.broken }}' } }));
    expect(refused).toEqual({ code: 'header_refused', param: 'request.headers' });
    expect(psp.requests).toEqual([]);
  });

  test('a live destination, with a test card', async () => {
    const liveDestinations = [{ ...LIVE_PSP, caSha256: certificateFingerprint(authority.caPem) ?? '' }];
    const live = { ...destination, name: 'live-psp', mode: 'live', origin: 'https://psp.example' } as const;
    const { merchant_id: merchantId } = shop.merchant;
    await addDestination({ ...world.deps, liveDestinations }, merchantId, {
      ...live,
      fields: { number: ['/pan'] },
      dangerously_allows_loopback: false,
    });
    const refused = await refusal(forward({ destination: 'live-psp' }));
    expect(refused).toEqual({ code: 'destination_not_found', param: 'destination' });
  });
});

describe('a source that cannot be used is refused, and the refusal recorded under its key:', () => {
  const refusedTwice = async (asked: Asked, code: string): Promise<void> => {
    const key = newKey();
    expect(await refusal(forward({ ...asked, key }))).toEqual({ code, param: 'source' });
    expect(await refusal(forward({ ...asked, key }))).toEqual({ code, param: 'source' });
    expect(psp.requests).toEqual([]);
  };

  test('a token that a charge has spent', async () => {
    const { id: source } = await tokenize(world, shop);
    await charge(world, shop, { source });
    await refusedTwice({ source }, 'token_spent');
  });

  test('a token that another forward has spent, which is named (V4)', async () => {
    const { id: source } = await tokenize(world, shop);
    const { id } = await forward({ source });
    psp.forget();
    await expect(forward({ source })).rejects.toMatchObject({ code: 'token_spent', detail: { spentBy: id } });
    expect(await refusal(charge(world, shop, { source }))).toMatchObject({ code: 'token_spent' });
    expect(psp.requests).toEqual([]);
  });

  test('an expired token', async () => {
    const { id: source } = await tokenize(world, shop);
    world.clock.advance(16 * 60_000);
    await refusedTwice({ source }, 'token_expired');
  });

  test('a token of another merchant (V10)', async () => {
    const { id: source } = await tokenize(world, await world.merchant());
    await refusedTwice({ source }, 'token_foreign');
  });

  test('a locked card', async () => {
    const { id: source } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    await moveCard(world.deps, source, shop.secret.owner, 'lock');
    await refusedTwice({ source }, 'card_locked');
  });

  test('a deleted card', async () => {
    const { id: source } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    await moveCard(world.deps, source, shop.secret.owner, 'delete');
    await refusedTwice({ source }, 'card_deleted');
  });
});

describe('a token that is forwarded', () => {
  test('has lost both ciphertexts when the PSP reads the request (V2)', async () => {
    const { id: source } = await tokenize(world, shop);
    const seen: unknown[] = [];
    psp.respond((_request, socket) => {
      void readToken(world.deps, tokenHash(source)).then((item) => {
        seen.push(item);
        socket.end(ok('{}'));
      });
    });
    const { id } = await forward({ source });
    expect(seen).toEqual([expect.objectContaining({ spent_by: id })]);
    expect(Object.keys(seen[0] as object)).not.toEqual(expect.arrayContaining(['pan_ct']));
    expect(Object.keys(seen[0] as object)).not.toEqual(expect.arrayContaining(['cvc_ct']));
  });
});

describe('the same key', () => {
  test('with the same request gets the stored outcome, and nothing is sent again (V6)', async () => {
    const asked = { source: (await tokenize(world, shop)).id, key: newKey() };
    psp.respond(ok('{"id":"pay_1"}', 'Content-Type: application/json\r\nX-Request-Id: r1\r\nSet-Cookie: s=1'));
    const first = await forward(asked);
    expect(first.response).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-request-id': 'r1' },
      body: '{"id":"pay_1"}',
      withheld: null,
    });
    expect(await forward(asked)).toEqual(first);
    expect(psp.requests).toHaveLength(1);
  });

  test('gets it also when the destination is gone', async () => {
    await add('gone', {});
    const asked = { source: (await tokenize(world, shop)).id, key: newKey(), destination: 'gone' };
    const first = await forward(asked);
    await removeDestination(world.deps, shop.merchant.merchant_id, { name: 'gone', mode: 'test' });
    expect(await forward(asked)).toEqual(first);
  });

  test.each<[string, Asked]>([
    ['request', { body: { pan: '{{ card.number }}', amount: 1 } }],
    ['request', { headers: { a: 'b' } }],
    ['request', { path: '/v1/refunds' }],
    ['destination', { destination: 'headers' }],
  ])('with another %s is refused (V6)', async (param, changes) => {
    const asked = { source: (await tokenize(world, shop)).id, key: newKey() };
    await forward(asked);
    expect(await refusal(forward({ ...asked, ...changes }))).toEqual({ code: 'idempotency_conflict', param });
  });

  test('with another token is refused (V6)', async () => {
    const key = newKey();
    await forward({ key });
    expect(await refusal(forward({ key }))).toEqual({ code: 'idempotency_conflict', param: 'source' });
  });

  test('in twenty requests at once sends one (V6, V8)', async () => {
    const asked = { source: (await tokenize(world, shop)).id, key: newKey() };
    const responses = await Promise.all(Array.from({ length: 20 }, () => forward(asked)));
    expect(psp.requests).toHaveLength(1);
    expect(new Set(responses.map(({ id }) => id)).size).toBe(1);
    expect(responses.filter(({ status }) => status === 'done').length).toBeGreaterThanOrEqual(1);
    expect(await forward(asked)).toMatchObject({ status: 'done' });
  });
});

describe('a response', () => {
  const responded = async (body: string, asked: Asked = {}): Promise<string | null | undefined> => {
    psp.respond(ok(body));
    return (await forward({ body: { pan: '{{ card.number }}', cvc: '{{ card.cvc }}' }, ...asked })).response?.body;
  };

  test('that repeats the request shows neither number, nor code, nor secret (V1)', async () => {
    psp.respond((request, socket) => socket.end(ok(request)));
    const { response } = await forward({
      headers: { authorization: 'Bearer {{ secret.psp-key }}' },
      body: { number: '{{ card.number }}', cvc: '{{ card.cvc }}', b: '{{ card.number | base64 }}' },
    });
    const body = '{"number":"************4242","cvc":"***","b":"[masked]"}';
    expect(response?.body?.split('\r\n\r\n')[1]).toBe(body);
    expect(response?.body).not.toContain(SECRET);
  });

  test('with the number in one of its headers shows it masked', async () => {
    psp.respond(ok('{}', 'X-Request-Id: 4242424242424242-1'));
    expect((await forward()).response?.headers).toEqual({ 'x-request-id': '************4242-1' });
  });

  test('that is a redirect is a response, and is not followed', async () => {
    const location = `Location: https://psp.example:${psp.port}/v1/elsewhere`;
    psp.respond(`HTTP/1.1 307 Temporary Redirect\r\n${location}\r\nContent-Length: 0\r\n\r\n`);
    expect(await forward()).toMatchObject({ status: 'done', response: { status: 307, headers: {}, body: '' } });
    expect(psp.requests).toHaveLength(1);
  });

  test('of 500 is a response too', async () => {
    psp.respond('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops');
    expect(await forward()).toMatchObject({ status: 'done', response: { status: 500, body: 'oops' } });
  });

  test('that is too large is withheld', async () => {
    expect(await responded('x'.repeat(70_000))).toBeNull();
  });

  test('that is compressed or no text is withheld', async () => {
    psp.respond(ok('x', 'Content-Encoding: gzip'));
    expect((await forward()).response).toMatchObject({ body: null, withheld: 'not_text' });
    psp.respond(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'), Buffer.of(0xff, 0xfe)]));
    expect((await forward()).response).toMatchObject({ body: null, withheld: 'not_text' });
  });
});

describe('what is not known', () => {
  test.each<[string, Parameters<Psp['respond']>[0], string, timeoutMs: number]>([
    ['no response in time', '', 'timed_out', 3_000],
    ['half a response', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'connection_failed', PATIENT_MS],
    ['a closed connection', (_request, socket) => void socket.destroy(), 'connection_failed', PATIENT_MS],
    ['a response other than HTTP', 'hello', 'connection_failed', PATIENT_MS],
  ])('after %s stays unknown, and is never sent again (V8)', async (_what, response, code, timeoutMs) => {
    const asked = { source: (await tokenize(world, shop)).id, key: newKey() };
    psp.respond(response);
    const first = await forward({ ...asked, timeoutMs });
    expect(first).toMatchObject({ status: 'unknown', failure_code: code, response: null });
    psp.respond(ok('{}'));
    world.clock.advance(10 * RESOLVE_AFTER_MS);
    expect(await forward(asked)).toEqual(first);
    expect(psp.requests).toHaveLength(1);
  });

  test('a forward of a stopped function is unknown once it is old (V8)', async () => {
    const asked = { source: (await tokenize(world, shop)).id, key: newKey() };
    let stopped = deps;
    const { merchant } = await readMerchant(world.deps, shop.merchant.merchant_id);
    const request = { method: 'POST', path: '/v1/payments', body: { pan: '{{ card.number }}' } };
    const wanted = parse(ForwardRequest, { source: asked.source, destination: 'psp', request });
    const begun = new Promise<void>((done) => {
      stopped = { ...deps, sendNearby: () => new Promise(() => done()) };
    });
    void createForward(stopped, { caller: shop.secret, merchant: async () => merchant }, wanted, asked.key);
    await begun;
    expect(await forward(asked)).toMatchObject({ status: 'processing' });
    world.clock.advance(RESOLVE_AFTER_MS);
    expect(await forward(asked)).toMatchObject({ status: 'unknown', failure_code: 'interrupted' });
    expect(psp.requests).toEqual([]);
  });

  test('a forward left in the middle is ended by one sweep, without its merchant, and is not sent again (V8)', async () => {
    const deaf = { ...deps, sendNearby: () => new Promise<never>(() => undefined) };
    const key = newKey();
    const { merchant } = await readMerchant(world.deps, shop.merchant.merchant_id);
    const request = { method: 'POST', path: '/v1/payments', body: { pan: '{{ card.number }}' } };
    const { id: source } = await tokenize(world, shop);
    const wanted = parse(ForwardRequest, { source, destination: 'psp', request });
    void createForward(deaf, { caller: shop.secret, merchant: async () => merchant }, wanted, key);
    const id = derivedId('fwd', shop.secret.owner, key);
    const spender = async () => (await readToken(world.deps, tokenHash(source)))?.spent_by;
    await eventually('the token is spent', spender);
    await sweep(world.deps, world.clock.nowMs() + 60_000);
    expect(await readForward(world.deps, id)).toMatchObject({ status: 'processing' });
    world.clock.advance(RESOLVE_AFTER_MS);
    await sweep(world.deps, world.clock.nowMs() + 60_000);
    const ended = await readForward(world.deps, id);
    expect(ended).toMatchObject({ status: 'unknown', failure_code: 'interrupted' });
    expect(ended).not.toHaveProperty('open_shard');
    expect(ended?.events.map(({ type }) => type)).toEqual(['forward.created', 'forward.unknown']);
    expect(psp.requests).toEqual([]);
  });
});

describe('what is certain not to have arrived', () => {
  test.each<[what: string, code: string, changes: () => Partial<Destination>]>([
    ['a name that lies inside', 'address_refused', () => ({ origin: 'https://inside.example', ...publicly })],
    ['a name of this machine', 'address_refused', () => ({ origin: `https://psp.example:${psp.port}`, ...publicly })],
    ['an unknown name', 'name_unresolved', () => ({ origin: 'https://nowhere.example' })],
    ['a certificate of an unknown authority', 'certificate_invalid', () => ({ ca_pem: makeAuthority().caPem })],
    ['a certificate for another name', 'certificate_invalid', () => ({ origin: `https://other.example:${psp.port}` })],
    ['a closed port', 'connection_failed', () => ({ origin: 'https://psp.example:1' })],
  ])('%s: the forward has failed', async (_what, code, changes) => {
    names['other.example'] = ['127.0.0.1'];
    await add('unreachable', changes());
    expect(await forward({ destination: 'unreachable' })).toMatchObject({ status: 'failed', failure_code: code });
    expect(psp.requests).toEqual([]);
  });

  test('an expired certificate: not a byte of the request is sent', async () => {
    await using expired = await startPsp(authority.server(['psp.example'], 2021));
    await add('expired', { origin: `https://psp.example:${expired.port}` });
    const ended = await forward({ destination: 'expired' });
    expect(ended).toMatchObject({ status: 'failed', failure_code: 'certificate_invalid' });
    expect([expired.requests, expired.bytesReceived()]).toEqual([[], 0]);
  });
});

test('the record holds nothing of the request, and names its decryptions (V1, V5)', async () => {
  const { id: source } = await tokenize(world, shop);
  const item = await recordOf(
    await forward({ source, body: { n: '{{ card.number }}', a: '{{ card.cvc }}', s: '{{ secret.psp-key }}' } }),
  );
  expect(JSON.stringify(item)).not.toMatch(/4242424242424242|psp_key|\{\{/);
  expect(JSON.stringify(item)).not.toContain(source);
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(item.decryptions).toMatchObject([
    { key: 'PanKey', request_id: uuid, tries: 1 },
    { key: 'CvcKey', request_id: uuid, tries: 1 },
  ]);
});

describe('as its merchant sees it, a forward', () => {
  const eventsOf = async ({ id }: ForwardView) => {
    const { data } = await listEvents(world.deps, shop.secret, { limit: '100' });
    return data.filter(({ data: { object } }) => object.id === id);
  };
  const read = (id: string, caller = shop.secret) => getForward(world.deps, caller, id);

  test('is read by its id, whole, and by no other merchant (V10)', async () => {
    const done = await forward();
    expect(await read(done.id)).toEqual(done);
    const other = await world.merchant();
    const none = { code: 'forward_not_found', param: 'forward_id' };
    expect(await refusal(read(done.id, other.secret))).toEqual(none);
    for (const id of [`fwd_${'q'.repeat(26)}`, `ch_${'q'.repeat(26)}`]) expect(await refusal(read(id))).toEqual(none);
  });

  test('leaves an event in each write that changes it (V9), which shows the response without its body', async () => {
    const done = await forward();
    const [created, ended] = (await recordOf(done)).events;
    expect([created?.type, ended?.type]).toEqual(['forward.created', 'forward.done']);
    const told = await eventsOf(done);
    expect(told.map(({ id }) => id).sort()).toEqual([created?.id, ended?.id].sort());
    const shown = { ...done, response: { ...done.response, body: null, withheld: 'event' } };
    expect(told.map(({ data }) => data.object)).toEqual([shown, shown]);
  });

  test('that is refused tells of its failure, and not of the card', async () => {
    const { id: source } = await tokenize(world, shop);
    await forward({ source });
    const key = newKey();
    expect(await refusal(forward({ source, key }))).toMatchObject({ code: 'token_spent' });
    const failed = await read(derivedId('fwd', shop.secret.owner, key));
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'token_spent' });
    expect((await eventsOf(failed)).map(({ type }) => type).sort()).toEqual(['forward.created', 'forward.failed']);
  });

  test('is in no list of charges', async () => {
    const { id } = await forward();
    expect(JSON.stringify(await listCharges(world.deps, shop.secret, { limit: '100' }))).not.toContain(id);
  });
});
