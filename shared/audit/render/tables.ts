/** The tables behind the first page: who decrypted what and why, what was refused, and what proves the trail. */
import { toRfc3339 } from '../../base/clock.ts';
import type { CallGroup } from '../access.ts';
import type { Bounded } from '../bounded.ts';
import type { CallEvent, KeyEvent, ReEncryption } from '../events.ts';
import type { Evidence } from '../evidence.ts';
import type { Decryption } from '../reconcile.ts';
import { VERDICTS } from '../verdicts.ts';
import type { Counts } from './counts.ts';
import { type Html, html } from './html.ts';
import { type Cell, code, count, ids, long, section, stamp, table, text, time } from './layout.ts';
import type { Messages } from './messages.ts';

export function cardSections({ access }: Evidence, words: Messages): Html[] {
  const { examples, refused, administration } = access;
  return [
    section(words, 'unexplained', unexplainedRecords(access, words)),
    section(words, 'summary', access.groups.length === 0 ? undefined : summaryTable(access, words)),
    section(words, 'decryptions', examples.total === 0 ? undefined : decryptionTables(examples, words)),
    section(words, 'refused', refused.total === 0 ? undefined : refusedTable(refused, words)),
    section(words, 'otherUses', access.keyCalls.length === 0 ? undefined : callTable(access.keyCalls, 'key', words)),
    section(words, 'administration', administration.total === 0 ? undefined : administrationTable(access, words)),
    section(words, 'tables', access.tableCalls.length === 0 ? undefined : callTable(access.tableCalls, 'table', words)),
  ];
}

const callTable = (calls: readonly CallGroup[], on: 'key' | 'table', words: Messages): Html =>
  table(
    words,
    [on, 'caller', 'call', 'count', 'refused'],
    calls
      .toSorted((left, right) => order(left).localeCompare(order(right)))
      .map((group) => [text(group.on), long(group.caller), text(group.call), count(group.count), count(group.denied)]),
  );
const order = ({ on, caller, call }: CallGroup): string => [on, caller, call].join('\0');

type Access = Evidence['access'];

const purposeOf = ({ context, key }: KeyEvent): string => context.purpose ?? key;
const merchantOf = ({ context }: KeyEvent): string => context.merchant ?? '—';

const caller = (event: CallEvent): Cell =>
  long([event.caller, html`<br>`, html`<code class="short">${event.sourceAddress}</code>`]);

function unexplainedRecords({ unexplained, unexplainedReEncryptions }: Access, words: Messages): Html | undefined {
  const rows = [...unexplained.items, ...unexplainedReEncryptions.items].sort(
    (left, right) => left.event.timeMs - right.event.timeMs,
  );
  if (rows.length === 0) return undefined;
  const rest = unexplained.total + unexplainedReEncryptions.total - rows.length;
  const shown = rows.flatMap(({ event, explanation }) =>
    explanation.kind === 'unexplained' ? unexplainedRecord(event, words.reasons[explanation.reason], words) : [],
  );
  return html`${shown}${rest > 0 ? html`<p>${words.more(rest)}</p>` : undefined}`;
}

/** Everything an investigator starts from, in one block. */
function unexplainedRecord(event: KeyEvent, reason: string, words: Messages): Html {
  const { columns } = words;
  const facts: readonly (readonly [string, string])[] = [
    [columns.merchant, merchantOf(event)],
    [columns.record, event.context.record ?? '—'],
    ...(event.reEncryption === undefined
      ? []
      : [[columns.destination, destination(event.reEncryption, words)] as const]),
    [columns.caller, event.callerArn],
    [columns.source, event.sourceAddress],
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

function summaryTable({ groups }: Access, words: Messages): Html {
  const rows = groups
    .toSorted((left, right) => left.day.localeCompare(right.day) || left.merchant.localeCompare(right.merchant))
    .map((group) => [
      code(group.merchant || '—'),
      long(group.caller),
      text(group.purpose),
      count(group.count),
      count(group.matched),
      count(group.interrupted),
      count(group.unexplained),
      time(group.firstMs),
      time(group.lastMs),
    ]);
  return table(
    words,
    ['merchant', 'caller', 'purpose', 'count', 'matched', 'interrupted', 'unexplained', 'first', 'last'],
    rows,
  );
}

function decryptionTables(examples: Bounded<Decryption>, words: Messages): Html[] {
  const byMerchant = Map.groupBy(examples.items, ({ event }) => merchantOf(event));
  const tables = [...byMerchant.keys()].sort().map((merchant) => {
    const rows = (byMerchant.get(merchant) ?? []).map(({ event, explanation }) => [
      time(event.timeMs),
      text(purposeOf(event)),
      caller(event),
      text(outcome(explanation, words)),
      ids(event.requestId, event.eventId),
    ]);
    return html`<h3>${words.columns.merchant} <code>${merchant}</code></h3>
${table(words, ['time', 'purpose', 'caller', 'outcome', 'ids'], rows)}`;
  });
  const rest = examples.total - examples.items.length;
  return rest > 0 ? [...tables, html`<p>${words.more(rest)}</p>`] : tables;
}

function outcome(explanation: Decryption['explanation'], words: Messages): Html {
  const word = words.outcomes[explanation.kind];
  if (explanation.kind === 'unexplained') return html`<span class="bad">${word}</span>`;
  return html`${word}<br><code class="id">${explanation.reasonId}</code>`;
}

const refusedTable = ({ items }: Bounded<KeyEvent>, words: Messages): Html =>
  table(
    words,
    ['time', 'call', 'error', 'merchant', 'caller', 'userAgent', 'ids'],
    items.map((event) => [
      time(event.timeMs),
      text([event.name, html`<br>`, event.key]),
      text(event.errorCode),
      code(merchantOf(event)),
      caller(event),
      long(event.userAgent),
      ids(event.requestId, event.eventId),
    ]),
  );

const administrationTable = ({ administration }: Access, words: Messages): Html =>
  table(
    words,
    ['time', 'call', 'key', 'caller', 'error', 'ids'],
    administration.items.map(({ subject, event }) => [
      time(event.timeMs),
      text(event.name),
      text(subject),
      caller(event),
      text(event.errorCode),
      ids(event.requestId, event.eventId),
    ]),
  );

export function integritySections(evidence: Evidence, counts: Counts, words: Messages): Html[] {
  const { files: found, gaps: allGaps } = evidence.integrity;
  const invalid = found.invalid.items;
  const files =
    invalid.length === 0
      ? html`<p>${evidence.proven ? words.allFilesValid : words.findings.no_digests}</p>`
      : table(
          words,
          ['file', 'verdict'],
          invalid.map(({ key, verdict }) => [code(key), text(html`<span class="bad">${VERDICTS[verdict]}</span>`)]),
        );
  const gaps = allGaps.items.map((gap) => html`<p class="bad">${words.gap(stamp(gap.fromMs), stamp(gap.toMs))}</p>`);
  const limits = [
    ...(counts.logsUnsealed > 0 ? [words.limitUnsealed(counts.logsUnsealed)] : []),
    words.limitKeys,
    ...words.limits,
  ];
  const commands = [
    'aws cloudtrail validate-logs --trail-arn <arn> --start-time <from> --end-time <to>',
    `npx fuda evidence --trail <folder> --from ${toRfc3339(evidence.period.fromMs)} --to ${toRfc3339(evidence.period.toMs)}`,
  ];
  return [
    section(words, 'integrity', [files, ...gaps]),
    section(words, 'limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>\n`)}</ul>`),
    section(words, 'repeat', html`<p>${words.repeat}</p><pre>${commands[0]}\n${commands[1]}</pre>`),
  ];
}
