/** The frame that the page learns to hold the cursor, even when the frames report slowly. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { keepFocus } from '../../web/page/focus.ts';

let told: string[] = [];
/** The frame that has the cursor, for the browser. */
let cursor: string | null = null;

const keeper = () =>
  keepFocus({
    focus: () => told.push('focus'),
    blur: () => told.push('blur'),
    alone: () => false,
    isBeyond: (fieldSet) => cursor !== null && cursor !== fieldSet,
  });

beforeEach(() => {
  told = [];
  cursor = null;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('from frame to frame is neither out nor in, even where the next frame says so late', () => {
  const focus = keeper();
  focus.entered('number');
  cursor = 'expiry';
  focus.left('number');
  jest.advanceTimersByTime(10_000);
  focus.entered('expiry');
  expect(told).toEqual(['focus']);
});

test('out of all frames is reported once, and in again too', () => {
  const focus = keeper();
  focus.entered('number');
  focus.left('number');
  jest.advanceTimersByTime(10_000);
  focus.entered('cvc');
  expect(told).toEqual(['focus', 'blur', 'focus']);
});

test('out of the window, which leaves it in its frame for the page, is out', () => {
  const focus = keeper();
  focus.entered('number');
  cursor = 'number';
  focus.left('number');
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual(['focus', 'blur']);
});
