/** `fuda key rotate`: a new key beside the old one, so that a merchant can move over without a gap. */
import { rotateKey } from '../shared/merchants/merchants.ts';
import type { Command } from './command.ts';
import { columns } from './help.ts';
import { issuedKeyJson, keyJson } from './merchant-view.ts';

export const keyRotate: Command = {
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
  async run(input, connect) {
    const kind = input.oneOf('kind', ['publishable', 'secret']);
    const mode = input.oneOf('mode', ['test', 'live']);
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const { issued, stillActive } = await rotateKey(deps, { merchantId, kind, mode });
    const old = stillActive.map((record) => [record.hint, `npx fuda key revoke ${record.record_id}`] as const);
    return {
      text: [
        `New ${mode} ${kind} key, shown this once:`,
        `  ${issued.key}`,
        '',
        ...(old.length === 0
          ? ['There was no active key of this kind and mode.']
          : ['Still working until you revoke them:', ...columns(old)]),
      ].join('\n'),
      json: { key: issuedKeyJson(issued), still_active: stillActive.map(keyJson) },
    };
  },
};
