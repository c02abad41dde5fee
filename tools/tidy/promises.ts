/**
 * Checks INVARIANTS.md against the code: each promise has a section that quotes the line that holds it and the title of
 * the test that proves it. It quotes rather than numbering lines, because a quotation stays right when a file grows.
 */
import type { Module, SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

export const PROMISES: readonly string[] = Array.from({ length: 14 }, (_, index) => `V${index + 1}`);

/** Folders with code that holds promises. */
const SOURCE = /^(shared|audit|functions|infra|web)\//;

/** `- Held by [path](path): \`quoted line\`` and `- Proven by [path](path): “title”`. */
const HELD = /^- Held by \[([^\]]+)\]\([^)]+\): `(.+)`$/;
const PROVEN = /^- Proven by \[([^\]]+)\]\([^)]+\): “(.+)”$/;

export function brokenPromises(page: string, files: readonly SourceFile[], modules: readonly Module[]): string[] {
  const sections = new Map(page.split(/^## /m).map((section) => [/^(V\d+) /.exec(section)?.[1] ?? '', section]));
  const unknown = [...sections.keys()].filter((id) => id !== '' && !PROMISES.includes(id));
  return [
    ...unknown.map((id) => `${id} is no promise`),
    ...PROMISES.flatMap((id) => {
      const section = sections.get(id);
      if (section === undefined) return [`${id} has no section`];
      return checkSection(section, files, modules).map((complaint) => `${id} ${complaint}`);
    }),
  ];
}

function checkSection(section: string, files: readonly SourceFile[], modules: readonly Module[]): string[] {
  const points = section.split('\n').filter((line) => line.startsWith('- '));
  const held = points.flatMap((line) => HELD.exec(line) ?? []).length / 3;
  const proven = points.flatMap((line) => PROVEN.exec(line) ?? []).length / 3;
  return [
    ...(held === 0 ? ['names no line that holds it'] : []),
    ...(proven === 0 ? ['names no test that proves it'] : []),
    ...points.flatMap((line) => checkPoint(line, files, modules)),
  ];
}

function checkPoint(line: string, files: readonly SourceFile[], modules: readonly Module[]): string[] {
  const [, source, quote = ''] = HELD.exec(line) ?? [];
  if (source !== undefined) {
    const isSource = SOURCE.test(source);
    const text = files.find(({ path }) => path === source)?.text;
    return isSource && text?.includes(quote) ? [] : [`quotes a line that ${source} does not have: ${quote}`];
  }
  const [, test, title = ''] = PROVEN.exec(line) ?? [];
  if (test === undefined) return [`has a point of neither form: ${line}`];
  const module = modules.find(({ path }) => path === test);
  return module && titlesOf(module).includes(title) ? [] : [`names a test that ${test} does not have: ${title}`];
}

/** Promise ids without a source line, or without a test title. */
export function unmarkedPromises(files: readonly SourceFile[], modules: readonly Module[]): string[] {
  const sources = files.filter(({ path }) => SOURCE.test(path) && path.endsWith('.ts'));
  const titles = modules.filter(({ path }) => path.endsWith('.test.ts')).flatMap(titlesOf);
  return PROMISES.flatMap((id) => {
    const mark = new RegExp(`\\b${id}\\b`);
    return [
      ...(sources.some(({ text }) => mark.test(text)) ? [] : [`${id} is in no source file`]),
      ...(titles.some((title) => mark.test(title)) ? [] : [`${id} is in no test title`]),
    ];
  });
}

/** Titles of `test(…)`, `describe(…)`, their `.each` forms, and `step(…)`. */
export const titlesOf = ({ nodes }: Module): string[] => nodes.flatMap(titleOf);

function titleOf({ type, fields }: SyntaxNode): string[] {
  if (type !== 'CallExpression' || !/^(test|it|describe|step)$/.test(rootName(fields.callee))) return [];
  const [first] = fields.arguments as { expression: { type: string; value?: unknown } }[];
  return first?.expression.type === 'StringLiteral' ? [String(first.expression.value)] : [];
}

/** `test` for `test`, `test.each` and `test.each(rows)`. */
function rootName(callee: unknown): string {
  const node = callee as { type?: string; value?: unknown; object?: unknown; callee?: unknown };
  if (node?.type === 'Identifier') return String(node.value);
  if (node?.type === 'MemberExpression') return rootName(node.object);
  return node?.type === 'CallExpression' ? rootName(node.callee) : '';
}
