/** Columns of the appendix that describe an event. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { Columns } from '../base/appendix.ts';
import type { CallEvent, KeyEvent } from './events.ts';

export const CALL: Columns<CallEvent> = {
  at: (event) => toRfc3339(event.timeMs),
  call: (event) => event.name,
  caller: (event) => event.caller,
  caller_arn: (event) => event.callerArn,
  source_address: (event) => event.sourceAddress,
  region: (event) => event.region,
  tls_version: (event) => event.tlsVersion ?? null,
  user_agent: (event) => event.userAgent,
  aws_request_id: (event) => event.requestId,
  event_id: (event) => event.eventId,
  error_code: (event) => event.errorCode ?? null,
  file: (event) => event.file,
};

export const KEY_CALL: Columns<KeyEvent> = {
  ...CALL,
  key: (event) => event.key,
  purpose: ({ context }) => context.purpose ?? null,
  merchant: ({ context }) => context.merchant ?? null,
  record: ({ context }) => context.record ?? null,
};
