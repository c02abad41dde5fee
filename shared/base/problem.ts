/** Turns an error of the vault into the response to the caller: an RFC 9457 problem document. */
import { ERRORS, type ErrorCode, type VaultError } from './errors.ts';

export interface Problem {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function problem(error: VaultError, requestId: string): Problem {
  const { status, title, next } = ERRORS[error.code];
  const { param, spentBy, charge, difficultyBits, retryAfterSeconds, allow } = error.detail;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...retryAfter(error.code, retryAfterSeconds),
      // RFC 9110 §15.5.6: a 405 says which methods there are.
      ...(allow !== undefined && { allow }),
      // RFC 9110 §11.6.1: a 401 says how to authenticate.
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    },
    body: JSON.stringify({
      type: `urn:fuda:error:${error.code}`,
      title,
      status,
      detail: next,
      code: error.code,
      ...(param !== undefined && { param }),
      ...(spentBy !== undefined && { spent_by: spentBy }),
      ...(charge !== undefined && { charge }),
      ...(difficultyBits !== undefined && { difficulty_bits: difficultyBits }),
      request_id: requestId,
    }),
  };
}

const retryAfter = (code: ErrorCode, seconds = 1): Record<string, string> =>
  'retryable' in ERRORS[code] ? { 'retry-after': String(seconds) } : {};
