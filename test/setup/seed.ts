/**
 * The one seed of a run of tests, from which everything that tests draw follows: the cases of properties, the bytes of
 * worlds, and with `FUDA_TEST_ORDER=random` the order of files. test/run.ts draws it and hands it to Jest
 * as `--seed`; tests have it from there (chance.ts, property.ts).
 */
import { randomInt } from 'node:crypto';

/** Jest takes whole numbers of 31 bits. */
const SEED_LIMIT = 2 ** 31;
/** `random` shuffles the files, `random-tests` the tests inside each file as well. */
const ORDERS = ['slowest', 'random', 'random-tests'] as const;

type Order = (typeof ORDERS)[number];
type Environment = Readonly<Record<string, string | undefined>>;

export interface RunPlan {
  readonly seed: number;
  readonly order: Order;
  /** Whether vaults of the run stand on a local AWS that is rougher than the real one. */
  readonly isRough: boolean;
  /** What Jest is started with, without its seed. */
  readonly jestArgs: readonly string[];
}

/** Reads `--seed N`, `FUDA_TEST_SEED`, `FUDA_TEST_ORDER` and `FUDA_TEST_ROUGH`. Throws a RangeError that names what is not allowed. */
export function planRun(args: readonly string[], environment: Environment, draw = drawSeed): RunPlan {
  const at = args.findIndex((arg) => arg === '--seed' || arg.startsWith('--seed='));
  const isApart = args[at] === '--seed';
  const given = at === -1 ? undefined : isApart ? (args[at + 1] ?? '') : args[at]?.slice('--seed='.length);
  const { FUDA_TEST_SEED: seed, FUDA_TEST_ORDER: order, FUDA_TEST_ROUGH: rough } = environment;
  if (!['', '1'].includes(rough ?? '')) throw new RangeError('FUDA_TEST_ROUGH must be 1 or empty');
  return {
    seed: readSeed('--seed', given) ?? readSeed('FUDA_TEST_SEED', seed) ?? draw(),
    order: readOrder(order),
    isRough: rough === '1',
    jestArgs: at === -1 ? args : args.toSpliced(at, isApart ? 2 : 1),
  };
}

export const drawSeed = (): number => randomInt(SEED_LIMIT);

function readSeed(name: string, text: string | undefined): number | undefined {
  if (text === undefined || (text === '' && name === 'FUDA_TEST_SEED')) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) >= SEED_LIMIT) {
    throw new RangeError(`${name} must be a whole number from 0 to ${SEED_LIMIT - 1}`);
  }
  return Number(text);
}

function readOrder(text: string | undefined): Order {
  const order = ORDERS.find((known) => known === (text || 'slowest'));
  if (order === undefined) throw new RangeError(`FUDA_TEST_ORDER must be one of ${ORDERS.join(', ')}`);
  return order;
}

/** The command that runs the same tests with the same draws in the same order. */
export function commandFor({ seed, order, isRough, jestArgs }: RunPlan): string {
  const settings = [
    `FUDA_TEST_SEED=${seed}`,
    ...(order === 'slowest' ? [] : [`FUDA_TEST_ORDER=${order}`]),
    ...(isRough ? ['FUDA_TEST_ROUGH=1'] : []),
  ];
  const args = jestArgs.length === 0 ? [] : ['--', ...jestArgs.map(quoted)];
  return [...settings, 'npm test', ...args].join(' ');
}

/** For a shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
