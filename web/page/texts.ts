/**
 * Texts of `fuda.js` for the cardholder, outside the frame: the frame's title, and errors of a frame that does not
 * work.
 */
import * as ar from '../languages/ar.ts';
import * as en from '../languages/en.ts';
import * as ja from '../languages/ja.ts';
import * as ko from '../languages/ko.ts';
import * as zhHans from '../languages/zh-hans.ts';
import * as zhHant from '../languages/zh-hant.ts';
import type { Locale } from '../locale.ts';
import type { PageTexts } from '../texts.ts';

export type { PageTexts } from '../texts.ts';

export const PAGE_TEXTS: Readonly<Record<Locale, PageTexts>> = {
  en: en.page,
  ja: ja.page,
  ko: ko.page,
  'zh-Hans': zhHans.page,
  'zh-Hant': zhHant.page,
  ar: ar.page,
};
