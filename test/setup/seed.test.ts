/** One seed decides what a run of tests draws and its order, and can be given to the next run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandFor, planRun } from './seed.ts';
import { LONGEST, longestFirst, shuffled } from './sequencer.ts';

const drawn = () => 7;
const plan = (args: readonly string[], environment = {}) => planRun(args, environment, drawn);

describe('the seed of a run', () => {
  test.each([
    ['drawn where none is given', [], {}, 7],
    ['that of the environment', [], { FUDA_TEST_SEED: '12' }, 12],
    ['that of the command line', ['--seed', '13'], { FUDA_TEST_SEED: '12' }, 13],
    ['that of the command line in one word', ['--seed=2147483647'], {}, 2_147_483_647],
  ])('is %s', (_where, args, environment, seed) => {
    expect(plan(args, environment)).toMatchObject({ seed, jestArgs: [] });
  });

  test.each([
    ['--seed', ['--seed', '-1'], {}],
    ['--seed', ['--seed'], {}],
    ['--seed', ['--seed=2147483648'], {}],
    ['FUDA_TEST_SEED', [], { FUDA_TEST_SEED: '1e3' }],
    ['FUDA_TEST_ORDER', [], { FUDA_TEST_ORDER: 'shuffle' }],
    ['FUDA_TEST_ROUGH', [], { FUDA_TEST_ROUGH: '2' }],
  ])('and the order are refused by the name of the setting: %s', (name, args, environment) => {
    expect(() => plan(args, environment)).toThrow(new RegExp(`^${name} must be`));
  });

  test('leaves Jest’s other arguments as they are', () => {
    expect(plan(['test/card', '--seed', '5', '-t', 'a b']).jestArgs).toEqual(['test/card', '-t', 'a b']);
  });

  test('and the order are in the command that repeats the run, quoted for a shell', () => {
    const wanted = plan(['test/card', '-t', "shop's tea"], { FUDA_TEST_ORDER: 'random' });
    expect(commandFor(wanted)).toBe(
      "FUDA_TEST_SEED=7 FUDA_TEST_ORDER=random npm test -- test/card -t 'shop'\\''s tea'",
    );
    const rough = plan([], { FUDA_TEST_ROUGH: '1' });
    expect(commandFor(rough)).toBe('FUDA_TEST_SEED=7 FUDA_TEST_ROUGH=1 npm test');
    expect(commandFor(plan([]))).toBe('FUDA_TEST_SEED=7 npm test');
  });
});

describe('a random order', () => {
  const files = Array.from({ length: 40 }, (_, index) => ({ path: `test/${index}.test.ts` }));
  const order = (seed: number, given = files) => shuffled(given, seed).map(({ path }) => path);

  test('has every file once', () => {
    expect(order(1).toSorted()).toEqual(files.map(({ path }) => path).toSorted());
  });

  test('is the seed’s alone, and not that in which the files were found', () => {
    expect(order(1, files.toReversed())).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
  });
});

describe('the order on a clean clone', () => {
  const fileOf = (name: string) => ({ path: `/clone/test/${name}.test.ts` });

  test('begins with the longest files, and keeps the others as they were', () => {
    const [first, second] = LONGEST;
    expect(longestFirst(['card/brand', second, 'base/ids', first].map(fileOf))).toEqual(
      [first, second, 'card/brand', 'base/ids'].map(fileOf),
    );
  });

  test.each(LONGEST)('names a file that is there: %s', (name) => {
    expect(existsSync(join(import.meta.dirname, `../${name}.test.ts`))).toBe(true);
  });
});
