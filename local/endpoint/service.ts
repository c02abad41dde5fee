/** The type of a service behind the endpoint: a function from one signed call to a response and its record. */
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../base/aws-error.ts';
import type { Principal } from '../iam/principal.ts';
import type { ServiceEvent } from './event.ts';

export interface ServiceCall {
  /** From X-Amz-Target; empty for S3 and Lambda, which use method and path. */
  readonly operation: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly principal: Principal;
}

export interface ServiceResponse {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The CloudTrail record; null for operations that a trail does not record. */
  readonly event: ServiceEvent | null;
}

export interface Service {
  /**
   * First part of X-Amz-Target: `TrentService` is KMS. For S3 and Lambda, which send none, their name in the
   * signature's scope.
   */
  readonly target: string;
  readonly contentType: string;
  /** A new request id in the service's form. */
  requestId(): string;
  renderError(error: AwsError): string;
  /** Does not reject for a caller's mistake: a refusal is a response with its own record. */
  call(call: ServiceCall): Promise<ServiceResponse>;
}

/** The form of an error in the JSON protocols. */
export const errorBody = (error: AwsError): string => JSON.stringify({ __type: error.code, message: error.message });

/** The response to a refused call, with its record. Throws again what is no refusal. */
export function refusal(error: unknown, event: ServiceEvent | null): ServiceResponse {
  if (!(error instanceof AwsError)) throw error;
  const { status, trailCode: errorCode, message: errorMessage } = error;
  return { status, body: errorBody(error), event: event && { ...event, errorCode, errorMessage } };
}
