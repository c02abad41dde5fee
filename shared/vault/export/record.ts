/**
 * The Ledger's entry of one exported card: the reason for its decryption, with the attributes by which the audit finds
 * every reason (V5). Written before the card is decrypted; the AWS request id is added afterwards.
 */
import type { Deps } from '../../base/deps.ts';
import type { SentTo } from '../../base/destinations.ts';
import { change, putNew } from '../../base/dynamo.ts';
import { randomId } from '../../base/ids.ts';
import { type Decryption, dayShard } from '../../ledger/entry.ts';

interface ExportTerms {
  readonly merchantId: string;
  readonly cardId: string;
  readonly sentTo: SentTo;
}

/** Stores a new entry and returns its id, `exp_…`; each export of a card has a separate one. */
export async function putExport(deps: Deps, { merchantId, cardId, sentTo }: ExportTerms): Promise<string> {
  const id = randomId('exp', deps.random);
  const nowMs = deps.clock.nowMs();
  await putNew(deps, 'Ledger', {
    entry_id: id,
    merchant_id: merchantId,
    created_at_ms: nowMs,
    day_shard: dayShard(id, nowMs),
    source_record: cardId,
    sent_to: sentTo,
    decryptions: [],
  });
  return id;
}

export async function noteExport(deps: Deps, id: string, decryption: Decryption): Promise<void> {
  await change(deps, 'Ledger', id, {
    update: 'SET decryptions = :decryptions',
    condition: 'attribute_exists(entry_id)',
    values: { ':decryptions': [decryption] },
  });
}
