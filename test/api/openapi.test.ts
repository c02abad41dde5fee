/** The description of the API: a valid OpenAPI document, of exactly the routes and codes there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ROUTES } from '../../infra/routes.ts';
import { componentSchemas, type JsonSchema } from '../../shared/api/components.ts';
import { DESCRIPTIONS } from '../../shared/api/descriptions.ts';
import { type MediaType, nameOf, type OpenApiDocument } from '../../shared/api/document.ts';
import { openApi } from '../../shared/api/openapi.ts';
import { ERRORS } from '../../shared/base/errors.ts';
import { contractFaults, schemaFaults } from '../setup/contract.ts';

const written = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8'),
) as OpenApiDocument;

const operations = ROUTES.map((route) => {
  const operation = written.paths[route.path]?.[route.method.toLowerCase()];
  return { ...route, name: nameOf(route), operation };
});

test('The document is one of OpenAPI 3.1, by the schema of its specification', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(written) as unknown as Record<string, unknown>)).toEqual({
    valid: true,
  });
  expect(validator.version).toBe('3.1');
});

test('and one that is not is refused by the same validator', async () => {
  const broken = { ...structuredClone(written), paths: { '/v1/tokens': { post: { responses: 'many' } } } };
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

describe('The routes described', () => {
  test('are those of infra/routes.ts, each under its method and with its key', () => {
    const described = Object.entries(written.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => [`${method.toUpperCase()} ${path}`, security] as const),
    );
    const routed = ROUTES.map((route) => [nameOf(route), route.key === 'none' ? [] : [{ [route.key]: [] }]] as const);
    expect(described.toSorted()).toEqual(routed.toSorted());
  });

  test('have a row each, and no row is of a route that is gone', () => {
    const routed: string[] = ROUTES.map(nameOf);
    expect(Object.keys(DESCRIPTIONS).filter((name) => !routed.includes(name))).toEqual([]);
  });

  test('when one is missing say what to do', () => {
    const added = { method: 'GET', path: '/v1/disputes', key: 'secret', entry: 'api/list-disputes' } as const;
    expect(() => openApi({ routes: [added], examples: [], responses: 'open' })).toThrow(
      /^GET \/v1\/disputes is in infra\/routes\.ts and not described: add its row to shared\/api\/descriptions\.ts/,
    );
  });

  test('have their own names for programs', () => {
    const names = operations.map(({ operation }) => operation?.operationId);
    expect(new Set(names).size).toBe(ROUTES.length);
    expect(names).toContain('createCharge');
  });

  test('want an Idempotency-Key where their handler does', () => {
    const source = (entry: string) => readFileSync(join(import.meta.dirname, '../../functions', `${entry}.ts`), 'utf8');
    for (const { name, entry, operation } of operations) {
      const isWanted = operation?.parameters.some((parameter) => parameter.name === 'Idempotency-Key') ?? false;
      expect([name, isWanted]).toEqual([name, source(entry).includes('movesMoney: true')]);
    }
  });
});

describe('The codes described', () => {
  const codes = operations.flatMap(({ operation }) =>
    Object.entries(operation?.responses ?? {}).flatMap(([status, { content }]) => {
      const [, own] = (content?.['application/problem+json']?.schema?.allOf ?? []) as JsonSchema[];
      const { enum: given = [] } = (own?.properties?.code ?? {}) as JsonSchema;
      return given.map((code) => ({ code: String(code), status: Number(status) }));
    }),
  );

  test('are complete, except the two that no route returns', () => {
    expect([...new Set(codes.map(({ code }) => code)), 'route_not_found', 'method_not_allowed'].toSorted()).toEqual(
      Object.keys(ERRORS).toSorted(),
    );
  });

  test('stand under the status they are sent with', () => {
    for (const { code, status } of codes) expect([code, status]).toEqual([code, ERRORS[code as 'busy'].status]);
  });
});

describe('The fields described', () => {
  const REQUESTS = [
    'TokenRequest',
    'CardInput',
    'StoreCardRequest',
    'ChargeRequest',
    'AmountRequest',
    'ForwardRequest',
  ];

  test.each(REQUESTS)('of a %s each say what they are for, and there may be no other', (name) => {
    const schema = componentSchemas('open')[name];
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    const silent = Object.entries(schema?.properties ?? {}).filter(([, field]) => !(field as JsonSchema).description);
    expect(silent.map(([field]) => field)).toEqual(name === 'ForwardRequest' ? ['request'] : []);
  });

  test('of responses may become more without breaking a caller', () => {
    expect(componentSchemas('open').Charge).not.toHaveProperty('additionalProperties');
    expect(componentSchemas('closed').Charge).toMatchObject({ additionalProperties: false });
  });
});

describe('The examples', () => {
  const places = operations.flatMap(({ name, path, method, operation }) => {
    const at = ['', 'paths', path, method.toLowerCase()] as const;
    const bodies = Object.entries(operation?.requestBody?.content ?? {}).map(
      ([type, media]) => [[...at, 'requestBody', 'content', type, 'schema'], media] as const,
    );
    const responses = Object.entries(operation?.responses ?? {}).flatMap(([status, { content = {} }]) =>
      Object.entries(content).map(
        ([type, media]) => [[...at, 'responses', status, 'content', type, 'schema'], media] as const,
      ),
    );
    return [...bodies, ...responses].flatMap(([place, { examples = {} }]: readonly [readonly string[], MediaType]) =>
      Object.entries(examples).map(([example, { value }]) => ({ name, example, place, value })),
    );
  });

  // That each was really sent and really returned so is in test/tools/docs/reference.test.ts.
  test('fit the schemas they stand under', () => {
    expect(places.length).toBeGreaterThan(30);
    const faults = places.flatMap(({ name, example, place, value }) =>
      schemaFaults(place, value).map((fault) => `${name}, ${example}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('show every route, and every response except refusals and the rarest', () => {
    const shown = (route: string, status: string) =>
      places.some((each) => each.name === route && each.place.includes(status));
    const unshown = operations.flatMap(({ name, operation }) =>
      Object.entries(operation?.responses ?? {}).flatMap(([status, { content }]) =>
        Number(status) < 300 && content?.['application/json']?.schema && !shown(name, status)
          ? [`${name} ${status}`]
          : [],
      ),
    );
    // The simulator loses the responses of authorizations only; the description says so where these stand.
    expect(unshown).toEqual([
      'POST /v1/charges/{charge_id}/capture 202',
      'POST /v1/charges/{charge_id}/cancel 202',
      'POST /v1/charges/{charge_id}/refunds 202',
    ]);
  });
});

describe('The contract that tests hold responses against', () => {
  const problem = (code: string) => ({
    type: `urn:fuda:error:${code}`,
    title: 'x',
    status: 404,
    detail: 'x',
    code,
    request_id: 'x',
  });
  const response = (status: number, json: object, type = 'application/json') => ({
    status,
    json,
    text: JSON.stringify(json),
    headers: new Headers({ 'content-type': type }),
  });
  const read = { method: 'GET', path: '/v1/cards/card_x' } as const;
  const PROBLEM = 'application/problem+json';

  test.each([
    ['a status', response(418, {}), /418 is not described/],
    ['a content type', response(200, {}, 'text/html'), /text\/html is not described/],
    ['a code', response(404, problem('token_spent'), PROBLEM), /\/code must be equal to one of the allowed values/],
    ['a member', response(404, { ...problem('card_not_found'), stack: 'x' }, PROBLEM), /must NOT have additional/],
    ['the absence of a member', response(200, { object: 'card' }), /must have required property 'last4'/],
  ])('finds %s without a description', (_what, given, fault) => {
    expect(contractFaults(read, given).join('\n')).toMatch(fault);
  });

  test('finds a route without a description', () => {
    expect(contractFaults({ method: 'GET', path: '/v1/disputes' }, response(200, {}))).toEqual([
      '/v1/disputes is not described',
    ]);
  });

  test('finds nothing in a response that is as described', () => {
    expect(contractFaults(read, response(404, problem('card_not_found'), PROBLEM))).toEqual([]);
    expect(
      contractFaults({ method: 'GET', path: '/nowhere' }, response(404, problem('route_not_found'), PROBLEM)),
    ).toEqual([]);
    const refused = response(405, problem('method_not_allowed'), PROBLEM);
    expect(contractFaults({ method: 'PUT', path: '/v1/charges' }, refused)).toEqual([]);
    expect(contractFaults({ method: 'PUT', path: '/nowhere' }, refused)).toEqual(['/nowhere is not described']);
  });

  test('finds a method without a description that is not refused', () => {
    expect(contractFaults({ method: 'PUT', path: '/v1/charges' }, response(200, {}))).toEqual([
      'PUT /v1/charges is not described',
    ]);
  });
});
