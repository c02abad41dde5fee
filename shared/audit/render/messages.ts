/** Every sentence of the report, in English and Japanese. Codes and ids stay as they are in both. */
import type { FindingCode } from '../findings.ts';
import type { SkipReason } from '../log-files.ts';
import type { ReEncryptionReason, UnexplainedReason } from '../reconcile.ts';
import type { Counts } from './counts.ts';
import { english } from './messages-en.ts';
import { japanese } from './messages-ja.ts';

export const LOCALES = ['en', 'ja'] as const;
export type Locale = (typeof LOCALES)[number];

export type Section =
  | 'findings'
  | 'summary'
  | 'unexplained'
  | 'decryptions'
  | 'refused'
  | 'otherUses'
  | 'administration'
  | 'tables'
  | 'integrity'
  | 'limits'
  | 'repeat';

export type Column =
  | 'time'
  | 'merchant'
  | 'purpose'
  | 'caller'
  | 'source'
  | 'userAgent'
  | 'outcome'
  | 'ids'
  | 'requestId'
  | 'eventId'
  | 'record'
  | 'destination'
  | 'call'
  | 'key'
  | 'error'
  | 'count'
  | 'matched'
  | 'interrupted'
  | 'unexplained'
  | 'first'
  | 'last'
  | 'table'
  | 'file'
  | 'verdict'
  | 'refused'
  | 'reason';

export interface Messages {
  readonly title: string;
  readonly subtitle: string;
  readonly product: string;
  readonly passed: string;
  readonly failed: (findings: number) => string;
  readonly passedWord: string;
  readonly failedWord: string;
  readonly unsealedSuffix: (logs: number) => string;
  readonly facts: Readonly<Record<'period' | 'proven' | 'generated' | 'trail' | 'ledger' | 'keys', string>>;
  readonly nothingProven: string;
  readonly charges: (count: number) => string;
  readonly counts: Readonly<Record<keyof Counts, string>>;
  readonly sections: Readonly<Record<Section, string>>;
  readonly intros: Readonly<Partial<Record<Section, string>>>;
  readonly columns: Readonly<Record<Column, string>>;
  readonly findings: Readonly<Record<FindingCode, string>>;
  readonly reasons: Readonly<Record<UnexplainedReason | ReEncryptionReason | SkipReason, string>>;
  readonly outcomes: Readonly<Record<'matched' | 'interrupted' | 'unexplained', string>>;
  readonly outside: string;
  readonly none: string;
  readonly more: (rows: number) => string;
  readonly gap: (from: string, to: string) => string;
  readonly allFilesValid: string;
  readonly limits: readonly string[];
  readonly limitUnsealed: (logs: number) => string;
  readonly limitKeys: string;
  readonly repeat: string;
}

export const MESSAGES: Readonly<Record<Locale, Messages>> = { en: english, ja: japanese };
