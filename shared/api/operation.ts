/** One route as an OpenAPI operation: its parameters, its body, its responses, and every code it may refuse with. */
import type * as z from 'zod/mini';
import { ERRORS, type ErrorCode } from '../base/errors.ts';
import { type JsonSchema, refTo, schemaOf } from './components.ts';
import { DESCRIPTIONS, type DescribedResponse, type Description } from './descriptions.ts';
import {
  type DescribedRoute,
  type Example,
  type Examples,
  nameOf,
  type OperationObject,
  type ParameterObject,
  type ResponseObject,
} from './document.ts';
import { IDEMPOTENCY_KEY, PATH_PARAMETERS, type Parameter } from './parameters.ts';
import { ANY_REQUEST, BY_KEY } from './refusals.ts';

export const HEADERS = {
  'Retry-After': {
    description: 'With a code that is worth another try: seconds to wait.',
    schema: { type: 'integer' },
  },
  'WWW-Authenticate': { description: 'Bearer (RFC 9110 §11.6.1).', schema: { type: 'string' } },
  ETag: { description: 'Send it as If-None-Match.', schema: { type: 'string' } },
} as const;

type Schemas = Readonly<Record<string, JsonSchema>>;
type Shown = { readonly examples?: Examples };

/** `schemas` are the components by name; `examples` those of this route. */
export function operationOf(route: DescribedRoute, examples: readonly Example[], schemas: Schemas): OperationObject {
  const description = descriptionOf(route);
  const { tag, summary, details, body, foreignBody } = description;
  return {
    operationId: operationIdOf(route),
    tags: [tag],
    summary,
    ...(details !== undefined && { description: details }),
    security: route.key === 'none' ? [] : [{ [route.key]: [] }],
    parameters: parametersOf(route, description, examples),
    ...(body !== undefined && {
      requestBody: {
        required: ['required', 'oneOf'].some((keyword) => keyword in (schemas[body] ?? {})),
        content: { 'application/json': { schema: refTo(body), ...shown(examples, (example) => example.body) } },
      },
    }),
    ...(foreignBody !== undefined && {
      requestBody: { required: true, content: Object.fromEntries(foreignBody.map((type) => [type, {}])) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(description.responses).map(([status, response]) => [
          status,
          responseOf(status, response, examples),
        ]),
      ),
      ...refusalsOf([...description.refusals, ...BY_KEY[route.key], ...ANY_REQUEST], examples),
    },
  };
}

function descriptionOf(route: DescribedRoute): Description {
  const name = nameOf(route);
  const found = DESCRIPTIONS[name];
  if (found !== undefined) return found;
  throw new Error(
    `${name} is in infra/routes.ts and not described: add its row to shared/api/descriptions.ts, naming the schemas of ` +
      'its body and responses (shared/api/components.ts) and every code it may refuse with; then an example to ' +
      'tools/docs/story.ts, and run `npm run docs`.',
  );
}

/** `api/list-capture-keys` → `listCaptureKeys`. */
const operationIdOf = ({ entry }: DescribedRoute): string =>
  entry.slice(entry.indexOf('/') + 1).replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());

/** The name of an example: what it shows, in the characters of a URL. */
const exampleName = ({ about }: Example): string => about.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** `{ examples }` of what `read` finds in each, or nothing where it finds nothing. */
function shown(examples: readonly Example[], read: (example: Example) => unknown): Shown {
  const found = examples.flatMap((example) => {
    const value = read(example) ?? null;
    return value === null ? [] : [[exampleName(example), { summary: example.about, value }] as const];
  });
  return found.length === 0 ? {} : { examples: Object.fromEntries(found) };
}

function parametersOf(
  route: DescribedRoute,
  description: Description,
  examples: readonly Example[],
): ParameterObject[] {
  const parts = route.path.split('/');
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([part, name = '']) => {
    const described = PATH_PARAMETERS[name];
    if (described === undefined) throw new Error(`${part} of ${nameOf(route)} is not in shared/api/parameters.ts`);
    const read = ({ path }: Example) => path.split('?')[0]?.split('/')[parts.indexOf(part)];
    return parameter(name, 'path', { ...described, required: true }, shown(examples, read));
  });
  const inQuery = Object.entries(description.query ?? {}).map(([name, described]) => {
    const read = ({ path }: Example) => valueAs(described.schema, new URL(path, 'http://vault').searchParams.get(name));
    return parameter(name, 'query', described, shown(examples, read));
  });
  const keys = shown(examples, ({ idempotencyKey }) => idempotencyKey);
  const inHeader = description.movesMoney ? [parameter('Idempotency-Key', 'header', IDEMPOTENCY_KEY, keys)] : [];
  return [...inPath, ...inQuery, ...inHeader];
}

/** A value of a query as its schema has it: a number where that says so. */
const valueAs = (schema: z.ZodMiniType, text: string | null): unknown =>
  text !== null && schemaOf(schema).type === 'integer' ? Number(text) : text;

const parameter = (name: string, place: ParameterObject['in'], parameter: Parameter, examples: Shown) => ({
  name,
  in: place,
  required: parameter.required ?? false,
  description: parameter.says,
  schema: schemaOf(parameter.schema),
  ...examples,
});

function responseOf(status: string, response: DescribedResponse, examples: readonly Example[]): ResponseObject {
  const { says, schema, contentType, headers = [] } = response;
  const given = shown(
    examples.filter((example) => String(example.status) === status),
    (example) => example.response,
  );
  return {
    description: says,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [name, headerRef(name)])) }),
    ...(schema !== undefined && { content: { 'application/json': { schema: refTo(schema), ...given } } }),
    ...(contentType !== undefined && { content: Object.fromEntries([contentType].flat().map((type) => [type, {}])) }),
  };
}

const headerRef = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

function refusalsOf(codes: readonly ErrorCode[], examples: readonly Example[]): Record<string, ResponseObject> {
  const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, ofStatus]) => [
        status,
        refusalOf(
          status,
          ofStatus,
          examples.filter((example) => example.status === status),
        ),
      ]),
  );
}

function refusalOf(status: number, codes: readonly ErrorCode[], examples: readonly Example[]): ResponseObject {
  const isRetryable = codes.some((code) => 'retryable' in ERRORS[code]);
  const header = status === 401 ? 'WWW-Authenticate' : isRetryable ? 'Retry-After' : null;
  return {
    description: codes.map((code) => `- \`${code}\`: ${ERRORS[code].title}`).join('\n'),
    ...(header !== null && { headers: { [header]: headerRef(header) } }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [refTo('Problem'), { type: 'object', properties: { code: { type: 'string', enum: [...codes] } } }],
        },
        ...shown(examples, ({ response }) => response),
      },
    },
  };
}
