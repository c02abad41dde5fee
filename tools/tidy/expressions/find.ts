/**
 * Finds the regular expressions of a module. One that is put together is read where its parts are constants of the module;
 * what cannot be read is a complaint, because nothing says how long a search with it takes.
 */
import type { Module, SyntaxNode } from '../syntax.ts';
import { growthOf } from './growth.ts';

/** Stands for a value in place of what computes it. */
const KNOWN = 'Known';

type RawNode = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Known {
  /** Files whose expressions may be put together from what is no constant. */
  readonly variable: readonly string[];
  /** Functions of other modules by which constants are made. */
  readonly functions: Readonly<Record<string, (text: string) => string>>;
}

/** Expressions whose time may grow faster than the text, and those that are not constant. */
export function slowExpressions(modules: readonly Module[], { variable, functions }: Known): string[] {
  return modules.flatMap((module) => {
    const made = Object.entries(functions).map(([name, value]) => [name, { type: KNOWN, value }] as const);
    const constants = new Map([...made, ...constantsOf(module)]);
    return module.nodes.flatMap((node) => {
      const found = expressionOf(node, constants);
      const place = `${module.path}:${node.line}`;
      if (found === null) return [];
      if (found === 'unknown') {
        return variable.includes(module.path) ? [] : [`${place} RegExp is put together from what is no constant`];
      }
      const fault = growthOf(found.source, found.flags);
      return fault === null ? [] : [`${place} /${found.source}/${found.flags}: ${fault}`];
    });
  });
}

interface Expression {
  readonly source: string;
  readonly flags: string;
}

function expressionOf({ type, fields }: SyntaxNode, constants: Constants): Expression | 'unknown' | null {
  if (type === 'RegExpLiteral') return { source: String(fields.pattern), flags: String(fields.flags) };
  const callee = fields.callee as RawNode | undefined;
  if (!(type === 'NewExpression' || type === 'CallExpression') || callee?.value !== 'RegExp') return null;
  const given = (fields.arguments as { expression: RawNode }[]).map(({ expression }) =>
    constantOf(expression, constants),
  );
  const [source, flags = ''] = given;
  return typeof source === 'string' && typeof flags === 'string' ? { source, flags } : 'unknown';
}

type Constants = ReadonlyMap<string, RawNode>;

/** The constants at the top of a module, by name. */
const constantsOf = ({ nodes }: Module): (readonly [string, RawNode])[] =>
  nodes
    .filter(({ type, around }) => type === 'VariableDeclarator' && around.every((outer) => TOP.has(outer.type)))
    .filter(({ around }) => around.at(-1)?.fields.kind === 'const')
    .map(({ fields }) => [String((fields.id as RawNode).value), fields.init as RawNode] as const);

const TOP = new Set(['VariableDeclaration', 'ExportDeclaration']);

/** Methods of texts and lists that give the same for the same. */
const METHODS = new Set(['join', 'map', 'replaceAll']);

/** The value of an expression of constants; null for any other. */
function constantOf(node: RawNode, constants: Constants): unknown {
  switch (node.type) {
    case KNOWN:
    case 'StringLiteral':
      return node.value;
    case 'ParenthesisExpression':
    case 'TsAsExpression':
    case 'TsConstAssertion':
      return constantOf(node.expression as RawNode, constants);
    case 'Identifier': {
      const constant = constants.get(String(node.value));
      return constant === undefined ? null : constantOf(constant, constants);
    }
    case 'TemplateLiteral':
      return textOf(node, constants, 'cooked');
    case 'TaggedTemplateExpression':
      return textOf(node.template as RawNode, constants, 'raw');
    case 'BinaryExpression': {
      const [left, right] = [node.left, node.right].map((side) => constantOf(side as RawNode, constants));
      return node.operator === '+' && typeof left === 'string' && typeof right === 'string' ? left + right : null;
    }
    case 'ArrayExpression':
      return allKnown(
        (node.elements as { expression: RawNode }[]).map(({ expression }) => constantOf(expression, constants)),
      );
    case 'ArrowFunctionExpression':
      return functionOf(node, constants);
    case 'CallExpression':
      return callOf(node, constants);
    default:
      return null;
  }
}

const allKnown = (values: readonly unknown[]): readonly unknown[] | null => (values.includes(null) ? null : values);

function textOf(template: RawNode, constants: Constants, form: 'cooked' | 'raw'): string | null {
  const parts = (template.expressions as RawNode[]).map((part) => constantOf(part, constants));
  if (parts.some((part) => typeof part !== 'string')) return null;
  return (template.quasis as RawNode[]).map((quasi, index) => `${quasi[form]}${parts[index] ?? ''}`).join('');
}

/** `(name) => name.replaceAll(' ', '_')` */
function functionOf({ params, body }: RawNode, constants: Constants): ((value: string) => unknown) | null {
  const [first] = params as { value?: string; pat?: RawNode }[];
  const name = first?.value ?? first?.pat?.value;
  if (typeof name !== 'string') return null;
  return (value) => constantOf(body as RawNode, new Map([...constants, [name, { type: KNOWN, value }]]));
}

function callOf(node: RawNode, constants: Constants): unknown {
  const callee = node.callee as RawNode;
  const [object, method] = [callee.object as RawNode | undefined, (callee.property as RawNode | undefined)?.value];
  if (callee.type !== 'MemberExpression' || object === undefined || !METHODS.has(String(method))) return null;
  const values = [object, ...(node.arguments as { expression: RawNode }[]).map(({ expression }) => expression)];
  const [of, ...given] = values.map((value) => constantOf(value, constants));
  if (of === null || given.includes(null)) return null;
  const call = (of as Record<string, (...given: unknown[]) => unknown>)[String(method)];
  const result = call?.apply(
    of,
    method === 'map' ? [(each: string) => (given[0] as (text: string) => unknown)(each)] : given,
  );
  return Array.isArray(result) ? allKnown(result) : (result ?? null);
}
