/**
 * Renders docs/payment-page-scripts.md: every script of every page that the vault serves, and every header of the
 * pages.
 */
import type { Inventory } from '../../shared/pages/inventory.ts';
import { PAGE_HEADERS, POLICY } from '../../shared/pages/page.ts';
import { heading } from './markdown.ts';

export function renderPageScripts({ pages, scripts }: Inventory): string {
  const onPages = pages.flatMap(({ route, script, style }) =>
    [['script', script] as const, ['style', style] as const].map(
      ([kind, { bytes, integrity, reason }]) =>
        `| \`${route}\` | inline ${kind} | ${bytes} | \`${integrity}\` | ${reason} |`,
    ),
  );
  const loaded = scripts.map(
    ({ route, pinned, bytes, integrity, reason }) =>
      `| the merchant’s | \`${route}\`<br>\`${pinned}\` | ${bytes} | \`${integrity}\` | ${reason} |`,
  );
  return `${heading('Scripts of the payment pages')}

The inventory that PCI DSS 4.0.1 6.4.3 asks for: everything of the vault that runs in a shopper’s browser, why, and what
assures that it is what was reviewed. A row comes from [web/outputs.ts](../web/outputs.ts), where it needs a reason; nothing is
built without one. The same, for machines, is served at \`GET /js/integrity.json\`.

| page | what runs | bytes | SHA-384 | why |
|---|---|---|---|---|
${[...onPages, ...loaded].join('\n')}

**Authorized** is what stands here: the build makes nothing else, and a change of a script or of a reason is a change of this
page, which is reviewed with it. **Integrity** is assured three times: a page’s policy names its script and style by the hash
above, so a browser runs nothing else; a merchant’s page can name the hash of \`fuda.js\` in \`integrity\`
([how](reference/browser.md#pinned-by-hash)); and every hour what is served is compared with this
inventory ([page-changed](runbook.md#page-changed)). The same sources give the same bytes on every machine: build a
commit with \`node tools/with-node.mjs web/build.ts\` and compare. (Tried in another folder, time zone and language, and with
esbuild as WebAssembly, which knows nothing of the machine.)

**That the check ran** is in the log of its function, which is kept as long as all logs; by day:

\`\`\`
filter event = "check_pages" | stats count(*) as runs, sum(failed) as findings by datefloor(@timestamp, 1d)
\`\`\`

No page of the vault loads anything from anywhere, sets a cookie or stores anything in the browser, and none has a script of
a third party.

## Headers of every page

The check holds a page to exactly these, with these values ([shared/pages/page.ts](../shared/pages/page.ts)).

| header | why |
|---|---|
${PAGE_HEADERS.map(({ name, why }) => `| \`${name}\` | ${why} |`).join('\n')}

\`content-security-policy\` consists of:

| directive | why |
|---|---|
${POLICY.map(({ directive, value, why }) => `| \`${directive}${typeof value === 'string' ? ` ${value}` : ''}\` | ${why} |`).join('\n')}

Left out on purpose: \`sandbox\`, which would stop neither the script of the page, which may run, nor a navigation of the frame
itself, and which browsers treat differently when they fill in cards; \`x-frame-options\`, which cannot name an origin; and
\`report-to\`, for which browsers wait up to a minute and which they do not honor on plain HTTP, where this is tried.
`;
}
