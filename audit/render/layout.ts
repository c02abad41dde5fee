/** Building blocks of the report's page: times, tables and sections. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { Bounded } from '../base/bounded.ts';
import type { CallEvent } from '../trail/events.ts';
import { grouped } from './chart.ts';
import { Html, html, type Insert } from './html.ts';
import type { Column, Messages, Section } from './messages-en.ts';

/** `2026-11-23 06:51:32`, in UTC. */
export const stamp = (timeMs: number): string => toRfc3339(timeMs).slice(0, 19).replace('T', ' ');

export interface Cell {
  /** `t` for times, `n` for numbers, `w` for names that may break anywhere, `bar` for drawings. */
  readonly kind?: 't' | 'n' | 'w' | 'bar';
  readonly content: Insert;
}

export const time = (timeMs: number): Cell => ({ kind: 't', content: stamp(timeMs) });
export const number = (content: Insert): Cell => ({ kind: 'n', content });
export const count = (value: number): Cell => number(grouped(value));
/** A count that should be zero. */
export const alarm = (value: number): Cell =>
  value === 0 ? count(value) : number(html`<b class="bad">${grouped(value)}</b>`);
export const text = (content: Insert): Cell => ({ content });
export const long = (content: Insert): Cell => ({ kind: 'w', content });
export const drawn = (content: Html): Cell => ({ kind: 'bar', content });
export const code = (...lines: readonly string[]): Cell => ({
  content: lines.filter((line) => line !== '').map((line) => html`<code>${line}</code>`),
});
/** Lets a long name break before each of its words. */
export const breakable = (name: string): Html[] =>
  name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[/-])/).map((word) => html`${word}<wbr>`);
/** Ids stay on one line, so that people can compare them. */
export const ids = (...lines: readonly string[]): Cell => ({
  content: lines.filter((line) => line !== '').map((line) => html`<code class="id">${line}</code>`),
});

/** The columns of a table, in order, each with what it shows of an item. */
export type Cells<T> = Partial<Record<Column, (item: T) => Cell>>;

/** What most tables show of an event. */
export const OF_EVENT = {
  time: ({ event }) => time(event.timeMs),
  caller: ({ event }) =>
    long([breakable(event.caller), html`<br>`, html`<code class="short">${event.sourceAddress}</code>`]),
  error: ({ event }) => text(event.errorCode),
  ids: ({ event }) => ids(event.requestId, event.eventId),
} satisfies Cells<{ readonly event: CallEvent }>;

/** A call, and the key, table, trail, role or bucket it was on. */
export const callOn = ({ event, subject }: { readonly event: CallEvent; readonly subject: string }): Cell =>
  text([event.name, html`<br>`, html`<code class="short">${subject}</code>`]);

/** The caller limits the number of items. */
export function table<T>(words: Messages, cells: Cells<T>, items: readonly T[]): Html {
  const rows = items.map((item) => Object.values(cells).map((show) => show(item)));
  const heads = (Object.keys(cells) as Column[]).map((column, at) => {
    const isNumber = rows[0]?.[at]?.kind === 'n';
    return html`<th scope="col"${isNumber ? html` class="n"` : undefined}>${words.columns[column]}</th>`;
  });
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>
`;
}

/** Rows of one table in the page. */
export const MAX_ROWS = 200;

/** Says how many are not shown, and which file has them. */
export const rest = (words: Messages, count: number, file: string): Html | undefined =>
  count > 0 ? html`<p class="more">${words.more(count, file)}</p>` : undefined;

/** A table of the first items, with the number of the others and the file that has all. */
export function listing<T>(
  words: Messages,
  { items, total }: Bounded<T>,
  file: string,
  cells: Cells<T>,
): Html | undefined {
  if (total === 0) return undefined;
  const shown = items.slice(0, MAX_ROWS);
  return html`${table(words, cells, shown)}
${rest(words, total - shown.length, file)}`;
}

const cell = ({ kind, content }: Cell): Html =>
  kind === undefined ? html`<td>${content}</td>` : html`<td class="${kind}">${content}</td>`;

export const anchor = (name: Section): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A section with heading and introduction; says “None.” where it is empty. */
export function section(words: Messages, name: Section, content: Insert): Html {
  const intro = words.intros[name];
  const isEmpty = content === undefined || (Array.isArray(content) && content.every((part) => part === undefined));
  return html`<section id="${anchor(name)}">
<h2>${words.sections[name]}</h2>
${intro && !isEmpty ? html`<p class="intro">${intro}</p>` : undefined}
${isEmpty ? html`<p>${words.none}</p>` : content}
</section>
`;
}

/** HTML or CSS of this project. Never for text that was read. */
export const own = (trusted: string): Html => new Html(trusted);
