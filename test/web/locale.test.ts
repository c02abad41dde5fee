/** The language of the field for each reader, and that each language has every text. */
import { describe, expect, test } from '@jest/globals';
import { TEXTS } from '../../web/hosted/texts.ts';
import { LOCALES, pickLocale } from '../../web/locale.ts';
import { PAGE_TEXTS } from '../../web/page/texts.ts';

describe('the language is', () => {
  test.each([
    ['ja-JP', 'ja'],
    ['en-GB', 'en'],
    ['ko', 'ko'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-Hans-HK', 'zh-Hans'],
    ['ar-EG', 'ar'],
  ])('for %s %s', (wish, locale) => {
    expect(pickLocale([wish])).toBe(locale);
  });

  test('the first wish that is one of ours, and English without any', () => {
    expect(pickLocale([undefined, null, '', 'fr-FR', 'de', 'ja', 'en'])).toBe('ja');
    expect(pickLocale(['fr'])).toBe('en');
    expect(pickLocale([])).toBe('en');
  });

  test.each(['zh_TW', '<script>', 'ja-Latn', 'x'.repeat(1000), 'constructor'])('not guessed from %j', (wish) => {
    expect(pickLocale([wish])).toBe('en');
  });
});

describe.each(LOCALES)('%s', (locale) => {
  const textsIn = (value: unknown): string[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)];

  test('leaves no text empty, says each fault in different words, and shows no digit', () => {
    const texts = textsIn([TEXTS[locale], PAGE_TEXTS[locale]]);
    const faults = Object.values(TEXTS[locale].faults);
    expect(texts.filter((text) => text.trim() !== text || text === '' || /\d/.test(text))).toEqual([]);
    expect(new Set(faults).size).toBe(faults.length);
  });

  test('shows the expiry as it is typed: from left to right, month before year', () => {
    expect(TEXTS[locale].expiryPlaceholder).toMatch(/^(MM|月) \/ (YY|年)$/);
  });
});
