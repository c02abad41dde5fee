/** `fuda webhook remove`: stops sending events to an endpoint. */
import { removeEndpoint } from '../../../shared/events/endpoint-store.ts';
import type { PlainCommand } from '../../core/command.ts';

export const webhookRemove: PlainCommand = {
  name: 'webhook remove',
  summary: 'Stop sending events to an endpoint, for good.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'endpoint', about: 'we_…' },
  ],
  options: {},
  examples: ['webhook remove mer_… we_…'],
  async run(input, connect) {
    const [merchantId, id] = [input.positional('merchant'), input.positional('endpoint')];
    const { deps } = await connect();
    await removeEndpoint(deps, merchantId, id);
    return { text: `Endpoint ${id} is sent nothing more.`, json: { removed: id } };
  },
};
