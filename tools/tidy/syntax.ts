/**
 * The syntax tree of a source file for the tidy rules, as a flat list of nodes with their lines. With a tree, comments
 * and strings are not taken for code.
 */
import { parseSync } from '@swc/core';
import type { SourceFile } from './tree.ts';

export interface SyntaxNode {
  readonly type: string;
  readonly line: number;
  readonly lastLine: number;
  /** The enclosing nodes, innermost last. */
  readonly around: readonly SyntaxNode[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Module extends SourceFile {
  readonly nodes: readonly SyntaxNode[];
  /** Every module named by `import`, `export … from` and `import()`, the last also in types. */
  readonly imports: readonly {
    readonly specifier: string;
    readonly line: number;
    readonly isTypeOnly: boolean;
    /** The names that it takes; `*` for all of them. */
    readonly names: readonly string[];
  }[];
}

type RawNode = Record<string, unknown> & { readonly type: string };

const isNode = (value: unknown): value is RawNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

export const isScript = ({ path }: SourceFile): boolean => /\.(ts|mjs|js)$/.test(path);

export function parseModule(file: SourceFile): Module {
  // A hashbang stays one line long, so that every line keeps its number.
  const text = file.text.replace(/^#!/, '//');
  const lineAt = lineFinder(text);
  const nodes: SyntaxNode[] = [];
  const visit = (value: unknown, outer: Node | null): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, outer);
    else if (isNode(value)) {
      const node = new Node(value, outer, lineAt);
      nodes.push(node);
      for (const name in value) if (name !== 'span') visit(value[name], node);
    } else if (typeof value === 'object' && value !== null) {
      for (const field of Object.values(value)) visit(field, outer);
    }
  };
  visit(parseSync(text, { syntax: 'typescript', target: 'es2024' }).body, null);
  return { ...file, nodes, imports: nodes.flatMap(importOf) };
}

/** Spans count bytes of UTF-8 from 1. */
function lineFinder(text: string): (position: number) => number {
  const ends: number[] = [];
  const bytes = Buffer.from(text);
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) ends.push(at);
  // By halves: a tree asks for two lines of each of its nodes.
  return (position) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) < position - 1) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** A tree has a million nodes, and few rules look around one: so that is found when it is asked for. */
class Node implements SyntaxNode {
  readonly type: string;
  readonly line: number;
  readonly lastLine: number;
  readonly fields: RawNode;
  readonly #outer: Node | null;

  constructor(fields: RawNode, outer: Node | null, lineAt: (position: number) => number) {
    const span = fields.span as { start: number; end: number } | undefined;
    this.type = fields.type;
    this.line = span === undefined ? (outer?.line ?? 1) : lineAt(span.start);
    this.lastLine = span === undefined ? (outer?.lastLine ?? 1) : lineAt(span.end - 1);
    this.fields = fields;
    this.#outer = outer;
  }

  get around(): readonly SyntaxNode[] {
    const found: SyntaxNode[] = [];
    for (let node = this.#outer; node !== null; node = node.#outer) found.push(node);
    return found.reverse();
  }
}

function importOf({ type, line, fields }: SyntaxNode): Module['imports'] {
  const literal = (value: unknown) => (isNode(value) && value.type === 'StringLiteral' ? String(value.value) : null);
  if (type === 'CallExpression') {
    const [argument] = fields.arguments as { expression: unknown }[];
    const isImport = isNode(fields.callee) && fields.callee.type === 'Import';
    const specifier = isImport ? literal(argument?.expression) : null;
    return specifier === null ? [] : [{ specifier, line, isTypeOnly: false, names: ['*'] }];
  }
  if (type === 'TsImportType') {
    const specifier = literal(fields.argument);
    return specifier === null ? [] : [{ specifier, line, isTypeOnly: true, names: ['*'] }];
  }
  if (!['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'].includes(type)) return [];
  const specifier = literal(fields.source);
  if (specifier === null) return [];
  const isTypeOnly = fields.typeOnly === true || namesTypesOnly(fields);
  return [{ specifier, line, isTypeOnly, names: namesTaken(fields) }];
}

/** Under the names that the other module exports; an `export *` has no specifiers. */
function namesTaken({ specifiers }: SyntaxNode['fields']): string[] {
  if (!Array.isArray(specifiers)) return ['*'];
  return (specifiers as RawNode[]).map(({ type, imported, orig, local }) => {
    const name = [imported, orig, local].find(isNode)?.value;
    return type === 'ImportNamespaceSpecifier' || typeof name !== 'string' ? '*' : name;
  });
}

/** `import { type A, type B }`, which does not exist at run time. */
function namesTypesOnly({ specifiers }: SyntaxNode['fields']): boolean {
  const named = Array.isArray(specifiers) ? (specifiers as { isTypeOnly?: boolean }[]) : [];
  return named.length > 0 && named.every(({ isTypeOnly }) => isTypeOnly === true);
}

/** `process.env` for such a member expression, `fetch` for such an identifier, '' for other nodes. */
export function dotted(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'Identifier') return String(value.value);
  if (value.type !== 'MemberExpression') return '';
  const property = value.property as RawNode;
  return property.type === 'Identifier' ? `${dotted(value.object)}.${property.value}` : dotted(value.object);
}

/** The name a member expression reads, such as `digits` in `pan?.digits`; null for any other node. */
export function memberOf({ type, fields }: SyntaxNode): string | null {
  const property = type === 'MemberExpression' && isNode(fields.property) ? fields.property : null;
  return property?.type === 'Identifier' ? String(property.value) : null;
}

/** The path of a relative import from the repository's root; null for a package. */
export function resolveImport(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
