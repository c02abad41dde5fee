/** The plain tables of the report: what was not explained, refused or changed, who called what, and what proves the trail. */

import type { Bounded } from '../base/bounded.ts';
import type { Evidence } from '../evidence.ts';
import type { AccessEvidence, CallGroup } from '../reasons/access.ts';
import type { ExplainedDecryption } from '../reasons/reconcile.ts';
import type { ChainEvidence } from '../trail/chains.ts';
import type { CallEvent, KeyEvent, ReEncryption } from '../trail/events.ts';
import { VERDICTS } from '../trail/verdicts.ts';
import { type Html, html } from './html.ts';
import { breakable, type Cell, code, count, ids, long, section, stamp, table, text, time } from './layout.ts';
import type { Column, Messages } from './messages.ts';

/** Rows of one table in the page. */
const MAX_ROWS = 200;
const MAX_RECORDS = 100;

/** A table of the first rows, with the number of the others and the file that has all. */
function bounded<T>(
  { items, total }: Bounded<T>,
  file: string,
  columns: readonly Column[],
  row: (item: T) => readonly Cell[],
  words: Messages,
): Html | undefined {
  if (total === 0) return undefined;
  const shown = items.slice(0, MAX_ROWS);
  const rest = total - shown.length;
  return html`${table(words, columns, shown.map(row))}
${rest > 0 ? html`<p class="more">${words.more(rest, file)}</p>` : undefined}`;
}

const caller = (event: CallEvent): Cell =>
  long([breakable(event.caller), html`<br>`, html`<code class="short">${event.sourceAddress}</code>`]);
const merchantOf = ({ context }: KeyEvent): string => context.merchant ?? '—';

export function unexplainedSection({ access }: Evidence, words: Messages): Html {
  const { unexplained, unexplainedReEncryptions } = access;
  const rows = [...unexplained.items, ...unexplainedReEncryptions.items].sort(
    (left, right) => left.event.timeMs - right.event.timeMs,
  );
  if (rows.length === 0) return section(words, 'unexplained', undefined);
  const shown = rows.slice(0, MAX_RECORDS);
  const rest = unexplained.total + unexplainedReEncryptions.total - shown.length;
  return section(words, 'unexplained', [
    ...shown.map(({ event, explanation }) =>
      explanation.kind === 'unexplained' ? record(event, words.reasons[explanation.reason], words) : undefined,
    ),
    rest > 0 ? html`<p class="more">${words.more(rest, 'decryptions.csv, re_encryptions.csv')}</p>` : undefined,
  ]);
}

/** Everything an investigator starts from, in one block. */
function record(event: KeyEvent, reason: string, words: Messages): Html {
  const { columns } = words;
  const facts: readonly (readonly [string, string])[] = [
    [columns.merchant, merchantOf(event)],
    [columns.record, event.context.record ?? '—'],
    ...(event.reEncryption === undefined
      ? []
      : [[columns.destination, destination(event.reEncryption, words)] as const]),
    [columns.caller, event.callerArn],
    [columns.source, [event.sourceAddress, event.region, event.tlsVersion].filter(Boolean).join(' · ')],
    [columns.userAgent, event.userAgent],
    [columns.requestId, event.requestId],
    [columns.eventId, event.eventId],
    [columns.file, event.file],
  ];
  return html`<article class="record">
<h3>${stamp(event.timeMs)} · ${event.name} · ${event.key}</h3>
<p class="bad">${reason}</p>
<dl>${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>
</article>
`;
}

function destination(to: ReEncryption, words: Messages): string {
  const context = Object.entries(to.destinationContext).map(([name, value]) => `${name}=${value}`);
  const key = to.destination ?? `${words.outside} (${to.destinationReference})`;
  return [key, ...context].join(' · ');
}

export function changeSections({ access }: Evidence, words: Messages): Html[] {
  const administration = bounded(
    access.administration,
    'administration.csv',
    ['time', 'call', 'caller', 'error', 'ids'],
    ({ subject, event }) => [
      time(event.timeMs),
      text([event.name, html`<br>`, html`<code class="short">${subject}</code>`]),
      caller(event),
      text(event.errorCode),
      ids(event.requestId, event.eventId),
    ],
    words,
  );
  const refused = bounded(
    access.refused,
    'refused.csv',
    ['time', 'call', 'error', 'merchant', 'caller', 'ids'],
    (event) => [
      time(event.timeMs),
      text([event.name, html`<br>`, event.key]),
      text(event.errorCode),
      code(merchantOf(event)),
      long([
        breakable(event.caller),
        html`<br>`,
        html`<code class="short">${event.sourceAddress}</code><small>${event.userAgent}</small>`,
      ]),
      ids(event.requestId, event.eventId),
    ],
    words,
  );
  return [section(words, 'administration', administration), section(words, 'refused', refused)];
}

