/**
 * Defines commands and parses their arguments. Messages name the option at fault and never repeat input, because an
 * argument in the wrong place may be a secret key.
 */
import { parseArgs } from 'node:util';
import { fuda } from '../../shared/base/command.ts';
import { cardDataIn } from '../../shared/card/scan.ts';
import type { Secret } from '../../shared/merchants/secret.ts';
import type { Connection } from './connection.ts';
import { nearest } from './nearest.ts';

export interface OptionDefinition {
  /** Absent for a switch. */
  readonly value?: string;
  readonly about: string;
  readonly isMultiple?: boolean;
}

interface CommandDefinition {
  /** As typed: `merchant create`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly { readonly name: string; readonly about: string }[];
  readonly options: Readonly<Record<string, OptionDefinition>>;
  /** Shown in the help, for a person about to run it. */
  readonly notes?: readonly string[];
  readonly examples: readonly string[];
}

/** Reads its input before it connects, so that a wrong command line is refused without any effect. */
type Run<Result> = (input: Input, connect: () => Promise<Connection>) => Promise<Result>;

export interface PlainCommand extends CommandDefinition {
  readonly run: Run<Output>;
}

/** Makes a secret that is shown once, by `show-once.ts`. */
export interface SecretCommand extends CommandDefinition {
  readonly make: Run<MadeSecret>;
}

export type Command = PlainCommand | SecretCommand;

/**
 * 1: the command worked and has bad findings. 3: it has none that count, and what it found rests on the word of what it
 * read. 4: a person has answered each finding.
 */
export type ExitCode = 0 | 1 | 3 | 4;

interface Output {
  readonly text: string;
  readonly json: object;
  readonly exitCode?: ExitCode;
}

interface MadeSecret {
  text(show: Show): string;
  json(show: Show): object;
  /** For a secret that could not be shown: what exists now, and the commands that undo it. */
  readonly ifLost: { readonly what: string; readonly undo: readonly string[] };
}

type Show = (secret: Secret) => string;

/** The command line is wrong; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options of every command, which name the vault. */
export const COMMON_OPTIONS = {
  local: { value: 'file', about: 'the local runtime described in this file (default: .fuda/local.json)' },
  stack: { value: 'name', about: 'a deployment, by its CloudFormation stack, with your AWS credentials' },
  region: { value: 'region', about: 'the AWS Region of the stack (default: from your AWS configuration)' },
  json: { about: 'print JSON' },
  help: { about: 'this help' },
} as const satisfies Record<string, OptionDefinition>;

const ORIGIN = /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/;

/** The arguments of one run, by name. */
export class Input {
  readonly #positionals: Readonly<Record<string, string>>;
  readonly #options: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: Readonly<Record<string, string>>, options: ReadonlyMap<string, readonly string[]>) {
    this.#positionals = positionals;
    this.#options = options;
  }

  positional(name: string): string {
    const value = this.#positionals[name];
    if (value === undefined) throw new Error(`the command has no argument ${name}`);
    return value;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  all(name: string): readonly string[] {
    return this.#options.get(name) ?? [];
  }

  optional(name: string): string | undefined {
    return this.all(name).at(-1);
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  /** One of a few words; where the option is absent, `fallback` or an error. */
  oneOf<T extends string>(name: string, words: readonly T[], fallback?: T): T {
    const value = this.optional(name) ?? fallback;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new UsageError(`--${name} must be ${words.join(' or ')}.`);
    return word;
  }

  /** Origins in the form that browsers send: no path, no wildcard, no upper case. */
  origins(name: string): readonly string[] {
    const values = this.all(name);
    if (values.some((value) => !ORIGIN.test(value))) {
      throw new UsageError(
        `--${name} must look like https://shop.example: scheme, host and port, without a path or *.`,
      );
    }
    return values;
  }

  wholeNumber(name: string, min: number, max: number): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}.`);
    }
    return number;
  }

  /** A command line to copy, for the same vault. */
  sameVault(args: string): string {
    const place = (['local', 'stack', 'region'] as const).flatMap((name) => {
      const value = this.optional(name);
      return value === undefined ? [] : [`--${name} ${shellWord(value)}`];
    });
    return fuda([args, ...place].join(' '));
  }
}

/** Quoted for a shell. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function readInput(command: Command, args: readonly string[]): Input {
  const definitions: Readonly<Record<string, OptionDefinition>> = { ...command.options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(
        Object.entries(definitions).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' } as const]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const options = new Map<string, string[]>();
  const found: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') found.push(token.value);
    if (token.kind !== 'option') continue;
    const definition = Object.hasOwn(definitions, token.name) ? definitions[token.name] : undefined;
    if (definition === undefined) throw new UsageError(unknownOption(token.name, Object.keys(definitions)));
    const given = options.get(token.name) ?? [];
    if (given.length > 0 && !definition.isMultiple) throw new UsageError(`--${token.name} was given twice.`);
    options.set(token.name, [...given, optionValue(token, definition)]);
  }
  const positionals = namePositionals(command, found, options.has('help'));
  refuseCardData([
    ...Object.entries(positionals).map(([name, value]) => [`<${name}>`, value] as const),
    ...[...options].flatMap(([name, values]) => values.map((value) => [`--${name}`, value] as const)),
  ]);
  return new Input(positionals, options);
}

/**
 * Names, settings and URLs are stored as they are typed, and a shell keeps them, too (V1). A secret key is named to revoke
 * it.
 */
function refuseCardData(values: readonly (readonly [name: string, value: string])[]): void {
  const found = values.find(([, value]) => ![null, 'key'].includes(cardDataIn(value)));
  if (found === undefined) return;
  throw new UsageError(
    `${found[0]} holds what looks like a card number, a security code or a token; none may be here.`,
  );
}

function optionValue(
  token: { readonly name: string; readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  definition: OptionDefinition,
): string {
  if (definition.value === undefined) {
    if (token.inlineValue) throw new UsageError(`--${token.name} takes no value.`);
    return 'true';
  }
  const isNextOption = token.value?.startsWith('-') === true && !token.inlineValue;
  if (token.value === undefined || token.value === '' || isNextOption) {
    throw new UsageError(`--${token.name} needs a value: --${token.name} <${definition.value}>.`);
  }
  return token.value;
}

/** `merchant show <merchant> [options]`. */
export const usageOf = ({ name, positionals }: Command): string =>
  [name, ...positionals.map((positional) => `<${positional.name}>`), '[options]'].join(' ');

function namePositionals(command: Command, found: readonly string[], isHelp: boolean): Record<string, string> {
  const { positionals } = command;
  const missing = positionals.find((_, index) => (found[index] ?? '') === '');
  const usage = `Usage: ${fuda(usageOf(command))}`;
  if (!isHelp && found.length > positionals.length) {
    throw new UsageError(`There are more arguments than this command takes. ${usage}`);
  }
  if (!isHelp && missing !== undefined) throw new UsageError(`<${missing.name}> is missing. ${usage}`);
  return Object.fromEntries(positionals.map(({ name }, index) => [name, found[index] ?? '']));
}

/** Input may be a secret in the wrong place, so only text that looks like a word is compared or repeated. */
export const isWord = (text: string): boolean => /^[a-z][a-z-]{0,24}$/.test(text);

function unknownOption(name: string, known: readonly string[]): string {
  if (!isWord(name)) return 'There is an unknown option.';
  const guess = nearest(name, known);
  return `There is no option --${name}.${guess === undefined ? '' : ` Did you mean --${guess}?`}`;
}
