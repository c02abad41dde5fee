/**
 * Where the texts of an XML body stand, so that a destination can name elements and attributes. Reads elements,
 * attributes, comments and processing instructions, and refuses what would let one element's text come from elsewhere:
 * document types, CDATA, tags that do not match. A text with a placeholder is the only content of its element, because
 * receivers put the pieces around a child or a comment together.
 */

const DEPTH_MAX = 32;
/** Names without their prefix, by which receivers that know no namespaces read them. */
const NAME = '(?:[A-Za-z_][A-Za-z0-9_.-]{0,99}:)?([A-Za-z_][A-Za-z0-9_.-]{0,99})';
const OPEN = new RegExp(`<${NAME}(?=[\\s/>])`, 'y');
const CLOSE = new RegExp(`</${NAME}\\s{0,20}>`, 'y');
const ATTRIBUTE = new RegExp(`\\s{1,200}${NAME}\\s{0,20}=\\s{0,20}(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const END_OF_TAG = /\s{0,200}(\/?)>/y;
/** In UTF-8, as it is sent; read in another encoding it would have other elements. */
const DECLARATION =
  /^<\?xml\s{1,20}version=(["'])1\.0\1(?:\s{1,20}encoding=(["'])utf-8\2)?(?:\s{1,20}standalone=(["'])(?:yes|no)\3)?\s{0,20}\?>$/i;
const PASSED_OVER = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

/** Place and text of each value, those with a placeholder only where they stand alone; null for what is not understood. */
export function readXml(text: string): readonly (readonly [place: string, text: string])[] | null {
  const reader = new XmlReader(text);
  while (!reader.isAtEnd) if (!reader.step()) return null;
  return reader.isClosed ? reader.found : null;
}

class XmlReader {
  readonly found: [place: string, text: string][] = [];
  readonly #text: string;
  readonly #open: string[] = [];
  #at = 0;
  #startTagEndsAt = -1;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  get isClosed(): boolean {
    return this.#open.length === 0;
  }

  /** One text, comment, instruction or tag; false for anything else. */
  step(): boolean {
    if (this.#text[this.#at] !== '<') return this.#readText();
    const passed = PASSED_OVER.find(([begin]) => this.#text.startsWith(begin, this.#at));
    if (passed !== undefined) return this.#passOver(passed[0].length, passed[1]);
    const closed = this.#take(CLOSE);
    return closed === null ? this.#readTag() : this.#open.pop() === closed[1];
  }

  #readText(): boolean {
    const next = this.#text.indexOf('<', this.#at);
    const end = next === -1 ? this.#text.length : next;
    const content = this.#text.slice(this.#at, end);
    const isAlone = this.#at === this.#startTagEndsAt && this.#text.startsWith('</', end);
    if (isAlone || !content.includes('{{')) this.#note(this.#place(), content);
    this.#at = end;
    return true;
  }

  #passOver(beginLength: number, end: string): boolean {
    const begin = this.#at;
    const endsAt = this.#text.indexOf(end, begin + beginLength);
    this.#at = endsAt + end.length;
    const isDeclaration = /^<\?xml\s/i.test(this.#text.slice(begin, begin + 6));
    return endsAt !== -1 && (!isDeclaration || DECLARATION.test(this.#text.slice(begin, this.#at)));
  }

  #readTag(): boolean {
    const name = this.#take(OPEN)?.[1];
    if (name === undefined || this.#open.length === DEPTH_MAX) return false;
    this.#open.push(name);
    for (let found = this.#take(ATTRIBUTE); found !== null; found = this.#take(ATTRIBUTE)) {
      this.#note(`${this.#place()}/@${found[1]}`, found[2] ?? found[3] ?? '');
    }
    const end = this.#take(END_OF_TAG);
    const isEmpty = end?.[1] === '/';
    if (isEmpty) this.#open.pop();
    this.#startTagEndsAt = isEmpty ? -1 : this.#at;
    return end !== null;
  }

  #note(place: string, text: string): void {
    if (text.trim() !== '') this.found.push([place, text]);
  }

  #place(): string {
    return `/${this.#open.join('/')}`;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}
