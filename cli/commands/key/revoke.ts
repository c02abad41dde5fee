/** `fuda key revoke`: revokes a key, everywhere within seconds. */
import type { Deps } from '../../../shared/base/deps.ts';
import { getItem } from '../../../shared/base/dynamo.ts';
import { KEY_CACHE_MS } from '../../../shared/merchants/callers.ts';
import { type ApiKeyRecord, apiKeyRecordId, isApiKeyForm } from '../../../shared/merchants/merchant.ts';
import { MerchantError, revokeKey } from '../../../shared/merchants/merchant-store.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { keyJson } from '../merchant/view.ts';

export const keyRevoke: PlainCommand = {
  name: 'key revoke',
  summary: 'Revoke a key for good.',
  positionals: [{ name: 'key', about: 'the key’s id (key_…), or its hint together with --merchant' }],
  options: { merchant: { value: 'mer_…', about: 'the key’s merchant; needed with a hint' } },
  notes: [
    `Functions that have just read the key may accept it for ${KEY_CACHE_MS / 1000} more seconds. Revoking twice is harmless.`,
    'The key itself is understood too, but would stay in your shell’s history.',
  ],
  examples: ['key revoke key_9f86d081884c7d65…', 'key revoke "sk_test_…x7ab" --merchant mer_…'],
  async run(input, connect) {
    const name = input.positional('key');
    const recordId = isApiKeyForm(name) ? apiKeyRecordId(name) : name;
    const merchantId = input.optional('merchant');
    if (merchantId === undefined && !/^key_[0-9a-f]{64}$/.test(recordId)) {
      throw new UsageError('--merchant is needed when the key is named by its hint.');
    }
    const { deps } = await connect();
    const record = await revokeKey(deps, merchantId ?? (await ownerOf(deps, recordId)), name);
    return {
      text: `Revoked ${record.hint} (${record.mode} ${record.kind}) of ${record.merchant_id}.`,
      json: { key: keyJson(record) },
    };
  },
};

/** Finds the merchant by the key's id, because hints are unique only within one merchant. */
async function ownerOf(deps: Deps, recordId: string): Promise<string> {
  const record = await getItem<ApiKeyRecord>(deps, 'Merchants', recordId);
  if (record === null) throw new MerchantError('There is no such key.');
  return record.merchant_id;
}
