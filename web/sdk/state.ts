/** What the frames of one card report of their fields, as one state. */
import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import type { FormReport } from '../messages.ts';
import type { CardState, FieldState } from './types.ts';

export const UNTOUCHED: FieldState = { complete: false, empty: true, error: null };

/** `shown` are the fields that are on the page; one whose frame has not reported yet is untouched. */
export function combine(reports: readonly FormReport[], shown: readonly FieldName[]): CardState {
  const known: Partial<Record<FieldName, FieldState>> = Object.assign({}, ...reports.map(({ fields }) => fields));
  const names = FIELD_NAMES.filter((name) => shown.includes(name));
  const states = names.map((name) => known[name] ?? UNTOUCHED);
  const ofNumber = reports.find(({ fields }) => fields.number !== undefined) ?? reports[0];
  return {
    complete: states.every(({ complete }) => complete),
    empty: states.every(({ empty }) => empty),
    brand: ofNumber?.brand ?? null,
    brands: ofNumber?.brands ?? [],
    error: states.find(({ error }) => error !== null)?.error ?? null,
    fields: Object.fromEntries(names.map((name, index) => [name, states[index]])),
  };
}
