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

/** `presence`: the document asks only whether the key is there, as the operator `Null` does. */
export type KeyRead = 'value' | 'presence';

/** Every condition key and policy variable of a document, in lower case. */
export function conditionKeys(document: PolicyDocument): ReadonlyMap<string, KeyRead> {
  const conditions = document.Statement.flatMap(({ Condition }) => Object.entries(Condition ?? {}));
  const keysOf = (isNull: boolean): string[] =>
    conditions.filter(([operator]) => (operator === 'Null') === isNull).flatMap(([, keys]) => Object.keys(keys));
  const variables = [...JSON.stringify(document).matchAll(/\$\{([^}*?$]+)\}/g)].map(([, name = '']) => name);
  return new Map([
    ...keysOf(true).map((key): [string, KeyRead] => [key.toLowerCase(), 'presence']),
    ...[...keysOf(false), ...variables].map((key): [string, KeyRead] => [key.toLowerCase(), 'value']),
  ]);
}

type Condition = Record<string, Record<string, unknown>>;

const mapKeys = (condition: Condition, rename: (key: string) => string): Condition =>
  Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [rename(key), values])),
    ]),
  );
