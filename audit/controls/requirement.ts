/**
 * The form of a row of the controls map. The evidence report, docs/controls.md and docs/responsibilities.md are
 * generated from the map, and a test checks that every file, resource and test title in it exists. Requirements are
 * paraphrased, because the publishers own the standards' texts.
 */

/** A text in each language of the report. */
export interface Localized {
  readonly en: string;
  readonly ja: string;
}

/** The parties that share a requirement; `operator` is the company that runs the vault. */
export const PARTIES = ['operator', 'merchant', 'aws'] as const;
export type Party = (typeof PARTIES)[number];

/**
 * What the trail of a period can show about a requirement; evidence-found.ts computes each. Watch rules with the
 * requirement's id as their clause count as well. A requirement without either rests on the template and its test
 * alone, and the report says so.
 */
export type Probe =
  | 'decryptions'
  | 're_encryptions'
  | 'erasures'
  | 'residue'
  | 'refused'
  | 'administration'
  | 'tables'
  | 'digests'
  | 'trail';

/** One measure of the vault for a requirement. */
export interface Control {
  readonly does: Localized;
  /** The file that implements it. */
  readonly where: string;
  /** Resources of the template that implement it: a name (`PanKey`, `Tokens`) or a type. Empty where only code does. */
  readonly resources: readonly string[];
  /** The test that fails without it, by file and title. */
  readonly test: { readonly file: string; readonly title: string };
}

export interface Requirement {
  /** `3.5.1` of PCI DSS 4.0.1, or a measure of the Japanese guidelines under this map's own number. */
  readonly id: string;
  readonly asks: Localized;
  /** Empty where nothing in this repository can meet it. */
  readonly controls: readonly Control[];
  readonly probe?: Probe;
  readonly duties: Readonly<Partial<Record<Party, Localized>>>;
}
