/** `fuda merchant show`: shows a merchant and its keys, by hint. */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { readMerchant } from '../../../shared/merchants/merchant-store.ts';
import type { PlainCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { keyJson, merchantJson, merchantLines } from './view.ts';

export const merchantShow: PlainCommand = {
  name: 'merchant show',
  summary: 'Show a merchant and its keys, newest first. Keys are shown by hint; the vault does not hold them.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {},
  examples: ['merchant show mer_…'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const { merchant, keys } = await readMerchant(deps, merchantId);
    const rows = keys.map((key) => {
      const state = key.revoked_at_ms === undefined ? key.status : `revoked ${toRfc3339(key.revoked_at_ms)}`;
      return [`${key.hint}  ${key.mode} ${key.kind}`, `${state}  ${key.record_id}`] as const;
    });
    return {
      text: [...merchantLines(merchant), '', 'Keys:', ...columns(rows)].join('\n'),
      json: { merchant: merchantJson(merchant), keys: keys.map(keyJson) },
    };
  },
};
