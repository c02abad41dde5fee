/**
 * The Ledger's entry of one exported card: the reason for its decryption, with the attributes by which the audit finds
 * every reason (V5). Written before the card is decrypted; the AWS request id is added afterwards.
 */
import type { Deps } from '../../base/deps.ts';
import { change, putNew } from '../../base/dynamo.ts';
import { randomId } from '../../base/ids.ts';
import { type Decryption, dayShard } from '../../ledger/entry.ts';

/** Stores a new entry and returns its id, `exp_…`; each export of a card has a separate one. */
export async function putExport(deps: Deps, merchantId: string, cardId: string): Promise<string> {
  const id = randomId('exp', deps.random);
  const nowMs = deps.clock.nowMs();
  await putNew(deps, 'Ledger', {
    entry_id: id,
    merchant_id: merchantId,
    created_at_ms: nowMs,
    day_shard: dayShard(id, nowMs),
    source_record: cardId,
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
