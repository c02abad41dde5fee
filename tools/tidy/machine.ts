/** Finds code and tests that depend on the machine: its language, its time zone, its free ports. */
import { dotted, type Module, memberOf, type SyntaxNode } from './syntax.ts';

const LOCAL_TIME = /^([gs]et(Hours|Minutes|Date|Day|Month|FullYear|TimezoneOffset)|to(Date|Time)String)$/;

export const leansOnMachine = (modules: readonly Module[]): string[] =>
  modules.flatMap(({ path, nodes }) =>
    nodes.flatMap((node) => {
      const what = leaningOf(node);
      return what === null ? [] : [`${path}:${node.line} ${what}`];
    }),
  );

function leaningOf(node: SyntaxNode): string | null {
  const { type, fields } = node;
  const name = memberOf(node) ?? '';
  if (LOCAL_TIME.test(name)) return `reads the time zone of the machine with ${name}`;
  const values = (fields.arguments ?? []) as readonly { readonly expression: { type: string; value?: unknown } }[];
  if (type === 'NewExpression') {
    const made = dotted(fields.callee);
    if (made === 'Date' && values.length > 1) return 'makes a time in the time zone of the machine';
    return made.startsWith('Intl.') && values.length === 0 ? `takes the language of the machine for ${made}` : null;
  }
  if (type !== 'CallExpression') return null;
  const called = memberOf({ ...node, type: 'MemberExpression', fields: fields.callee as SyntaxNode['fields'] }) ?? '';
  if (/^toLocale/.test(called) && values.length === 0) return `takes the language of the machine for ${called}`;
  if (called === 'localeCompare' && values.length < 2) return 'sorts by the language of the machine';
  const [port] = values;
  const isFixed = port?.expression.type === 'NumericLiteral' && port.expression.value !== 0;
  return called === 'listen' && isFixed ? 'listens on a port that may be taken' : null;
}
