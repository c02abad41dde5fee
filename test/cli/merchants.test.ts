/** Merchants and keys from the terminal, against the embedded vault. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getItem } from '../../shared/base/dynamo.ts';
import { type ApiKeyRecord, apiKeyRecordId } from '../../shared/merchants/merchant.ts';
import { ENGINES } from '../setup/engines.ts';
import { openWorld, type World } from '../setup/world.ts';
import { type Ended, localFile, type Workplace, workplace } from './fuda.ts';

let world: World;
let place: Workplace;
let local: string;

beforeAll(async () => {
  const [dynalite] = ENGINES;
  if (dynalite === undefined) throw new Error('there is no engine');
  world = await openWorld(dynalite);
  place = workplace();
  local = place.write('local.json', await localFile(world.deps, place.folder));
});
afterAll(async () => {
  place[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

const run = (...args: readonly string[]): Promise<Ended> => place.run(...args, '--local', local);

interface Created {
  readonly merchant: { readonly id: string; readonly allowed_origins: string[]; readonly token_ttl_minutes: number };
  readonly keys: {
    readonly id: string;
    readonly key: string;
    readonly hint: string;
    readonly kind: string;
    readonly mode: string;
  }[];
}

async function create(...args: readonly string[]): Promise<Created> {
  const { stdout, stderr } = await run('merchant', 'create', '--name', '茶屋 Chaya', '--json', ...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const statusOf = async (key: string) =>
  (await getItem<ApiKeyRecord>(world.deps, 'Merchants', apiKeyRecordId(key)))?.status;

describe('merchant create', () => {
  test('prints four keys that the vault knows by their hash alone', async () => {
    const { exitCode, stdout } = await run(
      'merchant',
      'create',
      '--name',
      'Chaya',
      '--origin',
      'http://127.0.0.1:8081',
    );
    expect(exitCode).toBe(0);
    const keys = stdout.match(/[ps]k_(?:test|live)_[a-z2-7]{26}/g) ?? [];
    expect(keys.map((key) => key.slice(0, 7)).sort()).toEqual(['pk_live', 'pk_test', 'sk_live', 'sk_test']);
    for (const key of keys) expect(await statusOf(key)).toBe('active');
  });

  test('keeps name, origins and token lifetime', async () => {
    const { merchant } = await create(
      '--origin',
      'https://a.example',
      '--origin',
      'https://b.example',
      '--token-ttl-minutes',
      '30',
    );
    expect(merchant.allowed_origins).toEqual(['https://a.example', 'https://b.example']);
    expect(merchant.token_ttl_minutes).toBe(30);
  });

  test.each([
    ['http://shop.example', 1],
    ['https://shop.example/pay', 2],
    ['https://*.example', 2],
    ['null', 2],
  ])('refuses the origin %s with %i', async (origin, wanted) => {
    const { exitCode, stdout, stderr } = await run('merchant', 'create', '--name', 'x', '--origin', origin);
    expect([exitCode, stdout]).toEqual([wanted, '']);
    expect(stderr).toContain('origin');
  });
});

describe('a merchant’s keys', () => {
  test('are shown by hint, never whole', async () => {
    const { merchant, keys } = await create();
    const { stdout } = await run('merchant', 'show', merchant.id);
    for (const { key, hint, id } of keys) {
      expect(stdout).toContain(hint);
      expect(stdout).toContain(id);
      expect(stdout).not.toContain(key);
    }
  });

  test('rotate: the new one works beside the old one, until that is revoked by the printed command', async () => {
    const { merchant, keys } = await create();
    const old = keys.find(({ kind, mode }) => kind === 'secret' && mode === 'test');
    const rotated = await run('key', 'rotate', merchant.id, '--kind', 'secret', '--mode', 'test');
    const fresh = /sk_test_[a-z2-7]{26}/.exec(rotated.stdout)?.[0] ?? '';
    expect(await Promise.all([fresh, old?.key ?? ''].map(statusOf))).toEqual(['active', 'active']);

    const printed = /npx fuda (key revoke key_[0-9a-f]{64})/.exec(rotated.stdout)?.[1] ?? '';
    expect((await run(...printed.split(' '))).exitCode).toBe(0);
    expect(await Promise.all([fresh, old?.key ?? ''].map(statusOf))).toEqual(['active', 'revoked']);
  });

  test('are revoked by hint with the merchant, and again without harm', async () => {
    const { merchant, keys } = await create();
    const [first] = keys;
    const revoke = () => run('key', 'revoke', first?.hint ?? '', '--merchant', merchant.id, '--json');
    const [once, twice] = [JSON.parse((await revoke()).stdout), JSON.parse((await revoke()).stdout)];
    expect(once.key).toMatchObject({ id: first?.id, status: 'revoked' });
    expect(twice).toEqual(once);
  });

  test('of another merchant are not revoked', async () => {
    const [mine, other] = [await create(), await create()];
    const key = other.keys[0];
    const { exitCode, stderr } = await run('key', 'revoke', key?.id ?? '', '--merchant', mine.merchant.id);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no such key');
    expect(await statusOf(key?.key ?? '')).toBe('active');
  });

  test('that were never issued are refused without being repeated', async () => {
    const never = 'sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const { exitCode, stderr } = await run('key', 'revoke', never);
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain(never);
  });
});

describe('merchant limits', () => {
  const limits = async (id: string, ...more: string[]) => {
    const { stdout, stderr, exitCode } = await run('merchant', 'limits', id, '--mode', 'live', ...more, '--json');
    return exitCode === 0 ? JSON.parse(stdout) : [exitCode, stderr];
  };

  test('shows the defaults, sets one ceiling and keeps the others, and goes back', async () => {
    const { merchant } = await create();
    const before = await limits(merchant.id);
    expect(before).toMatchObject({ window_minutes: 10, network: { proof_after: 15, most: 60 }, proof_bits: 15 });
    await limits(merchant.id, '--proof-bits', '0');
    const network = { proof_after: 100, most: 400 };
    expect(await limits(merchant.id, '--network', '100/400')).toEqual({ ...before, network, proof_bits: 0 });
    expect(await limits(merchant.id, '--defaults')).toEqual(before);
  });

  test.each([
    ['60', '--network must be two whole numbers'],
    ['60/15', '--network must be two whole numbers'],
    ['0/0', '--network must be two whole numbers'],
    ['1/9999999', '--network must be two whole numbers'],
  ])('refuses %s', async (text, says) => {
    const { merchant } = await create();
    expect(await limits(merchant.id, '--network', text)).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('merchant origins', () => {
  test('replaces the list, or empties it when asked to', async () => {
    const { merchant } = await create('--origin', 'https://a.example');
    const set = await run('merchant', 'origins', merchant.id, '--origin', 'https://b.example', '--json');
    expect(JSON.parse(set.stdout).merchant.allowed_origins).toEqual(['https://b.example']);
    const emptied = await run('merchant', 'origins', merchant.id, '--none', '--json');
    expect(JSON.parse(emptied.stdout).merchant.allowed_origins).toEqual([]);
  });

  test('of a merchant that is not there ends with 1', async () => {
    const { exitCode, stderr } = await run('merchant', 'origins', 'mer_nobody', '--none');
    expect([exitCode, stderr.trim()]).toEqual([1, 'fuda: There is no such merchant.']);
  });
});
