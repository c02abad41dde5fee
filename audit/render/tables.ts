/**
 * Renders the tables of unexplained, refused and administrative events, of calls by caller, and of the trail's proof.
 */

import type { Bounded } from '../base/bounded.ts';
import type { Evidence } from '../evidence.ts';
import type { AccessEvidence, CallGroup } from '../reasons/access.ts';
import type { ExplainedDecryption } from '../reasons/reconcile.ts';
import { ADMINISTRATION, DECRYPTIONS, RE_ENCRYPTIONS, REFUSED } from '../reasons/tables.ts';
import type { KeyEvent, ReEncryption } from '../trail/events.ts';
import { FILES } from '../trail/files.ts';
import { VERDICTS } from '../trail/verdicts.ts';
import { fileOf } from './appendices.ts';
import { type Html, html } from './html.ts';
import {
  breakable,
  type Cells,
  callOn,
  code,
  count,
  listing,
  long,
  MAX_ROWS,
  OF_EVENT,
  rest,
  section,
  stamp,
  table,
  text,
  time,
} from './layout.ts';
import type { Messages } from './messages-en.ts';

const MAX_RECORDS = 100;

const merchantOf = ({ context }: KeyEvent): string => context.merchant ?? '—';

export function unexplainedSection({ access }: Evidence, words: Messages): Html {
  const { claimed, unexplained, unexplainedReEncryptions } = access;
  const rows = [...claimed.items, ...unexplained.items, ...unexplainedReEncryptions.items].sort(
    (left, right) => left.event.timeMs - right.event.timeMs,
  );
  if (rows.length === 0) return section(words, 'unexplained', undefined);
  const shown = rows.slice(0, MAX_RECORDS);
  const hidden = claimed.total + unexplained.total + unexplainedReEncryptions.total - shown.length;
  return section(words, 'unexplained', [
    ...shown.map(({ event, explanation }) =>
      'reason' in explanation ? record(event, words.reasons[explanation.reason], words) : undefined,
    ),
    rest(words, hidden, `${fileOf(DECRYPTIONS)}, ${fileOf(RE_ENCRYPTIONS)}`),
  ]);
}

/** One block with everything that an investigator needs first. */
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
  const { time, caller, error, ids } = OF_EVENT;
  const administration = { time, call: callOn, caller, error, ids };
  const refused: Cells<{ readonly event: KeyEvent }> = {
    time,
    call: ({ event }) => text([event.name, html`<br>`, event.key]),
    error,
    merchant: ({ event }) => code(merchantOf(event)),
    caller: ({ event }) => long([caller({ event }).content, html`<small>${event.userAgent}</small>`]),
    ids,
  };
  const { items, total } = access.refused;
  const refusals = { items: items.map((event) => ({ event })), total };
  return [
    section(words, 'administration', listing(words, access.administration, fileOf(ADMINISTRATION), administration)),
    section(words, 'refused', listing(words, refusals, fileOf(REFUSED), refused)),
  ];
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

const whole = <T>(items: readonly T[]): Bounded<T> => ({ items, total: items.length });

const callTable = (calls: readonly CallGroup[], on: 'key' | 'table', words: Messages): Html | undefined =>
  listing(words, whole(sorted(calls, ({ on: what, caller, call }) => [what, caller, call])), 'report.json', {
    [on]: (group: CallGroup) => text(group.on),
    caller: (group) => long(breakable(group.caller)),
    call: (group) => text(group.call),
    count: (group) => count(group.count),
    refused: (group) => count(group.denied),
    failed: (group) => count(group.failed),
  });

const originTable = ({ origins }: AccessEvidence, words: Messages): Html | undefined =>
  listing(words, whole(sorted(origins, ({ caller, sourceAddress }) => [caller, sourceAddress])), 'report.json', {
    caller: (origin) => long(breakable(origin.caller)),
    source: (origin) => code(origin.sourceAddress),
    region: (origin) => text(origin.region),
    tls: (origin) => text(origin.tlsVersion || '—'),
    count: (origin) => count(origin.count),
    refused: (origin) => count(origin.refused),
    first: (origin) => time(origin.firstMs),
    last: (origin) => time(origin.lastMs),
  });

export function integritySection({ integrity }: Evidence, words: Messages): Html {
  const { files, gaps, chains, coverage } = integrity;
  const invalid = listing(words, files.invalid, fileOf(FILES), {
    file: ({ key }) => code(key),
    verdict: ({ verdict }) => text(html`<span class="bad">${VERDICTS[verdict]}</span>`),
  });
  return section(words, 'integrity', [
    invalid ?? html`<p>${coverage.proven.length > 0 ? words.allFilesValid : words.findings.no_digests}</p>`,
    ...gaps.items
      .slice(0, MAX_ROWS)
      .map((gap) => html`<p class="bad">${words.gap(stamp(gap.fromMs), stamp(gap.toMs))}</p>`),
    listing(words, whole(chains), 'report.json', {
      chain: ({ chain }) => code(chain),
      digests: ({ digests }) => count(digests),
      covered: ({ covered }) =>
        text(covered.map((sealed) => `${stamp(sealed.fromMs)} – ${stamp(sealed.toMs)}`).join(', ') || '—'),
    }),
  ]);
}

/** The first decryptions, by merchant, as examples of what decryptions.csv holds. */
export function appendixSections({ access: { examples } }: Evidence, words: Messages): Html[] {
  if (examples.total === 0) return [section(words, 'decryptions', undefined)];
  const shown = examples.items.slice(0, MAX_ROWS);
  const byMerchant = Map.groupBy(shown, ({ event }) => merchantOf(event));
  const { time, caller, ids } = OF_EVENT;
  const cells: Cells<ExplainedDecryption> = {
    time,
    purpose: ({ event }) => text(event.context.purpose ?? event.key),
    caller,
    outcome: ({ explanation }) => text(outcome(explanation, words)),
    ids,
  };
  const tables = sorted([...byMerchant], ([merchant]) => [merchant]).map(
    ([merchant, members]) => html`<h3>${words.columns.merchant} <code>${merchant}</code></h3>
${table(words, cells, members)}`,
  );
  return [section(words, 'decryptions', [...tables, rest(words, examples.total - shown.length, fileOf(DECRYPTIONS))])];
}

function outcome(explanation: ExplainedDecryption['explanation'], words: Messages): Html {
  if (explanation.kind === 'unexplained') return html`<b class="bad">${words.outcomes.unexplained}</b>`;
  const note = explanation.kind === 'interrupted' ? html` <small>${words.outcomes.interrupted}</small>` : undefined;
  return html`${words.reasonKinds[explanation.reasonKind]}${note}<br><code class="id">${explanation.reasonId}</code>`;
}
