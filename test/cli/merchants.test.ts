/** Merchants and keys from the terminal, against the embedded vault. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { fuda } from '../../shared/base/command.ts';
import { getItem } from '../../shared/base/dynamo.ts';
import { addEndpoint, endpointsOf } from '../../shared/events/endpoint-store.ts';
import { type ApiKeyRecord, apiKeyRecordId } from '../../shared/merchants/merchant.ts';
import { createMerchant, readMerchant } from '../../shared/merchants/merchant-store.ts';
import { use } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';
import { type Ended, hasFullDevice, localFile, type OutletName, workplace } from './fuda.ts';

const world = use(openWorld);
const place = use(async () => workplace(await localFile(world.deps)));

const run = (...args: readonly string[]): Promise<Ended> => place.runHere(...args);

/** The command lines in a text, as words. */
const printedCommands = (text: string): string[][] =>
  text.split('\n').flatMap((line) => {
    const [, words] = line.split(fuda(''));
    return words === undefined ? [] : [words.split(' ')];
  });

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
    expect([exitCode, stdout.trim()]).toEqual([wanted, '']);
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

    const [printed] = printedCommands(rotated.stdout);
    expect((await place.runHere(...(printed ?? []))).exitCode).toBe(0);
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
  const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'] as const;
  const HERE = 'http://127.0.0.1:8081';
  const merchantWith = async (...origins: string[]) => {
    const { merchant } = await createMerchant(world.deps, { name: 'Chaya', allowedOrigins: origins });
    return merchant.merchant_id;
  };
  const originsOf = async (id: string) => [...(await readMerchant(world.deps, id)).merchant.allowed_origins];

  test('shows the list where nothing is to be changed', async () => {
    const { exitCode, stdout } = await run('merchant', 'origins', await merchantWith(A, B));
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`origins         ${A}, ${B}`)]);
  });

  test('adds and removes, and says what it added, removed and kept', async () => {
    const id = await merchantWith(A, B);
    const { exitCode, stdout } = await run('merchant', 'origins', id, '--add', C, '--add', A, '--remove', B);
    expect([exitCode, stdout.split('\n').slice(1)]).toEqual([
      0,
      [`  added    ${C}`, `  removed  ${B}`, `  kept     ${A}`, ''],
    ]);
    expect(await originsOf(id)).toEqual([A, C]);
  });

  test('replaces the list', async () => {
    const id = await merchantWith(A, B);
    const { stdout } = await run('merchant', 'origins', id, '--origin', B, '--origin', C, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ added: [C], removed: [A], kept: [B] });
    expect(await originsOf(id)).toEqual([B, C]);
  });

  test('of two operators at once both take effect', async () => {
    const id = await merchantWith(A);
    const both = await Promise.all([B, C].map((origin) => run('merchant', 'origins', id, '--add', origin)));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect((await originsOf(id)).sort()).toEqual([A, B, C]);
  });

  test.each([
    ['the last is removed', [A], ['--remove', A]],
    ['none is left', [A, B], ['--none']],
    ['another takes the place of all', [A, B], ['--origin', C]],
    ['one of this machine alone is left', [A, HERE], ['--remove', A]],
    ['the only one is of this machine', [HERE], ['--none']],
  ])('asks where %s, and without a terminal is refused until --yes is said', async (_what, before, args) => {
    const id = await merchantWith(...before);
    const { exitCode, stdout, stderr } = await run('merchant', 'origins', id, ...args);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('Confirm with --yes.')]);
    expect(await originsOf(id)).toEqual(before);
    expect((await run('merchant', 'origins', id, ...args, '--yes')).exitCode).toBe(0);
    expect(await originsOf(id)).not.toEqual(before);
  });

  test('does not ask where the shop keeps an origin', async () => {
    const id = await merchantWith(A, B, HERE);
    expect((await run('merchant', 'origins', id, '--remove', HERE, '--remove', B)).exitCode).toBe(0);
    expect(await originsOf(id)).toEqual([A]);
  });

  test('that are not there cannot be removed, so that a mistyped one is not left in place', async () => {
    const id = await merchantWith(A, B);
    const { exitCode, stderr } = await run('merchant', 'origins', id, '--remove', A, '--remove', C);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`It has: ${A}, ${B}.`)]);
    expect(await originsOf(id)).toEqual([A, B]);
  });

  test('of a merchant that is not there ends with 1', async () => {
    const { exitCode, stderr } = await run('merchant', 'origins', 'mer_nobody', '--none');
    expect([exitCode, stderr.trim()]).toEqual([1, 'fuda: There is no such merchant.']);
  });
});

