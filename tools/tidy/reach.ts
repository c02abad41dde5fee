/** Finds dead files, unused exports and unrouted handlers: something that runs must reach every file. */
import { dirname, relative } from 'node:path/posix';
import { dotted, type Module, resolveImport, type SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

export interface StartedFile {
  readonly path: string;
  /** The file that starts it, by its name. */
  readonly startedBy: string;
}

/** Modules that no entry imports, directly or indirectly. */
export function deadFiles(modules: readonly Module[], entries: readonly string[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const reached = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const module = byPath.get(path);
    if (module === undefined || reached.has(path)) continue;
    reached.add(path);
    queue.push(...module.imports.flatMap(({ specifier }) => resolveImport(module.path, specifier) ?? []));
  }
  return modules.map(({ path }) => path).filter((path) => !reached.has(path));
}

/**
 * Exported values that no other module imports: such a name is for its file alone. Where a module is taken whole, by
 * `import *` or `import()`, all of its exports count as used; so do those of the entries, which others start. A type may be
 * exported for the signature that names it.
 */
export function unusedExports(modules: readonly Module[], entries: readonly string[]): string[] {
  const used = new Set(modules.flatMap(usesIn));
  return modules
    .filter(({ path }) => !entries.includes(path) && !used.has(`${path} *`))
    .flatMap(({ path, nodes }) =>
      exportedNames(nodes)
        .filter((name) => !used.has(`${path} ${name}`))
        .map((name) => `${path} exports ${name}, which no other file imports`),
    );
}

/** `path name` for each name that this module takes from another, with `*` for all of them. */
const usesIn = ({ path, imports }: Module): string[] =>
  imports.flatMap(({ specifier, names }) => {
    const target = resolveImport(path, specifier);
    return target === null ? [] : names.map((name) => `${target} ${name}`);
  });

const isTypeOnly = ({ fields }: SyntaxNode): boolean => (fields.declaration as { type: string }).type.startsWith('Ts');

const exportedNames = (nodes: readonly SyntaxNode[]): string[] =>
  nodes.flatMap((node) => {
    if (node.type === 'ExportDeclaration') return isTypeOnly(node) ? [] : exportedName(node).split(',');
    if (node.type !== 'ExportNamedDeclaration' || node.fields.source || node.fields.typeOnly) return [];
    return (node.fields.specifiers as { orig: { value: string } }[]).map(({ orig }) => orig.value);
  });

/** Missing entries, and those that their starter does not name, from the root or from its folder. */
export function lostEntries(files: readonly SourceFile[], entries: readonly StartedFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return entries.flatMap(({ path, startedBy }) => {
    if (!byPath.has(path)) return [`${path} is not there`];
    const text = byPath.get(startedBy)?.text ?? '';
    const names = [path, relative(dirname(startedBy), path)];
    return names.some((name) => text.includes(name)) ? [] : [`${startedBy} does not start ${path}`];
  });
}

/** Tests outside test/, which Jest never runs. */
export const strayTests = (files: readonly SourceFile[]): string[] =>
  files.map(({ path }) => path).filter((path) => /\.test\.[a-z]+$/.test(path) && !path.startsWith('test/'));

/** The parts of a row of infra/routes.ts that the rules need. */
export interface Row {
  readonly entry: string;
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

const HANDLER = /^functions\/((?:cde|api|scheduled)\/(?!deps\.ts$)[^/]+)\.ts$/;

/** Handlers without a row, rows without a handler, and handlers that differ from their row. */
export function unroutedHandlers(modules: readonly Module[], rows: readonly Row[]): string[] {
  const handlers = new Map(modules.flatMap((module) => handlerOf(module)));
  const withoutRow = [...handlers.keys()].filter((entry) => !rows.some((row) => row.entry === entry));
  return [
    ...withoutRow.map((entry) => `functions/${entry}.ts has no row in infra/routes.ts`),
    ...rows.flatMap((row) => {
      const module = handlers.get(row.entry);
      return module
        ? differences(module, row)
        : [`infra/routes.ts names functions/${row.entry}.ts, which is not there`];
    }),
  ];
}

function handlerOf(module: Module): [string, Module][] {
  const entry = HANDLER.exec(module.path)?.[1];
  return entry === undefined ? [] : [[entry, module]];
}

/**
 * A handler has one export, `handler`, the tables and keys of its row, and `CdeDeps` only where the row may decrypt
 * cards.
 */
function differences(module: Module, row: Row): string[] {
  const exported = module.nodes.filter(({ type }) => type.startsWith('Export')).map(exportedName);
  const asked = module.nodes.filter(({ fields }) => /^make(Cde)?Deps$/.test(dotted(fields.callee)));
  const [call] = asked;
  const mayDecrypt = ['PanKey', 'CvcKey'].some((key) => row.keys[key]?.includes('Decrypt'));
  const wanted = { name: mayDecrypt ? 'makeCdeDeps' : 'makeDeps', tables: row.tables, keys: row.keys };
  const complaints: string[] = [];
  if (exported.join() !== 'handler') complaints.push('exports more or less than its handler');
  if (asked.length !== 1 || call === undefined) complaints.push('does not ask for its dependencies once');
  else if (dotted(call.fields.callee) !== wanted.name) complaints.push(`should call ${wanted.name}`);
  for (const kind of ['tables', 'keys'] as const) {
    const names = call === undefined ? [] : stringsUnder(module, call, kind).toSorted();
    const expected = Object.keys(wanted[kind]).toSorted();
    if (names.join() !== expected.join()) complaints.push(`asks for ${kind} [${names}], its row says [${expected}]`);
  }
  return complaints.map((complaint) => `${module.path} ${complaint}`);
}

function exportedName({ type, fields }: SyntaxNode): string {
  if (type !== 'ExportDeclaration') return type;
  const { declarations, identifier } = fields.declaration as {
    declarations?: { id: { value?: string } }[];
    identifier?: { value?: string };
  };
  return declarations?.map(({ id }) => id.value).join() ?? identifier?.value ?? type;
}

/** The strings of the array under this property of the call's argument. */
function stringsUnder(module: Module, call: SyntaxNode, property: string): string[] {
  const isProperty = ({ type, fields }: SyntaxNode) =>
    type === 'KeyValueProperty' && (fields.key as { value?: unknown }).value === property;
  return module.nodes
    .filter(({ type, around }) => type === 'StringLiteral' && around.includes(call) && around.some(isProperty))
    .map(({ fields }) => String(fields.value));
}
