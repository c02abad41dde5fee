/**
 * `fuda honey plant`: makes cards and tokens that no merchant uses, through the API with a merchant's keys, so that
 * nothing in the tables distinguishes them. Their ids go into the operator's file, and encrypted into the list that the
 * reconciliation reads.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { toRfc3339 } from '../../../shared/base/clock.ts';
import type { Deps } from '../../../shared/base/deps.ts';
import { sha256Hex } from '../../../shared/base/ids.ts';
import { TEST_CARDS } from '../../../shared/card/test-cards.ts';
import { HONEY_PER_PLANTING_MAX, sealHoney } from '../../../shared/merchants/honey.ts';
import { createMerchant, MerchantError } from '../../../shared/merchants/merchant-store.ts';
import { type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import { addToHoneyFile, HONEY_FILE, type Planted, readHoneyFile } from './file.ts';

const TIMEOUT_MS = 30_000;
/** The trail's records of the planting have AWS's time, and clocks differ. */
const QUIET_AFTER_MS = 5_000;
const MODES = ['test', 'live'] as const;

/** The API and keys to plant with, and the cards. */
interface Planter {
  readonly deps: Deps;
  readonly apiUrl: string;
  readonly merchant: string;
  readonly mode: (typeof MODES)[number];
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly numbers: readonly string[];
}

const KeysFile = z.object({ merchant_id: z.string(), publishable_key: z.string(), secret_key: z.string() });

export const honeyPlant: PlainCommand = {
  name: 'honey plant',
  summary: 'Plant cards and tokens that no merchant uses; any use of one is an alarm and a finding.',
  positionals: [],
  options: {
    cards: { value: 'n', about: 'how many stored cards (default 3)' },
    tokens: { value: 'n', about: 'how many one-time tokens (default 1)' },
    name: {
      value: 'text',
      about: 'the name of a new merchant to plant for; its keys are not kept',
    },
    keys: {
      value: 'file',
      about: 'instead: merchant_id, publishable_key and secret_key of an existing merchant, as JSON',
    },
    mode: { value: MODES.join('|'), about: 'test uses published test cards; live reads numbers from standard input' },
    file: { value: 'file', about: `where the list is kept (default: ${HONEY_FILE})` },
  },
  notes: [
    'In live mode give numbers of cards that you own and have closed, one a line. A merchant made for this has no charges, which',
    'a reader of the ledger can see; plant for an existing merchant to avoid that.',
    'The file is the only list you can read: the vault’s own is encrypted. Put a token where thieves look, such as a wiki.',
  ],
  examples: [
    'honey plant --name "Chaya Kyoto"',
    'honey plant --keys chaya.json --mode live --stack Fuda < numbers.txt',
  ],
  async run(input, connect) {
    const cards = input.wholeNumber('cards', 0, HONEY_PER_PLANTING_MAX) ?? 3;
    const tokens = input.wholeNumber('tokens', 0, HONEY_PER_PLANTING_MAX) ?? 1;
    if (cards + tokens < 1 || cards + tokens > HONEY_PER_PLANTING_MAX) {
      throw new UsageError(`--cards and --tokens make 1 to ${HONEY_PER_PLANTING_MAX} together.`);
    }
    const mode = input.oneOf('mode', MODES, 'test');
    const file = input.optional('file') ?? HONEY_FILE;
    readHoneyFile(file);
    const keys = keysOption(input);
    const numbers = mode === 'test' ? TEST_NUMBERS : await readNumbers();
    const { deps, apiUrl } = await connect();
    if (apiUrl === undefined) throw new UsageError('The connected vault does not state the address of its API.');
    // Tries the file before planting, because it is the only readable list.
    addToHoneyFile(file, []);
    const planter = {
      deps,
      apiUrl,
      mode,
      numbers,
      ...(keys ?? (await newMerchant(deps, input.required('name'), mode))),
    };
    const planted = await plantAll(planter, cards, tokens, file);
    return {
      text: `Planted ${cards} cards and ${tokens} tokens for ${planter.merchant}. The list is in ${file}; keep it from others.`,
      json: { merchant: planter.merchant, planted: planted.map(({ id, honey }) => ({ id, kind: honey.kind })), file },
    };
  },
};

