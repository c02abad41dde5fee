/** `fuda merchant origins`: which pages may mount the card field. */
import { setOrigins } from '../shared/merchants/merchants.ts';
import { type Command, UsageError } from './command.ts';
import { merchantJson, merchantLines } from './merchant-view.ts';

export const merchantOrigins: Command = {
  name: 'merchant origins',
  summary: 'Replace the origins whose pages may mount the card field.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {
    origin: {
      value: 'origin',
      about: 'an allowed origin, e.g. https://shop.example; repeat for more',
      isMultiple: true,
    },
    none: { about: 'allow no origin' },
  },
  notes: ['The list given replaces the one before. Running functions may use the old list for two more seconds.'],
  examples: ['merchant origins mer_… --origin https://chaya.example --origin https://www.chaya.example'],
  async run(input, connect) {
    const origins = input.origins('origin');
    if (origins.length === 0 && !input.has('none')) throw new UsageError('--origin is missing; or say --none.');
    if (origins.length > 0 && input.has('none')) throw new UsageError('--none allows no origin; leave out --origin.');
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const merchant = await setOrigins(deps, merchantId, origins);
    return { text: merchantLines(merchant).join('\n'), json: { merchant: merchantJson(merchant) } };
  },
};
