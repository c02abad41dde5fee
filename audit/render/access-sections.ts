/** Who decrypted cards, of which merchant, for what and when: the course of the period, then the sums behind it. */

import type { Evidence } from '../evidence.ts';
import type { AccessEvidence, DecryptionGroup } from '../reasons/access.ts';
import { type Bucket, bar, columnChart, grouped, type Series, sparkline } from './chart.ts';
import { type Html, html } from './html.ts';
import { breakable, type Cell, count, ids, long, section, stamp, table, text } from './layout.ts';
import type { Messages } from './messages.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** Rows by merchant; what is beyond them is in report.json. */
const MAX_MERCHANT_ROWS = 200;

export function accessSections({ access, period }: Evidence, words: Messages): Html[] {
  if (access.groups.length === 0) return [section(words, 'access', undefined), section(words, 'summary', undefined)];
  const timeline = timelineOf(period);
  return [
    section(words, 'access', [course(access, timeline, words), roleTable(access, words)]),
    section(words, 'summary', merchantTable(access, timeline, words)),
  ];
}

function course({ groups }: AccessEvidence, timeline: Timeline, words: Messages): Html | undefined {
  // One column shows no course.
  if (timeline.starts.length < 2) return undefined;
  const kinds = ['matched', 'interrupted', 'unexplained'] as const;
  const series = kinds.map((kind): Series => ({ kind, label: words.charts[kind] }));
  const buckets = timeline.starts.map((label) => ({ label, values: [0, 0, 0] }));
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

/** Groups put together by some of their names, the most frequent first. */
function sums(groups: readonly DecryptionGroup[], partsOf: (group: DecryptionGroup) => readonly string[]): Sum[] {
  return [...Map.groupBy(groups, (group) => partsOf(group).join('\0'))]
    .map(([key, members]) => ({ parts: key.split('\0'), groups: members, count: add(members, 'count') }))
    .sort((left, right) => right.count - left.count);
}

type Figure = 'count' | 'matched' | 'interrupted' | 'unexplained';
const add = (groups: readonly DecryptionGroup[], figure: Figure): number =>
  groups.reduce((sum, group) => sum + group[figure], 0);

const alarm = (value: number): Cell =>
  value === 0 ? count(value) : { kind: 'n', content: html`<b class="bad">${grouped(value)}</b>` };

function roleTable({ groups }: AccessEvidence, words: Messages): Html {
  const rows = sums(groups, ({ caller, purpose }) => [caller, purpose]);
  const most = rows[0]?.count ?? 0;
  return table(
    words,
    ['caller', 'purpose', 'share', 'count', 'matched', 'interrupted', 'unexplained'],
    rows.map(({ parts: [role = '', purpose = ''], groups: members, count: all }) => [
      long(breakable(role)),
      text(purpose),
      { kind: 'bar', content: bar(all, most) },
      count(all),
      count(add(members, 'matched')),
      count(add(members, 'interrupted')),
      alarm(add(members, 'unexplained')),
    ]),
  );
}

function merchantTable({ groups }: AccessEvidence, timeline: Timeline, words: Messages): Html {
  const rows = sums(groups, ({ merchant, caller, purpose }) => [merchant, caller, purpose]);
  const most = rows[0]?.count ?? 0;
  const hasCourse = timeline.starts.length > 1;
  const drawing = ({ groups: members, count: all }: Sum): Html =>
    hasCourse ? sparkline(courseOf(members, timeline), words.charts.spark(all)) : bar(all, most);
  const shown = rows.slice(0, MAX_MERCHANT_ROWS).sort((left, right) => compare(left.parts, right.parts));
  const lines = shown.map((sum) => {
    const {
      parts: [merchant = '', role = '', purpose = ''],
      groups: members,
      count: all,
    } = sum;
    return [
      ids(merchant || '—'),
      long([breakable(role), html`<small>${purpose}</small>`]),
      { kind: 'bar', content: drawing(sum) } as const,
      count(all),
      count(add(members, 'matched')),
      count(add(members, 'interrupted')),
      alarm(add(members, 'unexplained')),
      text([
        html`<span class="t">${day(Math.min(...members.map(({ firstMs }) => firstMs)))}</span> `,
        html`<span class="t">${day(Math.max(...members.map(({ lastMs }) => lastMs)))}</span>`,
      ]),
    ];
  });
  const rest = rows.length - shown.length;
  return html`${table(words, ['merchant', 'callerPurpose', hasCourse ? 'course' : 'share', 'count', 'matched', 'interrupted', 'unexplained', 'seen'], lines)}
${rest > 0 ? html`<p class="more">${words.more(rest, 'report.json')}</p>` : undefined}`;
}

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
