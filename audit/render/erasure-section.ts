/** When card data was erased: the quarterly proof of PCI DSS 4.0.1 3.2.1, and for security codes that of 3.3.1. */
import type { Bounded } from '../base/bounded.ts';
import type { Erasure, ErasureEvidence, ErasureTimes } from '../erasure/erasure.ts';
import { grouped } from './chart.ts';
import { type Html, html } from './html.ts';
import { type Cell, code, ids, section, table, text, time } from './layout.ts';
import type { Messages } from './messages.ts';

const MAX_ROWS = 100;

export function erasureSection(erasure: ErasureEvidence, words: Messages): Html {
  const { say } = words.erasure;
  const isEmpty = erasure.made + erasure.spent.count + erasure.expired.count === 0;
  if (isEmpty && !erasure.isUnrecorded) return section(words, 'erasure', undefined);
  return section(words, 'erasure', [
    table(
      words,
      ['how', 'count', 'longest', 'record', 'eventId'],
      [timesRow(words.erasure.spent, erasure.spent, words), timesRow(words.erasure.expired, erasure.expired, words)],
    ),
    html`<ul>${[
      erasure.isUnrecorded ? html`<b class="bad">${words.findings.erasure_unrecorded}</b>` : undefined,
      say.made(erasure.made),
      erasure.leastBeforeAnswerMs === undefined
        ? say.noAnswer
        : say.beforeAnswer(
            erasure.answered - erasure.afterAnswer.total,
            erasure.answered,
            duration(Math.max(0, erasure.leastBeforeAnswerMs), words.units),
          ),
      residue(erasure, words),
    ].map((line) => (line === undefined ? undefined : html`<li>${line}</li>\n`))}</ul>`,
    faults(words.findings.erasure_after_answer, erasure.afterAnswer, erasedRow, words),
    faults(words.findings.erasure_late, erasure.late, erasedRow, words),
    erasure.isUnrecorded
      ? undefined
      : faults(
          words.findings.erasure_unseen,
          erasure.unseen,
          (item) => row(item.record, item.madeAtMs, item.reasonId),
          words,
        ),
    erasure.residue &&
      faults(
        words.findings.ciphertext_overdue,
        erasure.residue.overdue,
        (item) => row(item.record, item.expiresAtMs, undefined),
        words,
      ),
  ]);
}

function residue({ residue: found }: ErasureEvidence, words: Messages): Html | string {
  const { say } = words.erasure;
  if (found === undefined) return html`<b>${say.notScanned}</b>`;
  return found.overdue.total === 0
    ? say.noResidue(clock(found.scannedAtMs))
    : html`<b class="bad">${say.residue(found.overdue.total, clock(found.scannedAtMs))}</b>`;
}

const clock = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const timesRow = (how: string, { count, longest, longestMs }: ErasureTimes, words: Messages): Cell[] => [
  text(how),
  { kind: 'n', content: grouped(count) },
  {
    kind: 'n',
    content: count === 0 ? '—' : longestMs === undefined ? words.erasure.unknown : duration(longestMs, words.units),
  },
  code(longest?.record ?? '—'),
  ids(longest?.eventId ?? '—'),
];

function faults<T>(
  title: string,
  { items, total }: Bounded<T>,
  line: (item: T) => Cell[],
  words: Messages,
): Html | undefined {
  if (total === 0) return undefined;
  const rest = total - Math.min(items.length, MAX_ROWS);
  return html`<h3 class="bad">${title}</h3>
${table(words, ['record', 'time', 'reasonId'], items.slice(0, MAX_ROWS).map(line))}
${rest > 0 ? html`<p class="more">${words.more(rest, 'erasures.csv')}</p>` : undefined}`;
}

const erasedRow = ({ record, erasedAtMs, reasonId }: Erasure): Cell[] => row(record, erasedAtMs, reasonId);

const row = (record: string, timeMs: number | undefined, reasonId: string | undefined): Cell[] => [
  code(record),
  timeMs === undefined ? text('—') : time(timeMs),
  code(reasonId ?? '—'),
];

/** 1500 → `1.5 s`, 3723000 → `1 h 02 min 03 s`. CloudTrail's times are whole seconds, so less than one is shown as it is. */
export function duration(lengthMs: number, units: Messages['units']): string {
  const seconds = Math.abs(lengthMs) / 1000;
  const sign = lengthMs < 0 ? '−' : '';
  if (seconds < 60) return `${sign}${Number(seconds.toFixed(1))} ${units.seconds}`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  const parts = [
    ...(hours > 0 ? [`${hours} ${units.hours}`, `${two(minutes)} ${units.minutes}`] : [`${minutes} ${units.minutes}`]),
    `${two(rest)} ${units.seconds}`,
  ];
  return sign + parts.join(' ');
}
