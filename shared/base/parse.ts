/**
 * Turns `unknown` into a domain type, or throws one VaultError that names the first wrong field. A schema gives a field
 * its own code with `{ error: 'amount_invalid' }`; an absent field is always `missing_field`. The error never repeats a
 * value, and repeats an undocumented name only where it looks like a field name rather than data.
 */
import type * as z from 'zod/mini';
import { ERRORS, type ErrorCode, VaultError } from './errors.ts';
import { membersOf } from './members.ts';

type Path = readonly PropertyKey[];

/**
 * Careless code that copies a member of this name, here or in a later reader, changes an object's prototype (CWE-1321).
 * It is refused because a schema would drop it silently. Every other name, such as `constructor`, is kept: a PSP may
 * need it.
 */
const PROTOTYPE_NAME = '__proto__';

export function parse<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, under?: string): z.infer<Schema> {
  refusePrototypeName(value, under);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new VaultError('invalid_field');
  const path = under === undefined ? issue.path : [under, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys.find(isFieldName);
    throw new VaultError('unknown_field', fieldOf(name === undefined ? path : [...path, name]));
  }
  throw new VaultError(isAbsent(value, issue.path) ? 'missing_field' : codeOf(issue.message), fieldOf(path));
}

/** The refusal may repeat this name, because it is a known word rather than data. */
function refusePrototypeName(value: unknown, under: string | undefined): void {
  for (const { name, within } of membersOf(value)) {
    if (name !== PROTOTYPE_NAME) continue;
    const { param } = fieldOf(under === undefined ? within : [under, ...within]);
    throw new VaultError('unknown_field', { param: param === undefined ? name : `${param}.${name}` });
  }
}

const isFieldName = (name: PropertyKey): name is string =>
  typeof name === 'string' && /^[a-z][a-z0-9]{0,20}(_[a-z0-9]{1,20}){0,4}$/.test(name) && !/\d{5}/.test(name);

const codeOf = (message: string): ErrorCode =>
  Object.hasOwn(ERRORS, message) ? (message as ErrorCode) : 'invalid_field';

/**
 * The field that a refusal names. Below a free-form object such as metadata a name may be data: where it does not look
 * like a field, the refusal names the object that holds it.
 */
export function fieldOf(path: Path): { param?: string } {
  const known = path.findIndex((name) => !isFieldName(name));
  const param = (known === -1 ? path : path.slice(0, known)).join('.');
  return param === '' ? {} : { param };
}

function isAbsent(value: unknown, path: Path): boolean {
  let at = value;
  for (const name of path) at = at === null || typeof at !== 'object' ? at : Reflect.get(at, name);
  return path.length > 0 && at === undefined;
}
