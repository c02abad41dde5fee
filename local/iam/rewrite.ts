/**
 * Prepares policies for the simulator. It ignores `kms:EncryptionContext:<name>` (version 0.1.173), so policies and
 * requests use `aws:RequestTag/<name>` instead, which has the same form: one value per name, case-insensitive names,
 * exact values.
 */
import type { PolicyDocument } from '../template/policy.ts';

const CONTEXT_PREFIX = /^kms:EncryptionContext:/i;

export const simulatedKey = (key: string): string => key.replace(CONTEXT_PREFIX, 'aws:RequestTag/');

const rewritten = new WeakMap<PolicyDocument, PolicyDocument>();

/** The same policy in the keys the simulator understands. */
export function simulated(document: PolicyDocument): PolicyDocument {
  const known = rewritten.get(document);
  if (known) return known;
  const policy = {
    ...document,
    Statement: document.Statement.map(({ Condition, ...statement }) =>
      Condition === undefined ? statement : { ...statement, Condition: mapKeys(Condition, simulatedKey) },
    ),
  };
  rewritten.set(document, policy);
  return policy;
}

/** A document asks only whether the key is there, as the operator `Null` does. */
export const PRESENCE = 0;

/**
 * Every condition key and policy variable of a document, in lower case, and how many characters of its values decide: all,
 * or as many as its patterns have before their only wildcard, at the end.
 */
export function conditionKeys(document: PolicyDocument): ReadonlyMap<string, number> {
  const read = new Map<string, number>();
  const note = (key: string, length: number): void => {
    const name = key.toLowerCase();
    read.set(name, Math.max(read.get(name) ?? PRESENCE, length));
  };
  for (const { Condition } of document.Statement) {
    for (const [operator, keys] of Object.entries(Condition ?? {})) {
      for (const [key, values] of Object.entries(keys)) note(key, lengthRead(operator, [values].flat()));
    }
  }
  for (const [, name = ''] of JSON.stringify(document).matchAll(/\$\{([^}*?$]+)\}/g))
    note(name, Number.MAX_SAFE_INTEGER);
  return read;
}

function lengthRead(operator: string, values: readonly unknown[]): number {
  if (operator === 'Null') return PRESENCE;
  const lengths = values.map((value) =>
    /^[^*?$]*\*$/.test(String(value)) ? String(value).length - 1 : Number.MAX_SAFE_INTEGER,
  );
  return operator.endsWith('StringLike') ? Math.max(...lengths) : Number.MAX_SAFE_INTEGER;
}

type Condition = Record<string, Record<string, unknown>>;

const mapKeys = (condition: Condition, rename: (key: string) => string): Condition =>
  Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [rename(key), values])),
    ]),
  );
