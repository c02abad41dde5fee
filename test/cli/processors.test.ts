/** Processors from the terminal: set up with a secret's name, listed without its value, refused with a reason. */
import { expect, test } from '@jest/globals';
import { use } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';
import { localFile, workplace } from './fuda.ts';

const world = use(openWorld);
const shop = use(() => world.merchant());
const place = use(async () => workplace(await localFile(world.deps)));

const add = (...args: readonly string[]) => place.runHere('processor', 'add', shop.merchant.merchant_id, ...args);

test('a processor is added with its secret, and listed by the secret’s name', async () => {
  const use = ['--use', 'processor:stripe/test'];
  await place.runHereOn('sk_test_hidden\n', 'secret', 'set', shop.merchant.merchant_id, 'stripe-key', ...use);
  const added = await add('stripe', '--adapter', 'stripe', '--mode', 'test', '--secret', 'stripe-key', '--default');
  expect([added.exitCode, added.stderr]).toEqual([0, '']);

  const listed = await place.runHere('processor', 'list', shop.merchant.merchant_id, '--json');
  expect(JSON.parse(listed.stdout)).toEqual({
    processors: [
      { name: 'stripe', adapter: 'stripe', mode: 'test', is_default: true, settings: {}, secret: 'stripe-key' },
    ],
  });
  expect(listed.stdout).not.toContain('hidden');
});

test.each([
  ['an unknown adapter', ['a', '--adapter', 'pigeon', '--mode', 'test'], 2, '--adapter'],
  ['a setting without a value', ['a', '--adapter', 'stripe', '--mode', 'test', '--set', 'url'], 2, '--set'],
  [
    'a secret that is not set',
    ['a', '--adapter', 'stripe', '--mode', 'test', '--secret', 'x'],
    1,
    'fuda.mjs secret set',
  ],
  ['settings that are missing', ['a', '--adapter', 'iso8583', '--mode', 'live'], 1, 'host'],
])('refuses %s', async (_, args, wanted, hint) => {
  const { exitCode, stdout, stderr } = await add(...args);
  expect([exitCode, stdout]).toEqual([wanted, '']);
  expect(stderr).toContain(hint);
});
