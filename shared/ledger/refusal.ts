/**
 * The end of an entry without an opened card: the entry records the refusal of its source, and each repeated request
 * throws the same refusal (V6).
 */
import { ERRORS, type ErrorCode, type ErrorDetail, VaultError } from '../base/errors.ts';

/** The members of an entry that failed before its card was open. */
export interface SourceFailure {
  readonly status: 'failed';
  readonly failure_code: ErrorCode | 'interrupted';
  /** The spender of the token, where the token was spent. */
  readonly failure_spent_by?: string;
  /** How often the SDK asked before it gave up, from the error it gave up with. */
  readonly tries_without_response?: number;
}

/** From what reading and opening the source threw. */
export function failureOf(error: unknown): SourceFailure {
  const refusal = error instanceof VaultError ? error : null;
  const { attempts } = (error as { $metadata?: { attempts?: number } }).$metadata ?? {};
  return {
    status: 'failed',
    failure_code: refusal?.code ?? 'interrupted',
    ...(attempts !== undefined && { tries_without_response: attempts }),
    ...(refusal?.detail.spentBy !== undefined && { failure_spent_by: refusal.detail.spentBy }),
  };
}

/** Throws the refusal that an entry recorded; returns for every other entry. */
export function throwRecordedRefusal(
  entry: { readonly status: string; readonly failure_code?: string; readonly failure_spent_by?: string },
  detail: ErrorDetail,
): void {
  const { status, failure_code: code, failure_spent_by: spentBy } = entry;
  if (status !== 'failed' || code === undefined || !(code in ERRORS)) return;
  throw new VaultError(code as ErrorCode, { ...detail, ...(spentBy !== undefined && { spentBy }) });
}
