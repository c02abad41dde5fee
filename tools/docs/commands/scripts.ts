/** The options of a script: from its call of `parseArgs`, Jest's, or the CDK's registry. */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { parseModule, type SyntaxNode } from '../../tidy/syntax.ts';
import type { SourceFile } from '../../tidy/tree.ts';

type Raw = Readonly<Record<string, unknown>> & { readonly type: string };
type Option = { readonly type: 'string' | 'boolean'; readonly short?: string; readonly multiple?: true };

export interface ScriptOptions {
  readonly options: Readonly<Record<string, Option>>;
  readonly allowPositionals: boolean;
}

/** Why a script would refuse these arguments; null where it takes them. */
export function refusal(args: readonly string[], taken: ScriptOptions): string | null {
  try {
    parseArgs({ args: [...args], ...taken, allowNegative: true });
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    return (error as Error).message.split(/[.!] /)[0] ?? '';
  }
}

/**
 * Reads the options from the source, or from a module of the same folder that it imports. A script without `parseArgs`
 * has none.
 */
export function optionsInSource(file: SourceFile, read: (path: string) => SourceFile): ScriptOptions {
  const folder = dirname(file.path);
  const beside = [...file.text.matchAll(BESIDE)].map(([, name]) => read(`${folder}/${name}`));
  const source = [file, ...beside].find(({ text }) => text.includes('parseArgs('));
  const call = source && parseModule(source).nodes.find(isParseArgs);
  const [argument] = (call?.fields.arguments ?? []) as { readonly expression: Raw }[];
  const config = argument === undefined ? {} : (literal(argument.expression) as Partial<ScriptOptions>);
  return { options: config.options ?? {}, allowPositionals: config.allowPositionals ?? false };
}

const BESIDE = / from '\.\/([\w-]+\.ts)'/g;

const isParseArgs = ({ type, fields }: SyntaxNode): boolean =>
  type === 'CallExpression' && (fields.callee as Raw).value === 'parseArgs';

/** The value of a literal; undefined for other nodes. */
function literal({ type, ...fields }: Raw): unknown {
  if (type === 'StringLiteral' || type === 'BooleanLiteral') return fields.value;
  if (type !== 'ObjectExpression') return undefined;
  const properties = fields.properties as Raw[];
  return Object.fromEntries(
    properties
      .filter((property) => property.type === 'KeyValueProperty')
      .map((property) => [String((property.key as Raw).value), literal(property.value as Raw)]),
  );
}

/** Options of Node itself and of tools/with-node.mjs, which come before a script's own. */
export const NODE: readonly string[] = ['min-semi-space-size', 'install'];

export const JEST: ScriptOptions = {
  options: {
    testNamePattern: { type: 'string', short: 't' },
    coverage: { type: 'boolean' },
    coverageProvider: { type: 'string' },
    collectCoverageFrom: { type: 'string' },
  },
  allowPositionals: true,
};

/** The options of `aws-cdk`, from its `lib/cli/cli-type-registry.json`. */
export interface CdkRegistry {
  readonly globalOptions: CdkOptions;
  readonly commands: Readonly<
    Record<string, { readonly options?: CdkOptions; readonly arg?: object; readonly aliases?: readonly string[] }>
  >;
}
type CdkOptions = Readonly<Record<string, { readonly type: string; readonly alias?: string | readonly string[] }>>;

export function optionsOfCdk(registry: CdkRegistry, name: string): ScriptOptions | null {
  const command = Object.entries(registry.commands).find(
    ([known, { aliases = [] }]) => known === name || aliases.includes(name),
  )?.[1];
  if (command === undefined) return null;
  const options = Object.entries({ ...registry.globalOptions, ...command.options }).map(([option, { type, alias }]) => {
    const short = [alias ?? []].flat().find((letter) => letter.length === 1);
    const kind = type === 'boolean' ? 'boolean' : 'string';
    return [
      option,
      { type: kind, ...(short && { short }), ...(type === 'array' && { multiple: true }) } as Option,
    ] as const;
  });
  return { options: Object.fromEntries(options), allowPositionals: command.arg !== undefined };
}
