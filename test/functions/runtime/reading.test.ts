/**
 * The one reading of a request: what has two meanings is refused by name. Events are as API Gateway makes them; that the
 * same holds over HTTP is in test/flows/bad-input.
 */
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type ReadRequest, readRequest } from '../../../functions/runtime/reading.ts';
import { VaultError } from '../../../shared/base/errors.ts';

const ID = `ch_${'a'.repeat(26)}`;

const eventOf = (changes: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent =>
  ({
    path: '/v1/charges',
    resource: '/v1/charges',
    pathParameters: null,
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    ...changes,
  }) as APIGatewayProxyEvent;

const read = (changes: Partial<APIGatewayProxyEvent>, isPassedOn?: boolean): ReadRequest =>
  readRequest(eventOf(changes), isPassedOn);

/** The code, and the field that it names. */
function refusalOf(changes: Partial<APIGatewayProxyEvent>): string {
  try {
    read(changes);
    return 'taken';
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return [error.code, error.detail.param].filter(Boolean).join(' ');
  }
}

describe('a header', () => {
  test.each([
    ['two lines', { 'Idempotency-Key': ['a', 'b'] }, 'repeated_field Idempotency-Key'],
    ['two equal lines', { Authorization: ['Bearer a', 'Bearer a'] }, 'repeated_field Authorization'],
    ['two spellings', { 'idempotency-key': ['a'], 'IDEMPOTENCY-KEY': ['b'] }, 'repeated_field Idempotency-Key'],
    ['three lines', { 'content-type': ['a', 'b', 'c'] }, 'repeated_field Content-Type'],
    ['two lengths', { 'content-length': ['1', '2'] }, 'repeated_field Content-Length'],
    ['two hosts', { host: ['a.example', 'b.example'] }, 'repeated_field Host'],
    ['two origins', { origin: ['https://a.example', 'https://b.example'] }, 'repeated_field Origin'],
    ['two encodings', { 'content-encoding': ['identity', 'gzip'] }, 'repeated_field Content-Encoding'],
    ['two transfer encodings', { 'transfer-encoding': ['chunked', 'x'] }, 'repeated_field Transfer-Encoding'],
  ])('with %s is refused', (_what, multiValueHeaders, refusal) => {
    expect(refusalOf({ multiValueHeaders })).toBe(refusal);
  });

  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X-Original-URL', 'X-Rewrite-URL'])(
    'that asks for another method or path is refused: %s',
    (name) => {
      expect(refusalOf({ multiValueHeaders: { [name.toLowerCase()]: ['DELETE'] } })).toBe(`header_refused ${name}`);
    },
  );

  test('of several lines is one list where the header is one, and a forwarded address changes nothing', () => {
    const { headers } = read({
      multiValueHeaders: { 'Accept-Language': ['ja', 'en;q=0.5'], 'X-Forwarded-For': ['203.0.113.7', '198.51.100.1'] },
    });
    expect(headers.get('accept-language')).toBe('ja, en;q=0.5');
  });

  test('is never taken from the form that keeps the last of several values', () => {
    expect(read({ headers: { authorization: 'Bearer a' } }).headers.size).toBe(0);
  });
});

describe('a query', () => {
  test.each([
    ['a parameter twice', { limit: ['1', '2'] }, 'repeated_field limit'],
    ['a parameter twice, equal', { key: ['a', 'a'] }, 'repeated_field key'],
    ['a name twice that may be data', { '1042 4242': ['1', '2'] }, 'repeated_field'],
    ['NUL', { cursor: ['a\u0000'] }, 'invalid_field cursor'],
    ['a line break', { cursor: ['a\r\nb'] }, 'invalid_field cursor'],
    ['what was no UTF-8', { cursor: ['\ufffd\ufffd'] }, 'invalid_field cursor'],
    ['half of a surrogate pair', { cursor: ['\ud83c'] }, 'invalid_field cursor'],
    ['half of a surrogate pair in a name', { 'a\udf75': ['1'] }, 'invalid_field'],
  ])('with %s is refused', (_what, multiValueQueryStringParameters, refusal) => {
    expect(refusalOf({ multiValueQueryStringParameters })).toBe(refusal);
  });

  test('is read where each parameter is there once', () => {
    const { query } = read({ multiValueQueryStringParameters: { limit: ['2'], cursor: [''] } });
    expect([...query]).toEqual([
      ['limit', '2'],
      ['cursor', ''],
    ]);
  });

  test('is never taken from the form that keeps the last of several values', () => {
    expect(read({ queryStringParameters: { limit: '2' } }).query.size).toBe(0);
  });

  test('may hold anything where the route reads none', () => {
    expect(read({ multiValueQueryStringParameters: { fbclid: ['a', 'b'] } }, true).query.size).toBe(0);
  });
});

