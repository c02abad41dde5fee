/** Turns schemas of the OpenAPI document into rows of Markdown tables. */
import type { JsonSchema } from '../../shared/api/components.ts';

export type Schemas = Readonly<Record<string, JsonSchema>>;

/** Name (`card`, or `card.number` of an inner object), whether it is required, its values and its meaning. */
export interface FieldRow {
  readonly name: string;
  readonly isRequired: boolean;
  readonly form: string;
  readonly says: string;
}

/** The members of an object, each followed by those of its inner objects. */
export function fieldRows(schema: JsonSchema, schemas: Schemas, under = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
    const member = given as JsonSchema;
    const target = resolved(member, schemas);
    const row = {
      name: under + name,
      isRequired: schema.required?.includes(name) ?? false,
      form: formOf(member, schemas),
      says: linked(member.description ?? target.description ?? ''),
    };
    // A named object has its own section, so its members are not repeated here.
    const isWrittenElsewhere = member.$ref !== undefined && OBJECTS.some((object) => nameIn(member) === object);
    return [row, ...(isWrittenElsewhere ? [] : fieldRows(target, schemas, `${row.name}.`))];
  });
}

/** The objects that responses hold, in the order of the page. */
export const OBJECTS = ['Charge', 'Refund', 'Token', 'Card', 'CardFacts', 'Source', 'Forward', 'Event'] as const;

const nameIn = ({ $ref = '' }: JsonSchema): string => $ref.slice($ref.lastIndexOf('/') + 1);

export const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema =>
  schema.$ref === undefined ? schema : (schemas[nameIn(schema)] ?? {});

function formOf(schema: JsonSchema, schemas: Schemas): string {
  if (schema.$ref !== undefined) return formOfNamed(nameIn(schema), schemas);
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (choices !== undefined) return choices.map((choice) => formOf(choice, schemas)).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return `list of ${formOf(schema.items as JsonSchema, schemas)}`;
  if (schema.type === 'integer') return rangeOf(schema);
  if (schema.type === 'string') return textOf(schema);
  if (typeof schema.additionalProperties === 'object') return 'object of texts';
  return schema.type ?? 'any JSON';
}

function formOfNamed(name: string, schemas: Schemas): string {
  if (OBJECTS.some((object) => object === name)) return `[${name}](#${name.toLowerCase()})`;
  return name === 'ErrorCode' ? '[error code](errors.md)' : formOf(schemas[name] ?? {}, schemas);
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `integer, ${minimum} to ${maximum}`;
  return minimum === undefined ? 'integer' : `integer, ${minimum} or more`;
}

function textOf({ format, maxLength, pattern = '' }: JsonSchema): string {
  const prefix = /^\^([a-z]+_)\[a-z2-7\]/.exec(pattern)?.[1];
  if (prefix !== undefined) return `\`${prefix}…\``;
  if (format === 'date-time') return 'time';
  return maxLength === undefined ? 'text' : `text, at most ${maxLength} characters`;
}

/** Turns paths of docs/reference into links that work from docs/reference. */
export const linked = (text: string): string =>
  text.replaceAll(/docs\/reference\/([a-z-]+)\.md/g, '[$1.md]($1.md)').replaceAll('|', '\\|');
