/**
 * Every way in which one part of a described request can be wrong, read off the description: each member of each body,
 * each parameter, the key, the content type and the body as a whole. Each says what may come back.
 */
import type { JsonSchema } from '../../shared/api/components.ts';
import type { ErrorCode } from '../../shared/base/errors.ts';
import type { Scene } from '../flows/bad-input/scene.ts';
import { CARD } from '../setup/cards.ts';
import { resolved, type Schemas, wrongValues } from './arbitrary.ts';
import type { DescribedOperation, Draft } from './requests.ts';

export interface Mutation {
  /** `amount is missing` */
  readonly name: string;
  change(draft: Draft): Draft;
  /** The only code that may come back; any refusal where absent. */
  readonly code?: ErrorCode;
  /** The field that the refusal must name, or one around or within it. */
  readonly param?: string;
}

export function mutationsOf(described: DescribedOperation, schemas: Schemas, scene: Scene): Mutation[] {
  const { operation } = described;
  const body = operation.requestBody?.content['application/json']?.schema;
  const takesCard = operation.operationId === 'createToken';
  const isPage = Object.values(operation.responses).some(({ content }) => content?.['text/html'] !== undefined);
  const inBody = body === undefined ? [] : memberMutations(resolved(body, schemas), schemas, takesCard);
  return [
    ...inBody,
    ...(described.method === 'GET'
      ? []
      : bodyMutations(takesCard, operation.requestBody !== undefined && body === undefined)),
    // People pass its address on, and programs add parameters to it.
    ...(described.path.startsWith('/pay/') ? [] : [UNKNOWN_PARAMETER]),
    ...keyMutations(operation.security.flatMap((each) => Object.keys(each))[0], scene),
    ...operation.parameters.flatMap(({ name, in: place, required }) => {
      if (place === 'path') return pathMutations(name, isPage);
      return place === 'query' ? queryMutations(name, required) : idempotencyMutations();
    }),
  ];
}

/** Each member of an object and of the objects in it. */
function memberMutations(
  schema: JsonSchema,
  schemas: Schemas,
  takesCard: boolean,
  around: readonly string[] = [],
): Mutation[] {
  const unknown = set([...around, 'zz_unknown'], 7);
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
    const member = resolved(given as JsonSchema, schemas);
    const path = [...around, name];
    const field = path.join('.');
    const wrong = wrongValues(member, schemas, schema.required?.includes(name) ?? false).map(
      ({ wrong: what, value }): Mutation => ({
        name: `${field} ${what}`,
        change: (draft) => ({ ...draft, body: set(path, value)(draft.body) }),
        param: field,
        ...(value === undefined && { code: 'missing_field' as const }),
      }),
    );
    const card: Mutation = {
      name: `${field} holds a card number`,
      change: (draft) => ({ ...draft, body: set(path, `no. ${CARD.approve}`)(draft.body) }),
      code: 'card_data_refused',
      param: field,
    };
    const within = member.properties === undefined ? [] : memberMutations(member, schemas, takesCard, path);
    return [...wrong, ...(takesCard ? [] : [card]), ...within];
  });
  return [
    ...members,
    {
      name: `${[...around, 'an unknown member'].join('.')} is there`,
      change: (draft) => ({ ...draft, body: unknown(draft.body) }),
      code: 'unknown_field',
      param: [...around, 'zz_unknown'].join('.'),
    },
  ];
}

/** Sets a member, making the objects around it where there are none. */
const set =
  ([name = '', ...rest]: readonly string[], value: unknown) =>
  (object: unknown): unknown => {
    const members = (object ?? {}) as Readonly<Record<string, unknown>>;
    return { ...members, [name]: rest.length === 0 ? value : set(rest, value)(members[name]) };
  };

