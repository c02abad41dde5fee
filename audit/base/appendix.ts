/**
 * The rows a report cannot hold. They are handed out as they are found, one call a row, and a report writes them to files;
 * the audit keeps none of them. Rows of one record come together, records in no particular order.
 */
const CALL = [
  'at',
  'call',
  'caller',
  'caller_arn',
  'source_address',
  'region',
  'tls_version',
  'user_agent',
  'aws_request_id',
  'event_id',
  'error_code',
  'file',
] as const;
const KEY_CALL = [...CALL, 'key', 'purpose', 'merchant', 'record'] as const;

/** Each appendix by its columns, in order. Times are RFC 3339, an empty cell is null. */
export const APPENDICES = {
  decryptions: [...KEY_CALL, 'explanation', 'reason_kind', 'reason_id', 'why'],
  re_encryptions: [...KEY_CALL, 'explanation', 'destination_key', 'destination_record', 'why'],
  refused: KEY_CALL,
  administration: [...CALL, 'subject'],
  watch: [...CALL, 'rule', 'severity', 'subject'],
  erasures: ['record', 'made_at', 'erased_at', 'how', 'reason_id', 'answered_at', 'seconds', 'caller', 'event_id'],
  unseen_decryptions: ['reason_kind', 'reason_id', 'key', 'aws_request_id', 'at'],
  files: ['kind', 'key', 'verdict'],
} as const;

export type CallRow = Readonly<Record<(typeof CALL)[number], string | null>>;
export type KeyCallRow = Readonly<Record<(typeof KEY_CALL)[number], string | null>>;

export type AppendixName = keyof typeof APPENDICES;
type AppendixRow<Name extends AppendixName> = Readonly<
  Record<(typeof APPENDICES)[Name][number], string | number | null>
>;

/** Takes one row; called synchronously, in the order rows are found. */
export type AppendixSink = <Name extends AppendixName>(name: Name, row: AppendixRow<Name>) => void;

export const noAppendix: AppendixSink = () => {};
