/**
 * Checks a command line against the table of commands, package.json, the files of the clone and the CDK's registry. A
 * command that would fetch a package by its name is refused, because anyone may own that name.
 */
import { COMMON_OPTIONS, type Command, readInput, UsageError } from '../../../cli/core/command.ts';
import { lookUp } from '../../../cli/core/lookup.ts';
import { COMMAND } from '../../../shared/base/command.ts';
import type { FoundCommand } from './find.ts';
import { filledIn } from './placeholders.ts';
import { type CdkRegistry, JEST, NODE, optionsOfCdk, refusal, type ScriptOptions } from './scripts.ts';
import { readShell, ShellError, type Typed } from './shell.ts';
import { HOLE } from './source.ts';

export interface Clone {
  readonly commands: readonly Command[];
  /** Of package.json. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly tests: readonly string[];
  exists(path: string): boolean;
  optionsOf(script: string): ScriptOptions;
  readonly cdk: CdkRegistry;
  /** Names that `-c name=value` accepts. */
  readonly contexts: readonly string[];
  /** Shell functions that a page defines, and programs that a reader has. */
  readonly programs: readonly string[];
  /** Environment variables that a program reads. */
  readonly variables: readonly string[];
}

/** A complete operator's command line, which can be run. */
export interface Runnable {
  readonly command: Command;
  readonly args: readonly string[];
  /** The file on its standard input. */
  readonly input?: string;
}

export interface JudgedCommand {
  readonly at: string;
  readonly text: string;
  readonly fault?: string;
  readonly runnable?: Runnable;
}

type Verdict = Pick<JudgedCommand, 'fault' | 'runnable'>;

const GOOD: Verdict = {};
const bad = (fault: string): Verdict => ({ fault });

/** Programs that fetch a package from a registry by its name. */
const FETCHES = /^(?:npx|bunx|(?:pnpm|yarn) dlx|npm (?:exec|x|init|create|install|i|add)) ./;
/** Programs in node_modules, which is not on the PATH. */
const PACKAGES: readonly string[] = ['cdk', 'tsc', 'jest', 'biome', 'esbuild', 'playwright'];
/** Commands of npm that stay within this clone. */
const OF_NPM: readonly string[] = ['ci', 'pack'];
/** The command line in the clone, and in the npm package. */
const COMMAND_LINES: readonly string[] = ['cli/fuda.mjs', 'package/cli/fuda.mjs'];
const OURS: readonly string[] = ['npm', 'node', 'fuda', ...PACKAGES];
const BEGINNING = /^(?:[A-Z][A-Z_]*=\S* +)*([\w.-]+) +([^ ]+)/;

/** One verdict per command of the text; empty for a code span without one. */
export function judge(found: FoundCommand, clone: Clone): readonly JudgedCommand[] {
  const { path, line, text } = found;
  const at = `${path}:${line}`;
  if (found.style === 'span' && text.startsWith('--')) return [{ at, text, ...judgeOption(text, clone) }];
  if (found.style === 'span' && !isCommand(text, clone)) return [];
  try {
    return readShell(text).map((typed) => ({
      at: `${path}:${line + text.slice(0, typed.offset).split('\n').length - 1}`,
      text: typed.words.join(' '),
      ...judgeTyped(typed, found, clone),
    }));
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    return [{ at, text, fault: error.message }];
  }
}

/** Whether it begins with a program, or is the name of a command: `key revoke`. */
function isCommand(text: string, { commands, programs }: Clone): boolean {
  const [, first = '', second = ''] = BEGINNING.exec(text) ?? [];
  if (OURS.includes(first) || programs.includes(first) || FETCHES.test(text)) return true;
  return /^[a-z][a-z-]*$/.test(second) && commands.some(({ name }) => name.startsWith(`${first} `));
}

/** An option in a sentence: `--stack`. */
function judgeOption(text: string, { commands, scripts, optionsOf }: Clone): Verdict {
  const name = /^--([a-z-]+)/.exec(text)?.[1] ?? '';
  const ofScripts = Object.values(scripts).flatMap((line) => Object.keys(optionsOf(entryOf(line)).options));
  const ofCommands = commands.flatMap((command) => optionNames(command));
  return [...NODE, ...ofScripts, ...ofCommands].includes(name) ? GOOD : bad(`no command has the option --${name}`);
}

function judgeTyped(typed: Typed, found: FoundCommand, clone: Clone): Verdict {
  const [program = '', ...rest] = typed.words;
  if (FETCHES.test(typed.words.join(' '))) {
    return bad(`fetches a package by a name that anybody may own; say ${COMMAND} or npm run`);
  }
  const unread = typed.variables.filter((name) => !clone.variables.includes(name) && !name.startsWith('AWS_'));
  if (unread.length > 0) return bad(`no program reads ${unread.join(', ')}`);
  if (program === 'npm') return judgeNpm(rest, found, clone);
  if (program === 'node') return judgeNode(typed, found, clone);
  if (clone.programs.includes(program)) return GOOD;
  if (found.style === 'typed') return bad(`${program} is no program that a reader of this page has`);
  if (program === 'cdk') return judgeCdk(untilProse(rest, found), clone);
  if (PACKAGES.includes(program)) return bad(`${program} lies in node_modules; say npm run`);
  return judgeName(program === 'fuda' ? rest : typed.words, found, clone);
}

/** A sentence continues after a name, or after an option. */
const untilProse = (words: readonly string[], { style }: FoundCommand): readonly string[] =>
  style === 'prose' ? words.slice(0, words[1]?.startsWith('-') ? undefined : 1) : words;

