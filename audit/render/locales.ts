/** The languages of the report: English and Japanese. */
import type { Messages } from './messages-en.ts';
import { english } from './messages-en.ts';
import { japanese } from './messages-ja.ts';

export const LOCALES = ['en', 'ja'] as const;
export type ReportLocale = (typeof LOCALES)[number];

export const MESSAGES: Readonly<Record<ReportLocale, Messages>> = { en: english, ja: japanese };
