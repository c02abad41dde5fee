/**
 * One CloudTrail record, in the current form (eventVersion 1.11). It has no `tlsDetails`, because a loopback call has
 * no TLS and a record must not claim any. Source: CloudTrail user guide, record contents.
 */
import type { Account } from '../template/resolve.ts';

export interface TrailResource {
  readonly type: string;
  readonly arn: string;
}

/** The parts of a record that depend on the service. */
export interface ServiceEvent {
  readonly eventSource: string;
  readonly eventName: string;
  readonly apiVersion?: string;
  /** Management events change or use resources as a whole, Data events access their content. */
  readonly category: 'Management' | 'Data';
  readonly readOnly: boolean;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly resources: readonly TrailResource[];
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** The caller, its connection, and the request's id. */
export interface Caller {
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
  readonly sourceIp: string;
  readonly requestId: string;
}

export type TrailRecord = Readonly<Record<string, unknown>> & { readonly eventTime: string };

/** Seconds, no fraction: the form of every time in CloudTrail. */
export const trailTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

export function toRecord(
  event: ServiceEvent,
  caller: Caller,
  account: Account,
  eventId: string,
  nowMs: number,
): TrailRecord {
  const { accountId, region } = account;
  return {
    eventVersion: '1.11',
    userIdentity: caller.userIdentity,
    eventTime: trailTime(nowMs),
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: region,
    sourceIPAddress: caller.sourceIp,
    userAgent: caller.userAgent,
    ...(event.errorCode !== undefined && { errorCode: event.errorCode, errorMessage: event.errorMessage }),
    requestParameters: event.requestParameters,
    responseElements: null,
    ...(event.additionalEventData && { additionalEventData: event.additionalEventData }),
    requestID: caller.requestId,
    eventID: eventId,
    readOnly: event.readOnly,
    ...(event.resources.length > 0 && {
      resources: event.resources.map(({ type, arn }) => ({ accountId, type, ARN: arn })),
    }),
    eventType: 'AwsApiCall',
    ...(event.apiVersion !== undefined && { apiVersion: event.apiVersion }),
    managementEvent: event.category === 'Management',
    recipientAccountId: accountId,
    eventCategory: event.category,
  };
}
