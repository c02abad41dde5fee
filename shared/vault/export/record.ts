/**
 * The Ledger's entry of one exported card: the reason for its decryption, with the attributes by which the audit finds
 * every reason (V5). Written before the card is decrypted; the AWS request id is added afterwards.
 */
import type { Deps } from '../../base/deps.ts';
import type { SentTo } from '../../base/destinations.ts';
import { change, putNew } from '../../base/dynamo.ts';
import { randomId } from '../../base/ids.ts';
import { type Decryption, dayShard, outboxMark } from '../../ledger/entry.ts';

interface ExportTerms {
  /** `mer_…/live`. */
  readonly owner: string;
  readonly merchantId: string;
  readonly cardId: string;
  readonly sentTo: SentTo;
}

/** Stores a new entry and returns its id, `exp_…`; each export of a card has a separate one. */
export async function putExport(deps: Deps, { owner, merchantId, cardId, sentTo }: ExportTerms): Promise<string> {
  const id = randomId('exp', deps.random);
  const nowMs = deps.clock.nowMs();
  await putNew(deps, 'Ledger', {
    entry_id: id,
    owner,
    merchant_id: merchantId,
    created_at_ms: nowMs,
    day_shard: dayShard(id, nowMs),
    source_record: cardId,
    sent_to: sentTo,
    events: [],
  });
  return id;
}

/** One entry of each page goes through the outbox, where the first use of its receiver is found; it has no events. */
export async function noteExport(
  deps: Deps,
  { id, isFirst }: { readonly id: string; readonly isFirst: boolean },
  decryption: Decryption,
): Promise<void> {
  const { outbox_shard } = outboxMark(id);
  await change(deps, 'Ledger', id, {
    update: `SET decryptions = :decryptions${isFirst ? ', outbox_shard = :shard' : ''}`,
    condition: 'attribute_exists(entry_id)',
    values: { ':decryptions': [decryption], ...(isFirst && { ':shard': outbox_shard }) },
  });
}
