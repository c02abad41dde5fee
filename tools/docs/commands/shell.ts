/**
 * Parses shell text in pages like a POSIX shell: words, quotes, `$(…)`, comments, pipes, redirections, continued lines.
 * It splits and never expands, so `"$STACK"` stays the word `$STACK`.
 */

export interface Typed {
  /** Variables set for this command alone: `PORT=9000 npm start`. */
  readonly variables: readonly string[];
  readonly words: readonly string[];
  /** The file that `<` reads. */
  readonly input?: string;
  /** Its start in the text. */
  readonly offset: number;
}

/** The text is not valid in a shell. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

const SPACE = /(?:[ \t]|\\\n)+/y;
const COMMENT = /#[^\n]*/y;
const SEPARATOR = /\n|\|\|?|&&?|;|\(|\)|[{}](?=\s|;|$)/y;
const REDIRECTION = /\d?(?:>>?&?\d?|<)/y;
/** The parts of a word, each with a different beginning: quoted, substituted, escaped, plain. */
const PART = /'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\\[\s\S]|[^\s'"\\|&;<>()$]+|\$/y;
const SUBSTITUTION = /\$\((?!\()([^()]*(?:\([^()]*\)[^()]*)*)\)/g;
const VARIABLE = /^([A-Za-z_]\w*)=/;

/** The commands of a text in order, those in `$(…)` after the one that contains them. */
export function readShell(text: string): readonly Typed[] {
  const found: Typed[] = [];
  let current = begun(0);
  let redirection = '';
  for (let at = 0; at < text.length; ) {
    const skipped = match(SPACE, text, at) || match(COMMENT, text, at);
    const separator = skipped ? '' : match(SEPARATOR, text, at);
    const redirects = skipped || separator ? '' : match(REDIRECTION, text, at);
    const raw = skipped || separator || redirects ? '' : wordAt(text, at);
    if (separator !== '') {
      found.push(...finished(current));
      current = begun(at);
    } else if (redirects !== '') redirection = redirects.includes('&') ? '' : redirects;
    else if (raw !== '') {
      if (current.raw.length === 0) current.offset = at;
      if (redirection === '') current.raw.push(raw);
      else if (redirection === '<') current.input = unquoted(raw);
      redirection = '';
    }
    at += (skipped || separator || redirects || raw).length;
  }
  if (redirection !== '') throw new ShellError('a redirection names no file');
  return [...found, ...finished(current)];
}

interface Begun {
  readonly raw: string[];
  input: string | undefined;
  offset: number;
}

const begun = (offset: number): Begun => ({ raw: [], input: undefined, offset });

function finished({ raw, input, offset }: Begun): Typed[] {
  const first = raw.findIndex((word) => !VARIABLE.test(word));
  const set = first === -1 ? raw : raw.slice(0, first);
  const variables = set.map((word) => VARIABLE.exec(word)?.[1] ?? '');
  const words = raw.slice(set.length).map(unquoted);
  const within = raw
    .filter((word) => !word.startsWith("'"))
    .flatMap((word) => [...word.matchAll(SUBSTITUTION)])
    .flatMap(([, inner = '']) => readShell(inner).map((typed) => ({ ...typed, offset })));
  const whole = words.length === 0 ? [] : [{ variables, words, ...(input !== undefined && { input }), offset }];
  return [...whole, ...within];
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function wordAt(text: string, start: number): string {
  let at = start;
  for (let part = match(PART, text, at); part !== ''; part = match(PART, text, at)) at += part.length;
  if (/['"]/.test(text[at] ?? '')) throw new ShellError('a quote is not closed');
  if (at === start) throw new ShellError('a shell does not take it');
  return text.slice(start, at);
}

const unquoted = (raw: string): string =>
  raw.replace(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_, single, double, escaped) =>
    escaped !== undefined ? escaped : (single ?? String(double).replace(/\\([\\"$`])/g, '$1')),
  );
