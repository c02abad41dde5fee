/** Renders the decryptions of the period: a chart over time, then sums by merchant, role and purpose. */

import type { Evidence } from '../evidence.ts';
import type { AccessEvidence, DecryptionGroup, ReceiverGroup } from '../reasons/access.ts';
import type { RecordedFirstUse } from '../reasons/reasons.ts';
import { type Bucket, bar, columnChart, type Series, sparkline } from './chart.ts';
import { type Html, html } from './html.ts';
import {
  alarm,
  breakable,
  type Cell,
  type Cells,
  count,
  drawn,
  ids,
  long,
  MAX_ROWS,
  rest,
  section,
  stamp,
  table,
  text,
  time,
} from './layout.ts';
import type { Messages } from './messages-en.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export function accessSections({ access, period }: Evidence, words: Messages): Html[] {
  if (access.groups.length === 0) {
    return (['access', 'summary', 'receivers'] as const).map((name) => section(words, name, undefined));
  }
  const timeline = timelineOf(period);
  return [
    section(words, 'access', [course(access, timeline, words), roleTable(access, words)]),
    section(words, 'summary', merchantTable(access, timeline, words)),
    section(words, 'receivers', receiverTable(access, words)),
  ];
}

function course({ groups }: AccessEvidence, timeline: Timeline, words: Messages): Html | undefined {
  // A single column is not a chart over time.
  if (timeline.starts.length < 2) return undefined;
  const kinds = ['proven', 'interrupted', 'claimed', 'unexplained'] as const;
  const series = kinds.map((kind): Series => ({ kind, label: words.charts[kind] }));
  const buckets = timeline.starts.map((label) => ({ label, values: kinds.map(() => 0) }));
  for (const group of groups) {
    const index = timeline.indexOf(group.day);
    const bucket = index === undefined ? undefined : buckets[index];
    if (bucket === undefined) continue;
    bucket.values = kinds.map((kind, at) => (bucket.values[at] ?? 0) + group[kind]);
  }
  const peak = buckets.reduce((most, bucket) => (totalOf(bucket) > totalOf(most) ? bucket : most));
  return columnChart({
    id: 'course',
    title: words.charts.courseTitle[timeline.grain],
    description: words.charts.courseDescription(buckets.length, peak.label, totalOf(peak)),
    series,
    buckets,
  });
}

const totalOf = ({ values }: Bucket): number => values.reduce((sum, value) => sum + value, 0);

interface Sum {
  readonly parts: readonly string[];
  readonly groups: readonly DecryptionGroup[];
  readonly count: number;
}

/** Groups summed by some of their names, largest first. */
function sums(groups: readonly DecryptionGroup[], partsOf: (group: DecryptionGroup) => readonly string[]): Sum[] {
  return [...Map.groupBy(groups, (group) => partsOf(group).join('\0'))]
    .map(([key, members]) => ({ parts: key.split('\0'), groups: members, count: add(members, 'count') }))
    .sort((left, right) => right.count - left.count);
}

type Figure = 'count' | 'proven' | 'interrupted' | 'claimed' | 'unexplained';
const add = (groups: readonly DecryptionGroup[], figure: Figure): number =>
  groups.reduce((sum, group) => sum + group[figure], 0);

const FIGURES: Cells<Sum> = {
  count: ({ count: all }) => count(all),
  proven: ({ groups }) => count(add(groups, 'proven')),
  interrupted: ({ groups }) => count(add(groups, 'interrupted')),
  claimed: ({ groups }) => alarm(add(groups, 'claimed')),
  unexplained: ({ groups }) => alarm(add(groups, 'unexplained')),
};

function roleTable({ groups }: AccessEvidence, words: Messages): Html {
  const rows = sums(groups, ({ caller, purpose }) => [caller, purpose]);
  const most = rows[0]?.count ?? 0;
  const cells: Cells<Sum> = {
    caller: ({ parts: [role = ''] }) => long(breakable(role)),
    purpose: ({ parts: [, purpose] }) => text(purpose),
    share: ({ count: all }) => drawn(bar(all, most)),
    ...FIGURES,
  };
  return table(words, cells, rows);
}

function merchantTable({ groups }: AccessEvidence, timeline: Timeline, words: Messages): Html {
  const rows = sums(groups, ({ merchant, caller, purpose }) => [merchant, caller, purpose]);
  const most = rows[0]?.count ?? 0;
  const drawing: Cells<Sum> =
    timeline.starts.length > 1
      ? { course: (sum) => drawn(sparkline(courseOf(sum.groups, timeline), words.charts.spark(sum.count))) }
      : { share: (sum) => drawn(bar(sum.count, most)) };
  const shown = rows.slice(0, MAX_ROWS).sort((left, right) => compare(left.parts, right.parts));
  const cells: Cells<Sum> = {
    merchant: ({ parts: [merchant] }) => ids(merchant || '—'),
    callerPurpose: ({ parts: [, role = '', purpose] }) => long([breakable(role), html`<small>${purpose}</small>`]),
    ...drawing,
    ...FIGURES,
    seen: ({ groups: members }) =>
      text([
        html`<span class="t">${day(Math.min(...members.map(({ firstMs }) => firstMs)))}</span> `,
        html`<span class="t">${day(Math.max(...members.map(({ lastMs }) => lastMs)))}</span>`,
      ]),
  };
  return html`${table(words, cells, shown)}
${rest(words, rows.length - shown.length, 'report.json')}`;
}

/** By the time of the first, so that a receiver that is new in the period stands last. */
function receiverTable({ receivers }: AccessEvidence, words: Messages): Html {
  const rows = receivers.toSorted((left, right) => left.firstMs - right.firstMs);
  const shown = rows.slice(-MAX_ROWS);
  const cells: Cells<ReceiverGroup> = {
    receiver: ({ receiver }) => long(receiver === '' ? '—' : breakable(receiver)),
    merchant: ({ merchant }) => ids(merchant || '—'),
    cards: ({ count: all }) => count(all),
    first: ({ firstMs }) => time(firstMs),
    last: ({ lastMs }) => time(lastMs),
    firstUse: ({ firstUse }) => (firstUse === null ? text('—') : deployed(firstUse, words)),
  };
  return html`${table(words, cells, shown)}
${rest(words, rows.length - shown.length, 'report.json')}`;
}

const deployed = ({ deployedAtMs }: RecordedFirstUse, words: Messages): Cell =>
  deployedAtMs === null ? text(words.deploymentUnknown) : time(deployedAtMs);

const day = (timeMs: number): string => stamp(timeMs).slice(0, 10);

function courseOf(groups: readonly DecryptionGroup[], timeline: Timeline): number[] {
  const course = timeline.starts.map(() => 0);
  for (const { day, count: value } of groups) {
    const index = timeline.indexOf(day);
    if (index !== undefined) course[index] = (course[index] ?? 0) + value;
  }
  return course;
}

function compare(left: readonly string[], right: readonly string[]): number {
  const [one, other] = [left.join('\0'), right.join('\0')];
  return one < other ? -1 : one > other ? 1 : 0;
}
