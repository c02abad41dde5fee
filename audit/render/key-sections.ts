/** Renders the vault's keys, and the permissions on keys and tables, from the template. */
import { CRYPTOPERIODS } from '../controls/cryptoperiods.ts';
import type { Evidence } from '../evidence.ts';
import type { KeyFacts } from '../key-inventory.ts';
import type { Permission } from '../permissions.ts';
import { type Html, html } from './html.ts';
import { type Cells, count, section, table, text } from './layout.ts';
import type { ReportLocale } from './locales.ts';
import type { Messages } from './messages-en.ts';

/** Facts of the templates; absent without a template. */
export interface TemplateFacts {
  readonly keys: readonly KeyFacts[];
  readonly permissions: readonly Permission[];
}

export function keySections(
  evidence: Evidence,
  facts: TemplateFacts | undefined,
  locale: ReportLocale,
  words: Messages,
): Html[] {
  if (facts === undefined) {
    const missing = html`<p>${words.noTemplate}</p>`;
    return [section(words, 'keys', missing), section(words, 'matrix', missing)];
  }
  return [
    section(words, 'keys', keyTable(evidence, facts.keys, locale, words)),
    section(words, 'matrix', [
      matrix(facts.permissions, keyNames(facts), words.columns.key, words),
      matrix(facts.permissions, tableNames(evidence), words.columns.table, words),
      html`<p class="more">${words.matrixRest}</p>`,
    ]),
  ];
}

function keyTable(
  { access, sources }: Evidence,
  keys: readonly KeyFacts[],
  locale: ReportLocale,
  words: Messages,
): Html {
  const arns: Readonly<Record<string, string | undefined>> = sources.resources.keyArns;
  const uses = ({ name }: KeyFacts) =>
    access.keyCalls.filter(({ on }) => on === name).reduce((sum, { count: calls }) => sum + calls, 0);
  const cells: Cells<KeyFacts> = {
    key: ({ name, protects }) =>
      text([
        html`<b>${name}</b>`,
        html`<br><small>${words.keyPurposes[name] ?? protects}</small>`,
        ...keyId(arns[name]),
      ]),
    algorithm: ({ algorithm, strengthBits, origin, usage }) =>
      text([`${algorithm}, ${strengthBits} bit`, html`<br><small>${origin}, ${usage}</small>`]),
    rotation: ({ name, rotationDays }) =>
      text([
        rotationDays === undefined ? words.neverRotates : words.rotates(rotationDays),
        html`<br><small>${words.opensUntil}${CRYPTOPERIODS.find(({ key }) => key === name)?.until[locale] ?? '—'}</small>`,
      ]),
    uses: (key) => count(uses(key)),
    changes: ({ name }) => text(changes(access.administration.items, name, words)),
  };
  return table(words, cells, keys);
}

/** Rotation by KMS is an event too: `RotateKey`. */
function changes(items: Evidence['access']['administration']['items'], name: string, words: Messages): string {
  const byCall = Map.groupBy(
    items.filter(({ subject }) => subject === name),
    ({ event }) => event.name,
  );
  return [...byCall].map(([call, events]) => `${call} × ${events.length}`).join(', ') || words.none;
}

const keyId = (arn: string | undefined): Html[] =>
  arn === undefined ? [] : [html`<code class="short soft">${arn.split(':key/')[1] ?? arn}</code>`];

const keyNames = ({ keys }: TemplateFacts): string[] => keys.map(({ name }) => name);
const tableNames = ({ sources }: Evidence): string[] => Object.keys(sources.resources.tableNames);

/**
 * A row per principal, a column per resource. Only permissions of roles and people; permissions.csv has the policies of
 * keys.
 */
function matrix(permissions: readonly Permission[], columns: readonly string[], what: string, words: Messages): Html {
  const allowed = permissions.filter(
    ({ source, effect, resource }) => source === 'identity' && effect === 'allow' && columns.includes(base(resource)),
  );
  const rows = [...Map.groupBy(allowed, ({ principal }) => principal)].map(([principal, mine]) => {
    const cells = columns.map((column) => [
      ...new Set(mine.filter(({ resource }) => base(resource) === column).flatMap(({ actions }) => actions.map(short))),
    ]);
    return html`<tr><th scope="row">${principal}</th>${cells.map((actions) => html`<td>${actions.map((action) => html`<span>${action}</span>`)}</td>`)}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0"><table class="matrix">
<thead><tr><th scope="col">${words.columns.who} ＼ ${what}</th>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

/** `Ledger/index/by_owner` is the ledger. */
const base = (resource: string): string => resource.split('/index/')[0] ?? resource;
const short = (action: string): string => action.replace(/^[a-z0-9]+:/, '');
