/**
 * The order of test files: as Jest has it, which is those that failed last, then those that took longest; or with
 * `FUDA_TEST_ORDER=random` one that the seed of the run decides, so that no file can lean on the one before it.
 */
import { createRequire } from 'node:module';
import type { TestSequencerOptions } from '@jest/test-sequencer';
import { chance } from '../../tools/simulation/chance.ts';

// Its types are those of its CommonJS build, so it is required as such.
const { default: Sequencer } = createRequire(import.meta.url)(
  '@jest/test-sequencer',
) as typeof import('@jest/test-sequencer');
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

export default class RunSequencer extends Sequencer {
  readonly #seed: number;

  constructor(options: TestSequencerOptions) {
    super(options);
    this.#seed = options.globalConfig.seed;
  }

  override sort(tests: Tests): Tests | Promise<Tests> {
    return process.env.FUDA_TEST_ORDER?.startsWith('random') ? shuffled(tests, this.#seed) : super.sort(tests);
  }
}

/** By seed and names alone: not by the order in which a file system lists them. */
export function shuffled<Test extends { readonly path: string }>(tests: readonly Test[], seed: number): Test[] {
  const { below } = chance(seed);
  const left = tests.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return tests.flatMap(() => left.splice(below(left.length), 1));
}
