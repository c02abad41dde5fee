/** A story runs in its order and each step once, even where Jest asks for a later step first. */
import { expect, test } from '@jest/globals';
import { story } from './story.ts';

/** A story with steps that note themselves, and the tests that it registers with Jest. */
function tell(...acts: readonly (() => void)[]) {
  const told: number[] = [];
  const steps: (() => Promise<void> | void)[] = [];
  const step = story((_title, act) => void steps.push(act));
  for (const [index, act] of acts.entries()) {
    step(`step ${index}`, () => {
      told.push(index);
      act();
    });
  }
  return { told, take: async (index: number) => steps[index]?.() };
}

const fine = () => undefined;
const wrong = () => {
  throw new Error('the tea is cold');
};

test('a step has all before it done first, and none after it', async () => {
  const { told, take } = tell(fine, fine, fine, fine);
  await take(2);
  expect(told).toEqual([0, 1, 2]);
});

test('each step is done once, in any order that Jest takes', async () => {
  const { told, take } = tell(fine, fine, fine);
  for (const index of [1, 2, 0, 1]) await take(index);
  expect(told).toEqual([0, 1, 2]);
});

test('a step that fails says why, and those after it that they were not done', async () => {
  const { told, take } = tell(fine, wrong, fine);
  await expect(take(2)).rejects.toThrow('the step before failed: step 1');
  await expect(take(1)).rejects.toThrow('the tea is cold');
  await expect(take(0)).resolves.toBeUndefined();
  expect(told).toEqual([0, 1]);
});
