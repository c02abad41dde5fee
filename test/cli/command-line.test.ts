/** The command line by itself: help, and every way of calling it wrongly. A wrong call must never echo a secret. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { readInput, UsageError } from '../../cli/core/command.ts';
import { help } from '../../cli/core/help.ts';
import { lookUp } from '../../cli/core/lookup.ts';
import { fuda } from '../../shared/base/command.ts';
import { CARD } from '../setup/cards.ts';
import { inFours } from '../setup/numbers.ts';
import { workplace } from './fuda.ts';

const SECRET = 'sk_live_abcdefghijklmnopqrstuvwxyz';

function helpOf(name: string): string {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error('there is no such command');
  return help(COMMANDS, command);
}

/** The words of an example as a shell makes them, without what it redirects. */
const wordsOf = (example: string): string[] =>
  [...example.replace(/ [<>].*/, '').matchAll(/"([^"]*)"|\S+/g)].flatMap(([word, quoted]) =>
    word === '…' ? [] : [quoted ?? word],
  );

const LOCAL = {
  trail_dir: '/nowhere',
  aws_endpoint_url: 'http://127.0.0.1:9',
  region: 'ap-northeast-1',
  operator: { access_key_id: 'AKIALOCAL', secret_access_key: SECRET },
  tables: { Merchants: 'M', Ledger: 'L' },
  keys: {},
};

