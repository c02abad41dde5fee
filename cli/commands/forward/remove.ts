/** `fuda forward remove`: removes a destination of a merchant's forwards. */
import { removeDestination } from '../../../shared/payments/forward/destination-store.ts';
import type { PlainCommand } from '../../core/command.ts';

export const forwardRemove: PlainCommand = {
  name: 'forward remove',
  summary: 'Remove a destination; earlier forwards keep their outcomes.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'name', about: 'the destination' },
  ],
  options: { mode: { value: 'test|live', about: 'which of the two of this name' } },
  notes: ['Takes effect in two seconds.'],
  examples: ['forward remove mer_… psp --mode test'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const which = { name: input.positional('name'), mode: input.oneOf('mode', ['test', 'live']) };
    const { deps } = await connect();
    const removed = await removeDestination(deps, merchantId, which);
    return {
      text: removed ? `Removed ${which.mode} ${which.name}.` : 'There was no such destination.',
      json: { removed },
    };
  },
};