function judgeNpm(words: readonly string[], found: FoundCommand, clone: Clone): Verdict {
  const [verb = '', ...rest] = words[0] === 'run' && words[1] === '--silent' ? ['run', ...words.slice(2)] : words;
  const typed = untilProse(verb === 'run' ? rest : words, found);
  const [script = '', separator, ...args] = typed;
  if (OF_NPM.includes(script) && typed.length === 1) return GOOD;
  const line = clone.scripts[script];
  if (line === undefined || !(verb === 'run' || ['test', 'start'].includes(verb))) {
    return bad(`npm has no such script: ${script}`);
  }
  if (separator !== undefined && separator !== '--')
    return bad(`npm takes ${separator} for itself; -- must stand before it`);
  return judgeScript(entryOf(line), args, clone);
}

/** `node tools/with-node.mjs test/run.ts` → `test/run.ts`. */
const entryOf = (line: string): string => line.split(' ').at(-1) ?? '';

function judgeNode({ words: [, file = '', ...args], input }: Typed, found: FoundCommand, clone: Clone): Verdict {
  if (COMMAND_LINES.includes(file)) return judgeFuda(args, input, found, clone);
  if (!clone.exists(file)) return bad(`there is no file ${file}`);
  if (file.endsWith('.ts')) return bad('Node 20 reads no TypeScript; say node tools/with-node.mjs');
  const given = args[0] === '--install' ? args.slice(1) : args;
  const [script = '', ...rest] = file === 'tools/with-node.mjs' ? given : [file, ...args];
  return clone.exists(script) ? judgeScript(script, rest, clone) : bad(`there is no file ${script}`);
}

function judgeScript(script: string, args: readonly string[], clone: Clone): Verdict {
  if (script.endsWith('/cdk')) return judgeCdk(args, clone);
  const isTests = script === 'test/run.ts';
  const refused = refusal(args, isTests ? JEST : clone.optionsOf(script));
  if (refused !== null) return bad(`${script}: ${refused}`);
  const parts = isTests ? args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-t') : [];
  const missing = parts.filter((part) => !clone.tests.some((path) => path.includes(part)));
  return missing.length > 0 ? bad(`no test lies under ${missing.join(', ')}`) : GOOD;
}

function judgeCdk([name = '', ...args]: readonly string[], { cdk, contexts }: Clone): Verdict {
  if (name === '' || name === '--version') return GOOD;
  const taken = optionsOfCdk(cdk, name);
  if (taken === null) return bad(`the CDK has no command ${name}`);
  const refused = refusal(args, taken);
  if (refused !== null) return bad(`cdk ${name}: ${refused}`);
  const given = args.filter((_, index) => args[index - 1] === '-c').map((value) => value.split('=')[0] ?? '');
  const unknown = given.filter((context) => !contexts.includes(context));
  return unknown.length === 0 ? GOOD : bad(`infra/app.ts reads no context ${unknown.join(', ')}`);
}

/** A command that is only named, as in “`key revoke` ends it”. */
function judgeName(words: readonly string[], { style }: FoundCommand, { commands }: Clone): Verdict {
  const heads = [2, 1].map((count) => words.slice(0, count).join(' '));
  const named = heads.find((head) => commands.some(({ name }) => name === head));
  if (named === undefined) return bad(`there is no such command: ${heads[0]}`);
  const [next] = words.slice(named.split(' ').length);
  const isSentence = style === 'prose' && !next?.startsWith('--');
  return next === undefined || isSentence ? GOOD : bad(`with arguments it must be typed as ${COMMAND} ${named}`);
}

function judgeFuda(
  typed: readonly string[],
  input: string | undefined,
  { style }: FoundCommand,
  clone: Clone,
): Verdict {
  // A value that only the running program fills in may be empty or any word.
  const args = typed.map((word) => (word.endsWith(HOLE) && word !== HOLE ? word.slice(0, -HOLE.length) : word));
  if ([HOLE, '--version'].includes(args[0] ?? '')) return GOOD;
  const asked = saidNo(() => lookUp(clone.commands, args));
  if (typeof asked === 'string') return bad(asked);
  if (asked.kind !== 'command') return GOOD;
  // The name alone, in a sentence about the command.
  if (asked.args.length === 0 && style !== 'typed') return GOOD;
  const filled = asked.args.map((word) => (word.includes(HOLE) ? HOLE : filledIn(word)));
  const unclear = asked.args.filter((_, index) => filled[index] === null);
  if (unclear.length > 0) return bad(`no value is known for ${unclear.join(', ')}`);
  return judgeArguments({ command: asked.command, args: filled as string[], ...(input !== undefined && { input }) });
}

function judgeArguments(runnable: Runnable): Verdict {
  const { command, args } = runnable;
  const read = saidNo(() => readInput(command, args));
  if (typeof read === 'string') return bad(`${command.name}: ${read}`);
  if (read.has('help')) return GOOD;
  const missing = command.positionals.flatMap(({ name }) => saidNo(() => void read.positional(name)) ?? []);
  if (missing.length > 0) return bad(`${command.name}: ${missing.join(' ')}`);
  return args.includes(HOLE) ? GOOD : { runnable };
}

/** The command line's own refusal. */
function saidNo<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

const optionNames = ({ options }: Command): string[] => [...Object.keys(options), ...Object.keys(COMMON_OPTIONS)];
