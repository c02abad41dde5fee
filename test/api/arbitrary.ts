/** Any value that a JSON Schema of the description allows, for fast-check; and values that it does not allow. */
import * as fc from 'fast-check';
import type { JsonSchema } from '../../shared/api/components.ts';

export type Schemas = Readonly<Record<string, JsonSchema>>;
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Long enough to be any text, short enough to stay under every limit however its characters are counted. */
export const TEXT_MAX = 40;

const texts = new Map<number, fc.Arbitrary<string>>();
/** Made once for each length: it lists every code point of Unicode. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const text = texts.get(maxLength) ?? fc.string({ unit: 'binary', maxLength });
  texts.set(maxLength, text);
  return text;
}

export const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema =>
  schema.$ref === undefined ? schema : (schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] ?? {});

/** Members named in `overrides`, in dotted form, are taken from there: what must mean something in one vault. */
export function anyOf(given: JsonSchema, schemas: Schemas, overrides: Overrides = {}, at = ''): fc.Arbitrary<unknown> {
  const schema = resolved(given, schemas);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 10_000 });
    case 'boolean':
      return fc.boolean();
    case 'string':
      if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
      return anyText(Math.min(schema.maxLength ?? TEXT_MAX, TEXT_MAX));
    case 'object':
      return schema.properties === undefined
        ? anyDictionary(schema, schemas)
        : anyRecord(schema, schemas, overrides, at);
    default:
      return fc.jsonValue();
  }
}

const anyDictionary = (schema: JsonSchema, schemas: Schemas) =>
  fc.dictionary(
    fc.oneof(
      anyOf({ type: 'string', ...(schema.propertyNames as JsonSchema) }, schemas) as fc.Arbitrary<string>,
      // Names that every JavaScript object has a meaning for.
      fc.constantFrom('constructor', 'toString', 'hasOwnProperty'),
    ),
    anyOf(schema.additionalProperties as JsonSchema, schemas),
    { maxKeys: Math.min(schema.maxProperties ?? 5, 5), noNullPrototype: true },
  );

function anyRecord(schema: JsonSchema, schemas: Schemas, overrides: Overrides, at: string) {
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const field = `${at}${name}`;
    return [name, overrides[field] ?? anyOf(member as JsonSchema, schemas, overrides, `${field}.`)] as const;
  });
  // Where one of several sets of members is wanted, the last set is taken.
  const [set] = ((schema.oneOf ?? []) as JsonSchema[]).toReversed();
  const kept = set === undefined ? members : members.filter(([name]) => set.required?.includes(name));
  return fc.record(Object.fromEntries(kept), {
    requiredKeys: [...(schema.required ?? []), ...(set?.required ?? [])],
    noNullPrototype: true,
  });
}

/** A change of one member that the schema does not allow: what is wrong with it, and the value. */
export interface WrongValue {
  readonly wrong: string;
  readonly value: unknown;
}

/** `undefined` takes the member away. */
export function wrongValues(given: JsonSchema, schemas: Schemas, isRequired: boolean): WrongValue[] {
  const schema = resolved(given, schemas);
  const missing = isRequired ? [{ wrong: 'is missing', value: undefined }] : [];
  if (schema.type === undefined) return missing;
  const others = Object.entries(OF_TYPE).filter(([type]) => type !== schema.type);
  return [
    ...missing,
    ...others.map(([type, value]) => ({ wrong: `is ${type}`, value })),
    ...outOfBounds(schema).map((value) => ({ wrong: 'is out of bounds', value })),
  ];
}

const OF_TYPE = { string: 'seven', integer: 7, boolean: true, object: { a: 'b' }, array: ['a'], null: null } as const;

function outOfBounds({ type, minimum, maximum, maxLength, maxProperties, propertyNames, enum: choices }: JsonSchema) {
  return [
    ...(type === 'integer' ? [1.5, 1e300] : []),
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(maxLength === undefined ? [] : ['tea'.repeat(maxLength)]),
    ...(choices === undefined ? [] : ['perhaps']),
    ...(maxProperties === undefined
      ? []
      : [Object.fromEntries(Array.from({ length: maxProperties + 1 }, (_, index) => [`k${index}`, 'tea']))]),
    ...((propertyNames as JsonSchema | undefined)?.pattern === undefined ? [] : [{ 'no name': 'tea' }]),
    ...(type === 'object' && propertyNames !== undefined ? [{ order: 7 }, { order: null }] : []),
  ];
}
