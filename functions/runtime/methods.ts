/**
 * Refuses a method that is not the route's. API Gateway hands a function every method that its path has not, because API
 * Gateway itself would say that there is no such path (docs/decisions/0027-a-request-is-read-once.md).
 */
import { VaultError } from '../../shared/base/errors.ts';

export interface RouteMethods {
  readonly own: readonly string[];
  /** All methods of the path, in the form of the header. */
  readonly allow: string;
}

/** Names of methods are case-sensitive (RFC 9110 9.1). */
export function refuseMethod({ own, allow }: RouteMethods, method: string): void {
  if (!own.includes(method)) throw new VaultError('method_not_allowed', { allow });
}

/** For the log, which says nothing that a caller made up: a method may be any word. */
export const nameOfMethod = ({ own }: RouteMethods, method: string): string => (own.includes(method) ? method : 'ANY');
