/**
 * API Gateway's request validation: if a content type has a model, the body must match its JSON schema (draft 4), or no
 * function runs. Source: API Gateway developer guide, "Request validation for REST APIs".
 */
import { Ajv, type ValidateFunction } from 'ajv';
import type { RouteDefinition } from '../template/api.ts';

const ajv = new Ajv({ strict: false });
const compiled = new WeakMap<object, ValidateFunction>();

/** The gateway passes the body to the route's function. An empty body is always passed. */
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
  // The models use no part of draft 4 that newer drafts changed.
  const { $schema: _draft, ...rest } = schema;
  const validator = ajv.compile(rest);
  compiled.set(schema, validator);
  return validator;
}
