/** Turns any thrown value into a VaultError. Errors of other kinds reveal nothing of themselves. */
import { VaultError } from '../../shared/base/errors.ts';

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
