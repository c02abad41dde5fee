/**
 * Which features of browsers are newer than the floor, by MDN's browser-compat-data. A name counts as newer only where
 * every feature of that name is: a script does not say of what type its objects are.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FLOOR } from '../../web/floor.ts';

type Versions = string | boolean | null | undefined;
interface Statement {
  readonly version_added?: Versions;
  readonly version_removed?: Versions;
  readonly flags?: unknown;
  readonly prefix?: string;
  readonly alternative_name?: string;
}
interface Compat {
  readonly support: Readonly<Record<string, Statement | readonly Statement[]>>;
}
export type Features = { readonly __compat?: Compat } & { readonly [name: string]: unknown };

/** The floor's browsers, and their phones. */
const BROWSERS: Readonly<Record<string, string>> = {
  chrome: FLOOR.chrome,
  chrome_android: FLOOR.chrome,
  firefox: FLOOR.firefox,
  firefox_android: FLOOR.firefox,
  safari: FLOOR.safari,
  safari_ios: FLOOR.safari,
};

export function readFeatures(): Features {
  const path = createRequire(import.meta.url).resolve('@mdn/browser-compat-data');
  return JSON.parse(readFileSync(path, 'utf8'));
}

export const isFeature = (value: unknown): value is Features => typeof value === 'object' && value !== null;

/** The feature under these names; undefined where the data has none. */
export function featureAt(features: Features, ...path: readonly string[]): Features | undefined {
  let at: unknown = features;
  for (const name of path) at = isFeature(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return isFeature(at) ? at : undefined;
}

/** The browsers of the floor that lack a feature. */
export const lacking = ({ __compat: compat }: Features): readonly string[] =>
  compat === undefined
    ? []
    : Object.entries(BROWSERS)
        .filter(([browser, version]) => ![compat.support[browser] ?? []].flat().some((each) => has(each, version)))
        .map(([browser]) => browser);

function has(
  { version_added: added, version_removed: removed, flags, prefix, alternative_name: other }: Statement,
  floor: string,
) {
  if (flags !== undefined || prefix !== undefined || other !== undefined) return false;
  if (typeof removed === 'string' && !isNewer(removed, floor)) return false;
  return added === true || (typeof added === 'string' && added !== 'preview' && !isNewer(added, floor));
}

/** Whether version `one` comes after version `other`; `≤37` is 37. */
export function isNewer(one: string, other: string): boolean {
  const [a = [], b = []] = [one, other].map((version) => version.replace('≤', '').split('.').map(Number));
  const at = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return at !== undefined && (a[at] ?? 0) > (b[at] ?? 0);
}
