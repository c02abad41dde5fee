/** The field's language: the first wish that is one of its own, else English. */
import type { Locale } from './types.ts';

/** Wishes are BCP 47 tags, best first: `ja`, `en-GB`, or nothing. */
export function pickLocale(wishes: readonly (string | undefined)[]): Locale {
  for (const wish of wishes) {
    const language = wish?.toLowerCase().split('-')[0];
    if (language === 'ja' || language === 'en') return language;
  }
  return 'en';
}
