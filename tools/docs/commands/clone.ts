/** A clone of this repository as its reader has it: files, scripts, the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../cli/commands.ts';
import { existsUnder } from '../../tidy/links.ts';
import type { SourceFile } from '../../tidy/tree.ts';
import type { Clone } from './judge.ts';
import { type CdkRegistry, optionsInSource, type ScriptOptions } from './scripts.ts';

/** Programs of a shell, and those that pages require. */
const PROGRAMS = ['aws', 'cd', 'curl', 'date', 'grep', 'jq', 'openssl', 'sha256sum'];
const FUNCTION = /^(\w+)\(\) +\{/gm;
const CONTEXT = /\bcontext\('([a-z-]+)'\)/g;
const VARIABLE =
  /\benv(?:\.|\[')([A-Z][A-Z_]*)|\b([A-Z][A-Z_]*)(?=[^;{}]*\} = process\.env)|environment\('([A-Z_]+)'\)/g;

export function cloneOf(root: string, files: readonly SourceFile[]): Clone {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const file = (path: string): SourceFile => ({ path, text: read(path) });
  const options = new Map<string, ScriptOptions>();
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  const defined = pages.flatMap(({ text }) => [...text.matchAll(FUNCTION)].map(([, name = '']) => name));
  const variables = files.flatMap(({ text }) =>
    [...text.matchAll(VARIABLE)].flatMap(([, ...names]) => names.filter((name) => name !== undefined)),
  );
  return {
    commands: COMMANDS,
    scripts,
    tests: files.map(({ path }) => path).filter((path) => path.endsWith('.test.ts')),
    exists: existsUnder(root),
    cdk: JSON.parse(read('node_modules/aws-cdk/lib/cli/cli-type-registry.json')) as CdkRegistry,
    programs: [...PROGRAMS, ...defined],
    variables,
    contexts: [...read('infra/app.ts').matchAll(CONTEXT)].map(([, name = '']) => name),
    optionsOf(path) {
      const known = options.get(path) ?? optionsInSource(file(path), file);
      options.set(path, known);
      return known;
    },
  };
}
