/** The texts of the hosted field, by language. */
import * as ar from '../languages/ar.ts';
import * as en from '../languages/en.ts';
import * as ja from '../languages/ja.ts';
import * as ko from '../languages/ko.ts';
import * as zhHans from '../languages/zh-hans.ts';
import * as zhHant from '../languages/zh-hant.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts.ts';

export type { FieldCode, Texts, TroubleCode } from '../texts.ts';

export const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: en.field,
  ja: ja.field,
  ko: ko.field,
  'zh-Hans': zhHans.field,
  'zh-Hant': zhHant.field,
  ar: ar.field,
};
