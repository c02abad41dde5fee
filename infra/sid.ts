/**
 * Names of rows of `routes.ts` and of the alarms in the form of statement and construct ids. Imports no CDK, which
 * would slow tests down.
 */

/** `cde/create-token` → `CdeCreateToken`: statement and construct ids may contain letters and digits only. */
export const sidFor = (entry: string): string =>
  entry.replace(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