/** `isForeign`: a body of a form that others define, to which only what holds for every body applies. */
function bodyMutations(takesCard: boolean, isForeign: boolean): Mutation[] {
  const withBody = (name: string, code: ErrorCode, body: unknown, headers?: Draft['headers']): Mutation => ({
    name: `the body ${name}`,
    change: (draft) => ({ ...draft, body, ...(headers && { headers }) }),
    code,
  });
  const many = { zz: 'tea '.repeat(5_000) };
  if (isForeign) {
    return [
      withBody('is no JSON', 'malformed_json', '{"source": tok_odd'),
      withBody('is sent as text', 'unsupported_content_type', '{}', { 'content-type': 'text/plain' }),
      withBody('is too large', 'body_too_large', many),
    ];
  }
  return [
    withBody('is no JSON', 'malformed_json', '{"source": tok_odd'),
    withBody('is a list', 'malformed_json', '[1]'),
    withBody('is sent as text', 'unsupported_content_type', '{}', { 'content-type': 'text/plain' }),
    withBody('is too large', 'body_too_large', many),
    ...(takesCard ? [] : [withBody('names a card number', 'card_data_refused', { [CARD.approve]: 1 })]),
  ];
}

function keyMutations(scheme: string | undefined, { shop, unknownKey, revokedKey }: Scene): Mutation[] {
  const withKey = (name: string, code: ErrorCode, key: string | undefined): Mutation => ({
    name: `the key ${name}`,
    change: (draft) => ({ ...draft, key }),
    code,
  });
  if (scheme === undefined) return [];
  return [
    withKey('is missing', 'key_missing', undefined),
    withKey('is nobody’s', 'key_unknown', unknownKey),
    withKey('is no key', 'key_unknown', 'sk_test_tea'),
    withKey('was revoked', 'key_revoked', revokedKey),
    withKey('is for live cards', 'live_mode_refused', shop.liveSecretKey),
    scheme === 'secret'
      ? withKey('is publishable', 'publishable_key_refused', shop.publishableKey)
      : withKey('is secret', 'secret_key_refused', shop.secretKey),
  ];
}

/** A page for people says in words that nothing is there; a program gets a code and a name. */
function pathMutations(name: string, isPage: boolean): Mutation[] {
  const withValue = (what: string, value: string, expected: Partial<Mutation>): Mutation => ({
    name: `${name} ${what}`,
    change: (draft) => ({ ...draft, inPath: { ...draft.inPath, [name]: value } }),
    ...expected,
  });
  const notFound = isPage ? {} : { code: `${name.replace(/_id$/, '')}_not_found` as ErrorCode, param: name };
  return [
    withValue('is no id', 'tea', notFound),
    withValue('is endless', 'x'.repeat(3_000), notFound),
    withValue('is no text', '\u0000\ud83c\udf75/..%', { code: 'path_invalid', param: name }),
    withValue('is a card number', CARD.approve, { code: 'card_data_refused', param: name }),
  ];
}

const UNKNOWN_PARAMETER: Mutation = {
  name: 'an unknown query parameter is there',
  change: (draft) => ({ ...draft, query: { ...draft.query, zz_unknown: '1' } }),
  code: 'unknown_parameter',
  param: 'zz_unknown',
};

function queryMutations(name: string, isRequired: boolean): Mutation[] {
  const withValue = (what: string, value: string | undefined, expected: Partial<Mutation>): Mutation => ({
    name: `${name} ${what}`,
    change: ({ query: { [name]: _old, ...query }, ...draft }) => ({
      ...draft,
      query: value === undefined ? query : { ...query, [name]: value },
    }),
    ...expected,
  });
  const wrong = { limit: ['0', '101', 'tea', '1.5', '-1', ''], cursor: ['tea', '', 'x'.repeat(300)] }[name] ?? [];
  return [
    ...(isRequired ? [withValue('is missing', undefined, {})] : []),
    ...wrong.map((value) => withValue(`is ${value.slice(0, 10) || 'empty'}`, value, { param: name })),
    withValue('is a card number', CARD.approve, name === 'key' ? {} : { code: 'card_data_refused', param: name }),
  ];
}

function idempotencyMutations(): Mutation[] {
  const withKey = (what: string, code: ErrorCode, idempotencyKey: string | undefined): Mutation => ({
    name: `Idempotency-Key ${what}`,
    change: (draft) => ({ ...draft, idempotencyKey }),
    code,
    param: 'Idempotency-Key',
  });
  return [
    withKey('is missing', 'idempotency_key_missing', undefined),
    withKey('is 256 characters', 'idempotency_key_invalid', 'k'.repeat(256)),
    withKey('has a space', 'idempotency_key_invalid', 'order 7'),
    withKey('is a card number', 'card_data_refused', CARD.approve),
  ];
}
