/** What each service behind the endpoint is: a function from one authenticated call to an answer and its record. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../aws-error.ts';
import type { ServiceEvent } from '../cloudtrail/record.ts';
import type { Principal } from '../iam/principal.ts';

export interface Call {
  /** From X-Amz-Target; empty for S3 and Lambda, which say it by method and path. */
  readonly operation: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly principal: Principal;
}

export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** What CloudTrail writes; null for operations a trail does not record. */
  readonly event: ServiceEvent | null;
}

export interface Service {
  /** First part of X-Amz-Target: `TrentService` is KMS. S3 and Lambda send none: their name in the signature's scope. */
  readonly target: string;
  readonly contentType: string;
  /** A new request id in the service's own form. */
  requestId(): string;
  renderError(error: AwsError): string;
  /** Never rejects for what the caller did: refusals are answers with a record of their own. */
  call(call: Call): Promise<Answer>;
}

/** The wire form of an error in the JSON protocols. */
export const errorBody = (error: AwsError): string => JSON.stringify({ __type: error.code, message: error.message });
