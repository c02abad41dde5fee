/**
 * The settings that the vault read from a request for the hosted field and checked: the key, the page around the field
 * and its looks. The page holds them as JSON. The field reads this JSON and not its address, because two programs can
 * read one address differently (CWE-436). Safe in a browser.
 */
import { type FieldSet, isFieldSet } from './fields.ts';
import type { Brand } from './networks.ts';

export interface FieldSettings {
  readonly publishable_key: string;
  /** Whether the key is a test key. */
  readonly is_test: boolean;
  /** The one page that frames the field, and the only one it talks to. */
  readonly origin: string;
  readonly field_set: FieldSet;
  /** Null where the number says it. */
  readonly brand: Brand | null;
  /** The card of this frame's fields; '' where all are in one frame. */
  readonly group: string;
  /** A wish, as the page wrote it; '' for none. */
  readonly locale: string;
  /** As `writeTheme` of web/theme.ts wrote it; '' for none. */
  readonly theme: string;
}

/** The settings of a request that names a key and an origin and nothing else. */
export const PLAIN_FIELD = { field_set: 'card', brand: null, group: '', locale: '', theme: '' } as const;

/** Reads the page's attribute. Throws where the page was served without a key, which then shows no field. */
export function readFieldSettings(attribute: string | undefined): FieldSettings {
  const settings: FieldSettings = JSON.parse(attribute ?? '');
  if (!isFieldSet(settings.field_set)) throw new Error('the vault named no field set');
  return settings;
}
