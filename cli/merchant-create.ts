/** `fuda merchant create`: a merchant and its four keys, shown this once. */
import { createMerchant, TOKEN_TTL_MINUTES } from '../shared/merchants/merchants.ts';
import type { Command } from './command.ts';
import { columns } from './help.ts';
import { issuedKeyJson, merchantJson, merchantLines } from './merchant-view.ts';

const { default: ttlDefault, min, max } = TOKEN_TTL_MINUTES;

export const merchantCreate: Command = {
  name: 'merchant create',
  summary: 'Make a merchant and its publishable and secret keys, test and live.',
  positionals: [],
  options: {
    name: { value: 'text', about: 'the merchant’s name, for people' },
    origin: {
      value: 'origin',
      about: 'an origin whose pages may mount the card field, e.g. https://shop.example; repeat for more',
      isMultiple: true,
    },
    'token-ttl-minutes': {
      value: 'n',
      about: `how long a token lives unspent, ${min} to ${max} (default ${ttlDefault})`,
    },
  },
  notes: ['The keys are shown once; the vault keeps only their SHA-256. Lost keys are replaced with: fuda key rotate'],
  examples: [
    'merchant create --name "Chaya" --origin http://127.0.0.1:8081',
    'merchant create --name "Chaya" --origin https://chaya.example --token-ttl-minutes 30 --stack Fuda',
  ],
  async run(input, connect) {
    const tokenTtlMinutes = input.wholeNumber('token-ttl-minutes', min, max);
    const name = input.required('name');
    const allowedOrigins = input.origins('origin');
    const { deps } = await connect();
    const { merchant, keys } = await createMerchant(deps, {
      name,
      allowedOrigins,
      ...(tokenTtlMinutes !== undefined && { tokenTtlMinutes }),
    });
    const rows = keys.map(({ key, record }) => [`${record.mode} ${record.kind}`, key] as const);
    return {
      text: [
        ...merchantLines(merchant),
        '',
        'Keys, shown this once. The publishable key goes into the page, the secret key stays on your server:',
        ...columns(rows),
      ].join('\n'),
      json: { merchant: merchantJson(merchant), keys: keys.map(issuedKeyJson) },
    };
  },
};
