/**
 * Rules that judge every event on a key or table of the vault by its caller, place and connection. Source: CloudTrail user
 * guide, "CloudTrail userIdentity element" and "CloudTrail record contents".
 */
import type { TableName } from '../../shared/base/tables.ts';
import type { KeyEvent, TableEvent, TrailEvent, VaultResources } from '../trail/events.ts';
import type { WatchRule } from './rule.ts';

const keyOf = (event: TrailEvent): string | undefined => (event.service === 'kms' ? event.key : undefined);
const tableOf = (event: TrailEvent): string | undefined => (event.service === 'dynamodb' ? event.table : undefined);

/** A use of card data: its keys, or items of the tables that hold ciphertext. Indexes project keys only. */
const KEY_ADMINISTRATION =
  /^(?:Put|Create|Disable|Enable|Schedule|Cancel|Update|Delete|Retire|Revoke|Import|Tag|Untag|Get|List)/;
const ITEM_CALLS = /(?:Item|Items|^Query|^Scan|Statement|^ExecuteTransaction)$/;
/** A statement of PartiQL may read or write, and a record does not say which. */
const WRITES = /^(?:(?:Put|Update|Delete)Item|BatchWriteItem|TransactWriteItems|.*Statement|ExecuteTransaction)$/;

/** A use of card data, or of what opens or imitates it. Operators encrypt secrets and the list of honey records. */
function vaultUse(event: TrailEvent): string | undefined {
  if (event.service === 'other') return undefined;
  if (event.service === 'dynamodb') {
    const isCaptureKey = event.table === 'CaptureKeys' && ITEM_CALLS.test(event.name);
    return isCaptureKey || isCardItem(event) ? event.table : undefined;
  }
  const { key, name } = event;
  const isSealing = name === 'Encrypt' && (key === 'SecretKey' || key === 'HoneyKey');
  return KEY_ADMINISTRATION.test(name) || name === 'DescribeKey' || isSealing ? undefined : key;
}

/**
 * A role of the stack, in the vault's account: another account may have a role of the same name. One that opens cards may be
 * deployed at times only.
 */
function isOwnRole({ principal, caller, account }: TrailEvent, resources: VaultResources): boolean {
  const { stated, keyArns, openerRoles = {} } = resources;
  const home = keyArns.PanKey?.split(':')[4];
  const isHome = home === undefined || account === home;
  const names = [...(stated?.roleNames ?? []), ...Object.values(openerRoles)];
  return principal === 'AssumedRole' && isHome && names.includes(caller);
}

/** The table that a caller wrote; undefined for reads and other tables. */
const writtenOf = (event: TrailEvent, tables: readonly TableName[]): TableName | undefined =>
  event.service === 'dynamodb' && tables.includes(event.table) && WRITES.test(event.name) ? event.table : undefined;

/**
 * A person who had to show a second factor. The records of sessions that began at IAM Identity Center never show one, so
 * its own sign-in settings decide there.
 */
function isPerson(event: TrailEvent, resources: VaultResources): boolean {
  if (event.principal === 'IAMUser' || event.principal === 'Root') return true;
  const isSession =
    event.principal === 'AssumedRole' && !event.isProgram && !event.caller.startsWith('AWSReservedSSO_');
  return isSession && resources.stated?.roleNames !== undefined && !isOwnRole(event, resources);
}
function cardUse(event: TrailEvent): string | undefined {
  if (event.service === 'kms') return isCardKey(event) && !KEY_ADMINISTRATION.test(event.name) ? event.key : undefined;
  return event.service === 'dynamodb' && isCardItem(event) ? event.table : undefined;
}
const isCardKey = ({ key, name }: KeyEvent): boolean =>
  (key === 'PanKey' || key === 'FormerPanKey' || key === 'CvcKey') && name !== 'DescribeKey';
const isCardItem = ({ table, name, index }: TableEvent): boolean =>
  (table === 'Tokens' || table === 'Cards') && ITEM_CALLS.test(name) && index === undefined;

export const USE_RULES = {
  stranger: {
    says: 'Card data, or a key behind it, was used by a caller that is no role of the stack.',
    clause: '7.2.1',
    needs: 'roleNames',
    broken: (event, resources) => (isOwnRole(event, resources) ? undefined : vaultUse(event)),
  },
  ledger_written: {
    says: 'The ledger or the counters were written by a caller that is no role of the stack.',
    clause: '7.2.1',
    needs: 'roleNames',
    broken: (event, resources) => (isOwnRole(event, resources) ? undefined : writtenOf(event, ['Ledger', 'Counters'])),
  },
  merchants_written: {
    says: 'Merchants, API keys or webhooks were changed by a caller that is neither a role of the stack nor a stated operator.',
    clause: '7.2.2',
    needs: 'operatorNames',
    broken: (event, resources) =>
      isOwnRole(event, resources) || resources.stated?.operatorNames?.includes(event.caller)
        ? undefined
        : writtenOf(event, ['Merchants', 'Events']),
  },
  root_used: {
    says: 'The account’s root user touched a key or table of the vault.',
    clause: '7.2.2',
    broken: (event) => (event.principal === 'Root' ? (keyOf(event) ?? tableOf(event)) : undefined),
  },
  no_mfa: {
    says: 'A person used a key or table of the vault without a second factor.',
    clause: '8.4.2',
    needs: 'requiresMfa',
    broken: (event, resources) =>
      event.isMfa !== true && isPerson(event, resources) ? (keyOf(event) ?? tableOf(event)) : undefined,
  },
  outside_region: {
    says: 'Card data was used in another Region than the vault’s.',
    clause: '1.4.4',
    needs: 'region',
    broken: (event, { stated }) => (event.region === stated?.region ? undefined : cardUse(event)),
  },
  outside_vpc: {
    says: 'Card data was used from outside the vault’s VPC endpoints.',
    clause: '1.4.4',
    needs: 'vpcEndpointIds',
    broken: (event, { stated }) =>
      stated?.vpcEndpointIds?.includes(event.vpcEndpointId ?? '') ? undefined : cardUse(event),
  },
  weak_tls: {
    says: 'Card data was used over a TLS version older than 1.2.',
    clause: '4.2.1',
    broken: (event) =>
      event.tlsVersion === undefined || /^TLSv1\.[23]$/.test(event.tlsVersion) ? undefined : cardUse(event),
  },
} as const satisfies Record<string, WatchRule>;
