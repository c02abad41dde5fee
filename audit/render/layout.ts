/** The few building blocks of the report's page: times, tables and sections. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import { grouped } from './chart.ts';
import { Html, html, type Insert } from './html.ts';
import type { Column, Messages, Section } from './messages.ts';

/** `2026-11-23 06:51:32`, in UTC, as the column or label says. */
export const stamp = (timeMs: number): string => toRfc3339(timeMs).slice(0, 19).replace('T', ' ');

export interface Cell {
  /** `t` for times, `n` for numbers, `w` for names long enough to break anywhere, `bar` for drawings. */
  readonly kind?: 't' | 'n' | 'w' | 'bar';
  readonly content: Insert;
}

export const time = (timeMs: number): Cell => ({ kind: 't', content: stamp(timeMs) });
export const count = (value: number): Cell => ({ kind: 'n', content: grouped(value) });
export const text = (content: Insert): Cell => ({ content });
export const long = (content: Insert): Cell => ({ kind: 'w', content });
export const code = (...lines: readonly string[]): Cell => ({
  content: lines.filter((line) => line !== '').map((line) => html`<code>${line}</code>`),
});
/** A long name that may break where a word of it begins. */
export const breakable = (name: string): Html[] =>
  name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[/-])/).map((word) => html`${word}<wbr>`);
/** Ids that must stay on one line to be compared by eye. */
export const ids = (...lines: readonly string[]): Cell => ({
  content: lines.filter((line) => line !== '').map((line) => html`<code class="id">${line}</code>`),
});

const NUMERIC: ReadonlySet<Column> = new Set([
  'count',
  'matched',
  'interrupted',
  'unexplained',
  'refused',
  'failed',
  'happened',
  'attempts',
  'uses',
  'digests',
  'longest',
]);

/** The caller has kept the rows to a number that a page can hold. */
export function table(words: Messages, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  const heads = columns.map((column) => {
    const label = words.columns[column];
    return NUMERIC.has(column) ? html`<th scope="col" class="n">${label}</th>` : html`<th scope="col">${label}</th>`;
  });
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>
`;
}

const cell = ({ kind, content }: Cell): Html =>
  kind === undefined ? html`<td>${content}</td>` : html`<td class="${kind}">${content}</td>`;

export const anchor = (name: Section): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A section with its heading and introduction; says “None.” when there is nothing to show. */
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

/** Text of this project's own, already HTML or CSS. Never for anything that was read. */
export const own = (trusted: string): Html => new Html(trusted);
