/** Paths in pages and comments are held to what is there: lost ones are planted, and each is named. */
import { describe, expect, test } from '@jest/globals';
import { lostPaths } from '../../../tools/tidy/links.ts';

describe('paths in plain text', () => {
  const exists = (path: string) => ['shared/vault', 'shared/a.ts'].includes(path);
  const lost = (path: string, text: string) =>
    lostPaths(
      [
        { path: 'shared/a.ts', text: '' },
        { path, text },
      ],
      exists,
    );

  test.each([
    ['a page', 'docs/a.md', 'See `shared/b.ts` and shared/vault/.'],
    ['a comment', 'test/a.ts', '/**\n * As shared/b.ts does (shared/a.ts).\n */'],
    ['a comment after code', 'test/a.ts', "const a = 'shared/c.ts'; // As shared/b.ts does."],
  ])('in %s that lead nowhere are found', (_where, path, text) => {
    expect(lost(path, text)).toEqual([`${path} names shared/b.ts, which is not there`]);
  });

  test('are free in code, outside the house, and where the reader is to write the file', () => {
    expect(lost('test/a.ts', "const a = 'shared/b.ts';")).toEqual([]);
    expect(lost('docs/a.md', 'other/b.ts .build/shared/b.ts https://example.com/shared/b.ts')).toEqual([]);
    expect(lost('docs/a.md', '```ts\n// shared/b.ts\n```\n\nThen run shared/b.ts.')).toEqual([]);
  });
});
