/**
 * Renders docs/reference/hostile-page.md: attacks of a merchant's page on the field, from the titles of the browser
 * tests.
 */
import { heading } from './markdown.ts';

/** The page lists every `describe` of these tests that begins with “a page that”. */
export const HOSTILE_PAGE_TESTS = ['test/web/hostile-page.test.ts', 'test/web/split-fields.test.ts'] as const;

/** `tests` are the texts of these files. */
export function renderHostilePage(tests: readonly string[]): string {
  const rows = tests.flatMap(rowsOf);
  return `${heading('A hostile page')}

A card field lives in a page that the vault neither wrote nor serves, and that page may be broken into. Each row was tried in
Chromium against the built field and its real headers ([hostile-page.test.ts](../../test/web/hostile-page.test.ts),
[split-fields.test.ts](../../test/web/split-fields.test.ts)); read it as one sentence. Forged messages from other frames and
origins are tried in [card-frame.test.ts](../../test/web/card-frame.test.ts), a stranger’s page with the merchant’s publishable
key and the reports that violations cause in [whole-vault.test.ts](../../test/web/whole-vault.test.ts). Firefox and WebKit do not run where these
tests do, so nothing is claimed of them except that they implement the same standards.

| an attempt | and its result |
|---|---|
${rows.join('\n')}

## What cannot be prevented here

- **A fake field.** The page can show another field that looks like ours and have the card typed into that. No frame can
  see what is beside it. The merchant’s own policy, pinned scripts and checks prevent this
  ([saq-a.md](../saq-a.md)); or the hosted payment page, which the vault serves.
- **An overlay.** The page can lay something transparent over the field. It gains nothing by a click, because nothing in the field
  acts on one: a token is made when the page asks for it, and typing goes to the focused field. It can do what a
  fake field does. A browser can report to a frame whether it is covered (IntersectionObserver, version 2), but only Chromium does, and
  any opacity, filter or transform of the checkout counts as a cover; so the field does not ask.
- **A page that steers.** It can clear the field, take the focus, reload or remove the frame, and refuse to pass a token on. That
  breaks its own checkout.
- **A publishable key elsewhere.** It is public. A browser lets no page of another origin call the vault with it (the vault
  returns no preflight) nor frame the field; other programs can, and can make tokens of cards that they already
  have, within the vault’s limits. The key allows no charge.
`;
}

function rowsOf(test: string): readonly string[] {
  let attempt = '';
  return [...test.matchAll(/^( *)(describe|test)\(\s*'(.+)',\s*(?:async )?\(\) =>/gm)].flatMap(([, , kind, title]) => {
    if (kind === 'test') return attempt.startsWith('a page that') ? [`| ${attempt} | ${title} |`] : [];
    attempt = title ?? '';
    return [];
  });
}
