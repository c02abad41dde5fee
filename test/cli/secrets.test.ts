/** Secrets from the terminal: read from standard input, never from an argument, and never printed. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { listSecrets, readSecret } from '../../shared/merchants/secret-store.ts';
import { use } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';
import { localFile, workplace } from './fuda.ts';

const VALUE = 'sk_test_of_a_processor';

const world = use(openWorld);
const shop = use(() => world.merchant());
const place = use(async () => workplace(await localFile(world.deps)));

const USE = 'processor:stripe/test';

const set = (input: string, ...args: readonly string[]) =>
  place.runHereOn(input, 'secret', 'set', ...args, '--use', USE);
const read = (name: string) => readSecret(world.deps, { merchantId: shop.merchant.merchant_id, name, use: USE });

test('set seals standard input without its last line break, and shows only the name', async () => {
  // As a shell starts it: the others run in this process.
  const command = ['secret', 'set', shop.merchant.merchant_id, 'stripe', '--use', USE];
  const { exitCode, stdout, stderr } = await place.runOn(`${VALUE}\n`, ...command);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).not.toContain(VALUE);
  expect((await read('stripe'))?.clearText()).toBe(VALUE);

  const listed = await place.runHere('secret', 'list', shop.merchant.merchant_id);
  expect(listed.stdout).toContain(`stripe  ${USE}`);
  expect(listed.stdout).not.toContain(VALUE);
});

test.each([
  ['a third argument', [VALUE], VALUE, 2],
  ['an empty input', [], '\n', 2],
  ['an input that is too long', [], 'x'.repeat(5_000), 2],
])('set refuses %s, and repeats nothing', async (_, more, input, wanted) => {
  const { exitCode, stdout, stderr } = await set(input, shop.merchant.merchant_id, 'refused', ...more);
  expect([exitCode, stdout]).toEqual([wanted, '']);
  expect(stderr).not.toContain(VALUE);
  expect(await read('refused')).toBeNull();
});

test.each(['', 'stripe', 'processor:stripe', 'processor:Stripe/test', 'webhook:we_', 'forward:psp/both'])(
  'set refuses the use «%s», and says which there are',
  async (use) => {
    const args = ['secret', 'set', shop.merchant.merchant_id, 'unused', '--use', use];
    const { exitCode, stdout, stderr } = await place.runHereOn(VALUE, ...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--use');
    expect(await listSecrets(world.deps, shop.merchant.merchant_id)).not.toContainEqual(
      expect.objectContaining({ name: 'unused' }),
    );
  },
);

test('set refuses a name that has another use', async () => {
  await set(VALUE, shop.merchant.merchant_id, 'taken');
  const args = ['secret', 'set', shop.merchant.merchant_id, 'taken', '--use', 'forward:psp/test'];
  const { exitCode, stderr } = await place.runHereOn(VALUE, ...args);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is for another use')]);
});

test('set refuses an unknown merchant and a name that could be a value', async () => {
  expect((await set(VALUE, 'mer_nobody', 'stripe')).exitCode).toBe(1);
  const { exitCode, stderr } = await set(VALUE, shop.merchant.merchant_id, VALUE);
  expect(exitCode).toBe(1);
  expect(stderr).not.toContain(VALUE);
});

test('fingerprint prints what sha256sum prints of it, needs no vault, and refuses what could be guessed', async () => {
  const { exitCode, stdout } = await place.runHereOn(`${VALUE}\n`, 'secret', 'fingerprint');
  const digits = createHash('sha256').update(VALUE).digest('hex').slice(0, 32);
  expect([exitCode, stdout.trim()]).toEqual([0, `sha256-${digits}`]);
  const short = await place.runHereOn('hunter2', 'secret', 'fingerprint');
  expect([short.exitCode, short.stdout]).toEqual([2, '']);
  expect(short.stderr).toContain('at least 16 characters');
});
