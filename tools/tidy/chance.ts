/** Random draws in tests and tools must follow from the seed of the run, so that a failure can be repeated. */
import { dotted, type Module, type SyntaxNode } from './syntax.ts';

const DRAWING = /^(random(Bytes|UUID|Int|FillSync|Fill)|getRandomValues)$/;
/** Functions of fast-check that draw without a seed. */
const UNSEEDED = /\bfc\.(assert|check|sample|statistics)$/;

/** `allowed` files may draw without a seed. */
export function unseededDraws(modules: readonly Module[], allowed: readonly string[]): string[] {
  return modules
    .filter(({ path }) => /^(test|tools\/[a-z]+)\//.test(path) && !allowed.includes(path))
    .flatMap(({ path, nodes }) => nodes.flatMap((node) => drawOf(node).map((what) => `${path}:${node.line} ${what}`)));
}

function drawOf({ type, fields }: SyntaxNode): string[] {
  if (type === 'ImportDeclaration') {
    if (!/^(node:)?crypto$/.test((fields.source as { value: string }).value)) return [];
    const names = (fields.specifiers as { imported?: { value: string } | null; local: { value: string } }[]).map(
      ({ imported, local }) => imported?.value ?? local.value,
    );
    return names.filter((name) => DRAWING.test(name)).map((name) => `draws with ${name}`);
  }
  const name = type === 'MemberExpression' ? dotted({ type, ...fields }) : '';
  if (UNSEEDED.test(name)) return [`calls ${name} without the seed of the run: use checkProperty`];
  const isDrawn = name === 'Math.random' || DRAWING.test(/^(?:globalThis\.)?crypto\.(\w+)$/.exec(name)?.[1] ?? '');
  return isDrawn ? [`draws with ${name}`] : [];
}