/** The refusal of a command line before it reaches a vault, without a process. */
async function refusalOf(typed: readonly string[]): Promise<string> {
  const connect = (): never => {
    throw new Error('it connected');
  };
  try {
    const asked = lookUp(COMMANDS, typed);
    if (asked.kind !== 'command') throw new Error('it names no command');
    const input = readInput(asked.command, asked.args);
    await ('make' in asked.command ? asked.command.make(input, connect) : asked.command.run(input, connect));
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('it was understood');
}

describe('card data in an argument', () => {
  const found = 'holds what looks like a card number, a security code or a token';
  test.each([
    [['merchant', 'create', '--name', `Chaya ${inFours(CARD.approve, ' ')}`], '--name'],
    [['merchant', 'create', '--name', 'Chaya', '--origin', `https://shop.example/${CARD.approve}`], '--origin'],
    [['merchant', 'create', '--name', 'CVC 737'], '--name'],
    [['merchant', 'show', `mer_${CARD.approve}`], '<merchant>'],
    [['webhook', 'add', 'mer_a', '--url', `https://shop.example/?t=tok_${'a'.repeat(26)}`], '--url'],
  ])('is refused by the name of the argument: %j', async (typed, name) => {
    const refusal = await refusalOf(typed);
    expect(refusal).toContain(`${name} ${found}`);
    expect(refusal).not.toContain('4242');
  });
});

describe('help', () => {
  test('names every command, and the exit codes', async () => {
    using place = workplace();
    const { exitCode, stdout } = await place.run('--help');
    expect(exitCode).toBe(0);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
    expect(stdout).toContain('  2  the command line is wrong');
  });

  test('of a command is shown without a vault', async () => {
    using place = workplace();
    const { exitCode, stdout } = await place.runHere('merchant', 'create', '--help');
    expect([exitCode, stdout]).toEqual([0, `${helpOf('merchant create')}\n`]);
  });

  test.each(COMMANDS.map(({ name }) => name))('of “%s” shows usage, options, examples and exit codes', (name) => {
    const text = helpOf(name);
    for (const part of [
      `Usage: ${fuda(name)}`,
      '--stack <name>',
      '--json',
      `  ${fuda(name)}`,
      'Exit codes:',
      '  2  ',
    ]) {
      expect(text).toContain(part);
    }
    // A copied command line must run this program, not a package of that name.
    expect(text).not.toMatch(/\bfuda [a-z]/);
  });

  test.each(COMMANDS.flatMap(({ examples }) => examples))('shows an example that is understood: %s', (example) => {
    const asked = lookUp(COMMANDS, wordsOf(example));
    if (asked.kind !== 'command') throw new Error('the example names no command');
    const input = readInput(asked.command, asked.args);
    for (const { name } of asked.command.positionals) expect(input.positional(name)).not.toBe('');
  });

  test.each([
    [['merchant', '--help'], 'merchant create, merchant origins, merchant limits, merchant show'],
    [['help', 'key'], 'key rotate, key revoke'],
  ])('of the group %j lists its commands', async (args, names) => {
    using place = workplace();
    const { exitCode, stdout, stderr } = await place.runHere(...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const name of names.split(', ')) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test('of a group is shown with exit code 2 where one of its commands was to be named', async () => {
    using place = workplace();
    const { exitCode, stdout, stderr } = await place.runHere('key');
    expect([exitCode, stdout]).toEqual([2, '']);
    for (const name of ['key rotate', 'key revoke']) expect(stderr).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each(['--version', '-v'])('%s prints the version of the package', async (option) => {
    using place = workplace();
    const { exitCode, stdout } = await place.run(option);
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect([exitCode, stdout]).toEqual([0, `${version}\n`]);
  });
});

describe('a mistyped word', () => {
  test.each([
    ['merchnat create', 'merchant create'],
    ['merchant craete', 'merchant create'],
    ['keys rotate', 'key rotate'],
    ['webhook rotate-secrets', 'webhook rotate-secret'],
    ['evidence verfy report', 'evidence verify'],
    ['evidnce verify', 'evidence verify'],
  ])('“%s” is answered with “%s”', async (typed, meant) => {
    expect(await refusalOf(typed.split(' '))).toBe(`There is no such command. Did you mean ${fuda(meant)}?`);
  });

  test.each([
    ['merchant create --nmae x', '--name'],
    ['merchant create --orgin x', '--origin'],
    ['merchant show --stak x', '--stack'],
    ['merchant origins mer_a --delete x', undefined],
  ])('in “%s” is answered with %s', async (typed, meant) => {
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    expect(await refusalOf(typed.split(' '))).toMatch(
      new RegExp(`^There is no option --[a-z]+\\.${hint.replace('?', '\\?')}$`),
    );
  });

  test.each([
    ['merchant frobnicate', `There is no such command. ${fuda('merchant --help')} lists those of merchant.`],
    ['frobnicate', `There is no such command. ${fuda('--help')} lists them.`],
    ['--stack Fuda merchant show', `The command comes first: ${fuda('<command> [options]')}.`],
  ])('unlike any other, “%s”, is answered with where to look', async (typed, said) => {
    expect(await refusalOf(typed.split(' '))).toBe(said);
  });

  test('is never repeated where it may be a secret', async () => {
    for (const typed of [
      SECRET,
      `merchant ${SECRET}`,
      `merchant show --${SECRET}`,
      `evidence ${SECRET}`,
      `-${SECRET}`,
    ]) {
      expect(await refusalOf(typed.split(' '))).not.toContain('sk_live');
    }
  });
});

describe('a wrong call', () => {
  test.each([
    ['an unknown option', ['merchant', 'show', 'mer_a', '--verbose'], 'There is no option --verbose'],
    ['a mistyped option', ['merchant', 'create', '--orig', 'x'], 'Did you mean --origin?'],
    ['an option without its value', ['merchant', 'create', '--name', '--json'], '--name needs a value'],
    ['a switch with a value', ['merchant', 'show', 'mer_a', '--json=yes'], '--json takes no value'],
    ['an option twice', ['merchant', 'create', '--name', 'a', '--name', 'b'], '--name was given twice'],
    ['a missing option', ['merchant', 'create'], '--name is missing'],
    ['a missing argument', ['merchant', 'show'], '<merchant> is missing'],
    ['an empty argument', ['webhook', 'remove', 'mer_a', ''], '<endpoint> is missing'],
    [
      'a lifetime out of range',
      ['merchant', 'create', '--name', 'a', '--token-ttl-minutes', '61'],
      '--token-ttl-minutes must be',
    ],
    [
      'a lifetime other than a number',
      ['merchant', 'create', '--name', 'a', '--token-ttl-minutes', '1e1'],
      'a whole number',
    ],
    [
      'another kind',
      ['key', 'rotate', 'mer_a', '--kind', 'private', '--mode', 'test'],
      '--kind must be publishable or secret',
    ],
    ['no mode', ['key', 'rotate', 'mer_a', '--kind', 'secret'], '--mode must be test or live'],
    ['a hint without its merchant', ['key', 'revoke', 'sk_test_…abcd'], '--merchant is needed'],
    [
      'a list and none',
      ['merchant', 'origins', 'mer_a', '--none', '--origin', 'https://a.example'],
      'leave out --origin',
    ],
    ['two ways at once', ['merchant', 'origins', 'mer_a', '--none', '--add', 'https://a.example'], 'give either'],
    [
      'an origin to add and to remove',
      ['merchant', 'origins', 'mer_a', '--add', 'https://a.example', '--remove', 'https://a.example'],
      '--add and --remove name the same origin',
    ],
    ['a yes to nothing', ['merchant', 'origins', 'mer_a', '--yes'], '--yes confirms a change'],
    ['an unknown language', ['evidence', '--locale', 'fr'], '--locale must be en or ja'],
  ])('is refused before it connects: %s', async (_name, args, said) => {
    expect(await refusalOf(args)).toContain(said);
  });

  test.each([
    ['an unknown command', ['frobnicate'], 'no such command'],
    ['a secret for a command', [SECRET], 'no such command'],
    ['a secret for an option', ['merchant', 'show', `--${SECRET}`], 'unknown option'],
    ['too many arguments', ['merchant', 'show', 'mer_a', SECRET], 'more arguments'],
    ['an invalid time', ['evidence', '--from', 'yesterday'], '--from must be a time'],
    ['an invalid day', ['evidence', '--to', '2026-13-01'], '--to must be a time'],
    ['a period backwards', ['evidence', '--from', '2026-11-02', '--to', '2026-11-01'], '--from is later than --to'],
    ['a Region to cover, without its account', ['evidence', '--covers', 'us-east-1'], '--covers must look like'],
    ['a trail that is not there', ['evidence', '--trail', '/nowhere/at/all'], '--trail names a folder'],
    ['a vault in two places', ['merchant', 'show', 'mer_a', '--stack', 'Fuda', '--local', 'x'], 'give one'],
    ['no vault', ['merchant', 'show', 'mer_a'], 'npm start'],
    ['a local file that is not there', ['merchant', 'show', 'mer_a', '--local', 'x.json'], '--local names a file'],
  ])('ends with 2 and one sentence: %s', async (_name, args, said) => {
    using place = workplace();
    const { exitCode, stdout, stderr } = await place.runHere(...args);
    expect({ exitCode, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      exitCode: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain(SECRET);
  });
});

describe('a local file', () => {
  test.each([
    ['with a member missing', { ...LOCAL, operator: undefined }],
    ['with an endpoint on another machine', { ...LOCAL, aws_endpoint_url: 'http://evil.example:4566' }],
    [
      'with an endpoint that only begins like this machine',
      { ...LOCAL, aws_endpoint_url: 'http://127.0.0.1.evil.example' },
    ],
  ])('%s is refused without quoting it', async (_name, content) => {
    using place = workplace();
    const show = ['merchant', 'show', 'mer_a', '--local', place.write('l.json', content)];
    const { exitCode, stderr } = await place.runHere(...show);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is not what the local runtime writes');
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toContain('evil');
  });

  test('of a runtime that has stopped ends with 1 and says how to start it', async () => {
    using place = workplace();
    const { exitCode, stderr } = await place.run('merchant', 'show', 'mer_a', '--local', place.write('l.json', LOCAL));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('npm start');
    expect(stderr).not.toContain(SECRET);
  });
});