describe('a path', () => {
  const withId = (value: string, path = `/v1/charges/${encodeURIComponent(value)}`) => ({
    path,
    resource: '/v1/charges/{charge_id}',
    pathParameters: { charge_id: value },
  });

  test.each([
    ['dot segment', '..'],
    ['single dot', '.'],
    ['slash', `${ID}/refunds`],
    ['backslash', `${ID}\\..`],
    ['semicolon', '..;'],
    ['escape within an escape', '%2e%2e'],
    ['escape of an escape', `${ID}%252f`],
    ['escape that is no UTF-8', '%c0%af'],
    ['character in place of what was no UTF-8', `${ID}\ufffd`],
    ['NUL', `${ID}\u0000`],
    ['line break', `${ID}\n`],
    ['half of a surrogate pair', `${ID}\ud800`],
  ])('with a %s in an id is refused', (_what, value) => {
    const path = value.isWellFormed() ? undefined : '/v1/charges/x';
    expect(refusalOf(withId(value, path))).toBe('path_invalid charge_id');
  });

  test.each([
    ['a slash at its end', `/v1/charges/${ID}/`],
    ['a doubled slash', `/v1//charges/${ID}`],
    ['a doubled slash in front', `//v1/charges/${ID}`],
    ['a dot segment', `/v1/x/../charges/${ID}`],
    ['a dot segment in front', `/../v1/charges/${ID}`],
    ['an escaped letter', `/v1/%63harges/${ID}`],
    ['an escaped letter of the id', `/v1/charges/%63${ID.slice(1)}`],
    ['a path parameter of its own', `/v1;x=1/charges/${ID}`],
    ['a backslash', `/v1\\charges/${ID}`],
    ['another id than was read', `/v1/charges/ch_${'b'.repeat(26)}`],
    ['more after the id', `/v1/charges/${ID}/refunds`],
  ])('with %s is refused', (_what, path) => {
    expect(refusalOf(withId(ID, path))).toBe('path_invalid');
  });

  test.each([
    ['as documented', `/v1/charges/${ID}`],
    ['behind the base path of a custom domain', `/vault/v1/charges/${ID}`],
    ['behind a base path of several parts', `/pay/jp-1/v1/charges/${ID}`],
  ])('is read %s', (_what, path) => {
    expect(read(withId(ID, path)).path.get('charge_id')).toBe(ID);
  });

  test('may end in one slash where people pass it on', () => {
    const shared = (path: string) => read(withId(ID, path), true);
    expect(shared(`/v1/charges/${ID}/`)).toMatchObject({ hasFinalSlash: true });
    expect(shared(`/v1/charges/${ID}`)).toMatchObject({ hasFinalSlash: false });
    expect(() => shared(`/v1/charges/${ID}//`)).toThrow(VaultError);
  });

  test.each(['tea 茶', 'fuda.d.mts'])('is read encoded or decoded: %s', (value) => {
    expect(read(withId(value)).path.get('charge_id')).toBe(value);
    expect(read(withId(value, `/v1/charges/${value}`)).path.get('charge_id')).toBe(value);
  });
});

describe('a body', () => {
  const JSON_BODY = '{"note":"茶"}';
  const base64 = (bytes: Uint8Array) => ({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true });
  const typed = (contentType: string, more: object = {}) => ({
    body: JSON_BODY,
    multiValueHeaders: { 'content-type': [contentType] },
    ...more,
  });

  test.each<[string, Partial<APIGatewayProxyEvent>, string]>([
    ['under a byte order mark', { body: `\ufeff${JSON_BODY}` }, 'unsupported_encoding'],
    ['under a byte order mark in base64', base64(Buffer.from(`\ufeff${JSON_BODY}`)), 'unsupported_encoding'],
    ['in UTF-16', base64(Buffer.from(`\ufeff${JSON_BODY}`, 'utf16le')), 'unsupported_encoding'],
    ['in Latin-1', base64(Buffer.from('{"note":"é"}', 'latin1')), 'unsupported_encoding'],
    ['in overlong UTF-8', base64(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)), 'unsupported_encoding'],
    ['in UTF-8 of surrogates', base64(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)), 'unsupported_encoding'],
    ['decoded where it was no UTF-8', { body: '{"note":"\ufffd"}' }, 'unsupported_encoding'],
    ['with half of a surrogate pair', { body: '{"note":"\ud83c"}' }, 'unsupported_encoding'],
    [
      'compressed',
      { ...typed('application/json'), multiValueHeaders: { 'content-encoding': ['gzip'] } },
      'unsupported_encoding Content-Encoding',
    ],
    [
      'compressed twice',
      { ...typed('application/json'), multiValueHeaders: { 'content-encoding': ['identity, gzip'] } },
      'unsupported_encoding Content-Encoding',
    ],
    ['of another charset', typed('application/json; charset=utf-16'), 'unsupported_encoding Content-Type'],
    ['of two charsets', typed('application/json; charset=utf-8; charset=utf-7'), 'unsupported_encoding Content-Type'],
    ['of a charset in odd form', typed('application/json; charset="utf-8'), 'unsupported_encoding Content-Type'],
  ])('%s is refused', (_what, changes, refusal) => {
    expect(refusalOf(changes)).toBe(refusal);
  });

  test.each<[string, Partial<APIGatewayProxyEvent>]>([
    ['as it is', { body: JSON_BODY }],
    ['in base64', base64(Buffer.from(JSON_BODY))],
    ['under its charset', typed('application/json;charset="UTF-8"')],
    ['as identity', { body: JSON_BODY, multiValueHeaders: { 'content-encoding': ['identity'] } }],
  ])('is read %s', (_what, changes) => {
    expect(read(changes).text).toBe(JSON_BODY);
  });
});
