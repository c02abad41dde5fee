/** Renders the erasures of card data: the quarterly proof of PCI DSS 4.0.1 3.2.1, and of 3.3.1 for security codes. */
import type { Bounded } from '../base/bounded.ts';
import { ERASURES, type ErasureEvidence, type ErasureTimes } from '../erasure/erasure.ts';
import { fileOf } from './appendices.ts';
import { type Html, html } from './html.ts';
import { type Cells, code, count, ids, listing, number, section, table, text, time } from './layout.ts';
import type { Messages } from './messages-en.ts';

export function erasureSection(erasure: ErasureEvidence, words: Messages): Html {
  const { say } = words.erasure;
  const isEmpty = erasure.made + erasure.spent.count + erasure.expired.count === 0;
  if (isEmpty && !erasure.isUnrecorded) return section(words, 'erasure', undefined);
  return section(words, 'erasure', [
    table(words, timesCells(words), [
      { how: words.erasure.spent, ...erasure.spent },
      { how: words.erasure.expired, ...erasure.expired },
    ]),
    html`<ul>${[
      erasure.isUnrecorded ? html`<b class="bad">${words.findings.erasure_unrecorded}</b>` : undefined,
      say.made(erasure.made),
      erasure.leastBeforeResponseMs === undefined
        ? say.noResponse
        : say.beforeResponse(
            erasure.responded - erasure.afterResponse.total,
            erasure.responded,
            duration(Math.max(0, erasure.leastBeforeResponseMs), words.units),
          ),
      residue(erasure, words),
    ].map((line) => (line === undefined ? undefined : html`<li>${line}</li>\n`))}</ul>`,
    faults(words.findings.erasure_after_response, erasure.afterResponse, ({ erasedAtMs }) => erasedAtMs, words),
    faults(words.findings.erasure_late, erasure.late, ({ erasedAtMs }) => erasedAtMs, words),
    erasure.isUnrecorded
      ? undefined
      : faults(words.findings.erasure_unseen, erasure.unseen, ({ madeAtMs }) => madeAtMs, words),
    faults(words.findings.erasure_undone, erasure.undone, ({ atMs }) => atMs, words),
    erasure.residue &&
      faults(words.findings.ciphertext_overdue, erasure.residue.overdue, ({ expiresAtMs }) => expiresAtMs, words),
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

const timesCells = ({ erasure, units }: Messages): Cells<ErasureTimes & { readonly how: string }> => ({
  how: ({ how }) => text(how),
  count: (times) => count(times.count),
  longest: ({ count: all, longestMs }) =>
    number(all === 0 ? '—' : longestMs === undefined ? erasure.unknown : duration(longestMs, units)),
  record: ({ longest }) => code(longest?.record ?? '—'),
  eventId: ({ longest }) => ids(longest?.eventId ?? '—'),
});

function faults<T extends { readonly record: string; readonly reasonId?: string | undefined }>(
  title: string,
  found: Bounded<T>,
  timeOf: (item: T) => number | undefined,
  words: Messages,
): Html | undefined {
  const shown = listing(words, found, fileOf(ERASURES), {
    record: ({ record }) => code(record),
    time: (item) => {
      const timeMs = timeOf(item);
      return timeMs === undefined ? text('—') : time(timeMs);
    },
    reasonId: ({ reasonId }) => code(reasonId ?? '—'),
  });
  return (
    shown &&
    html`<h3 class="bad">${title}</h3>
${shown}`
  );
}

/** 1500 → `1.5 s`, 3723000 → `1 h 02 min 03 s`. CloudTrail's times are whole seconds. */
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
