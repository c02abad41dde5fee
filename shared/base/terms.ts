/**
 * Whether a request repeats an earlier one (V6). Compares the business fields that the record keeps, never bytes, times
 * or the order of members.
 */

/** Field of the request → the attribute it became. */
export type Terms<Item> = Readonly<Record<string, keyof Item>>;

/** Name in the request of the first field in which two records differ; null where one repeats the other. */
export function differingField<Item extends object>(terms: Terms<Item>, existing: Item, wanted: Item): string | null {
  for (const [field, term] of Object.entries(terms)) {
    if (canonical(existing[term]) !== canonical(wanted[term])) return field;
  }
  return null;
}

const canonical = (value: unknown): string =>
  JSON.stringify(typeof value === 'object' && value !== null ? Object.entries(value).sort() : (value ?? null));
