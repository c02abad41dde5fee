/** `fuda merchant create`: makes a merchant and its four keys, which are shown once. */
import { fuda } from '../../../shared/base/command.ts';
import { createMerchant, TOKEN_TTL_MINUTES } from '../../../shared/merchants/merchant-store.ts';
import type { SecretCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { keyJson, merchantJson, merchantLines } from './view.ts';

const { default: ttlDefault, min, max } = TOKEN_TTL_MINUTES;

export const merchantCreate: SecretCommand = {
  name: 'merchant create',
  summary: 'Make a merchant and its publishable and secret keys, test and live.',
  positionals: [],
  options: {
    name: { value: 'text', about: 'the merchant’s name, for people' },
    origin: {
      value: 'origin',
      about: 'an origin of pages that may mount the card field, e.g. https://shop.example; repeat for more',
      isMultiple: true,
    },
    'token-ttl-minutes': {
      value: 'n',
      about: `how long a token lives unspent, ${min} to ${max} (default ${ttlDefault})`,
    },
  },
  notes: [
    `The keys are shown once; the vault keeps only their SHA-256. Lost keys are replaced with: ${fuda('key rotate mer_… --kind secret --mode live')}`,
  ],
  examples: [
    'merchant create --name "Chaya" --origin http://127.0.0.1:8081',
    'merchant create --name "Chaya" --origin https://chaya.example --token-ttl-minutes 30 --stack Fuda',
  ],
  async make(input, connect) {
    const tokenTtlMinutes = input.wholeNumber('token-ttl-minutes', min, max);
    const name = input.required('name');
    const allowedOrigins = input.origins('origin');
    const { deps } = await connect();
    const { merchant, keys } = await createMerchant(deps, {
      name,
      allowedOrigins,
      ...(tokenTtlMinutes !== undefined && { tokenTtlMinutes }),
    });
    return {
      text: (show) =>
        [
          ...merchantLines(merchant),
          '',
          'Keys, shown this once. The publishable key goes into the page, the secret key stays on your server:',
          ...columns(keys.map(({ key, record }) => [`${record.mode} ${record.kind}`, show(key)] as const)),
        ].join('\n'),
      json: (show) => ({
        merchant: merchantJson(merchant),
        keys: keys.map(({ key, record }) => ({ ...keyJson(record), key: show(key) })),
      }),
      ifLost: {
        what: `${merchant.merchant_id} and its ${keys.length} keys exist and were not shown whole. Revoke the keys, then issue new ones:`,
        undo: [
          ...keys.map(({ record }) => input.sameVault(`key revoke ${record.record_id}`)),
          input.sameVault(`key rotate ${merchant.merchant_id} --kind secret --mode test`),
        ],
      },
    };
  },
};