export function callSections({ access }: Evidence, words: Messages): Html[] {
  return [
    section(words, 'otherUses', callTable(access.keyCalls, 'key', words)),
    section(words, 'tables', callTable(access.tableCalls, 'table', words)),
    section(words, 'origins', originTable(access, words)),
  ];
}

const sorted = <T>(items: readonly T[], order: (item: T) => readonly string[]): T[] =>
  items.toSorted((left, right) => (order(left).join('\0') < order(right).join('\0') ? -1 : 1));

const callTable = (calls: readonly CallGroup[], on: 'key' | 'table', words: Messages): Html | undefined =>
  bounded(
    { items: sorted(calls, ({ on: what, caller: who, call }) => [what, who, call]), total: calls.length },
    'report.json',
    [on, 'caller', 'call', 'count', 'refused', 'failed'],
    (group) => [
      text(group.on),
      long(breakable(group.caller)),
      text(group.call),
      count(group.count),
      count(group.denied),
      count(group.failed),
    ],
    words,
  );

const originTable = ({ origins }: AccessEvidence, words: Messages): Html | undefined =>
  bounded(
    { items: sorted(origins, ({ caller: who, sourceAddress }) => [who, sourceAddress]), total: origins.length },
    'report.json',
    ['caller', 'source', 'region', 'tls', 'count', 'refused', 'first', 'last'],
    (origin) => [
      long(breakable(origin.caller)),
      code(origin.sourceAddress),
      text(origin.region),
      text(origin.tlsVersion || '—'),
      count(origin.count),
      count(origin.refused),
      time(origin.firstMs),
      time(origin.lastMs),
    ],
    words,
  );

export function integritySection({ integrity, proven }: Evidence, words: Messages): Html {
  const { files, gaps, chains } = integrity;
  const invalid = bounded(
    files.invalid,
    'files.csv',
    ['file', 'verdict'],
    ({ key, verdict }) => [code(key), text(html`<span class="bad">${VERDICTS[verdict]}</span>`)],
    words,
  );
  return section(words, 'integrity', [
    invalid ?? html`<p>${proven ? words.allFilesValid : words.findings.no_digests}</p>`,
    ...gaps.items
      .slice(0, MAX_ROWS)
      .map((gap) => html`<p class="bad">${words.gap(stamp(gap.fromMs), stamp(gap.toMs))}</p>`),
    bounded({ items: chains, total: chains.length }, 'report.json', ['chain', 'digests', 'covered'], chainRow, words),
  ]);
}

const chainRow = ({ chain, digests, covered }: ChainEvidence): Cell[] => [
  code(chain),
  count(digests),
  text(covered === undefined ? '—' : `${stamp(covered.fromMs)} – ${stamp(covered.toMs)}`),
];

/** The first decryptions, by merchant, as examples of what decryptions.csv holds. */
export function appendixSections({ access: { examples } }: Evidence, words: Messages): Html[] {
  if (examples.total === 0) return [section(words, 'decryptions', undefined)];
  const shown = examples.items.slice(0, MAX_ROWS);
  const byMerchant = Map.groupBy(shown, ({ event }) => merchantOf(event));
  const tables = sorted([...byMerchant], ([merchant]) => [merchant]).map(
    ([merchant, members]) => html`<h3>${words.columns.merchant} <code>${merchant}</code></h3>
${table(
  words,
  ['time', 'purpose', 'caller', 'outcome', 'ids'],
  members.map((member) => decryptionRow(member, words)),
)}`,
  );
  const rest = examples.total - shown.length;
  const more = rest > 0 ? html`<p class="more">${words.more(rest, 'decryptions.csv')}</p>` : undefined;
  return [section(words, 'decryptions', [...tables, more])];
}

const decryptionRow = ({ event, explanation }: ExplainedDecryption, words: Messages): Cell[] => [
  time(event.timeMs),
  text(event.context.purpose ?? event.key),
  caller(event),
  text(outcome(explanation, words)),
  ids(event.requestId, event.eventId),
];

function outcome(explanation: ExplainedDecryption['explanation'], words: Messages): Html {
  if (explanation.kind === 'unexplained') return html`<b class="bad">${words.outcomes.unexplained}</b>`;
  const note = explanation.kind === 'interrupted' ? html` <small>${words.outcomes.interrupted}</small>` : undefined;
  return html`${words.reasonKinds[explanation.reasonKind]}${note}<br><code class="id">${explanation.reasonId}</code>`;
}
