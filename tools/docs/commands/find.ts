/**
 * Finds the command lines that a text asks a person to type: in shell blocks, in code spans, and in running text, where
 * a sentence of any language may follow them.
 */

/** Text to be typed unchanged, text between backticks, or words of a sentence. */
type Style = 'typed' | 'span' | 'prose';

export interface FoundCommand {
  readonly path: string;
  readonly line: number;
  readonly style: Style;
  readonly text: string;
}

/** Beginnings of command lines. `Usage:` is excluded, because a grammar follows it. */
const NPM = String.raw`npm (?=(?:ci|pack|run|test|start|install|i|add|link|exec|x|init|create)\b)`;
const CDK = String.raw`cdk (?=(?:bootstrap|deploy|destroy|diff|import|synth|ls|list)\b)`;
const PROGRAM = String.raw`npx\b|bunx\b|(?:pnpm|yarn) dlx\b|${NPM}|node (?=[\w.-]*[/.])|fuda (?=[a-z])|${CDK}`;
const START = new RegExp(String.raw`(?<![\w./@-]|Usage: )(?:[A-Z][A-Z_]*=\S+ )*(?:${PROGRAM})`, 'g');
/** The end of a command in a sentence: its punctuation, any Japanese letter, or a drawing character. */
const END =
  /\n|[.,;:!?)\]]+(?=\s|$)|[.,;:!?)\]]*[`’”»]| \(|\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|[\u3000-\u303f\uff00-\uffef]| [·—–→◄─│] ?|$/u;

const FENCE = /^( *)(```+)(\w*)[^\n]*\n([\s\S]*?)^ *\2 *$/gm;
/** Within one paragraph. */
const SPAN = /(?<!`)(`+)((?:[^`\n]|\n(?!\s*\n))+)\1(?!`)/g;
const TABLE_ROW = /^ *\|.*$/gm;
const SHELLS: readonly string[] = ['sh', 'bash', 'shell', 'console'];

/** For a page in Markdown. */
export function commandsInMarkdown(path: string, text: string): readonly FoundCommand[] {
  const lineAt = lineCounter(text);
  const found: FoundCommand[] = [];
  for (const { 3: language = '', 4: code = '', index } of text.matchAll(FENCE)) {
    const line = lineAt(index) + 1;
    if (SHELLS.includes(language)) found.push({ path, line, style: 'typed', text: code });
    else found.push(...commandsInProse(path, code, line));
  }
  const rest = text.replace(FENCE, blank);
  const prose = rest.replace(SPAN, (whole, _marks: string, code: string, at: number) => {
    const typed = code
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll('\\|', '|');
    found.push({ path, line: lineAt(at), style: 'span', text: typed });
    return blank(whole);
  });
  const cells = prose.replace(TABLE_ROW, (row) => row.replaceAll('|', '│'));
  return [...found, ...commandsInProse(path, cells)].toSorted((a, b) => a.line - b.line);
}

/** For running text: a message, a comment, printed output. */
export function commandsInProse(path: string, text: string, firstLine = 1): readonly FoundCommand[] {
  const lineAt = lineCounter(text);
  return [...text.matchAll(START)].map(({ 0: start, index }) => {
    const rest = text.slice(index + start.length);
    const end = endOf(rest);
    const line = firstLine + lineAt(index) - 1;
    // Text after “List them with: …” is to be typed; text after `fuda: …` is a message of the program.
    const style = /(?<!\bfuda)[:：] ?$/.test(text.slice(0, index)) ? 'typed' : 'prose';
    return { path, line, style, text: (start + rest.slice(0, end)).trim() };
  });
}

/** A quote that was opened before the command ends it; a quote inside the command does not. */
function endOf(rest: string): number {
  const end = rest.search(END);
  const head = rest.slice(0, end);
  for (const quote of ['"', "'"]) {
    const count = head.split(quote).length - 1;
    if (count % 2 === 1) return head.lastIndexOf(quote);
  }
  return end;
}

/** Blanks the text and keeps its lines and columns. */
const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

function lineCounter(text: string): (offset: number) => number {
  const starts = [...text.matchAll(/^/gm)].map(({ index }) => index);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next === -1 ? starts.length : next;
  };
}
