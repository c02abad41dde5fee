/**
 * The order of test files: as Jest has it, which is those that failed last, then those that took longest. On a clean
 * clone Jest has timed none and would begin with the largest, so the longest are named here: one that begins late keeps
 * the others waiting. With `FUDA_TEST_ORDER=random` the seed of the run decides, so that no file can lean on the one
 * before it.
 */
import { createRequire } from 'node:module';
import type { TestSequencerOptions } from '@jest/test-sequencer';
import { chance } from '../../tools/simulation/chance.ts';

// Its types are those of its CommonJS build, so it is required as such.
const { default: Sequencer } = createRequire(import.meta.url)(
  '@jest/test-sequencer',
) as typeof import('@jest/test-sequencer');
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** Below test/, without `.test.ts`; the longest first. */
export const LONGEST = [
  'cli/evidence',
  'flows/payment-link',
  'web/payment-page',
  'flows/leaks',
  'flows/story',
  'flows/pan-key',
  'api/any-request',
  'web/room',
  'web/split-fields',
  'web/card-frame',
  'web/arriving-text',
  'flows/bad-input',
  'web/card-field',
  'tools/simulation/simulation',
  'flows/continuous',
  'infra/variants',
  'flows/operator',
  'payments/same-key',
  'tools/simulation/planted',
  'cli/merchants',
  'web/whole-vault',
  'flows/sweep',
  'infra/forbidden',
  'web/mounting',
  'audit/page',
  'flows/permissions',
  'web/hostile-page',
  'flows/forward',
  'web/looks',
  'flows/webhooks',
] as const;

export default class RunSequencer extends Sequencer {
  readonly #seed: number;

  constructor(options: TestSequencerOptions) {
    super(options);
    this.#seed = options.globalConfig.seed;
  }

  override async sort(tests: Tests): Promise<Tests> {
    if (process.env.FUDA_TEST_ORDER?.startsWith('random')) return shuffled(tests, this.#seed);
    const sorted = await super.sort(tests);
    return sorted.some(({ duration }) => duration !== undefined) ? sorted : longestFirst(sorted);
  }
}

/** The named ones, then the others as they are. */
export function longestFirst<Test extends { readonly path: string }>(tests: readonly Test[]): Test[] {
  const rankOf = ({ path }: Test): number => {
    const rank = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
    return rank === -1 ? LONGEST.length : rank;
  };
  return tests.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** By seed and names alone: not by the order in which a file system lists them. */
export function shuffled<Test extends { readonly path: string }>(tests: readonly Test[], seed: number): Test[] {
  const { below } = chance(seed);
  const left = tests.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return tests.flatMap(() => left.splice(below(left.length), 1));
}
