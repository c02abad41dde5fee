/**
 * A merchant's live request that names a second account beside the deployed one, in a spelling that some receiver reads as
 * the credential's field: none is sent (V14). Each row says which receivers read it so.
 */
import { describe, expect, test } from '@jest/globals';
import type { LiveForward } from '../../../shared/base/destinations.ts';
import { parse } from '../../../shared/base/parse.ts';
import type { AllowedDestination } from '../../../shared/payments/forward/destination.ts';
import { ForwardRequest, readRequest } from '../../../shared/payments/forward/request.ts';
import { refusal } from '../../setup/cards.ts';

const FORM = 'application/x-www-form-urlencoded';
const XML = 'application/xml';

const FIELDS = { number: ['/pan', '/pay/pan'] };
const row = (credentialAt: string): LiveForward => ({
  name: 'psp',
  kind: 'forward',
  hosts: ['api.psp.example'],
  accounts: [`sha256-${'0'.repeat(32)}`],
  paths: ['/v1'],
  methods: ['POST'],
  fields: FIELDS,
  credentialAt,
});

/** As the vault reads it from the merchant's JSON. */
function read(at: string, headers: Record<string, string>, body: unknown) {
  const request = { method: 'POST', path: '/v1/payments', headers, body };
  const wanted = parse(ForwardRequest, { source: `card_${'a'.repeat(26)}`, destination: 'psp', request });
  const destination: AllowedDestination = {
    name: 'psp',
    mode: 'live',
    origin: 'https://api.psp.example',
    path_prefix: '/v1',
    methods: ['POST'],
    fields: FIELDS,
    dangerously_allows_loopback: false,
    live: row(at),
  };
  return readRequest(wanted.request, destination);
}

const refused = (at: string, headers: Record<string, string>, body: unknown) =>
  refusal((async () => read(at, headers, body))());

const ACCOUNT = { token: '{{ secret.psp-key }}' };
const NESTED = { auth: { api_key: '{{ secret.psp-key }}' } };
const PAN = { pan: '{{ card.number }}' };

describe('of JSON, beside the deployed one', () => {
  test.each<[what: string, at: string, body: object]>([
    ['in capitals', '/token', { ...ACCOUNT, TOKEN: 'own' }],
    ['with one capital, before it', '/token', { Token: 'own', ...ACCOUNT }],
    ['as a number', '/token', { ...ACCOUNT, Token: 7 }],
    ['as nothing', '/token', { ...ACCOUNT, Token: null }],
    ['as an object', '/token', { ...ACCOUNT, Token: { value: 'own' } }],
    ['as a list', '/token', { ...ACCOUNT, Token: ['own'] }],
    ['as an empty list', '/token', { ...ACCOUNT, Token: [] }],
    ['as an object of its name', '/token', { token: { value: '{{ secret.psp-key }}' } }],
    ['with the Kelvin sign, a k in lower case', '/token', { ...ACCOUNT, 'to\u212aen': 'own' }],
    ['with the Kelvin sign only', '/token', { 'to\u212aen': '{{ secret.psp-key }}' }],
    ['with a long s, an S in capitals', '/secret', { secret: '{{ secret.psp-key }}', '\u017fecret': 'own' }],
    ['with a dotless i, an I in capitals', '/id', { id: '{{ secret.psp-key }}', '\u0131d': 'own' }],
    ['with a dotted I', '/id', { id: '{{ secret.psp-key }}', '\u0130D': 'own' }],
    ['with a sharp s, SS in capitals', '/pass', { pass: '{{ secret.psp-key }}', 'pa\u00df': 'own' }],
    ['in full width', '/token', { ...ACCOUNT, ｔｏｋｅｎ: 'own' }],
    ['with an accent, which databases pass over', '/token', { ...ACCOUNT, tokén: 'own' }],
    ['with a space behind', '/token', { ...ACCOUNT, 'token ': 'own' }],
    ['with a tab before', '/token', { ...ACCOUNT, '\ttoken': 'own' }],
    ['with a NUL behind, where C ends a text', '/token', { ...ACCOUNT, 'token\0x': 'own' }],
    ['with a space of no width', '/token', { ...ACCOUNT, 'to\u200bken': 'own' }],
    ['with a byte order mark', '/token', { ...ACCOUNT, '\ufefftoken': 'own' }],
    ['with a percent escape', '/token', { ...ACCOUNT, '%74oken': 'own' }],
    ['as a path of names', '/auth/api_key', { ...NESTED, 'auth.api_key': 'own' }],
    ['as a path with a slash, ~1 in its pointer', '/auth/api_key', { ...NESTED, 'auth/api_key': 'own' }],
    ['in brackets', '/auth/api_key', { ...NESTED, 'auth[api_key]': 'own' }],
    ['in camel case', '/auth/api_key', { auth: { api_key: '{{ secret.psp-key }}', apiKey: 'own' } }],
    ['with a dash', '/auth/api_key', { auth: { api_key: '{{ secret.psp-key }}', 'api-key': 'own' } }],
    ['around it in capitals', '/auth/api_key', { ...NESTED, AUTH: { api_key: 'own' } }],
    ['around it as a text', '/auth/api_key', { ...NESTED, Auth: 'own' }],
    ['around it as nothing', '/auth/api_key', { ...NESTED, Auth: null }],
    ['around it as a list', '/auth/api_key', { ...NESTED, Auth: [{ api_key: 'own' }] }],
    ['instead of it in other letters', '/token', { Token: '{{ secret.psp-key }}' }],
    ['in a list of requests', '/token', [{ ...ACCOUNT, ...PAN }, { token: 'own' }]],
  ])('%s', async (_what, at, body) => {
    const whole = Array.isArray(body) ? body : { ...PAN, ...body };
    expect(['credential_misplaced', 'placeholder_refused']).toContain((await refused(at, {}, whole)).code);
  });
});

