/** Placeholders in command lines for the reader's values, with an example value of each form. */

/** Values that must exist in a vault for a command with them to succeed. */
export const MERCHANT = `mer_${'a'.repeat(26)}`;
export const ENDPOINT = `we_${'a'.repeat(26)}`;
export const EVENT = `evt_${'a'.repeat(26)}`;
export const KEY = `key_${'0'.repeat(64)}`;
export const SIGNER = '0'.repeat(64);

const SHOWN: readonly (readonly [placeholder: RegExp, value: string])[] = [
  [/^mer_…$/, MERCHANT],
  [/^we_…$/, ENDPOINT],
  [/^evt_…$/, EVENT],
  [/^pk_(?:live_)?…$/, `pk_live_${'a'.repeat(26)}`],
  [/^key_[0-9a-f]*…$/, KEY],
  [/^(?:FINGERPRINT|[0-9a-f]+…)$/, SIGNER],
  [/^NAME$/, 'stripe-key'],
  [/^\$STACK$/, 'Fuda'],
  [/^\$\(output ApiUrl\)$/, 'https://vault.example/prod'],
  [/^\$\(ago '\d+ (?:hours|days?)'\)$/, '2026-11-23T09:00:00Z'],
  // A hint shows the two ends of a key.
  [/^([ps]k_(?:live|test)_…[a-z2-7]{4})$/, '$1'],
];

/** Null where a reader could not know the value. */
export function filledIn(word: string): string | null {
  const row = SHOWN.find(([placeholder]) => placeholder.test(word));
  if (row !== undefined) return word.replace(...row);
  return /[…<>$]/.test(word) ? null : word;
}
