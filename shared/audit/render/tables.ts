/** The tables behind the first page: who decrypted what and why, what was refused, and what proves the trail. */
import { toRfc3339 } from '../../base/clock.ts';
import type { Evidence } from '../audit.ts';
import type { KeyEvent, ReEncryption } from '../events.ts';
import type { Decryption } from '../reconcile.ts';
import { isInvalid, VERDICTS } from '../verdicts.ts';
import type { Counts } from './counts.ts';
import { type Html, html } from './html.ts';
import { type Cell, code, count, ids, long, MAX_ROWS, section, stamp, table, text, time } from './layout.ts';
import type { Messages } from './messages.ts';

export function cardSections(evidence: Evidence, words: Messages): Html[] {
  const { reconciliation: found } = evidence;
  const { decryptions, refused } = found;
  const uses = [...found.keyUses].sort(([left], [right]) => left.localeCompare(right));
  const tables = [...found.tableUses.values()].sort(
    (left, right) =>
      left.event.table.localeCompare(right.event.table) ||
      left.event.caller.localeCompare(right.event.caller) ||
      left.event.name.localeCompare(right.event.name),
  );
  return [
    section(words, 'unexplained', unexplainedRecords(evidence, words)),
    section(words, 'summary', decryptions.length === 0 ? undefined : summaryTable(decryptions, words)),
    section(words, 'decryptions', decryptions.length === 0 ? undefined : decryptionTables(decryptions, words)),
    section(words, 'refused', refused.length === 0 ? undefined : refusedTable(refused, words)),
    section(
      words,
      'otherUses',
      uses.length === 0
        ? undefined
        : table(
            words,
            ['call', 'count'],
            uses.map(([use, uses]) => [text(use), count(uses)]),
          ),
    ),
    section(
      words,
      'administration',
      found.keyAdministration.length === 0 ? undefined : administrationTable(found.keyAdministration, words),
    ),
    section(
      words,
      'tables',
      tables.length === 0
        ? undefined
        : table(
            words,
            ['table', 'caller', 'call', 'count', 'refused'],
            tables.map(({ event, count: calls, refused: denied }) => [
              text(event.table),
              long(event.caller),
              text(event.name),
              count(calls),
              count(denied),
            ]),
          ),
    ),
  ];
}

const purposeOf = ({ context, key }: KeyEvent): string => context.purpose ?? key;
const merchantOf = ({ context }: KeyEvent): string => context.merchant ?? '—';

const caller = (event: KeyEvent): Cell =>
  long([event.caller, html`<br>`, html`<code class="short">${event.sourceAddress}</code>`]);

function unexplainedRecords(evidence: Evidence, words: Messages): Html | undefined {
  const { decryptions, unexplainedReEncryptions } = evidence.reconciliation;
  const rows = [
    ...decryptions.flatMap(({ event, explanation }) =>
      explanation.kind === 'unexplained' ? [{ event, reason: explanation.reason }] : [],
    ),
    ...unexplainedReEncryptions,
  ].sort((left, right) => left.event.timeMs - right.event.timeMs);
  if (rows.length === 0) return undefined;
  const shown = rows
    .slice(0, MAX_ROWS)
    .map(({ event, reason }) => unexplainedRecord(event, words.reasons[reason], words));
  return html`${shown}${rows.length > MAX_ROWS ? html`<p>${words.more(rows.length - MAX_ROWS)}</p>` : undefined}`;
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

function summaryTable(decryptions: readonly Decryption[], words: Messages): Html {
  const groups = Map.groupBy(decryptions, ({ event }) =>
    [merchantOf(event), event.caller, purposeOf(event)].join('\0'),
  );
  const rows = [...groups.keys()].sort().map((group) => {
    const members = groups.get(group) ?? [];
    const [merchant = '', role = '', purpose = ''] = group.split('\0');
    const times = members.map(({ event }) => event.timeMs);
    const kinds = Object.groupBy(members, ({ explanation }) => explanation.kind);
    return [
      code(merchant),
      long(role),
      text(purpose),
      count(members.length),
      count(kinds.matched?.length ?? 0),
      count(kinds.interrupted?.length ?? 0),
      count(kinds.unexplained?.length ?? 0),
      time(times.reduce((least, timeMs) => Math.min(least, timeMs), Number.POSITIVE_INFINITY)),
      time(times.reduce((most, timeMs) => Math.max(most, timeMs), 0)),
    ];
  });
  return table(
    words,
    ['merchant', 'caller', 'purpose', 'count', 'matched', 'interrupted', 'unexplained', 'first', 'last'],
    rows,
  );
}

function decryptionTables(decryptions: readonly Decryption[], words: Messages): Html[] {
  const shown = decryptions.slice(0, MAX_ROWS);
  const byMerchant = Map.groupBy(shown, ({ event }) => merchantOf(event));
  const tables = [...byMerchant.keys()].sort().map((merchant) => {
    const members = byMerchant.get(merchant) ?? [];
    const rows = members
      .sort((left, right) => left.event.timeMs - right.event.timeMs)
      .map(({ event, explanation }) => [
        time(event.timeMs),
        text(purposeOf(event)),
        caller(event),
        text(outcome(explanation, words)),
        ids(event.requestId, event.eventId),
      ]);
    return html`<h3>${words.columns.merchant} <code>${merchant}</code></h3>
${table(words, ['time', 'purpose', 'caller', 'outcome', 'ids'], rows)}`;
  });
  const rest = decryptions.length - shown.length;
  return rest > 0 ? [...tables, html`<p>${words.more(rest)}</p>`] : tables;
}

function outcome(explanation: Decryption['explanation'], words: Messages): Html {
  const word = words.outcomes[explanation.kind];
  if (explanation.kind === 'unexplained') return html`<span class="bad">${word}</span>`;
  return html`${word}<br><code class="id">${explanation.chargeId}</code>`;
}

const refusedTable = (events: readonly KeyEvent[], words: Messages): Html =>
  table(
    words,
    ['time', 'call', 'error', 'merchant', 'caller', 'userAgent', 'ids'],
    events.map((event) => [
      time(event.timeMs),
      text([event.name, html`<br>`, event.key]),
      text(event.errorCode),
      code(merchantOf(event)),
      caller(event),
      long(event.userAgent),
      ids(event.requestId, event.eventId),
    ]),
  );

const administrationTable = (events: readonly KeyEvent[], words: Messages): Html =>
  table(
    words,
    ['time', 'call', 'key', 'caller', 'error', 'ids'],
    events.map((event) => [
      time(event.timeMs),
      text(event.name),
      text(event.key),
      caller(event),
      text(event.errorCode),
      ids(event.requestId, event.eventId),
    ]),
  );

export function integritySections(evidence: Evidence, counts: Counts, words: Messages): Html[] {
  const invalid = evidence.verdicts.filter(isInvalid);
  const files =
    invalid.length === 0
      ? html`<p>${evidence.proven ? words.allFilesValid : words.findings.no_digests}</p>`
      : table(
          words,
          ['file', 'verdict'],
          invalid.map(({ key, verdict }) => [code(key), text(html`<span class="bad">${VERDICTS[verdict]}</span>`)]),
        );
  const gaps = evidence.gaps.map((gap) => html`<p class="bad">${words.gap(stamp(gap.fromMs), stamp(gap.toMs))}</p>`);
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
