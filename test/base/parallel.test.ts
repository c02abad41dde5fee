/** Several sources read side by side: nothing is lost, none waits for a slow one, and the first failure ends all. */
import { expect, test } from '@jest/globals';
import { sideBySide } from '../../shared/base/parallel.ts';

async function* yielding(items: readonly string[], before: (item: string) => Promise<void> = async () => {}) {
  for (const item of items) {
    await before(item);
    yield item;
  }
}

async function all(sources: readonly AsyncIterator<string>[]): Promise<string[]> {
  const items: string[] = [];
  for await (const item of sideBySide(sources)) items.push(item);
  return items;
}

test('every item comes once, in the order of its source', async () => {
  const items = await all([yielding(['a1', 'a2', 'a3']), yielding([]), yielding(['b1', 'b2'])]);
  expect(items.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  expect(items.filter((item) => item.startsWith('b'))).toEqual(['b1', 'b2']);
  expect(items).toHaveLength(5);
});

test('without a source there is nothing to wait for', async () => {
  expect(await all([])).toEqual([]);
});

test('a source that waits holds back no other', async () => {
  const others = Promise.withResolvers<void>();
  const slow = yielding(['slow'], () => others.promise);
  const items: string[] = [];
  for await (const item of sideBySide([slow, yielding(['b1', 'b2', 'b3'])])) {
    items.push(item);
    if (item === 'b3') others.resolve();
  }
  expect(items).toEqual(['b1', 'b2', 'b3', 'slow']);
});

test('the first failure is thrown, also where another follows it', async () => {
  const failing = (name: string) => yielding([name], () => Promise.reject(new Error(`no ${name}`)));
  await expect(all([failing('a'), failing('b'), yielding(['c'])])).rejects.toThrow('no a');
});
