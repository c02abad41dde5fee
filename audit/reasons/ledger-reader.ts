/**
 * Reads the recorded reasons from the Ledger, with permission to read only. They come by day of creation, through an
 * index that holds keys only.
 */

import * as z from 'zod';
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { BATCH_GET_MAX, getItems, queryIndex } from '../../shared/base/dynamo.ts';
import type { CardKey } from '../../shared/base/entries.ts';
import { sideBySide } from '../../shared/base/parallel.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import type { Period } from '../trail/digest-chain.ts';
import { type RecordedReason, reasonKindOf } from './reasons.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A little over two years; PCI DSS 4.0.1 10.5.1 asks for one. */
export const MAX_DAYS = 800;
/** Pages of 100 in one shard of one day: 4 × 10 million charges a day. */
const MAX_PAGES = 100_000;

const id = z.string().min(1).max(200);
const timeMs = z.number().int().nonnegative();
// The SDK gives up after a few tries. A larger number would excuse as many decryptions, so it is refused.
const tries = z.number().int().min(1).max(5);
const decryptionSchema = z.object({
  key: z.enum(['PanKey', 'CvcKey']),
  request_id: id,
  at_ms: timeMs,
  tries: tries.default(1),
});
const receiver = z.string().min(1).max(400);
const RECEIVERS_MAX = 20;
const reasonSchema = z.object({
  entry_id: id,
  merchant_id: id,
  created_at_ms: timeMs,
  source_record: id,
  cvc_record: id.optional(),
  decryptions: z.array(decryptionSchema).default([]),
  tries_without_response: tries.default(1),
  store_request_id: id.nullish(),
  sent_to: z
    .object({ receivers: z.array(receiver).max(RECEIVERS_MAX) })
    .optional()
    .catch(undefined),
  first_uses: z
    .array(z.object({ receiver, deployed_at_ms: timeMs.optional() }))
    .max(RECEIVERS_MAX)
    .optional()
    .catch(undefined),
  events: z
    .array(z.object({ type: id, at_ms: timeMs }))
    .optional()
    .catch(undefined),
});
/** Events with the processor's response: authorization as PCI DSS 4.0.1 3.3.1 means it. */
const RESPONSES: ReadonlySet<string> = new Set(['charge.authorized', 'charge.captured', 'charge.declined']);

/** A reason; undefined for an item of an unknown kind, to which no decryption can be matched. */
export type LedgerItem = RecordedReason | undefined;

/**
 * Every reason recorded in the period; `see` gets each item as the ledger has it. Throws RangeError where the period is
 * longer than MAX_DAYS.
 */
export async function* readReasons(
  deps: Deps,
  period: Period,
  see: (item: object) => void = () => {},
): AsyncGenerator<LedgerItem> {
  for (const day of daysOf(period)) {
    const shards = Array.from({ length: SHARDS.by_day }, (_, shard) => pagesOf(deps, `${day}#${shard}`, period));
    for await (const page of sideBySide(shards)) {
      for (const item of page) {
        see(item);
        const reasons = readReason(item);
        if (reasons.length === 0) yield undefined;
        yield* reasons;
      }
    }
  }
}

/**
 * The reasons of an item of the ledger; empty for an unknown kind. A charge of a stored card with its code has two: the
 * record of the number is the card's id, that of the code is its token's hash.
 */
export function readReason(item: unknown): RecordedReason[] {
  const read = reasonSchema.safeParse(item).data;
  const kind = read && reasonKindOf(read.entry_id);
  if (read === undefined || kind === undefined) return [];
  const decryptions = read.decryptions.map(({ key, request_id: requestId, at_ms: atMs, tries }) => ({
    key,
    requestId,
    atMs,
    tries,
  }));
  const reason: RecordedReason = {
    kind,
    id: read.entry_id,
    merchantId: read.merchant_id,
    createdAtMs: read.created_at_ms,
    record: read.source_record,
    decryptions,
    ...(read.sent_to && { receivers: read.sent_to.receivers }),
    ...(read.first_uses && {
      firstUses: read.first_uses.map((use) => ({ receiver: use.receiver, deployedAtMs: use.deployed_at_ms ?? null })),
    }),
    triesWithoutResponse: read.tries_without_response,
    storeRequestId: read.store_request_id ?? undefined,
    respondedAtMs: read.events?.find(({ type }) => RESPONSES.has(type))?.at_ms,
  };
  if (read.cvc_record === undefined) return [reason];
  const only = (onlyKey: CardKey) => ({ onlyKey, decryptions: decryptions.filter(({ key }) => key === onlyKey) });
  return [
    { ...reason, ...only('PanKey') },
    { ...reason, ...only('CvcKey'), record: read.cvc_record, storeRequestId: undefined },
  ];
}

/** The UTC days of a period: `2026-11-23`. */
export function daysOf({ fromMs, toMs }: Period): string[] {
  const first = Math.floor(fromMs / DAY_MS);
  const last = Math.floor(toMs / DAY_MS);
  if (last - first >= MAX_DAYS) throw new RangeError(`a report covers at most ${MAX_DAYS} days`);
  return Array.from({ length: last - first + 1 }, (_, day) => toRfc3339((first + day) * DAY_MS).slice(0, 10));
}

/** The items of one shard of a day within the period, by pages of a hundred; the index sorts them by creation. */
async function* pagesOf(deps: Deps, dayShard: string, { fromMs, toMs }: Period): AsyncGenerator<readonly object[]> {
  let after: Parameters<typeof queryIndex>[3]['after'];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { keys, next } = await queryIndex(deps, 'Ledger', 'by_day', {
      partition: ['day_shard', dayShard],
      sort: ['created_at_ms', '>=', Math.floor(fromMs)],
      limit: BATCH_GET_MAX,
      ...(after && { after }),
    });
    const wanted = keys.filter((key) => Number(key.created_at_ms) <= toMs);
    if (wanted.length > 0) {
      yield await getItems<object>(
        deps,
        'Ledger',
        wanted.map((key) => String(key.entry_id)),
      );
    }
    if (next === null || wanted.length < keys.length) return;
    after = next;
  }
  throw new RangeError('a day holds more charges than one report reads');
}
