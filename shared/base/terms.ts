/**
 * Whether a request repeats an earlier one (V6): by its business fields as the record keeps them, never by bytes, times or
 * the order of members.
 */

/** Field of the request → the attribute it became. */
export type Terms<Item> = Readonly<Record<string, keyof Item>>;

/** The first field in which two records differ, by its name in the request; null where the one repeats the other. */
export function differingField<Item extends object>(terms: Terms<Item>, existing: Item, wanted: Item): string | null {
  for (const [field, term] of Object.entries(terms)) {
    if (canonical(existing[term]) !== canonical(wanted[term])) return field;
  }
  return null;
}

const canonical = (value: unknown): string =>
  JSON.stringify(typeof value === 'object' && value !== null ? Object.entries(value).sort() : (value ?? null));
