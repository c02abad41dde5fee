/**
 * The texts of a program: its strings, which it may print, and its comments. A value that is only known at run time is
 * `HOLE`. Calls of `fuda(…)` are replaced by their result.
 */
import { COMMAND } from '../../../shared/base/command.ts';
import type { Module, SyntaxNode } from '../../tidy/syntax.ts';

export const HOLE = '\uFFFC';

export interface ProgramText {
  readonly line: number;
  readonly text: string;
}

type Raw = Readonly<Record<string, unknown>> & { readonly type: string };

/** The strings that the program may print. */
export function stringsOf({ nodes }: Module): readonly ProgramText[] {
  return nodes.filter(isOutermost).map((node) => ({ line: node.line, text: textOf(node.fields as Raw) }));
}

const TEXTS: readonly string[] = ['StringLiteral', 'TemplateLiteral'];

/** Not part of another text, of a concatenation or of a call of `fuda`, which are read as a whole. */
function isOutermost(node: SyntaxNode): boolean {
  const isText = ({ type, fields }: SyntaxNode): boolean =>
    TEXTS.includes(type) || isSum(fields as Raw) || isCommand(fields as Raw);
  const outer = node.around.at(-1);
  return isText(node) && !(outer !== undefined && isText(outer));
}

const isSum = ({ type, operator }: Raw): boolean => type === 'BinaryExpression' && operator === '+';
const isCommand = ({ type, callee }: Raw): boolean =>
  type === 'CallExpression' && (callee as Raw).type === 'Identifier' && (callee as Raw).value === 'fuda';

function textOf(node: Raw): string {
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type === 'Identifier' && node.value === 'COMMAND') return COMMAND;
  if (isSum(node)) return textOf(node.left as Raw) + textOf(node.right as Raw);
  if (isCommand(node)) {
    const [argument] = node.arguments as { readonly expression: Raw }[];
    return `${COMMAND} ${argument === undefined ? HOLE : textOf(argument.expression)}`;
  }
  if (node.type !== 'TemplateLiteral') return HOLE;
  const [first = '', ...rest] = (node.quasis as { readonly cooked?: string }[]).map(({ cooked = '' }) => cooked);
  const values = (node.expressions as Raw[]).map(textOf);
  return first + rest.map((text, index) => (values[index] ?? HOLE) + text).join('');
}

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** Comments without their marks. */
export function commentsOf({ text }: Module): readonly ProgramText[] {
  return [...text.matchAll(COMMENT)].map(({ 0: comment, index }) => ({
    line: text.slice(0, index).split('\n').length,
    text: comment.replaceAll(/^\/\*+|\*\/$|^\/\/ ?/g, '').replaceAll(/^ *\* ?/gm, ''),
  }));
}