describe('of a form, beside the deployed one', () => {
  test.each<[what: string, at: string, more: string]>([
    ['a second time', '/key', 'key=own'],
    ['without a value', '/key', 'key'],
    ['in capitals', '/key', 'KEY=own'],
    ['with the Kelvin sign', '/key', '%E2%84%AAey=own'],
    ['as a list', '/key', 'key[]=own'],
    ['as a list, escaped', '/key', 'key%5B%5D=own'],
    ['as a list with a number', '/key', 'key[0]=own'],
    ['as an object', '/key', 'key[id]=own'],
    ['as an object with a dot', '/key', 'key.id=own'],
    ['with an escaped letter', '/key', '%6bey=own'],
    ['escaped twice', '/key', '%256bey=own'],
    ['with a space before, which PHP drops', '/key', '+key=own'],
    ['with a space behind', '/key', 'key+=own'],
    ['with a NUL behind', '/key', 'key%00=own'],
    ['behind a semicolon', '/key', 'note=1;key=own'],
    ['behind a semicolon, in capitals', '/key', 'note=1;Key=own'],
    ['with a dot, which PHP writes as _', '/api_key', 'api.key=own'],
    ['with a space, which PHP writes as _', '/api_key', 'api+key=own'],
    ['with an open bracket, which PHP writes as _', '/api_key', 'api[key=own'],
    ['with a dot for brackets', '/auth[key]', 'auth.key=own'],
    ['with a list inside', '/auth[key]', 'auth[key][]=own'],
    ['in quotes', '/auth[key]', 'auth["key"]=own'],
    ['in capitals inside brackets', '/auth[key]', 'auth[KEY]=own'],
    ['around it', '/auth[key]', 'auth=own'],
  ])('%s', async (_what, at, more) => {
    const pair = `${at.slice(1)}={{ secret.psp-key }}`;
    for (const body of [`pan={{ card.number }}&${pair}&${more}`, `${more}&${pair}&pan={{ card.number }}`]) {
      const said = await refused(at, { 'content-type': FORM }, body);
      expect(said).toEqual({ code: 'credential_misplaced', param: 'request.body' });
    }
  });
});

describe('of XML, beside the deployed one', () => {
  test.each<[what: string, more: string]>([
    ['a second time', '<key>own</key>'],
    ['in capitals', '<KEY>own</KEY>'],
    ['with a prefix', '<a:key>own</a:key>'],
    ['with an element inside', '<Key><id>own</id></Key>'],
    ['in an attribute of its element', '<Key id="own"/>'],
    ['as an attribute of the element around it', '<x/></pay><pay key="own">'],
  ])('%s', async (_what, more) => {
    const body = `<pay>${more}<key>{{ secret.psp-key }}</key><pan>{{ card.number }}</pan></pay>`;
    const said = await refused('/pay/key', { 'content-type': XML }, body);
    expect(said).toEqual({ code: 'credential_misplaced', param: 'request.body' });
  });
});

