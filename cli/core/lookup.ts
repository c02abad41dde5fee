/** Finds the command of a command line, or the help of a group or of all commands. */
import { fuda } from '../../shared/base/command.ts';
import { type Command, isWord, UsageError } from './command.ts';
import { nearest } from './nearest.ts';

export type Asked =
  | { readonly kind: 'command'; readonly command: Command; readonly args: readonly string[] }
  /**
   * The commands that share a first word. `isHelp` where their help was requested, rather than a subcommand missing.
   */
  | { readonly kind: 'group'; readonly group: string; readonly isHelp: boolean }
  | { readonly kind: 'overview' };

const HELP: readonly (string | undefined)[] = ['--help', '-h'];

/** Throws UsageError, which suggests the command that was meant. */
export function lookUp(commands: readonly Command[], typed: readonly string[]): Asked {
  const args = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const [first, second] = args;
  if (first === undefined || HELP.includes(first)) return { kind: 'overview' };
  if (first.startsWith('-')) throw new UsageError(`The command comes first: ${fuda('<command> [options]')}.`);
  const command = commands
    .filter(({ name }) => args.slice(0, name.split(' ').length).join(' ') === name)
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  if (command !== undefined && !isMistyped(commands, command, second)) {
    return { kind: 'command', command, args: args.slice(command.name.split(' ').length) };
  }
  const isGroup = inGroup(commands, first).length > 0;
  if (isGroup && (second === undefined || HELP.includes(second))) {
    return { kind: 'group', group: first, isHelp: second !== undefined };
  }
  throw new UsageError(unknown(commands, args));
}

export const groupOf = ({ name }: Command): string => name.split(' ')[0] ?? '';

export const inGroup = (commands: readonly Command[], group: string): readonly Command[] =>
  commands.filter((command) => groupOf(command) === group);

/** `evidence verfy`: a word after a command without arguments is a mistyped command of its group. */
const isMistyped = (commands: readonly Command[], command: Command, second: string | undefined): boolean =>
  second !== undefined &&
  !second.startsWith('-') &&
  !command.name.includes(' ') &&
  command.positionals.length === 0 &&
  inGroup(commands, command.name).length > 1;

/** Repeats no input, because a misplaced word may be a secret. */
function unknown(commands: readonly Command[], args: readonly string[]): string {
  const [first = '', second = ''] = args.map((word) => (isWord(word) ? word : ''));
  const group = nearest(first, [...new Set(commands.map(groupOf))]);
  if (group === undefined) return `There is no such command. ${fuda('--help')} lists them.`;
  const verbs = inGroup(commands, group).flatMap(({ name }) => name.split(' ').slice(1));
  const verb = nearest(second, verbs);
  if (verb !== undefined) return `There is no such command. Did you mean ${fuda(`${group} ${verb}`)}?`;
  return `There is no such command. ${fuda(`${group} --help`)} lists those of ${group}.`;
}
