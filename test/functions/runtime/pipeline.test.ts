/**
 * The pipeline around a handler that a test provides, with the real AWS SDK and a server that responds as AWS does when
 * it is in trouble. What deployed routes do with bad input is in test/flows/bad-input.test.ts.
 */
import { createServer, type Server } from 'node:http';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { countAttempts } from '../../../functions/runtime/attempts.ts';
import { RETRIES, reportRetries } from '../../../functions/runtime/deps.ts';
import { type Call, pipeline } from '../../../functions/runtime/pipeline.ts';
import { listen, stopServer } from '../../../local/base/http.ts';
import type { Deps } from '../../../shared/base/deps.ts';
import { getItem } from '../../../shared/base/dynamo.ts';
import { VaultError } from '../../../shared/base/errors.ts';
import type { Merchant } from '../../../shared/merchants/merchant.ts';
import { CARD } from '../../setup/cards.ts';
import { testClock } from '../../setup/world.ts';
import { callRoute, type RouteRequest } from './route.ts';

let server: Server;
let deps: Deps;
let client: DynamoDBClientConfig;
/** What the service says to every call. */
let trouble: { readonly status: number; readonly type: string; readonly message: string };
const lines: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(trouble.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${trouble.type}`, message: trouble.message }),
    );
  });
  const endpoint = `http://127.0.0.1:${await listen(server, 0)}`;
  client = {
    endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  deps = {
    clock: testClock(),
    random: (length) => new Uint8Array(length),
    dynamodb: new DynamoDBClient(client),
    kms: new KMSClient(client as KMSClientConfig),
    table: (name) => name,
    key: (name) => name,
  };
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

afterEach(() => void lines.splice(0));

afterAll(async () => {
  jest.restoreAllMocks();
  deps.dynamodb.destroy();
  deps.kms.destroy();
  await stopServer(server);
});

const run = (handle: Parameters<typeof callRoute>[1], request?: RouteRequest) => callRoute(deps, handle, request);
const readSomething = () => getItem<object>(deps, 'Ledger', 'ch_1').then((item) => item ?? {});

describe('A service of AWS in trouble', () => {
  test.each([
    ['ThrottlingException', 400],
    ['ProvisionedThroughputExceededException', 400],
    ['RequestLimitExceeded', 400],
    ['InternalServerError', 500],
  ])('a throttled service is busy, and worth another try: %s', async (type, status) => {
    trouble = { status, type, message: `rate exceeded for ${CARD.approve}` };
    const response = await run(readSomething);
    expect(response).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      json: { code: 'busy', request_id: 'req-1' },
    });
    expect(JSON.stringify(response)).not.toContain('rate exceeded');
    expect(lines).toEqual([expect.stringContaining(`"error":"${type}"`)]);
    expect(lines[0]).not.toContain(CARD.approve);
  });

  test.each([
    ['AccessDeniedException', 400],
    ['ResourceNotFoundException', 400],
    ['ValidationException', 400],
  ])('is our own mistake with %s, and says nothing of it', async (type, status) => {
    trouble = { status, type, message: 'User: arn:aws:sts::000000000000:assumed-role/x is not authorized' };
    const response = await run(readSomething);
    expect(response).toMatchObject({ status: 500, json: { code: 'internal', request_id: 'req-1' } });
    expect(JSON.stringify(response)).not.toMatch(/arn:|authorized|AccessDenied/);
    expect(lines).toEqual([expect.stringMatching(/^\{"level":"error"/)]);
  });

  test('is noticed before it gives up: calls the SDK repeats are counted by service', async () => {
    trouble = { status: 400, type: 'ThrottlingException', message: 'rate exceeded' };
    const dynamodb = new DynamoDBClient({ ...client, maxAttempts: 2 });
    dynamodb.middlewareStack.add(reportRetries('dynamodb'), RETRIES);
    await expect(getItem({ ...deps, dynamodb }, 'Ledger', 'ch_1')).rejects.toThrow('rate exceeded');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'warn', event: 'retried', service: 'dynamodb', Retries: 1 }),
    ]);
    dynamodb.destroy();
  });

  test('lets an attempt pass uncounted, and says so by a metric', async () => {
    trouble = {
      status: 400,
      type: 'ProvisionedThroughputExceededException',
      message: `rate exceeded for ${CARD.approve}`,
    };
    const caller = { merchantId: 'mer_x', mode: 'test', kind: 'publishable', owner: 'mer_x/test' } as const;
    const attempt = countAttempts(deps).begin(caller, '203.0.113.7');
    attempt.bringsCode();
    await attempt.admitted({} as Merchant, { jwe: undefined, proof: undefined });
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      Array(2).fill(expect.objectContaining({ event: 'attempt_uncounted', AttemptsUncounted: 1, level: 'warn' })),
    );
    expect(lines.join('')).not.toMatch(/rate exceeded|203\.0/);
  });

  test('that takes longer than the function may is busy, while there is still time to say so', async () => {
    const never = () => new Promise<object>(() => {});
    expect(await run(never, { remainingMs: 600 })).toMatchObject({ status: 503, json: { code: 'busy' } });
  });
});

