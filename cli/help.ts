/** Help texts, made from the commands' own definitions so that they cannot disagree with them. */
import { fuda } from '../shared/base/command.ts';
import { COMMON_OPTIONS, type Command, type OptionDefinition } from './command.ts';

export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`fuda ${command.name}`, command.summary] as const);
  return `${lines([
    'fuda: operate a card vault and check its evidence.',
    '',
    'Usage:',
    ...columns(rows),
    '',
    'Each command explains itself with --help.',
    'Commands work on the local runtime (npm start) when .fuda/local.json is here, or on a deployment with --stack.',
    'Exit codes: 0 done, 1 failed or evidence with findings, 2 the command line is wrong.',
  ])}`;
}

export function help(command: Command): string {
  const options = { ...command.options, ...COMMON_OPTIONS };
  return lines([
    `${command.summary}`,
    '',
    `Usage: fuda ${[command.name, ...command.positionals.map(({ name }) => `<${name}>`), '[options]'].join(' ')}`,
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
  ]).trimEnd();
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
