/** The command line by itself: help, and every way of calling it wrongly. A wrong call must never echo a secret. */
import { describe, expect, test } from '@jest/globals';
import { fuda } from '../../shared/base/command.ts';
import { workplace } from './fuda.ts';

const SECRET = 'sk_live_abcdefghijklmnopqrstuvwxyz';

const COMMANDS = ['merchant create', 'merchant origins', 'merchant show', 'key rotate', 'key revoke', 'evidence'];

const LOCAL = {
  trail_dir: '/nowhere',
  aws_endpoint_url: 'http://127.0.0.1:9',
  region: 'ap-northeast-1',
  operator: { access_key_id: 'AKIALOCAL', secret_access_key: SECRET },
  tables: { Merchants: 'M', Ledger: 'L' },
  keys: {},
};

describe('help', () => {
  test('names every command', async () => {
    using place = workplace();
    const { exitCode, stdout } = await place.run('--help');
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`fuda ${command}`);
  });

  test.each(COMMANDS)('of “%s” shows usage, options and an example, without a vault at hand', async (command) => {
    using place = workplace();
    const { exitCode, stdout } = await place.run(...command.split(' '), '--help');
    expect(exitCode).toBe(0);
    for (const part of [`Usage: fuda ${command}`, '--stack <name>', '--json', fuda(command)]) {
      expect(stdout).toContain(part);
    }
  });
});

describe('a wrong call ends with 2 and one sentence', () => {
  test.each([
    ['an unknown command', ['frobnicate'], 'no such command'],
    ['a secret for a command', [SECRET], 'no such command'],
    ['half a command', ['key'], 'fuda key rotate, fuda key revoke'],
    ['an unknown option', ['merchant', 'show', 'mer_a', '--verbose'], 'There is no option --verbose'],
    ['a mistyped option', ['merchant', 'create', '--orig', 'x'], 'Did you mean --origin?'],
    ['a secret for an option', ['merchant', 'show', `--${SECRET}`], 'unknown option'],
    ['an option without its value', ['merchant', 'create', '--name', '--json'], '--name needs a value'],
    ['a switch with a value', ['merchant', 'show', 'mer_a', '--json=yes'], '--json takes no value'],
    ['an option twice', ['merchant', 'create', '--name', 'a', '--name', 'b'], '--name was given twice'],
    ['a missing option', ['merchant', 'create'], '--name is missing'],
    ['a missing argument', ['merchant', 'show'], '<merchant> is missing'],
    ['too many arguments', ['merchant', 'show', 'mer_a', SECRET], 'more arguments'],
    [
      'a lifetime out of range',
      ['merchant', 'create', '--name', 'a', '--token-ttl-minutes', '61'],
      '--token-ttl-minutes must be',
    ],
    [
      'a lifetime that is no number',
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
    ['no origin', ['merchant', 'origins', 'mer_a'], '--origin is missing'],
    ['an unknown language', ['evidence', '--locale', 'fr'], '--locale must be en or ja'],
    ['a time that is none', ['evidence', '--from', 'yesterday'], '--from must be a time'],
    ['a day that is none', ['evidence', '--to', '2026-13-01'], '--to must be a time'],
    ['a period backwards', ['evidence', '--from', '2026-11-02', '--to', '2026-11-01'], '--from is later than --to'],
    ['a trail that is not there', ['evidence', '--trail', '/nowhere/at/all'], '--trail names a folder'],
    ['a vault in two places', ['merchant', 'show', 'mer_a', '--stack', 'Fuda', '--local', 'x'], 'give one'],
    ['no vault at hand', ['merchant', 'show', 'mer_a'], 'npm start'],
    ['a local file that is not there', ['merchant', 'show', 'mer_a', '--local', 'x.json'], '--local names a file'],
  ])('%s', async (_name, args, said) => {
    using place = workplace();
    const { exitCode, stdout, stderr } = await place.run(...args);
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
    ['that is no JSON of the runtime', { ...LOCAL, operator: undefined }],
    ['whose endpoint is on another machine', { ...LOCAL, aws_endpoint_url: 'http://evil.example:4566' }],
    ['whose endpoint only begins like this machine', { ...LOCAL, aws_endpoint_url: 'http://127.0.0.1.evil.example' }],
  ])('%s is refused without quoting it', async (_name, content) => {
    using place = workplace();
    const { exitCode, stderr } = await place.run(
      'merchant',
      'show',
      'mer_a',
      '--local',
      place.write('l.json', content),
    );
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
