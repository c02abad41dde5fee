/** What the ledger says of a charge and a processor could confirm: funds taken, given back, and authorizations released. */
import * as z from 'zod';

export const PREFIX = 'ch_';
const id = z.string().min(1).max(200);
const minor = z.number().int().nonnegative();
const timeMs = z.number().int().nonnegative();
const operationSchema = z.object({
  kind: z.enum(['capture', 'cancel', 'refund']),
  amount_minor: minor,
  status: z.enum(['processing', 'succeeded', 'failed']),
  created_at_ms: timeMs,
});
/** An item in another state cannot be read, so that no state excuses a charge from being listed. */
const STATUSES = [
  'processing',
  'authorized',
  'captured',
  'partially_refunded',
  'refunded',
  'canceled',
  'declined',
  'failed',
] as const;
export type LedgerStatus = (typeof STATUSES)[number];

const chargeSchema = z.object({
  entry_id: id.startsWith(PREFIX),
  merchant_id: id,
  mode: z.enum(['test', 'live']),
  processor: id,
  status: z.enum(STATUSES),
  created_at_ms: timeMs,
  amount_minor: minor,
  currency: z.string().length(3),
  captured_minor: minor,
  pending: operationSchema.optional(),
  operations: z.record(id, operationSchema),
  events: z.array(z.object({ type: id, at_ms: timeMs })),
});

export interface LedgerCharge {
  readonly id: string;
  /** The merchant, its mode and its name for the processor: one account there. */
  readonly account: ProcessorAccount;
  readonly status: LedgerStatus;
  readonly createdAtMs: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly capturedMinor: number;
  /** When the ledger learned of it; undefined where nothing was taken. */
  readonly capturedAtMs: number | undefined;
  readonly refunds: readonly LedgerRefund[];
}

export interface ProcessorAccount {
  readonly merchant: string;
  readonly mode: string;
  readonly processor: string;
}

export interface LedgerRefund {
  readonly amountMinor: number;
  readonly atMs: number;
  /** Whether the processor's response is not known yet. */
  readonly isPending: boolean;
}

const anySchema = z.object({ entry_id: id });

/** The id of a charge, also of one that cannot be read; undefined for any other item. */
export function chargeIdOf(item: unknown): string | undefined {
  const entryId = anySchema.safeParse(item).data?.entry_id;
  return entryId?.startsWith(PREFIX) ? entryId : undefined;
}

/** Undefined where the item cannot be read as a charge. */
export function readLedgerCharge(item: unknown): LedgerCharge | undefined {
  const read = chargeSchema.safeParse(item).data;
  if (read === undefined) return undefined;
  const operations = [...Object.values(read.operations), ...(read.pending ? [read.pending] : [])];
  const captured = read.events.find(({ type }) => type === 'charge.captured');
  return {
    id: read.entry_id,
    account: { merchant: read.merchant_id, mode: read.mode, processor: read.processor },
    status: read.status,
    createdAtMs: read.created_at_ms,
    amountMinor: read.amount_minor,
    currency: read.currency,
    capturedMinor: read.captured_minor,
    capturedAtMs: read.captured_minor === 0 ? undefined : (captured?.at_ms ?? read.created_at_ms),
    refunds: operations
      .filter(({ kind, status }) => kind === 'refund' && status !== 'failed')
      .map(({ amount_minor: amountMinor, created_at_ms: atMs, status }) => ({
        amountMinor,
        atMs,
        isPending: status === 'processing',
      })),
  };
}
