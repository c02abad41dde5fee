/** `fuda forward list`: lists the destinations of a merchant's forwards. */
import { listDestinations } from '../../../shared/payments/forward/destination-store.ts';
import type { PlainCommand } from '../../core/command.ts';
import { destinationJson, destinationLines } from './view.ts';

export const forwardList: PlainCommand = {
  name: 'forward list',
  summary: 'List the destinations a merchant may forward cards to.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {},
  examples: ['forward list mer_…'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const destinations = await listDestinations(deps, merchantId);
    return {
      text: destinationLines(destinations).join('\n'),
      json: { destinations: destinations.map(destinationJson) },
    };
  },
};
