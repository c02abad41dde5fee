/** What the frames of one card report of their fields, told as one state whenever it has changed. */
import { FIELD_NAMES, type FieldName, MODES, type Mode } from '../../shared/card/fields.ts';
import type { FormReport } from '../messages.ts';
import type { CardState, FieldState } from '../types.ts';

export interface StateKeeper {
  heard(mode: Mode, report: FormReport): void;
  /** A frame is gone, or was loaded anew, and what it reported with it. */
  forget(mode: Mode): void;
}

export interface StateListener {
  /** The frames that are on the page. */
  shown(): readonly Mode[];
  changed(state: CardState): void;
  fieldChanged(mode: Mode, state: FieldState): void;
}

/** Of a field whose frame has not reported yet. */
const UNTOUCHED: FieldState = { complete: false, empty: true, error: null };

export function keepState(listener: StateListener): StateKeeper {
  const reports = new Map<Mode, FormReport>();
  let told = '';

  const tell = () => {
    const modes = listener.shown();
    const state = combine(
      modes.flatMap((mode) => reports.get(mode) ?? []),
      modes.flatMap((mode) => MODES[mode].fields),
    );
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    listener.changed(state);
  };
  return {
    heard: (mode, report) => {
      const [field] = MODES[mode].fields;
      const before = reports.get(mode)?.fields[field] ?? UNTOUCHED;
      const after = report.fields[field] ?? UNTOUCHED;
      reports.set(mode, report);
      if (JSON.stringify(after) !== JSON.stringify(before)) listener.fieldChanged(mode, after);
      tell();
    },
    forget: (mode) => {
      reports.delete(mode);
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