describe('An error that a handler throws', () => {
  test('becomes internal, without the message, the name or the stack', async () => {
    const response = await run(() => Promise.reject(new TypeError(`cannot read ${CARD.approve}`)));
    expect(response).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(JSON.stringify([response, lines])).not.toMatch(/cannot read|42424242|at run/);
  });

  test.each([['a text'], [null], [undefined], [42], [{ code: 'token_spent' }]])(
    'even when it is %j',
    async (thrown) => {
      expect(await run(() => Promise.reject(thrown))).toMatchObject({ status: 500, json: { code: 'internal' } });
    },
  );

  test('keeps its code and field, and nothing of its cause, when it is a refusal', async () => {
    const refusal = new VaultError('token_foreign', { param: 'source', cause: new Error('merchant mer_x') });
    const response = await run(() => Promise.reject(refusal));
    expect(response).toMatchObject({ status: 403, json: { code: 'token_foreign', param: 'source' } });
    expect(JSON.stringify(response)).not.toContain('mer_x');
  });
});

describe('A refused attempt', () => {
  const refusedBy = (error: VaultError) => run(() => Promise.reject(error));

  test('says in seconds when to come again', async () => {
    const response = await refusedBy(new VaultError('too_many_attempts', { retryAfterSeconds: 421 }));
    expect(response).toMatchObject({ status: 429, headers: { 'retry-after': '421' } });
  });

  test('says how hard the proof must be', async () => {
    const response = await refusedBy(new VaultError('proof_required', { param: 'proof', difficultyBits: 15 }));
    expect(response).toMatchObject({
      status: 403,
      json: { code: 'proof_required', difficulty_bits: 15, param: 'proof' },
    });
    expect(response.headers).not.toHaveProperty('retry-after');
  });
});

describe('Reading a request', () => {
  const echo = (call: Call<'none', unknown>) => Promise.resolve({ body: call.body });
  const refusedAs = async (request: RouteRequest) => (await run(echo, request)).json.code;

  test.each([['application/json'], ['application/json; charset=utf-8'], ['Application/JSON;charset=UTF-8']])(
    'takes JSON sent as %s, with any capitals in the header',
    async (type) => {
      const response = await run(echo, { multiValueHeaders: { 'CONTENT-type': [type] }, body: '{"a":1}' });
      expect(response.json).toEqual({ body: { a: 1 } });
    },
  );

  test('takes JSON that API Gateway handed over in base64', async () => {
    const response = await run(echo, { body: Buffer.from('{"a":"あ"}').toString('base64'), isBase64Encoded: true });
    expect(response.json).toEqual({ body: { a: 'あ' } });
  });

  test('takes an absent body for an empty object', async () => {
    expect((await run(echo, { multiValueHeaders: {}, body: null })).json).toEqual({ body: {} });
  });

  test('refuses a card number in a body that came in base64', async () => {
    const body = Buffer.from(JSON.stringify({ note: CARD.approve })).toString('base64');
    expect(await refusedAs({ body, isBase64Encoded: true })).toBe('card_data_refused');
  });

  test('refuses 16 KiB and one byte, and takes 16 KiB', async () => {
    const bodyOf = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect(await refusedAs({ body: bodyOf(16 * 1024 + 1) })).toBe('body_too_large');
    expect(await refusedAs({ body: bodyOf(16 * 1024) })).toBeUndefined();
  });
});

test('A response is never cached and never sniffed, refused or not', async () => {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  expect((await run(() => Promise.resolve({}))).headers).toMatchObject(headers);
  expect((await run(() => Promise.reject(new Error()))).headers).toMatchObject(headers);
});

