/**
 * What a row of the controls map holds. The map is data beside the code: the evidence report, docs/controls.md and
 * docs/responsibilities.md are made of it, and a test holds every file, resource and test title it names to be there.
 * Requirements are told in our own words; the standards' texts are their publishers'.
 */

/** A text in each language of the report. */
export interface Localized {
  readonly en: string;
  readonly ja: string;
}

/** Who can have a part in a requirement; `operator` is the company that runs the vault. */
export const PARTIES = ['operator', 'merchant', 'aws'] as const;
export type Party = (typeof PARTIES)[number];

/**
 * What the trail of a period can say about a requirement; evidence-found.ts computes each. The watch rules whose clause
 * is the requirement's id count as well. A requirement without either rests on the template and its test alone, and the
 * report says so.
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

/** One thing the vault does for a requirement. */
export interface Control {
  readonly does: Localized;
  /** The file that makes it so. */
  readonly where: string;
  /** Resources of the template that carry it: a name (`PanKey`, `Tokens`) or a type. Empty where code does. */
  readonly resources: readonly string[];
  /** The test that fails when it is no longer so, by file and title. */
  readonly test: { readonly file: string; readonly title: string };
}

export interface Requirement {
  /** `3.5.1` of PCI DSS 4.0.1, or a measure of the Japanese guidelines in our numbering. */
  readonly id: string;
  readonly asks: Localized;
  /** None where nothing in this repository can meet it. */
  readonly controls: readonly Control[];
  readonly probe?: Probe;
  readonly duties: Readonly<Partial<Record<Party, Localized>>>;
}
