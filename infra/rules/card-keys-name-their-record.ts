/** A decryption without its card's id in the context cannot be matched to a reason (V5). */
import { KEYS, type KeyName } from '../../shared/base/tables.ts';
import { object, type Rule, texts } from './rule.ts';
import { type Allowance, allowances, keysIn, POLICY_TYPES, usesKeys } from './statements.ts';

export const cardKeysNameTheirRecord: Rule = {
  name: 'CardKeysNameTheirRecord',
  requirement: '10.2.1.1',
  says: 'Every right to use one of the vault’s keys demands an encryption context with exactly its names and its purpose',
  types: POLICY_TYPES,
  faults: (resource) => {
    const loose = allowances(resource)
      .filter(usesKeys)
      .flatMap((allowance) => keysIn(resource, allowance).map((key) => [key, allowance] as const))
      .filter(([key, allowance]) => key === 'any' || !demandsContext(key, allowance));
    return loose.length > 0 ? ['context'] : [];
  },
};

function demandsContext(key: KeyName, { conditions }: Allowance): boolean {
  const { context, purpose, spec } = KEYS[key === 'FormerPanKey' ? 'PanKey' : key];
  // HMAC keys take no encryption context.
  if (spec === 'HMAC_256') return object(conditions.StringEquals)['kms:MacAlgorithm'] === 'HMAC_SHA_256';
  const names = texts(object(conditions['ForAllValues:StringEquals'])['kms:EncryptionContextKeys']);
  const absent = object(conditions.Null);
  const required = ['kms:EncryptionContextKeys', ...context.slice(1).map((name) => `kms:EncryptionContext:${name}`)];
  return (
    object(conditions.StringEquals)['kms:EncryptionContext:purpose'] === purpose &&
    names.toSorted().join() === [...context].sort().join() &&
    required.every((name) => String(absent[name]) === 'false')
  );
}
