/**
 * API Gateway's request validation: a body whose content type has a model must fit its JSON schema (draft 4), or no
 * function runs. Source: API Gateway developer guide, "Request validation for REST APIs".
 */
import { Ajv, type ValidateFunction } from 'ajv';
import type { RouteDefinition } from '../template/api.ts';

const ajv = new Ajv({ strict: false });
const compiled = new WeakMap<object, ValidateFunction>();

/** Whether the gateway lets a body through to the route's function. An empty one is left to the function. */
export function fitsModel({ bodySchemas }: RouteDefinition, contentType: string | undefined, body: Buffer): boolean {
  const schema = bodySchemas[contentType?.split(';')[0]?.trim().toLowerCase() ?? ''];
  if (schema === undefined || body.length === 0) return true;
  try {
    return validatorOf(schema)(JSON.parse(body.toString())) === true;
  } catch {
    return false;
  }
}

function validatorOf(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  // The models use nothing in which draft 4 differs from what this reads.
  const { $schema: _draft, ...rest } = schema;
  const validator = ajv.compile(rest);
  compiled.set(schema, validator);
  return validator;
}
