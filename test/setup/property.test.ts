/** A property that does not hold says with which case and how to draw it again, and tries what once failed before all else. */
import { expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { checkProperty } from './property.ts';

const messageOf = (check: () => void): string => {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it held');
};
const small = fc.property(fc.nat(), (number) => number < 10);

test('a failure names the seed of the run, the smallest case, and the command (that repeats it)', () => {
  const message = messageOf(() => checkProperty(small));
  expect(message).toContain('Counterexample: [10]');
  expect(message).toContain(
    `FUDA_TEST_SEED=${jest.getSeed()} npm test -- test/setup/property.test.ts -t 'a failure names the seed`,
  );
  // Jest takes the title for a pattern.
  expect(message).toContain('command \\(that repeats it\\)');
});

test('the error of the case is kept as the cause', () => {
  const property = fc.property(fc.nat(), () => {
    throw new RangeError('as asked');
  });
  expect(() => checkProperty(property)).toThrow(expect.objectContaining({ cause: expect.any(RangeError) }));
});

test('a known case is tried in each run, before those that are drawn, and is named where it fails', () => {
  const seen: number[] = [];
  const property = fc.property(fc.nat({ max: 1 }), (number) => {
    seen.push(number);
    return number !== 42;
  });
  checkProperty(property, { runs: 3, known: { 'once one too many': [2] } });
  expect(seen[0]).toBe(2);
  expect(seen).toHaveLength(4);
  const message = messageOf(() => checkProperty(property, { known: { 'fine by now': [2], 'the answer': [42] } }));
  expect(message).toContain('The known case that fails: the answer');
});

test('the same seed draws the same cases', () => {
  const draw = () => {
    const seen: number[] = [];
    checkProperty(
      fc.property(fc.nat(), (number) => void seen.push(number)),
      { runs: 20 },
    );
    return seen;
  };
  expect(draw()).toEqual(draw());
});

test('a property of promises is waited for', async () => {
  const later = fc.asyncProperty(fc.nat(), async (number) => number < 10);
  await expect(checkProperty(later)).rejects.toThrow('Counterexample: [10]');
});
