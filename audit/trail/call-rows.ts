/** Events as rows of the appendix. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { CallRow, KeyCallRow } from '../base/appendix.ts';
import type { CallEvent, KeyEvent } from './events.ts';

export const callRow = (event: CallEvent): CallRow => ({
  at: toRfc3339(event.timeMs),
  call: event.name,
  caller: event.caller,
  caller_arn: event.callerArn,
  source_address: event.sourceAddress,
  region: event.region,
  tls_version: event.tlsVersion ?? null,
  user_agent: event.userAgent,
  aws_request_id: event.requestId,
  event_id: event.eventId,
  error_code: event.errorCode ?? null,
  file: event.file,
});

export const keyRow = (event: KeyEvent): KeyCallRow => ({
  ...callRow(event),
  key: event.key,
  purpose: event.context.purpose ?? null,
  merchant: event.context.merchant ?? null,
  record: event.context.record ?? null,
});
