/** Lists the files that can put a card number or security code in clear (V1, V5), for reviews. */
import { type Module, memberOf, type SyntaxNode } from './syntax.ts';

/** Files that use `Pan.digits`, `Cvc.take` or `Secret.clearText`, as a call or as a value. */
export const readersOf = (modules: readonly Module[], member: 'digits' | 'take' | 'clearText'): string[] =>
  modules
    .filter(({ nodes }) => nodes.some((node) => memberOf(node) === member && !takesArguments(node)))
    .map(({ path }) => path);

/** These methods have no parameters, so `iterator.take(10)` is another method. */
function takesArguments(member: SyntaxNode): boolean {
  const call = member.around.at(-1);
  return call?.type === 'CallExpression' && call.fields.callee === member.fields && hasItems(call.fields.arguments);
}

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Files that write `mayDecrypt: true`, the permission to decrypt. */
export const grantersOfDecryption = (modules: readonly Module[]): string[] =>
  modules.filter(({ nodes }) => nodes.some(grantsDecryption)).map(({ path }) => path);

function grantsDecryption({ type, fields }: SyntaxNode): boolean {
  if (type !== 'KeyValueProperty') return false;
  const key = fields.key as { value?: unknown };
  return key.value === 'mayDecrypt';
}
