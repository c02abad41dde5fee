/**
 * HTML as a tagged template that escapes every inserted text. A report quotes text that strangers chose (user agents,
 * object names), so only this file can insert a string unescaped.
 */
import { escapeHtml } from '../../shared/base/html.ts';

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Insert = string | number | Html | undefined | readonly Insert[];

/** Control characters and those that reorder text, which can make a line look like another (CVE-2021-42574). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this refuses.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Escaped for HTML, and with each of these characters as its code. */
export const escaped = (text: string): string =>
  escapeHtml(text).replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return new Html(parts.map((part, index) => part + render(inserts[index])).join(''));
}

function render(insert: Insert): string {
  if (insert === undefined) return '';
  if (insert instanceof Html) return insert.text;
  if (typeof insert === 'object') return insert.map(render).join('');
  return escaped(String(insert));
}
