/**
 * The languages of the field, and the choice among them. The browser's CLDR adds the script to a tag without one
 * (`zh-TW`).
 */

/** BCP 47 tags. Each has a file of its name in languages/. */
export const LOCALES = ['en', 'ja', 'ko', 'zh-Hans', 'zh-Hant', 'ar'] as const;

export type Locale = (typeof LOCALES)[number];

/** The first supported language and script among the wishes, best first; else English. */
export function pickLocale(wishes: readonly (string | undefined | null)[]): Locale {
  for (const wish of wishes) {
    const written = wish ? writtenForm(wish) : null;
    const locale = written && LOCALES.find((ours) => writtenForm(ours) === written);
    if (locale) return locale;
  }
  return 'en';
}

/** `zh-HK` → `zh-Hant`, `en-GB` → `en-Latn`; null for text that is not a tag. */
function writtenForm(tag: string): string | null {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return null;
  }
}
