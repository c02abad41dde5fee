/**
 * Every call of every money operation that changes something or leaves the vault, struck by one of the faults that leave
 * the least behind; the seed of the run draws which. `npm run sim` strikes every call with every kind of fault, lets
 * functions thaw midway, and draws new seeds, and CI tells all its single faults; this is what fits into a test run, of every
 * second call.
 */
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { chance } from '../../../tools/simulation/chance.ts';
import type { FaultKind } from '../../../tools/simulation/faults.ts';
import { faultPoints, planOfSeed, singleFaultStories } from '../../../tools/simulation/plans.ts';
import { SINGLE } from '../../../tools/simulation/scenarios.ts';
import { play } from '../../../tools/simulation/story.ts';
import { tell } from '../../../tools/simulation/telling.ts';
import { isDrawn } from '../../setup/sweeps.ts';

/** A fault at a read strikes what the write before it left, or the write after it has not done yet. */
const READS = /^(?:Query|GetItem|BatchGetItem) /;
const KINDS: readonly FaultKind[] = ['stop_after', 'response_lost_once', 'outside_response_lost'];
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

const counted = { calls: 0, stories: 0 };
afterAll(() => console.info(`simulation: ${counted.calls} calls struck, ${counted.stories} stories told`));

describe('with any one fault, every promise holds:', () => {
  test.each(Object.keys(SINGLE))('%s', async (scenario) => {
    const writes = (await faultPoints([scenario])).filter(({ line }) => !READS.test(line.name));
    const points = writes.filter((_, index) => writes.length === 1 || isDrawn(index, 2));
    expect(points.length).toBeGreaterThan(0);
    counted.calls += points.length;
    const { pick } = chance(jest.getSeed());
    const drawn = points.map((point) => ({
      ...point,
      kinds: [pick(point.kinds.filter((kind) => KINDS.includes(kind)))],
    }));
    for await (const story of singleFaultStories(drawn, { thawing: false })) {
      counted.stories += 1;
      if (story.broken.length > 0) throw new Error(tell(story));
    }
  });
});

describe('a seed', () => {
  test('tells the same story every time', async () => {
    const [once, again] = [await play(planOfSeed(11)), await play(planOfSeed(11))];
    expect(tell(again)).toBe(tell(once));
  });

  test('of the fixed set breaks no promise, for its two faults and its interleaving', async () => {
    for (const seed of SEEDS) {
      const story = await play(planOfSeed(seed));
      counted.stories += 1;
      if (story.broken.length > 0) throw new Error(`npm run sim -- --seed ${seed}\n${tell(story)}`);
    }
  });
});
