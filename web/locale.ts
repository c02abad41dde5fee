/**
 * The languages the field speaks, and the choice among them. Which script a tag without one means (`zh-TW`) is in the
 * browser's own copy of CLDR.
 */

/** BCP 47. Each has its file in languages/, by its name. */
export const LOCALES = ['en', 'ja', 'ko', 'zh-Hans', 'zh-Hant', 'ar'] as const;

export type Locale = (typeof LOCALES)[number];

/** The first wish, of BCP 47 tags or nothings, best first, that is a language and script of ours; else English. */
export function pickLocale(wishes: readonly (string | undefined | null)[]): Locale {
  for (const wish of wishes) {
    const written = wish ? writtenForm(wish) : null;
    const locale = written && LOCALES.find((ours) => writtenForm(ours) === written);
    if (locale) return locale;
  }
  return 'en';
}

/** `zh-HK` → `zh-Hant`, `en-GB` → `en-Latn`; null for what is no tag. */
function writtenForm(tag: string): string | null {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return null;
  }
}
