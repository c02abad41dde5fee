/** `fuda key rotate`: issues a new key beside the old one, so that a merchant can change over without a gap. */
import type { ApiKeyRecord } from '../../../shared/merchants/merchant.ts';
import { rotateKey } from '../../../shared/merchants/merchant-store.ts';
import type { SecretCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { keyJson } from '../merchant/view.ts';

export const keyRotate: SecretCommand = {
  name: 'key rotate',
  summary: 'Issue a new key of one kind and mode. The old one keeps working until it is revoked.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {
    kind: { value: 'publishable|secret', about: 'which kind of key' },
    mode: { value: 'test|live', about: 'which mode' },
  },
  notes: [
    'Put the new key in place first, then revoke the old one; this command prints how. Nothing expires by itself, so',
    'that a forgotten server does not stop taking payments at night. A leaked key: revoke it at once.',
  ],
  examples: ['key rotate mer_… --kind secret --mode live --stack Fuda'],
  async make(input, connect) {
    const kind = input.oneOf('kind', ['publishable', 'secret']);
    const mode = input.oneOf('mode', ['test', 'live']);
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const { issued, stillActive } = await rotateKey(deps, { merchantId, kind, mode });
    const revoke = ({ record_id: id }: ApiKeyRecord): string => input.sameVault(`key revoke ${id}`);
    const old = stillActive.map((record) => [record.hint, revoke(record)] as const);
    return {
      text: (show) =>
        [
          `New ${mode} ${kind} key, shown this once:`,
          `  ${show(issued.key)}`,
          '',
          ...(old.length === 0
            ? ['There was no active key of this kind and mode.']
            : ['Still working until you revoke them:', ...columns(old)]),
        ].join('\n'),
      json: (show) => ({
        key: { ...keyJson(issued.record), key: show(issued.key) },
        still_active: stillActive.map(keyJson),
      }),
      ifLost: {
        what: `The new key ${issued.record.hint} exists and was not shown whole. Revoke it, then repeat this command:`,
        undo: [revoke(issued.record)],
      },
    };
  },
};
