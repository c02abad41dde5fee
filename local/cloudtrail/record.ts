/**
 * One CloudTrail record, in the current form (eventVersion 1.11). It has no `tlsDetails`, because a loopback call has
 * no TLS and a record must not claim any. Source: CloudTrail user guide, record contents.
 */
import type { CallOrigin, ServiceEvent } from '../endpoint/event.ts';
import type { Account } from '../template/resolve.ts';

export type TrailRecord = Readonly<Record<string, unknown>> & { readonly eventTime: string };

/** Seconds, no fraction: the form of every time in CloudTrail. */
export const trailTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

export function toRecord(
  event: ServiceEvent,
  caller: CallOrigin,
  { accountId, region }: Account,
  { eventId, timeMs }: { readonly eventId: string; readonly timeMs: number },
): TrailRecord {
  return {
    eventVersion: '1.11',
    userIdentity: caller.userIdentity,
    eventTime: trailTime(timeMs),
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