describe('in an encoding that gives the bytes other fields', () => {
  const declared = (declaration: string) =>
    `${declaration}<pay><key>{{ secret.psp-key }}</key><pan>{{ card.number }}</pan></pay>`;

  test.each([
    ['<?xml version="1.0" encoding="UTF-7"?>'],
    ["<?xml version='1.0' encoding='utf-16'?>"],
    ['<?XML version="1.0" encoding="UTF-7"?>'],
    ['<?xml version="1.0" x="" encoding="UTF-7"?>'],
    ['<?xml\nversion="1.0"\nencoding="Shift_JIS"\n?>'],
  ])('%s', async (declaration) => {
    const said = await refused('/pay/key', { 'content-type': XML }, declared(declaration));
    expect(said).toEqual({ code: 'invalid_field', param: 'request.body' });
  });

  test.each(['charset=utf-7', 'charset="UTF-16"', 'CHARSET=ibm037', 'charset =utf-7', 'a=b; charset*=utf-7'])(
    '%s',
    async (parameter) => {
      const body = { ...PAN, ...ACCOUNT };
      const said = await refused('/token', { 'content-type': `application/json; ${parameter}` }, body);
      expect(said).toEqual({ code: 'invalid_field', param: 'request.headers' });
    },
  );

  test('UTF-8 may be said', () => {
    const type = { 'content-type': 'application/xml; charset="UTF-8"' };
    expect(read('/pay/key', type, declared('<?xml version="1.0" encoding="UTF-8"?>\n')).placeholders).toHaveLength(2);
  });
});

describe('in the body, beside a deployed one in a header', () => {
  const at = 'header:authorization';
  const headers = { authorization: 'Bearer {{ secret.psp-key }}' };
  test.each<[what: string, body: object]>([
    ['as RFC 6750 has it', { ...PAN, access_token: 'own' }],
    ['under the name of the header', { ...PAN, Authorization: 'Bearer own' }],
    ['under that name, as a list', { ...PAN, authorization: ['Bearer own'] }],
    ['under the name of another such header', { ...PAN, 'X-Api-Key': 'own' }],
    ['escaped', { ...PAN, 'access%5ftoken': 'own' }],
    ['escaped twice', { ...PAN, 'access%255ftoken': 'own' }],
  ])('%s', async (_what, body) => {
    expect(await refused(at, headers, body)).toEqual({ code: 'credential_misplaced', param: 'request.body' });
  });

  test('another method in the body is refused, as one in a header is', async () => {
    for (const body of [
      { ...PAN, _method: 'PUT' },
      { ...PAN, _METHOD: 'DELETE' },
    ]) {
      expect(await refused(at, headers, body)).toEqual({ code: 'destination_method_refused', param: 'request.body' });
    }
  });

  test('a body without one is taken', () => {
    expect(() => read(at, headers, { ...PAN, access: 'own', note: 'authorization' })).not.toThrow();
  });
});

describe('in headers', () => {
  const at = 'header:x-key';
  test.each<[what: string, code: string, headers: Record<string, string>]>([
    ['in other capitals', 'header_refused', { 'X-Key': '{{ secret.psp-key }}', 'x-key': 'own' }],
    ['with _ for -, which CGI reads alike', 'header_refused', { 'x-key': '{{ secret.psp-key }}', x_key: 'own' }],
    ['with a space behind', 'header_refused', { 'x-key': '{{ secret.psp-key }}', 'x-key ': 'own' }],
    ['with the Kelvin sign', 'header_refused', { 'x-key': '{{ secret.psp-key }}', 'x-\u212aey': 'own' }],
    ['with the Kelvin sign only', 'header_refused', { 'x-\u212aey': '{{ secret.psp-key }}' }],
    ['in a second line', 'header_refused', { 'x-key': '{{ secret.psp-key }}\r\nx-key: own' }],
    ['behind a comma', 'credential_misplaced', { 'x-key': '{{ secret.psp-key }},own' }],
    ['behind a space', 'credential_misplaced', { 'x-key': '{{ secret.psp-key }} own' }],
    ['before a space', 'credential_misplaced', { 'x-key': 'own, {{ secret.psp-key }}' }],
    ['as a second secret', 'credential_misplaced', { 'x-key': '{{ secret.psp-key }}{{ secret.own }}' }],
  ])('%s', async (_what, code, headers) => {
    expect(await refused(at, headers, PAN)).toEqual({ code, param: 'request.headers' });
  });
});

test.each<[what: string, at: string, type: string, body: unknown]>([
  ['JSON', '/token', 'application/json', { ...PAN, ...ACCOUNT, tokens: 1, token_type: 'a', user: { token: 'b' } }],
  ['JSON, deeper', '/auth/api_key', 'application/json', { ...PAN, auth: { ...NESTED.auth, kind: 'live' }, key: 'a' }],
  ['a form', '/key', FORM, 'pan={{ card.number }}&key={{ secret.psp-key }}&key_type=a&monkey=b&order[key]=c'],
  [
    'XML',
    '/pay/key',
    XML,
    '<pay a="1"><key>{{ secret.psp-key }}</key><pan>{{ card.number }}</pan><keys>a</keys></pay>',
  ],
])('names that are not the credential’s are left alone in %s', (_what, at, type, body) => {
  expect(read(at, { 'content-type': type }, body).placeholders).toHaveLength(2);
});
