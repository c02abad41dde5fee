/** Reads elements and attributes of any HTML text. The reader visits each character a bounded number of times. */

export interface HtmlElement {
  /** By name in lower case; empty where it has no value. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

const ENDS_NAME = new Set(['>', '/', ' ', '\t', '\n', '\f', '\r']);
const ATTRIBUTE_PARTS = /=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|[^\s"'=/]+/g;

/** The attributes of every start tag of this name, such as `link`, which holds no text. */
export const tagsOf = (html: string, name: string): ReadonlyMap<string, string>[] =>
  [...startTags(html, name)].map(({ attributes }) => attributesOf(attributes));

/** The elements of a name such as `script`, which have an end tag and hold text only. */
export function elementsOf(html: string, name: string): HtmlElement[] {
  const lower = inLowerCase(html);
  const found: HtmlElement[] = [];
  let end = 0;
  for (const tag of startTags(html, name)) {
    if (tag.start < end) continue;
    end = lower.indexOf(`</${name}`, tag.end);
    if (end === -1) break;
    found.push({ attributes: attributesOf(tag.attributes), text: html.slice(tag.end, end) });
  }
  return found;
}

interface StartTag {
  readonly start: number;
  /** Behind its `>`. */
  readonly end: number;
  readonly attributes: string;
}

function* startTags(html: string, name: string): Generator<StartTag> {
  const lower = inLowerCase(html);
  const opening = `<${name}`;
  for (let start = lower.indexOf(opening); start !== -1; start = lower.indexOf(opening, start + 1)) {
    const from = start + opening.length;
    if (!ENDS_NAME.has(lower[from] ?? '')) continue;
    const close = lower.indexOf('>', from);
    if (close === -1) return;
    yield { start, end: close + 1, attributes: html.slice(from, close) };
    start = close;
  }
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name: string | null = null;
  for (const [part, ...values] of text.matchAll(ATTRIBUTE_PARTS)) {
    if (part.startsWith('=')) {
      if (name !== null) found.set(name, values.find((value) => value !== undefined) ?? '');
      name = null;
    } else {
      // Browsers take the first of two attributes of one name.
      name = found.has(part.toLowerCase()) ? null : part.toLowerCase();
      if (name !== null) found.set(name, '');
    }
  }
  return found;
}

/** Of the same length, which `toLowerCase` does not promise beyond ASCII. */
const inLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
