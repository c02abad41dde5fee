/** Texts that shoppers read: every script passes, and nothing that hides in one. */
import { describe, expect, test } from '@jest/globals';
import { isSeenWhole } from '../../shared/base/shown-text.ts';

describe('a text is seen whole', () => {
  test.each([
    ['in Japanese, with a variant of a name’s character', '葛\u{e0100}城の煎茶 100g（税込）'],
    ['in Arabic', 'شاي أخضر ٢ × ١٠٠'],
    ['in Hebrew beside Latin', 'תה Sencha'],
    ['in Persian, which needs a joiner', 'می\u200cخواهم'],
    ['in Hindi, which needs a joiner', 'क्\u200dष'],
    ['in Korean', '녹차 2개'],
    ['with a family and a heart', '👨\u200d👩\u200d👧 ❤\ufe0f'],
    ['with wide and narrow spaces', 'Sencha\u30002\u00a0×\u202f100'],
    ['that is empty', ''],
  ])('%s', (_what, text) => {
    expect(isSeenWhole(text)).toBe(true);
  });

  const HIDDEN: readonly (readonly [what: string, codePoint: number])[] = [
    ['an override from right to left', 0x202e],
    ['an override from left to right', 0x202d],
    ['an embedding', 0x202b],
    ['its end', 0x202c],
    ['an isolate', 0x2067],
    ['its end', 0x2069],
    ['a mark of direction', 0x200f],
    ['an Arabic mark', 0x061c],
    ['a space of no width', 0x200b],
    ['a word joiner', 0x2060],
    ['an invisible separator', 0x2063],
    ['a byte order mark', 0xfeff],
    ['a soft hyphen', 0x00ad],
    ['a grapheme joiner', 0x034f],
    ['a Hangul filler', 0x3164],
    ['a tag character', 0xe0041],
    ['a null', 0x0000],
    ['an escape', 0x001b],
    ['a backspace', 0x0008],
    ['a line feed', 0x000a],
    ['a tab', 0x0009],
    ['a C1 control', 0x009b],
    ['a line separator', 0x2028],
    ['a paragraph separator', 0x2029],
    ['half a character', 0xd800],
  ];
  test.each(HIDDEN)('but not with %s, wherever it stands', (_what, codePoint) => {
    const hidden = String.fromCodePoint(codePoint);
    for (const text of [hidden, `${hidden}Sencha`, `Sen${hidden}cha`, `Sencha${hidden}`]) {
      expect(isSeenWhole(text)).toBe(false);
    }
  });
});
