/**
 * The kinds of ledger entry. Their ids, the rights of roles on the Ledger (infra), and the conditions under which a
 * decryption counts as explained (audit) follow from these rows (V5). A new use of cards needs a new row.
 */

import type { IdPrefix } from './ids.ts';

/** The keys that open card data. */
export type CardKey = 'PanKey' | 'CvcKey';

interface EntryKind {
  /** Begins the id of an entry of this kind. */
  readonly prefix: IdPrefix;
  /** Keys with which an entry may open cards. None: the entry explains no decryption. */
  readonly opens: readonly CardKey[];
  /**
   * Functions that put an entry, open its card in the same run and note the decryption in the entry, by their files under
   * functions/.
   */
  readonly openedBy: readonly string[];
  /** Functions that put an entry without opening a card, and those that change one. */
  readonly putBy: readonly string[];
  readonly changedBy: readonly string[];
}

/** Copies events out of entries of every kind, and notes the first use of a receiver. */
const DELIVERER = 'scheduled/deliver-webhooks';
const SWEEP = 'scheduled/sweep';

export const ENTRIES = {
  charge: {
    prefix: 'ch',
    opens: ['PanKey', 'CvcKey'],
    openedBy: ['cde/create-charge', 'cde/pay-checkout'],
    // The failed charge that a checkout session announced and never wrote.
    putBy: [SWEEP],
    changedBy: ['api/capture-charge', 'api/cancel-charge', 'api/refund-charge', SWEEP, DELIVERER],
  },
  forward: {
    prefix: 'fwd',
    opens: ['PanKey', 'CvcKey'],
    openedBy: ['cde/forward-request'],
    putBy: [],
    changedBy: [SWEEP, DELIVERER],
  },
  card_export: {
    prefix: 'exp',
    opens: ['PanKey'],
    openedBy: ['cde/export-cards'],
    putBy: [],
    changedBy: [DELIVERER],
  },
  checkout_session: {
    prefix: 'cs',
    opens: [],
    openedBy: [],
    putBy: ['api/create-checkout-session'],
    changedBy: ['api/cancel-checkout-session', 'cde/pay-checkout', SWEEP, DELIVERER],
  },
  // That a receiver got its first card. No entry of a payment; the update that notes it creates it.
  first_use: { prefix: 'use', opens: [], openedBy: [], putBy: [], changedBy: [DELIVERER] },
} as const satisfies Record<string, EntryKind>;

export type EntryKindName = keyof typeof ENTRIES;
const ROWS: readonly EntryKind[] = Object.values(ENTRIES);

/** The attribute that lists an entry's decryptions: only functions that open cards may write it. */
export const DECRYPTIONS_ATTRIBUTE = 'decryptions';

/** A function that opens cards ends within this time; infra/routes.ts has the time of each. */
export const RUN_SECONDS_MAX = 60;

/** Functions that open cards for an entry. */
export const OPENERS: readonly string[] = [...new Set(ROWS.flatMap(({ openedBy }) => openedBy))];

/** Prefixes of the entries that a function may put, and of those that it may change; with the underscore of an id. */
export function prefixesOf(entry: string): { readonly put: readonly string[]; readonly change: readonly string[] } {
  const where = (isNamed: (row: EntryKind) => boolean) => ROWS.filter(isNamed).map(({ prefix }) => `${prefix}_`);
  return {
    put: where(({ openedBy, putBy }) => openedBy.includes(entry) || putBy.includes(entry)),
    change: where(({ openedBy, changedBy }) => openedBy.includes(entry) || changedBy.includes(entry)),
  };
}

/** Function that opens cards → the name of its role, as far as `find` knows it. */
export const openerRoles = (find: (opener: string) => string | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    OPENERS.flatMap((opener) => {
      const name = find(opener);
      return name === undefined ? [] : [[opener, name]];
    }),
  );

/** `cde/create-charge` → `CDE_CREATE_CHARGE_ROLE`, the environment variable with the name of its role. */
export const roleVariable = (opener: string): string => `${opener.replace(/\W/g, '_').toUpperCase()}_ROLE`;

/** `cde/create-charge` → `CreateChargeRoleName`, the stack's output with the name of its role. */
export const roleOutput = (opener: string): string =>
  `${(opener.split('/')[1] ?? '').replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}RoleName`;
