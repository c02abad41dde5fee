/**
 * Small changes of a source file, each of which a test should notice: a comparison that takes in its bound, a condition
 * turned round, a number off by one, a call left out. One that no test notices shows what is not tested.
 */

import { type Module, parseModule, type SyntaxNode } from '../tidy/syntax.ts';
import type { SourceFile } from '../tidy/tree.ts';

export interface Mutant {
  readonly path: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The whole file with the change. */
  readonly text: string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '%': '*',
};

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Offsets in bytes of UTF-8, from 0. */
const spanOf = (node: unknown): Span => {
  const { start, end } = (node as { readonly span: Span }).span;
  return { start: start - 1, end: end - 1 };
};

export function mutantsOf(file: SourceFile): Mutant[] {
  const module: Module = parseModule(file);
  const bytes = Buffer.from(file.text);
  const textAt = ({ start, end }: Span): string => bytes.subarray(start, end).toString();
  return module.nodes.flatMap((node) => {
    const change = isOfType(node) ? undefined : changeOf(node, textAt);
    if (change === undefined) return [];
    const [span, after] = change;
    const text = bytes.subarray(0, span.start).toString() + after + bytes.subarray(span.end).toString();
    return { path: file.path, line: node.line, before: textAt(span), after, text };
  });
}

/** A literal in a type is the compiler's to check. */
const isOfType = ({ around }: SyntaxNode): boolean => around.some(({ type }) => type === 'TsLiteralType');

/** What takes the place of a node; undefined where nothing is to change. */
function changeOf({ type, fields }: SyntaxNode, textAt: (span: Span) => string): [Span, string] | undefined {
  switch (type) {
    case 'BinaryExpression': {
      const between = { start: spanOf(fields.left).end, end: spanOf(fields.right).start };
      const other = OPERATORS[String(fields.operator)];
      return other === undefined ? undefined : [between, textAt(between).replace(String(fields.operator), other)];
    }
    case 'BooleanLiteral':
      return [spanOf(fields), String(!fields.value)];
    case 'NumericLiteral':
      return [spanOf(fields), String(Number(fields.value) + 1)];
    case 'IfStatement':
    case 'ConditionalExpression': {
      const test = spanOf(fields.test);
      // A comparison is changed by itself, above.
      const { type: kind, operator } = fields.test as SyntaxNode['fields'];
      if (kind === 'BinaryExpression' && String(operator) in OPERATORS) return undefined;
      return [test, `!(${textAt(test)})`];
    }
    case 'ExpressionStatement':
      return [spanOf(fields), ';'];
    default:
      return undefined;
  }
}
