/**
 * Reads a constant from the source by its name, so that a page can be checked against it without an export:
 * `LIFE_MINUTES.default` of `shared/payments/checkout/session.ts` is 30. Supports numbers, texts, arithmetic, objects,
 * lists, and names of the same file or of one it imports.
 */
import { type Module, parseModule, resolveImport } from '../tidy/syntax.ts';
import type { SourceFile } from '../tidy/tree.ts';

type Raw = Readonly<Record<string, unknown>> & { readonly type: string };
export type Constants = (path: string, name: string) => unknown;

/** `read` returns a file of the repository. A missing constant throws an error with its name. */
export function constantsOf(read: (path: string) => SourceFile): Constants {
  const modules = new Map<string, Module>();
  const moduleAt = (path: string): Module => {
    const module = modules.get(path) ?? parseModule(read(path));
    modules.set(path, module);
    return module;
  };

  const find = (path: string, name: string): unknown => {
    const module = moduleAt(path);
    const declared = module.nodes.find(
      ({ type, fields, around }) =>
        type === 'VariableDeclarator' && (fields.id as Raw).value === name && isTopLevel(around),
    );
    if (declared !== undefined) return evaluate(declared.fields.init as Raw, path);
    const source = importedFrom(module, name);
    if (source === null) throw new Error(`${path} has no constant ${name}`);
    return find(source, name);
  };

  const evaluate = (node: Raw, path: string): unknown => {
    const within = (inner: unknown): unknown => evaluate(inner as Raw, path);
    switch (node.type) {
      case 'NumericLiteral':
      case 'StringLiteral':
        return node.value;
      case 'Identifier':
        return find(path, String(node.value));
      case 'ParenthesisExpression':
      case 'TsAsExpression':
      case 'TsConstAssertion':
      case 'TsSatisfiesExpression':
        return within(node.expression);
      case 'BinaryExpression':
        return calculate(String(node.operator), Number(within(node.left)), Number(within(node.right)));
      case 'MemberExpression':
        return member(within(node.object), String((node.property as Raw).value));
      case 'ArrayExpression':
        return (node.elements as { readonly expression: Raw }[]).map(({ expression }) => within(expression));
      case 'ObjectExpression':
        return Object.fromEntries(
          (node.properties as Raw[])
            .filter(({ type }) => type === 'KeyValueProperty')
            .map(({ key, value }) => [(key as Raw).value, within(value)]),
        );
      default:
        return undefined;
    }
  };

  return (path, name) => {
    const [first = '', ...rest] = name.split('.');
    const value = rest.reduce(member, find(path, first));
    if (value === undefined) throw new Error(`${path} has no constant ${name}`);
    return value;
  };
}

/** Whether the node is in a top-level declaration, exported or not. */
const isTopLevel = (around: Module['nodes'][number]['around']): boolean =>
  around.every(({ type }) => type === 'VariableDeclaration' || type === 'ExportDeclaration');

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

function importedFrom(module: Module, name: string): string | null {
  const statement = module.nodes.find(
    ({ type, fields }) =>
      type === 'ImportDeclaration' && (fields.specifiers as Raw[]).some(({ local }) => (local as Raw).value === name),
  );
  return statement === undefined ? null : resolveImport(module.path, String((statement.fields.source as Raw).value));
}

function calculate(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (operator === '/') return left / right;
  return operator === '**' ? left ** right : Number.NaN;
}
