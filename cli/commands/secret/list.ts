/** `fuda secret list`: lists the names of a merchant's secrets; the operator cannot decrypt their values. */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { listSecrets } from '../../../shared/merchants/secret-store.ts';
import type { PlainCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';

export const secretList: PlainCommand = {
  name: 'secret list',
  summary: 'List the names, uses and ages of a merchant’s secrets.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {},
  examples: ['secret list mer_…'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const secrets = await listSecrets(deps, merchantId);
    const rows = secrets.map(({ name, use, createdAtMs }) => [name, `${use}  set ${toRfc3339(createdAtMs)}`] as const);
    return {
      text: rows.length === 0 ? 'This merchant has no secrets.' : columns(rows).join('\n'),
      json: { secrets: secrets.map(({ name, use, createdAtMs }) => ({ name, use, set_at: toRfc3339(createdAtMs) })) },
    };
  },
};