/** Records planted before a failure are listed too, because they are in the tables already. */
async function plantAll(planter: Planter, cards: number, tokens: number, file: string): Promise<Planted[]> {
  const made: Omit<Planted, 'planted_at'>[] = [];
  try {
    for (let index = 0; index < cards; index += 1) made.push(await plantCard(planter));
    for (let index = 0; index < tokens; index += 1) made.push(await plantToken(planter));
  } finally {
    const nowMs = planter.deps.clock.nowMs();
    const quiet_from_ms = Math.ceil(nowMs / 1_000) * 1_000 + QUIET_AFTER_MS;
    const planted = made.map(({ honey, ...rest }) => ({
      ...rest,
      planted_at: toRfc3339(nowMs),
      honey: { ...honey, quiet_from_ms },
    }));
    if (planted.length > 0) {
      addToHoneyFile(file, planted);
      await sealHoney(
        planter.deps,
        planted.map(({ honey }) => honey),
      );
    }
    made.splice(0, made.length, ...planted);
  }
  return made as Planted[];
}

async function plantCard(planter: Planter): Promise<Omit<Planted, 'planted_at'>> {
  const { id: token } = await tokenize(planter);
  const { id } = await post(
    planter,
    '/v1/cards',
    { key: planter.secretKey, body: { token } },
    z.object({ id: z.string() }),
  );
  const { merchant, mode } = planter;
  return { id, merchant, mode, honey: { kind: 'card', record: id, quiet_from_ms: 0 } };
}

async function plantToken(planter: Planter): Promise<Omit<Planted, 'planted_at'>> {
  const { id, expires_at: expiresAt } = await tokenize(planter);
  const { merchant, mode } = planter;
  const expires_at_ms = Date.parse(expiresAt);
  return { id, merchant, mode, honey: { kind: 'token', record: sha256Hex(id), quiet_from_ms: 0, expires_at_ms } };
}

/** Makes a plausible card: an expiry some years ahead, a security code of the right length. */
function tokenize(planter: Planter): Promise<{ id: string; expires_at: string }> {
  const { deps, numbers, publishableKey } = planter;
  const [a = 0, b = 0, c = 0, d = 0] = deps.random(4);
  const number = numbers[a % numbers.length] ?? '';
  const cvc = String(((c << 8) | d) % 10_000).padStart(4, '0');
  const card = {
    number,
    exp_month: 1 + (b % 12),
    exp_year: new Date(deps.clock.nowMs()).getUTCFullYear() + 1 + (c % 4),
    cvc: /^3[47]/.test(number) ? cvc : cvc.slice(1),
  };
  return post(
    planter,
    '/v1/tokens',
    { key: publishableKey, body: { card } },
    z.object({ id: z.string(), expires_at: z.string() }),
  );
}

/** Throws MerchantError with the vault's error code, which never repeats input. */
async function post<T>(
  planter: Planter,
  path: string,
  { key, body }: { readonly key: string; readonly body: object },
  shape: z.ZodType<T>,
): Promise<T> {
  const response = await fetch(planter.apiUrl.replace(/\/$/, '') + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const json: unknown = await response.json().catch(() => null);
  if (response.ok) return shape.parse(json);
  const code = z.object({ code: z.string().regex(/^[a-z_]{1,40}$/) }).safeParse(json).data?.code ?? response.status;
  throw new MerchantError(`The vault refused a honey record: ${code}.`);
}

async function newMerchant(deps: Deps, name: string, mode: Planter['mode']) {
  const { merchant, keys } = await createMerchant(deps, { name, allowedOrigins: [] });
  const keyOf = (kind: 'publishable' | 'secret'): string =>
    keys.find(({ record }) => record.kind === kind && record.mode === mode)?.key.clearText() ?? '';
  return { merchant: merchant.merchant_id, publishableKey: keyOf('publishable'), secretKey: keyOf('secret') };
}

function keysOption(input: Input) {
  const file = input.optional('keys');
  if (file === undefined) return undefined;
  const parsed = KeysFile.safeParse(readJson(file)).data;
  if (parsed === undefined) {
    throw new UsageError('--keys must name a JSON file with merchant_id, publishable_key and secret_key.');
  }
  const { merchant_id: merchant, publishable_key: publishableKey, secret_key: secretKey } = parsed;
  return { merchant, publishableKey, secretKey };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const TEST_NUMBERS = Object.keys(TEST_CARDS).filter((number) => TEST_CARDS[number] === 'approve');
const MAX_INPUT_BYTES = 4_096;

/** One number a line. */
async function readNumbers(): Promise<string[]> {
  if (process.stdin.isTTY) throw new UsageError('Card numbers are read from standard input, one a line.');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_INPUT_BYTES) throw new UsageError('Standard input is too long for a list of card numbers.');
  }
  const numbers = text
    .split('\n')
    .map((line) => line.replaceAll(/[ \r-]/g, ''))
    .filter((line) => line !== '');
  if (numbers.length === 0) throw new UsageError('Standard input holds no card numbers.');
  return numbers;
}
