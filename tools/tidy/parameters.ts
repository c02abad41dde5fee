/**
 * Long lists of parameters: a call with five values in a row does not say which is which. From the fifth on, a function
 * takes an object, so that each value has a name where the function is called.
 */
import type { Module, SyntaxNode } from './syntax.ts';

const PARAMETERS_MAX = 4;

export const longParameterLists = (modules: readonly Module[]): string[] =>
  modules.flatMap(({ path, nodes }) =>
    nodes.flatMap((node) => {
      const count = parametersOf(node).filter((parameter) => !isThis(parameter)).length;
      return count > PARAMETERS_MAX
        ? [`${path}:${node.line} takes ${count} parameters, more than ${PARAMETERS_MAX}`]
        : [];
    }),
  );

/** Functions, methods and constructors, and the types of these. */
const TAKES = /Function|Method|Construct|CallSignature/;

function parametersOf({ type, fields }: SyntaxNode): readonly object[] {
  if (!TAKES.test(type)) return [];
  const { params } = (fields.function ?? fields) as { readonly params?: readonly object[] };
  return params ?? [];
}

/** TypeScript writes the type of `this` in the place of a first parameter. */
function isThis(parameter: object): boolean {
  const { pat = parameter } = parameter as { readonly pat?: object };
  return (pat as { readonly value?: unknown }).value === 'this';
}
