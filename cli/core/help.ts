/** Help texts, generated from the definitions of the commands so that the two cannot differ. */
import { fuda } from '../../shared/base/command.ts';
import { COMMON_OPTIONS, type Command, type OptionDefinition, usageOf } from './command.ts';
import { groupOf, inGroup } from './lookup.ts';

const EXIT_CODES = [
  'Exit codes:',
  '  0  done',
  '  1  failed, or done and what it found is bad news',
  '  2  the command line is wrong',
  '  3  evidence: what it found rests on the word of what it read, so nothing is proven',
  '  4  evidence: there are findings, and a person has answered each of them',
];

export function overview(commands: readonly Command[]): string {
  return lines([
    'fuda: operate a card vault and check its evidence.',
    '',
    `Usage: ${fuda('<command> [options]')}`,
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Each command explains itself with --help; --version prints the version.',
    'Commands work on the local runtime (npm start) when .fuda/local.json is here, or on a deployment with --stack.',
    '',
    ...EXIT_CODES,
  ]);
}

/** The commands that share a first word. */
export function groupHelp(commands: readonly Command[], group: string): string {
  return lines([
    `Usage: ${fuda(`${group} <command> [options]`)}`,
    '',
    'Commands:',
    ...columns(inGroup(commands, group).map(({ name, summary }) => [name, summary])),
    '',
    'Each command explains itself with --help.',
    '',
    ...EXIT_CODES,
  ]);
}

export function help(commands: readonly Command[], command: Command): string {
  const options = { ...command.options, ...COMMON_OPTIONS };
  const others = inGroup(commands, groupOf(command)).filter(({ name }) => name !== command.name);
  return lines([
    `${command.summary}`,
    '',
    `Usage: ${fuda(usageOf(command))}`,
    '',
    ...block('Arguments:', columns(command.positionals.map(({ name, about }) => [`<${name}>`, about]))),
    ...block(
      'Options:',
      columns(Object.entries(options).map(([name, option]) => [optionHead(name, option), option.about])),
    ),
    ...block(
      'Notes:',
      (command.notes ?? []).map((note) => `  ${note}`),
    ),
    ...block(
      'Examples:',
      command.examples.map((example) => `  ${fuda(example)}`),
    ),
    ...block('See also:', others.length === 0 ? [] : [`  ${others.map(({ name }) => name).join(', ')}`]),
    ...EXIT_CODES,
  ]);
}

const optionHead = (name: string, { value, isMultiple }: OptionDefinition): string =>
  `--${name}${value ? ` <${value}>` : ''}${isMultiple ? ' …' : ''}`;

const block = (heading: string, content: readonly string[]): string[] =>
  content.length === 0 ? [] : [heading, ...content, ''];

/** Two columns, the first as wide as its widest entry. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([head]) => head.length));
  return rows.map(([head, text]) => `  ${head.padEnd(width)}  ${text}`);
}

const lines = (texts: readonly string[]): string => texts.join('\n');