describe('what is shown once', () => {
  const newMerchant = async () => (await world.merchant()).merchant.merchant_id;
  const newEndpoint = async (merchantId: string) => {
    const wanted = { merchantId, mode: 'test', url: 'http://127.0.0.1:9/hook' } as const;
    return (await addEndpoint(world.deps, wanted, { dangerouslyAllowLoopback: true })).endpoint.record_id;
  };
  const keysOf = async (merchantId: string) => (await readMerchant(world.deps, merchantId)).keys;

  interface Maker {
    /** Prepares what the command works on. */
    args(): Promise<readonly string[]>;
    /** The state after the printed commands ran. */
    left(said: string, args: readonly string[]): Promise<unknown>;
    readonly expected: unknown;
  }

  /** Each command that makes a secret. */
  const MAKERS: Readonly<Record<string, Maker>> = {
    'merchant create': {
      args: async () => ['--name', 'Lost', '--json'],
      left: async (said) => {
        const keys = await keysOf(/mer_[a-z2-7]{26}/.exec(said)?.[0] ?? '');
        return keys.map(({ status }) => status).sort();
      },
      // The four that were never shown, and a new one.
      expected: ['active', 'revoked', 'revoked', 'revoked', 'revoked'],
    },
    'key rotate': {
      args: async () => [await newMerchant(), '--kind', 'secret', '--mode', 'live'],
      left: async (_said, [merchant = '']) => {
        const keys = await keysOf(merchant);
        const same = keys.filter(({ kind, mode }) => kind === 'secret' && mode === 'live');
        return same.map(({ status }) => status).sort();
      },
      expected: ['active', 'revoked'],
    },
    'webhook add': {
      args: async () => [await newMerchant(), '--mode', 'test', '--url', 'http://127.0.0.1:9/hook'],
      left: (_said, [merchant = '']) => endpointsOf(world.deps, merchant),
      expected: [],
    },
    'webhook rotate-secret': {
      args: async () => {
        const merchant = await newMerchant();
        return [merchant, await newEndpoint(merchant)];
      },
      left: async (_said, [merchant = '']) => {
        const [endpoint] = await endpointsOf(world.deps, merchant);
        return endpoint?.signing.map(({ version }) => version);
      },
      expected: [3, 2],
    },
  };

  const runInto = (outlet: OutletName, name: string, args: readonly string[]) =>
    place.runInto(outlet, ...name.split(' '), ...args);
  /** The calls that changed something, since `forget()`. */
  const writes = (): string[] => world.calls.filter((call) => /:(Put|Update|Encrypt)/.test(call));

  test('is shown by one way, by these commands', () => {
    expect(COMMANDS.filter((command) => 'make' in command).map(({ name }) => name)).toEqual(Object.keys(MAKERS));
  });

  test.each(Object.keys(MAKERS))('is not made by %s where no process reads', async (name) => {
    const args = await MAKERS[name]?.args();
    world.forget();
    const { exitCode, stderr } = await runInto('a pipe without a reader', name, args ?? []);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('its reader has gone. Nothing was made.')]);
    expect(writes()).toEqual([]);
  });

  test.each([
    ...(hasFullDevice ? [['a full device', 'no space is left'] as const] : []),
    ['a file that may not grow', 'the file may not become larger'],
    ['nowhere', 'goes nowhere'],
  ] as const)('is not made where standard output is %s', async (outlet, said) => {
    world.forget();
    const { exitCode, stderr } = await runInto(outlet, 'merchant create', ['--name', 'Full']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(stderr).toContain('Nothing was made.');
    expect(writes()).toEqual([]);
  });

  test.each(Object.entries(MAKERS))(
    'and was not, by %s, is named with commands that take it back',
    async (name, maker) => {
      const args = await maker.args();
      const { exitCode, stderr } = await runInto('a pipe with a reader that leaves after the first byte', name, args);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^fuda: .*its reader has gone\. .*:\n {2}node/)]);
      for (const command of printedCommands(stderr.trimEnd()))
        expect((await place.runHere(...command)).exitCode).toBe(0);
      expect(await maker.left(stderr, args)).toEqual(maker.expected);
    },
  );

  test('and was shown in part, as on a disk that fills up, counts as not shown', async () => {
    const { exitCode, stderr } = await runInto('a file that may grow by one block', 'merchant create', [
      ...['--name', 'Half', '--json'],
    ]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('the file may not become larger')]);
    expect(printedCommands(stderr.trimEnd())).toHaveLength(5);
  });
});

test('a honey record is not planted where the list of them cannot be written', async () => {
  const own = await localFile(world.deps, { api_url: 'http://127.0.0.1:9' });
  world.forget();
  const below = join(place.folder, '.fuda/local.json/honey.json');
  const plant = ['honey', 'plant', '--name', 'Decoy', '--file', below, '--local', place.write('own.json', own)];
  const { exitCode, stderr } = await place.run(...plant);
  expect([exitCode, stderr]).toEqual([1, 'fuda: A file is there already.\n']);
  expect(world.calls).toEqual([]);
});

describe('what can be shown again', () => {
  test.each([
    ...(hasFullDevice
      ? [['a full device', 1, 'fuda: Standard output could not be written to: no space is left.'] as const]
      : []),
    ['a file that may not grow', 1, 'fuda: Standard output could not be written to: the file may not become larger.'],
    // As `head` is, once it has seen enough.
    ['a pipe without a reader', 0, ''],
    ['nowhere', 0, ''],
  ] as const)('where standard output is %s ends with %i', async (outlet, wanted, said) => {
    const { exitCode, stderr } = await place.runInto(outlet, 'merchant', '--help');
    expect([exitCode, stderr.trim()]).toEqual([wanted, said]);
  });
});
