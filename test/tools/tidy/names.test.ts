/** One name for one thing: what shares a name, or says a word in a sense it does not have, is planted and found. */
import { describe, expect, test } from '@jest/globals';
import { STRAYS, sharedNames, strayNames, twinFiles, untoldStrays } from '../../../tools/tidy/names.ts';
import { parseModule } from '../../../tools/tidy/syntax.ts';

const module = (path: string, text: string) => parseModule({ path, text });

describe('a type', () => {
  test.each([
    ['an interface', 'export interface Refusal { readonly a: 1 }'],
    ['an alias', 'export type Refusal = 1;'],
    ['a class', 'export class Refusal {}'],
    ['an abstract class', 'export abstract class Refusal {}'],
  ])('that is %s and is exported under the name of another is found', (_what, code) => {
    const other = module('web/b.ts', 'export type Refusal = 2;');
    expect(sharedNames([module('shared/a.ts', code), other])).toEqual([
      'Refusal is exported by shared/a.ts and web/b.ts',
    ]);
    expect(sharedNames([module('test/a.ts', code), other])).toEqual(['Refusal is exported by test/a.ts and web/b.ts']);
  });

  test.each([
    ['is exported again from where it is', 'shared/a.ts', "export type { Refusal } from './b.ts';"],
    ['stays in its module', 'shared/a.ts', 'type Refusal = 1; export const refusal: Refusal = 1;'],
    ['is a program’s of a merchant', 'examples/a.ts', 'export type Refusal = 1;'],
    ['and its schema are one', 'shared/a.ts', 'export const Approval = 1; export type Approval = typeof Approval;'],
  ])('that %s is not', (_what, path, code) => {
    expect(sharedNames([module(path, code), module('web/b.ts', 'export type Refusal = 2;')])).toEqual([]);
  });

  test('of tests and of tools may have the name that another of them has', () => {
    const code = 'export interface Scene { readonly a: 1 }';
    expect(sharedNames([module('test/a.ts', code), module('tools/b.ts', code)])).toEqual([]);
  });
});

describe('a file', () => {
  const twins = (...paths: readonly string[]) => twinFiles(paths.map((path) => ({ path, text: '' })));

  test('beside its plural is found', () => {
    expect(twins('shared/a/charge.ts', 'shared/a/charges.ts')).toEqual([
      'shared/a/charge.ts stands beside shared/a/charges.ts',
    ]);
    expect(twins('shared/a/entry.ts', 'shared/a/entries.ts')).toHaveLength(1);
    expect(twins('shared/a/box.ts', 'shared/a/boxes.ts')).toHaveLength(1);
  });

  test('in another folder, of another kind or of a longer name is not', () => {
    expect(
      twins('shared/a/charge.ts', 'shared/b/charges.ts', 'shared/a/charges.md', 'shared/a/charge-store.ts'),
    ).toEqual([]);
  });
});

describe('a word in the sense it does not have', () => {
  const places: Readonly<Record<string, string>> = {
    charge_id: 'shared/ledger/a.ts',
    attemptDelivery: 'shared/events/a.ts',
    joinSession: 'web/hosted/a.ts',
    modes: 'web/page/a.ts',
  };
  const at = (planted: string) => places[planted] ?? 'shared/a.ts';

  test.each(STRAYS.map(({ word, planted }) => [planted, word] as const))('is found in %s', (planted, word) => {
    const path = at(planted);
    const says = `${path}:1 says ${planted}: see “${word}” in ARCHITECTURE.md`;
    expect(strayNames([module(path, `export const ${planted} = 1;`)])).toEqual([says]);
    expect(strayNames([module(path, `export const a = { ${planted}: 1 };`)])).toEqual([says]);
    expect(strayNames([module(path, `export const a = ['${planted}'];`)])).toEqual([says]);
  });

  test('is found in each way to write a name', () => {
    for (const name of ['lostAnswer', 'LAST_ANSWER', 'last_answer', 'HttpAnswer', 'answers']) {
      expect([name, strayNames([module('shared/a.ts', `export const ${name} = 1;`)]).length]).toEqual([name, 1]);
    }
    expect(strayNames([module('shared/a.ts', 'class A { #answer = 1; }')])).toHaveLength(1);
  });

  test.each([
    ['in a sentence', 'shared/a.ts', "// An answer.\nexport const a = 'The answer of a person.';"],
    ['within another word', 'shared/a.ts', 'export const answering = 1;'],
    ['where a person answers', 'infra/acknowledgements.ts', 'export const answers = 1;'],
    ['in a name that others gave', 'shared/a.ts', 'Promise.allSettled([]);'],
    ['where it has its own sense', 'shared/risk/attempts.ts', 'export const attempts = 1;'],
    ['in a program of a merchant', 'examples/shop/a.ts', 'export const answer = 1;'],
  ])('is not found %s', (_where, path, code) => {
    expect(strayNames([module(path, code)])).toEqual([]);
  });

  test('stands in the table of words, or the check says so', () => {
    expect(untoldStrays('')).toHaveLength(STRAYS.length);
    expect(untoldStrays('| response | what comes back | an answer, which a person gives |')).toHaveLength(
      STRAYS.length - 1,
    );
  });
});
