/** A role that may write any entry could give a decryption its reason (V5). */
import { DECRYPTIONS_ATTRIBUTE, OPENERS } from '../../shared/base/entries.ts';
import { namesOf, object, type Resource, type Rule, texts } from './rule.ts';
import { type Allowance, allowances, IDENTITY_TYPES, rolesOf } from './statements.ts';

const WRITES =
  /^(?:\*|dynamodb:(?:\*|.*\*|PutItem|UpdateItem|DeleteItem|BatchWriteItem|PartiQL(?:Insert|Update|Delete)))$/i;

export const ledgerWritesNameTheirKind: Rule = {
  name: 'LedgerWritesNameTheirKind',
  requirement: '10.2.1.1, 7.2.5',
  says: 'Every right to write the Ledger names the kinds of entry, and only roles of functions that open cards may note a decryption',
  types: IDENTITY_TYPES,
  faults: (resource) => {
    const writes = allowances(resource).filter(
      (allowance) => allowance.actions.some((action) => WRITES.test(action)) && isOnLedger(resource, allowance),
    );
    const isOpeners = rolesOf(resource, { actions: [], resources: [], conditions: {} }).every(isOpener);
    return namesOf({
      kind: writes.some(({ conditions }) => !namesKinds(conditions)),
      decryptions: !isOpeners && writes.some(({ conditions }) => !sparesDecryptions(conditions)),
    });
  },
};

/** `Fuda/Vault/Functions/CdeCreateCharge/Role` is the role of `cde/create-charge`. */
const isOpener = (role: string): boolean =>
  OPENERS.some((entry) => role.toLowerCase().endsWith(`/${entry.replace(/\W/g, '')}/role`));

const isOnLedger = (resource: Resource, { resources }: Allowance): boolean =>
  resources.some((target) =>
    typeof target === 'string'
      ? target === '*' || target.includes(':dynamodb:')
      : resource.refersTo(target)?.endsWith('/Ledger'),
  );

function namesKinds(conditions: Allowance['conditions']): boolean {
  const kinds = texts(object(conditions['ForAllValues:StringLike'])['dynamodb:LeadingKeys']);
  return kinds.length > 0 && kinds.every((kind) => /^[a-z]+_\*$/.test(kind)) && isThere(conditions, 'LeadingKeys');
}

const sparesDecryptions = (conditions: Allowance['conditions']): boolean =>
  texts(object(conditions['ForAllValues:StringNotEquals'])['dynamodb:Attributes']).includes(DECRYPTIONS_ATTRIBUTE) &&
  isThere(conditions, 'Attributes');

/** `ForAllValues` alone also holds where a request has no such key. */
const isThere = (conditions: Allowance['conditions'], name: string): boolean =>
  String(object(conditions.Null)[`dynamodb:${name}`]) === 'false';
