/**
 * Parse at the door: turns `unknown` into a domain type, or throws one VaultError that names the first field at fault.
 * A schema gives a field its own code with `{ error: 'amount_invalid' }`; an absent field is always `missing_field`.
 * Never repeats a value; a name the caller invented is repeated only if it looks like a field name and not like data.
 */
import type * as z from 'zod/mini';
import { ERRORS, type ErrorCode, VaultError } from './errors.ts';
import { membersOf } from './members.ts';

type Path = readonly PropertyKey[];

/**
 * The name by which JSON reaches an object's prototype once careless code copies it, here or at whoever reads it next
 * (CWE-1321). A schema would drop it without a word, so that the caller believes it was kept. Every other name, such as
 * `constructor`, is the caller's own and is kept: a PSP may ask for it.
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

/** The name is a known word and no data, so that the refusal may repeat it. */
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
 * The field a path names, for a refusal. Below a free-form object such as metadata the names are the caller's: where
 * one does not look like a field, the object that holds it is named.
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
