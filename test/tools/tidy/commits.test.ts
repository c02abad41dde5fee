/** The rule on subjects of commits finds what it is for, and reads no history where there is none. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commitsSince, wrongSubjects } from '../../../tools/tidy/commits.ts';

const judged = (subject: string) => wrongSubjects([{ id: 'abc1234', subject }]);

describe('a subject', () => {
  test.each([
    'vault: refuse a token of the other mode',
    'bench, web: refuse an option that does not exist',
    `docs: ${'é'.repeat(66)}`,
  ])('as “%s” passes', (subject) => {
    expect(judged(subject)).toEqual([]);
  });

  test.each([
    'Refuse a token of the other mode',
    'Vault: refuse a token of the other mode',
    'vault:refuse a token of the other mode',
    'vault: ',
    'vault: refuse a token of the other mode.',
    'vault : refuse a token of the other mode',
    'fixup! vault: refuse a token of the other mode',
    '',
  ])('as “%s” is found', (subject) => {
    expect(judged(subject)).toEqual([`abc1234 is not of the form “scope: what”: ${subject}`]);
  });

  test('of more than 72 characters is found', () => {
    const long = `docs: ${'a'.repeat(67)}`;
    expect(judged(long)).toEqual([`abc1234 has 73 characters, of 72 at most: ${long}`]);
  });
});

describe('the commits since one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-commits-'));
  const [repository, shallow] = [join(folder, 'repository'), join(folder, 'shallow')];
  const person = { NAME: 'A', EMAIL: 'a@example.com', DATE: '2026-11-23T09:00:00Z' };
  // A machine's own settings, and those of a git that runs this test as a hook, stay out.
  const environment = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(Object.entries(person).map(([name, value]) => [`GIT_AUTHOR_${name}`, value])),
    ...Object.fromEntries(Object.entries(person).map(([name, value]) => [`GIT_COMMITTER_${name}`, value])),
  };
  const git = (...args: readonly string[]) =>
    spawnSync('git', args, { cwd: repository, encoding: 'utf8', env: environment }).stdout?.trim() ?? '';
  const commit = (...messages: readonly string[]) =>
    git('commit', '--allow-empty', ...messages.flatMap((text) => ['-m', text]));
  let base = '';

  beforeAll(() => {
    mkdirSync(repository);
    git('init');
    git('checkout', '-b', 'main');
    commit('An old subject');
    base = git('rev-parse', 'HEAD');
    git('checkout', '-b', 'side');
    commit('side: one', 'Its reason.');
    git('checkout', 'main');
    commit('Another old form');
    git('merge', '--no-ff', '-m', 'A merge', 'side');
    git('clone', '--depth', '1', `file://${repository}`, shallow);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // Where there is no git there is nothing to read, here as in the rule itself.
  const withGit = <Value>(value: Value): Value | null => (spawnSync('git', ['--version']).status === 0 ? value : null);

  test('are all but that one and merges, by their subjects alone', () => {
    const found =
      commitsSince(repository, base)
        ?.map(({ subject }) => subject)
        .sort() ?? null;
    expect(found).toEqual(withGit(['Another old form', 'side: one']));
  });

  test.each([
    ['in a shallow clone', () => shallow],
    ['outside git', () => folder],
  ])('are unknown %s', (_, where) => {
    mkdirSync(where(), { recursive: true });
    expect(commitsSince(where(), base === '' ? 'HEAD' : base)).toBeNull();
  });

  test('are unknown where the one is not there', () => {
    mkdirSync(repository, { recursive: true });
    expect(commitsSince(repository, '0'.repeat(40))).toBeNull();
  });
});
