/**
 * Extracts the English of the repository: comments, texts (string literals that are sentences, such as errors, help and
 * test titles) and the sentences of pages.
 */
import { isScript, type Module, type SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

export interface Passage {
  readonly path: string;
  /** The line on which `text` starts; `text` keeps its line breaks. */
  readonly line: number;
  readonly text: string;
}

/** The form of comments. In scripts, literals are blanked first. */
const COMMENTS: readonly { readonly files: RegExp; readonly comment: RegExp }[] = [
  { files: /\.(ts|mjs|js|go|java)$/, comment: /(?<![:"])\/\/.*|\/\*[\s\S]*?\*\//g },
  { files: /\.css$/, comment: /\/\*[\s\S]*?\*\//g },
  { files: /\.sql$/, comment: /--.*/g },
  { files: /\.(py|sh)$|^\.ci\/run$/, comment: /(?<=^|\s)#.*/gm },
];

export interface Prose {
  readonly comments: readonly Passage[];
  readonly texts: readonly Passage[];
  readonly sentences: readonly Passage[];
}

/** The prose of the given files; `modules` are the parsed scripts among them. */
export function proseOf(files: readonly SourceFile[], modules: readonly Module[]): Prose {
  const others = files.filter((file) => !isScript(file));
  return {
    comments: [...others, ...modules].flatMap(commentsOf),
    texts: modules.flatMap(textsOf),
    sentences: others.filter(({ path }) => path.endsWith('.md')).flatMap(sentencesOf),
  };
}

export function commentsOf(file: SourceFile | Module): readonly Passage[] {
  const pattern = COMMENTS.find(({ files }) => files.test(file.path))?.comment;
  if (pattern === undefined) return [];
  const code = 'nodes' in file ? withoutLiterals(file) : file.text;
  const comments: Passage[] = [];
  let end = 0;
  let mayGoOn = false;
  for (const { 0: text, index } of code.matchAll(pattern)) {
    const before = code.slice(end, index);
    const isLine = !text.startsWith('/*');
    const last = comments.at(-1);
    // Consecutive line comments are one comment; one after code on its line is separate.
    if (last !== undefined && mayGoOn && isLine && /^\n[ \t]*$/.test(before)) {
      comments[comments.length - 1] = { ...last, text: `${last.text}\n${wordsOf(text)}` };
    } else {
      comments.push({ path: file.path, line: newlinesIn(code.slice(0, index)) + 1, text: wordsOf(text) });
      mayGoOn = isLine && /(?:^|\n)[ \t]*$/.test(before);
    }
    end = index + text.length;
  }
  return comments.filter(isEnglish);
}

/** The words of a comment, without the marks around them. */
const wordsOf = (comment: string): string =>
  comment.replace(/^(\/\*+|\/\/+|--|#+!?)|\*+\/$/g, '').replace(/^[ \t]*\*/gm, '');

const LITERALS = /^(StringLiteral|TemplateElement|RegExpLiteral)$/;

function spanOf({ fields }: SyntaxNode): readonly [number, number] {
  const { start, end } = fields.span as { start: number; end: number };
  return [start - 1, end - 1];
}

/** Blanks literals, which may look like comments. Lines stay, columns may change. */
function withoutLiterals({ text, nodes }: Module): string {
  const bytes = Buffer.from(text);
  for (const node of nodes.filter(({ type }) => LITERALS.test(type))) {
    const [start, end] = spanOf(node);
    for (let at = start; at < end; at++) if (bytes[at] !== 10) bytes[at] = 32;
  }
  return bytes.toString();
}

/** String literals and templates of at least three words. */
export function textsOf({ path, text, nodes }: Module): readonly Passage[] {
  const bytes = Buffer.from(text);
  return nodes
    .filter(({ type }) => type === 'StringLiteral' || type === 'TemplateLiteral')
    .map((node) => ({ path, line: node.line, text: bytes.subarray(...spanOf(node)).toString() }))
    .filter(isEnglish);
}

const FENCE = /^([ \t]*)```[\s\S]*?^\1```/gm;
const CODE_OR_TARGET = /`[^`\n]*`|(?<=\])\([^)\s]*\)/g;
const BREAK = /(?<=[.!?:]) |(?<=^#.*)\n|\n\s*\n|\n(?=[ \t]*(?:[-*#|]|\d+\.))| \| /gm;

/** The sentences, headings and cells of a page, without code and targets of links. */
export function sentencesOf({ path, text }: SourceFile): readonly Passage[] {
  let line = 1;
  return text
    .replace(FENCE, (code) => '\n'.repeat(newlinesIn(code)))
    .replace(CODE_OR_TARGET, '``')
    .replace(BREAK, (gap) => `${gap}\0`)
    .split('\0')
    .map((part) => {
      const passage = { path, line, text: part };
      line += newlinesIn(part);
      return passage;
    })
    .filter(isEnglish);
}

/** At least three words. */
const isEnglish = ({ text }: Passage): boolean =>
  text.split(/\s+/).filter((word) => /^\W*[a-z]/i.test(word)).length >= 3;

const newlinesIn = (text: string): number => text.split('\n').length - 1;
