/** Renders docs/reference/api.md: the OpenAPI document as a page for people. */
import type { Example, OpenApiDocument, OperationObject } from '../../shared/api/document.ts';
import { heading } from './markdown.ts';
import { exampleRenderer } from './render-examples.ts';
import { fieldRows, linked, OBJECTS, resolved, type Schemas } from './render-schema.ts';

interface NamedOperation {
  /** `POST /v1/charges` */
  readonly name: string;
  readonly operation: OperationObject;
}

/** `examples` are those of the document, in order. */
export function renderApi(document: OpenApiDocument, examples: readonly Example[]): string {
  const { schemas } = document.components;
  const operations = operationsOf(document);
  const common = commonCodes(operations);
  const render = exampleRenderer();
  const shownFor = (route: string) => examples.filter((example) => example.route === route).map(render);
  return `${heading('API')}

The same as an [OpenAPI 3.1 document](openapi.json), which the vault serves at \`GET /v1/openapi.json\`. Locally the address
is \`http://127.0.0.1:8080\`; a deployment prints its own. Cards to try are in [test cards](test-cards.md), refusals in
[errors](errors.md), the field for browsers in [fuda.js](browser.md), webhooks in
[receive webhooks](../recipes/receive-webhooks.md).

${document.info.description}
${document.tags.map(({ name, description }) => tableOf(name, description, operations)).join('\n')}
Every route may refuse with ${common.map((code) => `\`${code}\``).join(', ')}; what else each may is said with it. Where an
object was shown before, \`…\` stands for the members that are the same.

${operations.map((one) => section(one, schemas, common, shownFor(one.name))).join('\n')}
## Objects

${OBJECTS.map((name) => objectSection(name, schemas)).join('\n')}`;
}

/** In the order of the tags. */
function operationsOf({ paths, tags }: OpenApiDocument): NamedOperation[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  return tags.flatMap(({ name }) => all.filter(({ operation }) => operation.tags[0] === name));
}

function tableOf(tag: string, says: string, operations: readonly NamedOperation[]): string {
  const rows = operations.filter(({ operation }) => operation.tags[0] === tag);
  const lines = rows.map(
    ({ name, operation }) => `| [\`${name}\`](#${anchorOf(name)}) | ${keyOf(operation)} | ${operation.summary} |`,
  );
  return `**${tag}.** ${says}\n\n| route | key | |\n|---|---|---|\n${lines.join('\n')}\n`;
}

/** GitHub's anchor of the heading. */
const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

const keyOf = ({ security }: OperationObject): string => {
  const [scheme] = security.flatMap((each) => Object.keys(each));
  return scheme === undefined ? 'no key' : `${scheme} key`;
};

function section(
  { name, operation }: NamedOperation,
  schemas: Schemas,
  common: readonly string[],
  examples: readonly string[],
): string {
  if (examples.length === 0) throw new Error(`tools/docs/story.ts has no example of ${name}`);
  const takes = keyOf(operation) === 'no key' ? '' : ` Takes the ${keyOf(operation)}.`;
  const details = operation.description === undefined ? '' : `${linked(operation.description)}\n\n`;
  return `## ${name}

${operation.summary}${takes}

${details}${inputTable(operation, schemas)}${responseLines(operation, common)}
${examples.join('\n')}`;
}

/** A caller's input: path, query, headers and body. */
function inputTable({ parameters, requestBody }: OperationObject, schemas: Schemas): string {
  const outside = parameters.flatMap(({ name, in: place, required, description, schema }) => {
    const properties = { [name]: { ...schema, description } };
    return fieldRows({ properties, required: required ? [name] : [] }, schemas).map((row) => ({ ...row, place }));
  });
  const body = resolved(requestBody?.content['application/json']?.schema ?? {}, schemas);
  const inside = fieldRows(body, schemas).map((row) => ({ ...row, place: 'body' }));
  const rows = [...outside, ...inside].map(
    ({ name, place, isRequired, form, says }) =>
      `| \`${name}\` | ${place} | ${isRequired ? 'required' : 'optional'} | ${form} | ${says} |`,
  );
  return rows.length === 0 ? '' : `| | in | | | |\n|---|---|---|---|---|\n${rows.join('\n')}\n\n`;
}

/** Statuses and their meaning, and the codes of this route alone. */
function responseLines({ responses }: OperationObject, common: readonly string[]): string {
  const statuses = Object.entries(responses).flatMap(([status, { description, content = {} }]) =>
    'application/problem+json' in content ? [] : [`- \`${status}\` ${description}`],
  );
  const own = Object.entries(responses).flatMap(([status, response]) => {
    const codes = codesIn(response).filter((code) => !common.includes(code));
    return codes.length === 0 ? [] : [`- \`${status}\` ${codes.map((code) => `\`${code}\``).join(', ')}`];
  });
  return [...statuses, ...own].join('\n').concat('\n');
}

function codesIn(response: OperationObject['responses'][string]): readonly string[] {
  const [, own] = (response.content?.['application/problem+json']?.schema?.allOf ?? []) as {
    properties?: { code?: { enum?: readonly string[] } };
  }[];
  return own?.properties?.code?.enum ?? [];
}

const codesOf = ({ operation }: NamedOperation): readonly string[] =>
  Object.values(operation.responses).flatMap(codesIn);

const commonCodes = ([first, ...others]: readonly NamedOperation[]): readonly string[] =>
  first === undefined ? [] : codesOf(first).filter((code) => others.every((other) => codesOf(other).includes(code)));

function objectSection(name: string, schemas: Schemas): string {
  const schema = schemas[name] ?? {};
  const variants = (schema.oneOf ?? [schema]) as readonly (typeof schema)[];
  const rows = variants.flatMap((variant) => fieldRows(variant, schemas));
  const lines = rows.map((row) => `| \`${row.name}\` | ${row.form} | ${row.says} |`);
  return `### ${name}\n\n| | | |\n|---|---|---|\n${lines.join('\n')}\n`;
}
