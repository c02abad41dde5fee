/** What the frames of one card report of their fields, told as one state whenever it has changed. */
import { FIELD_NAMES, FIELD_SETS, type FieldName, type FieldSet } from '../../shared/card/fields.ts';
import type { FormReport } from '../messages.ts';
import type { CardState, FieldState } from '../types.ts';

export interface StateKeeper {
  heard(fieldSet: FieldSet, report: FormReport): void;
  /** A frame is gone, or was loaded anew, and what it reported with it. */
  forget(fieldSet: FieldSet): void;
}

export interface StateListener {
  /** The frames that are on the page. */
  shown(): readonly FieldSet[];
  changed(state: CardState): void;
  fieldChanged(fieldSet: FieldSet, state: FieldState): void;
}

/** Of a field whose frame has not reported yet. */
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
      // Before anything was typed there is nothing to take back.
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
