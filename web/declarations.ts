/**
 * Writes `fuda.d.mts`, the types for a page's own TypeScript: web/types.ts with its imported types inlined, so that no
 * type is declared twice by hand.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TYPES = join(dirname(fileURLToPath(import.meta.url)), 'types.ts');

const IMPORT = /^import type \{ ([^{}]+) \} from '([^'\n]+)';\n/gm;
/** Re-exports, which are dropped because the types are inlined. */
const PASSED_ON = /^export type \{[^{}]*\};\n/gm;
/** A list of constants as a type: `(typeof LOCALES)[number]`. */
const MEMBER_OF_LIST = /\(typeof (\w+)\)\[number\]/g;

const NOTICE = '/** Written by the build from web/types.ts. What `fuda.js` and `fuda.mjs` give a page. */';

export async function declarations(): Promise<string> {
  const text = await readFile(TYPES, 'utf8');
  const lifted: string[] = [];
  for (const [, names = '', specifier = ''] of text.matchAll(IMPORT)) {
    lifted.push(...(await lift(join(dirname(TYPES), specifier), names.split(', '))));
  }
  const own = text
    .replace(IMPORT, '')
    .replace(PASSED_ON, '')
    .replace(/^\/\*\*.*?\*\/\n/s, '');
  return `${[NOTICE, ...lifted, own.trim(), 'export declare const Fuda: FudaFactory;'].join('\n\n')}\n`;
}

/** The declarations of these names in a file, and of the names of that file that they use. */
async function lift(path: string, names: readonly string[]): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  const found = new Map<string, string>();
  const take = (name: string): void => {
    const declaration = declarationOf(name, text);
    if (declaration === undefined) throw new Error(`${path} exports no type ${name}`);
    found.set(name, declaration);
    for (const [word] of declaration.matchAll(/\b[A-Z]\w*/g)) {
      if (!found.has(word) && declarationOf(word, text) !== undefined) take(word);
    }
  };
  for (const name of names) if (!found.has(name)) take(name);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  return [...found.values()].map((declaration) => writeOut(declaration, module));
}

/** The declaration with the comment before it. */
const declarationOf = (name: string, text: string): string | undefined =>
  new RegExp(
    `^(?:/\\*\\*(?:(?!\\*/).)*\\*/\\n)?export (?:type ${name} =[^;]*;|interface ${name} \\{.*?^\\})`,
    'ms',
  ).exec(text)?.[0];

function writeOut(declaration: string, module: Readonly<Record<string, unknown>>): string {
  return declaration.replace(MEMBER_OF_LIST, (_type, name: string) => {
    const list = module[name];
    if (!Array.isArray(list)) throw new Error(`${name} is no list`);
    return list.map((member) => `'${member}'`).join(' | ');
  });
}
