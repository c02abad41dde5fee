/**
 * Turns any thrown value into an RFC 9457 problem document. Errors other than VaultError reveal nothing of themselves.
 */
import type { APIGatewayProxyResult } from 'aws-lambda';
import { ERRORS, type ErrorCode, VaultError } from '../../shared/base/errors.ts';

/** Temporary AWS errors: throttles and services that did not respond. The SDK has already retried them. */
const PASSING = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'KMSInternalException',
  'DependencyTimeoutException',
  'KeyUnavailableException',
  'TimeoutError',
]);

export function toVaultError(error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const isPassing = error instanceof Error && PASSING.has(error.name);
  return new VaultError(isPassing ? 'busy' : 'internal', { cause: error });
}

export function problem(error: VaultError, requestId: string): APIGatewayProxyResult {
  const { status, title, next } = ERRORS[error.code];
  const { param, spentBy, charge, difficultyBits, retryAfterSeconds } = error.detail;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...retryAfter(error.code, retryAfterSeconds),
      // RFC 9110 §11.6.1: a 401 names the authentication scheme.
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
