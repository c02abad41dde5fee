/**
 * The columns of a processor's listing, which the simulated processor writes and the audit reads.
 * docs/reference/processor-listing.md describes them.
 */
export const LISTING_COLUMNS = ['reference', 'type', 'amount', 'currency', 'time'] as const;

/** Funds taken, funds given back, and an authorization that was released without either. */
export const LISTED_TYPES = ['charge', 'refund', 'cancel'] as const;
export type ListedType = (typeof LISTED_TYPES)[number];
