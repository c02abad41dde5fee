/**
 * One name for one thing. A type is exported under its name once, no file's name is the plural of its neighbor's, and the
 * words that ARCHITECTURE.md lists under "not" are in no name, where a table can say which sense is meant.
 */
import type { Module, SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

/** Examples of other people's programs, which may use other words. */
const OTHERS = /^examples\//;
/** They look at the product, and may have a `Scene` or a `Shop` each. */
const BESIDE_THE_PRODUCT = /^(test|tools)\//;

/** Types that two modules export under one name, one of them a module of the product. */
export function sharedNames(modules: readonly Module[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { path, nodes } of modules.filter(({ path }) => !OTHERS.test(path))) {
    for (const name of new Set(nodes.flatMap(exportedType))) owners.set(name, [...(owners.get(name) ?? []), path]);
  }
  return [...owners]
    .filter(([, paths]) => paths.length > 1 && paths.some((path) => !BESIDE_THE_PRODUCT.test(path)))
    .map(([name, paths]) => `${name} is exported by ${paths.join(' and ')}`);
}

/** The name in `export interface`, `export type X =` and `export class`; a re-export is not one. */
function exportedType({ type, fields }: SyntaxNode): string[] {
  if (type !== 'ExportDeclaration') return [];
  const {
    type: kind,
    id,
    identifier,
  } = fields.declaration as {
    readonly type: string;
    readonly id?: { readonly value: string };
    readonly identifier?: { readonly value: string };
  };
  if (kind === 'ClassDeclaration') return identifier === undefined ? [] : [identifier.value];
  return kind === 'TsInterfaceDeclaration' || kind === 'TsTypeAliasDeclaration' ? [id?.value ?? ''] : [];
}

/** `charge.ts` beside `charges.ts`: the letter does not say which of them is meant. */
export function twinFiles(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  return [...paths].flatMap((path) => {
    const [, name, ending] = /^(.*\/[\w-]+)(\.\w+)$/.exec(path) ?? [];
    if (name === undefined || ending === undefined) return [];
    const plurals = [`${name}s`, `${name}es`, name.replace(/y$/, 'ies')].filter((plural) => plural !== name);
    return plurals
      .filter((plural) => paths.has(plural + ending))
      .map((plural) => `${path} stands beside ${plural + ending}`);
  });
}

interface Stray {
  /** The row of the table in ARCHITECTURE.md that the word is not. */
  readonly word: string;
  /** The word as that row writes it under "not". */
  readonly not: string;
  /** A part of a name, in lower case: `answer` of `lostAnswers` and `last_answer`. */
  readonly part: RegExp;
  /** Where the word has this sense; everywhere, unless said. */
  readonly only?: RegExp;
  /** Where it has another, with the reason. */
  readonly except?: RegExp;
  /** Names that others have given. */
  readonly given?: RegExp;
  readonly planted: string;
}

export const STRAYS: readonly Stray[] = [
  {
    word: 'entry',
    not: 'charge_id',
    part: /^charge_id$/,
    only: /^(audit|shared\/(base|events|ledger|vault|payments\/forward)|tools\/bench\/bare)\//,
    planted: 'charge_id',
  },
  {
    word: 'to resolve',
    not: 'settle',
    part: /^(un)?settle(d|s|ment)?$/,
    given: /^allSettled$/,
    planted: 'settleCharge',
  },
  {
    word: 'response',
    not: 'answer',
    part: /^(un)?answer(s|ed|er)?$/,
    // A person answers a finding of a rule pack or of a report, or a question of the command line.
    except:
      /^(infra\/acknowledge|tools\/(lint\/|docs\/render-rules)|cli\/commands(\/merchant\/origins|\/evidence\/|\.ts)|audit\/(answers|audit|base\/verdict|evidence|find|finding)\.ts|audit\/(bundle|render)\/|test\/(audit|infra|cli)\/)/,
    planted: 'lost_answers',
  },
  {
    word: 'decryption',
    not: 'reveal',
    part: /^reveal(s|ed|er)?$/,
    planted: 'reveals',
  },
  {
    word: 'attempt',
    not: 'try',
    part: /^attempts?$/,
    only: /^(audit|shared\/(base|events|ledger|payments)|local|cli)\//,
    // The SDK's own names.
    given: /^(maxAttempts|attempts|AttemptsUncounted|too_many_attempts)$/,
    planted: 'attemptDelivery',
  },
  {
    word: 'authentication',
    not: 'check of an API key',
    part: /^authentic(ate|ates|ated|ator)$/,
    // AWS's names, the header of RFC 9110, and the additional data of AES-GCM.
    given: /^(mfaAuthenticated|mfaauthenticated|WWW-Authenticate|www-authenticate|authenticatedData)$/,
    planted: 'authenticator',
  },
  {
    word: 'checkout session',
    not: 'group',
    part: /^sessions?$/,
    only: /^web\/(hosted|page)\//,
    planted: 'joinSession',
  },
  {
    word: 'mode',
    not: 'field set',
    part: /^modes?$/,
    only: /^(web\/(hosted|page)|shared\/card)\//,
    given: /^(testMode|test-mode)$/,
    // Of a shadow tree, in the DOM.
    except: /^web\/page\/element\.ts$/,
    planted: 'modes',
  },
];

/** Names in the code that say a word of the table in the sense it does not have. Tests and tools are held to it too. */
export function strayNames(modules: readonly Module[]): string[] {
  const read = new Map<string, readonly Stray[]>();
  const straysIn = (name: string): readonly Stray[] => {
    const known = read.get(name) ?? STRAYS.filter((row) => isStray(name, row));
    read.set(name, known);
    return known;
  };
  return modules
    .filter(({ path }) => !OTHERS.test(path) && !/^(tools|test\/tools)\/tidy\//.test(path))
    .flatMap(({ path, nodes }) => {
      return nodes.flatMap((node) => {
        const name = nameIn(node) ?? '';
        return straysIn(name)
          .filter(({ only, except }) => (only?.test(path) ?? true) && !except?.test(path))
          .map(({ word }) => `${path}:${node.line} says ${name}: see “${word}” in ARCHITECTURE.md`);
      });
    });
}

const isStray = (name: string, { part, given }: Stray): boolean =>
  !given?.test(name) && [name, ...partsOf(name)].some((one) => part.test(one));

/** `lostAnswers_of` → lost, answers, of. */
const partsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** An identifier, or a text that is a name: of an attribute, a code, a metric, an alarm. */
function nameIn({ type, fields }: SyntaxNode): string | null {
  if (type === 'Identifier' || type === 'PrivateName') return String(fields.value);
  const text = type === 'StringLiteral' ? String(fields.value) : '';
  return /^[\w-]{1,60}$/.test(text) ? text : null;
}

/** Rows of the table that ARCHITECTURE.md does not tell. */
export function untoldStrays(architecture: string): string[] {
  const rows = [...architecture.matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]*) ?\|$/gm)];
  return STRAYS.filter(({ word, not }) => !rows.some(([, name, third]) => name === word && third?.includes(not))).map(
    ({ word, not }) => `ARCHITECTURE.md does not say that “${word}” is not ${not}`,
  );
}
