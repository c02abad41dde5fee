/** How a row of `routes.ts` or of the alarms is called where AWS takes letters only. Without the CDK, so that tests can ask cheaply. */

/** `cde/create-token` → `CdeCreateToken`: statement and construct ids may hold letters and digits only. */
export const sidFor = (entry: string): string =>
  entry.replace(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
