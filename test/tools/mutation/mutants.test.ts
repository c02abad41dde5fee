/** The changes that a run of mutations makes, one of a file at a time. */
import { describe, expect, test } from '@jest/globals';
import { mutantsOf } from '../../../tools/mutation/mutants.ts';

const changesOf = (text: string): string[] => mutantsOf({ path: 'shared/a.ts', text }).map(({ text: after }) => after);

describe('a change', () => {
  test.each([
    ['turns a comparison round', 'f(a === b);', ['f(a !== b);', ';']],
    ['takes in a bound', 'return_(a < 1);', ['return_(a <= 1);', 'return_(a < 2);', ';']],
    ['turns a condition round', 'if (f(a)) throw b;', ['if (!(f(a))) throw b;']],
    ['turns a choice round', 'const a = b ? c : d;', ['const a = !(b) ? c : d;']],
    ['leaves a call out', 'await f();', [';']],
    ['makes false of true', 'const a = true;', ['const a = false;']],
    ['finds its place behind letters of several bytes', '/* 札 */ const a = b && c;', ['/* 札 */ const a = b || c;']],
  ])('%s', (_what, text, changes) => {
    expect(changesOf(text).sort()).toEqual([...changes].sort());
  });

  test.each(["import { a } from './a.ts';", 'type A = { readonly b: 3 | 4 };', "const a = 'text';", '// a < b'])(
    'leaves %j as it is',
    (text) => {
      expect(changesOf(text)).toEqual([]);
    },
  );

  test('names its file and line, and the code before and after', () => {
    expect(mutantsOf({ path: 'shared/a.ts', text: '\nconst a = b > c;\n' })).toEqual([
      { path: 'shared/a.ts', line: 2, before: ' > ', after: ' >= ', text: '\nconst a = b >= c;\n' },
    ]);
  });
});
