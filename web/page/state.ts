/** Merges the reports of one card's frames into one state, and emits it when it has changed. */
import { FIELD_NAMES, FIELD_SETS, type FieldName, type FieldSet } from '../../shared/card/fields.ts';
import type { FormReport } from '../messages.ts';
import type { CardState, FieldState } from '../types.ts';

export interface StateKeeper {
  heard(fieldSet: FieldSet, report: FormReport): void;
  /** Drops the report of a frame that was removed or reloaded. */
  forget(fieldSet: FieldSet): void;
}

export interface StateListener {
  /** The frames on the page. */
  shown(): readonly FieldSet[];
  changed(state: CardState): void;
  fieldChanged(fieldSet: FieldSet, state: FieldState): void;
}

/** A field before the first report of its frame. */
const UNTOUCHED: FieldState = { complete: false, empty: true, error: null };

export function keepState(listener: StateListener): StateKeeper {
  const reports = new Map<FieldSet, FormReport>();
  let told = '';

  const tell = () => {
    const fieldSets = listener.shown();
    const state = combine(
      fieldSets.flatMap((fieldSet) => reports.get(fieldSet) ?? []),
      fieldSets.flatMap((fieldSet) => FIELD_SETS[fieldSet].fields),
    );
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    listener.changed(state);
  };
  return {
    heard: (fieldSet, report) => {
      const [field] = FIELD_SETS[fieldSet].fields;
      const before = reports.get(fieldSet)?.fields[field] ?? UNTOUCHED;
      const after = report.fields[field] ?? UNTOUCHED;
      reports.set(fieldSet, report);
      if (JSON.stringify(after) !== JSON.stringify(before)) listener.fieldChanged(fieldSet, after);
      tell();
    },
    forget: (fieldSet) => {
      reports.delete(fieldSet);
      // Before the first report there is no state to update.
      if (told !== '') tell();
    },
  };
}

function combine(reports: readonly FormReport[], shown: readonly FieldName[]): CardState {
  const known: Partial<Record<FieldName, FieldState>> = Object.assign({}, ...reports.map(({ fields }) => fields));
  const names = FIELD_NAMES.filter((name) => shown.includes(name));
  const states = names.map((name) => known[name] ?? UNTOUCHED);
  const ofNumber = reports.find(({ fields }) => fields.number !== undefined) ?? reports[0];
  return {
    complete: states.length > 0 && states.every(({ complete }) => complete),
    empty: states.every(({ empty }) => empty),
    brand: ofNumber?.brand ?? null,
    brands: ofNumber?.brands ?? [],
    error: states.find(({ error }) => error !== null)?.error ?? null,
    fields: Object.fromEntries(names.map((name, index) => [name, states[index]])),
  };
}