describe('A method that is not the route’s', () => {
  test.each(['GET', 'HEAD', 'PUT', 'OPTIONS', 'TRACE', 'post', 'Post', 'BREW', 'POST ', CARD.approve, '__proto__', ''])(
    '%j is refused before the request is read, and stands in no log',
    async (httpMethod) => {
      const request = { httpMethod, body: '{"half', path: '/elsewhere' };
      const refused = await run(() => Promise.reject(new Error('it ran')), request);
      expect(refused).toMatchObject({
        status: 405,
        headers: { allow: 'POST, GET, HEAD', 'content-type': 'application/problem+json' },
        json: { code: 'method_not_allowed' },
      });
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ route: 'ANY /v1/charges', status: 405, code: 'method_not_allowed' }),
      ]);
      expect(JSON.stringify(refused.json) + lines).not.toContain(CARD.approve);
    },
  );

  test.each(['METHODS', 'ALLOW'])('is not served at all without %s', (name) => {
    Object.assign(process.env, { METHODS: 'POST', ALLOW: 'POST', [name]: '' });
    expect(() => pipeline(deps, { key: 'none' }, async () => ({ status: 200, json: {} }))).toThrow(name);
  });
});

describe('A secret key', () => {
  const event = (clientCert: object | null) =>
    ({
      httpMethod: 'GET',
      multiValueHeaders: { authorization: ['Bearer sk_test_x'] },
      path: '/v1/charges',
      resource: '/v1/charges',
      body: null,
      requestContext: { requestId: 'req-1', resourcePath: '/v1/charges', identity: { clientCert } },
    }) as unknown as APIGatewayProxyEvent;
  const askWith = async (setting: string | undefined, clientCert: object | null) => {
    Object.assign(process.env, { METHODS: 'GET HEAD', ALLOW: 'POST, GET, HEAD' });
    if (setting !== undefined) process.env.CLIENT_CERTIFICATE = setting;
    try {
      const handler = pipeline(deps, { key: 'secret' }, async () => ({ status: 200, json: {} }));
      const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
      const response = (await handler(event(clientCert), context)) as APIGatewayProxyResult;
      return JSON.parse(response.body).code;
    } finally {
      delete process.env.CLIENT_CERTIFICATE;
    }
  };

  test('is refused without the certificate this vault asks of servers', async () => {
    expect(await askWith('required', null)).toBe('client_certificate_missing');
    // With one, or where none is asked for, the key itself is looked at.
    expect(await askWith('required', { subjectDN: 'CN=shop' })).toBe('key_unknown');
    expect(await askWith(undefined, null)).toBe('key_unknown');
  });

  test('is not served at all under an unknown setting', async () => {
    await expect(askWith('optional', null)).rejects.toThrow('CLIENT_CERTIFICATE');
  });
});

describe('the whole URL of a page, as browsers reach it,', () => {
  const asked = async (changes: Parameters<typeof callRoute>[2], settings: Readonly<Record<string, string>>) => {
    Object.assign(process.env, settings);
    try {
      const { json } = await callRoute(deps, async ({ publicUrl }) => ({ url: publicUrl('/pay/cs_a') }), changes);
      return json.url;
    } finally {
      for (const name of Object.keys(settings)) delete process.env[name];
    }
  };
  const called = (domainName: string, stage: string) => ({
    path: '/v1/checkout_sessions',
    requestContext: {
      requestId: 'req-1',
      resourcePath: '/v1/checkout_sessions',
      identity: { sourceIp: '203.0.113.7' },
      domainName,
      path: `${stage}/v1/checkout_sessions`,
    } as APIGatewayProxyEvent['requestContext'],
  });

  test.each([
    [
      'behind the stage of API Gateway’s own name',
      called('a1.execute-api.ap-northeast-1.amazonaws.com', '/vault'),
      {},
      'https://a1.execute-api.ap-northeast-1.amazonaws.com/vault/pay/cs_a',
    ],
    [
      'under its public name, when called by another',
      called('servers.vault.example', ''),
      { PUBLIC_URL: 'https://vault.example/' },
      'https://vault.example/pay/cs_a',
    ],
    [
      'without TLS on this machine only',
      called('127.0.0.1:8080', ''),
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
      'http://127.0.0.1:8080/pay/cs_a',
    ],
  ])('is %s', async (_where, changes, settings, url) => {
    expect(await asked(changes, settings)).toBe(url);
  });
});
