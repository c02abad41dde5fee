/** The rules of the vault's own pack, as docs/reference/rules.md lists them. */
import { cardKeysNameTheirRecord } from './card-keys-name-their-record.ts';
import { cardKeysStayInTheCde } from './card-keys-stay-in-the-cde.ts';
import { fingerprintsAreMadeInOnePlace } from './fingerprints-are-made-in-one-place.ts';
import { keysAreNotHandedOn } from './keys-are-not-handed-on.ts';
import { keysAreRotated } from './keys-are-rotated.ts';
import { ledgerWritesNameTheirKind } from './ledger-writes-name-their-kind.ts';
import { logsAreKeptAYear } from './logs-are-kept-a-year.ts';
import { noBulkReads } from './no-bulk-reads.ts';
import { noFunctionUrls } from './no-function-urls.ts';
import { noRequestInALog } from './no-request-in-a-log.ts';
import { noResponseInACache } from './no-response-in-a-cache.ts';
import { noWildcardActions } from './no-wildcard-actions.ts';
import { oneRolePerFunction } from './one-role-per-function.ts';
import { oneTimeTableIsNotBackedUp } from './one-time-table-is-not-backed-up.ts';
import { oneTimeTableKeepsNothing } from './one-time-table-keeps-nothing.ts';
import type { Rule } from './rule.ts';
import { strongTlsOnly } from './strong-tls-only.ts';
import { tablesCannotBeDeleted } from './tables-cannot-be-deleted.ts';
import { trailCannotBeErased } from './trail-cannot-be-erased.ts';
import { trailIsWhole } from './trail-is-whole.ts';

/** In the order of the requirements. */
export const RULES: readonly Rule[] = [
  noFunctionUrls,
  noResponseInACache,
  oneTimeTableKeepsNothing,
  oneTimeTableIsNotBackedUp,
  noRequestInALog,
  noBulkReads,
  fingerprintsAreMadeInOnePlace,
  cardKeysStayInTheCde,
  keysAreNotHandedOn,
  keysAreRotated,
  strongTlsOnly,
  tablesCannotBeDeleted,
  noWildcardActions,
  oneRolePerFunction,
  cardKeysNameTheirRecord,
  ledgerWritesNameTheirKind,
  trailIsWhole,
  trailCannotBeErased,
  logsAreKeptAYear,
];
