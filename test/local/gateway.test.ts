/** The gateway: the shape of its events, what it makes of responses, and what it refuses before any function runs. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { fitsModel } from '../../local/gateway/body-check.ts';
import { matchRoute, toResponse } from '../../local/gateway/event.ts';
import { gatewayResponse } from '../../local/gateway/responses.ts';
import type { ApiDefinition } from '../../local/template/api.ts';
import { type PaperVault, startPaperVault } from './fixtures.ts';

let vault: PaperVault;
beforeAll(async () => {
  vault = await startPaperVault();
});
afterAll(async () => {
  await vault[Symbol.asyncDispose]();
});

const call = (path: string, init: RequestInit = {}) => fetch(`${vault.runtime.apiUrl}${path}`, init);

/** What the paper vault's function tells about its own call. */
interface Echo {
  readonly event: APIGatewayProxyEvent;
  readonly events: number;
}
const echo = async (path: string, init: RequestInit = {}) => (await (await call(path, init)).json()) as Echo;
const wish = (what: string) => call('/echo', { method: 'POST', headers: { 'x-do': what } });

describe('an event', () => {
  test('has the form of a REST API’s Lambda proxy event, version 1.0', async () => {
    const { event } = await echo('/echo?a=1&b=x%20y&a=2', {
      method: 'POST',
      headers: { 'X-Own': 'yes', 'content-type': 'application/json' },
      body: '{"k":"値"}',
    });
    expect(event).toMatchObject({
      resource: '/echo',
      path: '/echo',
      httpMethod: 'POST',
      headers: { 'X-Own': 'yes' },
      multiValueHeaders: { 'X-Own': ['yes'] },
      queryStringParameters: { a: '2', b: 'x y' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
      pathParameters: null,
      stageVariables: null,
      body: '{"k":"値"}',
      isBase64Encoded: false,
      requestContext: {
        resourcePath: '/echo',
        httpMethod: 'POST',
        stage: 'vault',
        protocol: 'HTTP/1.1',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        requestTime: expect.stringMatching(/^\d{2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        identity: { sourceIp: '127.0.0.1', userAgent: 'node' },
      },
    });
  });

  test('has decoded path parameters, and null where there is nothing', async () => {
    const { event } = await echo('/echo/a%2Fb');
    expect(event).toMatchObject({
      resource: '/echo/{item_id}',
      path: '/echo/a%2Fb',
      pathParameters: { item_id: 'a/b' },
      queryStringParameters: null,
      body: null,
    });
  });

  test('carries the id that the response names', async () => {
    const response = await call('/echo/1');
    const { event } = (await response.json()) as Echo;
    expect(response.headers.get('x-amzn-requestid')).toBe(event.requestContext.requestId);
  });
});

describe('a response', () => {
  test('keeps status, headers and every value of a repeated one', async () => {
    const response = await call('/echo/1');
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-two')]).toEqual([
      200,
      'application/json',
      'a, b',
    ]);
  });

  test('is 502 when the function throws, dies, runs out of its time or returns another form', async () => {
    for (const what of ['throw', 'die', 'hang', 'malformed']) {
      const response = await wish(what);
      expect([what, response.status, await response.json()]).toEqual([what, 502, { message: 'Internal server error' }]);
    }
  });

  test('comes from a fresh copy of the function after one has died', async () => {
    await wish('die');
    const { events } = await echo('/echo', { method: 'POST' });
    expect(events).toBe(1);
  });

  test.each([
    ['no status', {}],
    ['a status in words', { statusCode: 'ok' }],
    ['a body that is an object', { statusCode: 200, body: {} }],
    ['null', null],
    ['a text', 'text'],
  ])('is malformed with %s', (_name, value) => {
    expect(toResponse(vault.runtime.stack.api, value)).toBeNull();
  });

  test('is decoded from base64 only where the API has binary media types', () => {
    const value = { statusCode: 200, body: 'aGk=', isBase64Encoded: true };
    const api = vault.runtime.stack.api;
    expect(toResponse(api, value)?.body.toString()).toBe('aGk=');
    expect(toResponse({ ...api, binaryMediaTypes: ['*/*'] }, value)?.body.toString()).toBe('hi');
  });
});

describe('before any function', () => {
  test.each([
    ['another path', 'GET', '/nope'],
    ['another method', 'DELETE', '/echo'],
    ['an empty path parameter', 'GET', '/echo/'],
    ['the stage in front', 'POST', '/vault/echo'],
  ])('%s is 403 in the words of a REST API', async (_name, method, path) => {
    const response = await call(path, { method });
    expect([response.status, await response.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
  });

  test('a body above 10 MB is 413', async () => {
    const response = await call('/echo', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1, 'a') });
    expect(response.status).toBe(413);
  });

  test.each([
    ['a live secret key', '/echo', { authorization: 'Bearer sk_live_abc' }],
    ['a live publishable key in the query', '/echo?key=pk_live_abc', {}],
  ])('%s is refused', async (_name, path, headers) => {
    const response = await call(path, { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'live_mode_refused' });
  });

  test('a request for another host name is refused, although it resolves to this machine', async () => {
    const port = Number(new URL(vault.runtime.apiUrl).port);
    const status = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET /echo/1 HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
      );
      socket.once('data', (data) => {
        resolve(data.toString().slice(9, 12));
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(status).toBe('421');
  });
});

describe('routes and gateway responses', () => {
  const route = (method: string, path: string) => ({
    method,
    path,
    resourceId: path,
    functionArn: path,
    timeoutMs: 1,
    permitted: true,
    bodySchemas: {},
  });
  const api: ApiDefinition = {
    id: 'a',
    stage: 's',
    binaryMediaTypes: [],
    routes: [route('GET', '/c/{id}'), route('GET', '/c/own'), route('POST', '/c/{id}/refunds')],
    gatewayResponses: [
      {
        ResponseType: 'DEFAULT_5XX',
        StatusCode: '500',
        ResponseTemplates: { 'application/json': '{"code":"internal","request_id":"$context.requestId"}' },
        ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
      },
    ],
  };

  test('a literal path comes before one with a parameter', () => {
    expect(matchRoute(api, 'GET', '/c/own')?.route.path).toBe('/c/own');
    expect(matchRoute(api, 'GET', '/c/1')).toMatchObject({ route: { path: '/c/{id}' }, pathParameters: { id: '1' } });
    expect(matchRoute(api, 'POST', '/c/1/refunds')?.pathParameters).toEqual({ id: '1' });
    for (const path of ['/c', '/c/1/2', '/C/1', '/c/1/refunds']) expect(matchRoute(api, 'GET', path)).toBeNull();
  });

  test.each([
    ['GET', '/d', 'ANY'],
    ['HEAD', '/d', 'ANY'],
    ['TRACE', '/d', 'ANY'],
    ['get', '/d', 'ANY'],
    ['post', '/d', 'ANY'],
    ['POST', '/d', 'POST'],
    ['DELETE', '/d/own', undefined],
    ['GET', '/d/own', 'GET'],
    ['DELETE', '/d/1', 'ANY'],
  ])(
    '%s %s is %s: what a path declares comes before its ANY, and no other path’s ANY is asked',
    (method, path, found) => {
      const routes = [route('ANY', '/d'), route('POST', '/d'), route('ANY', '/d/{id}'), route('GET', '/d/own')];
      expect(matchRoute({ ...api, routes }, method, path)?.route.method).toBe(found);
    },
  );

  test('a slash at the end of a path belongs to no parameter, and two are another path', () => {
    expect(matchRoute(api, 'GET', '/c/own/')?.route.path).toBe('/c/own');
    expect(matchRoute(api, 'GET', '/c/1/')?.pathParameters).toEqual({ id: '1' });
    for (const path of ['/c/1//', '/c//', '/c/', '/', '//', '']) expect(matchRoute(api, 'GET', path)).toBeNull();
  });

  test('a body must fit the model of its content type, where there is one', () => {
    const checked = {
      ...route('POST', '/c'),
      bodySchemas: { 'application/json': { type: 'object', maxProperties: 2 } },
    };
    const fits = (text: string, contentType?: string) => fitsModel(checked, contentType, Buffer.from(text));
    for (const text of ['[]', '"a"', '{', 'null', '{"a":1,"b":2,"c":3}']) {
      expect([text, fits(text, 'application/json; charset=utf-8')]).toEqual([text, false]);
    }
    expect(fits('{"a":1}', 'Application/JSON')).toBe(true);
    // The gateway does not check another type or an absent body.
    expect([fits('[]', 'text/plain'), fits('[]'), fits('', 'application/json')]).toEqual([true, true, true]);
    expect(fitsModel(route('POST', '/c'), 'application/json', Buffer.from('['))).toBe(true);
  });

  test('the template’s own responses are used, by kind or by default', () => {
    const response = gatewayResponse(api, 'INTEGRATION_TIMEOUT', 'id-1');
    expect(response.status).toBe(500);
    expect(response.headers).toEqual([['Content-Type', 'application/problem+json']]);
    expect(JSON.parse(response.body.toString())).toEqual({ code: 'internal', request_id: 'id-1' });
    expect(gatewayResponse(api, 'MISSING_AUTHENTICATION_TOKEN', 'id-1').status).toBe(403);
  });
});
