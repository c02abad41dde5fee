/** `fuda webhook replay`: sends dead letters, or one event, again. */
import { REPLAY_MAX, replay } from '../../../shared/events/replay.ts';
import type { PlainCommand } from '../../core/command.ts';

export const webhookReplay: PlainCommand = {
  name: 'webhook replay',
  summary: 'Send an endpoint’s dead letters again, or one event; an endpoint that was gone is tried again.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'endpoint', about: 'we_…' },
  ],
  options: { event: { value: 'evt_…', about: 'this event only, even if it was delivered' } },
  notes: [`At most ${REPLAY_MAX} at once; run it again for more. Each keeps its webhook-id.`],
  examples: ['webhook replay mer_… we_…', 'webhook replay mer_… we_… --event evt_… --stack Fuda'],
  async run(input, connect) {
    const [merchantId, endpointId] = [input.positional('merchant'), input.positional('endpoint')];
    const eventId = input.optional('event');
    const { deps } = await connect();
    const count = await replay(deps, { merchantId, endpointId, eventId });
    const what = count === 1 ? '1 delivery is' : `${count} deliveries are`;
    return { text: `${what} due again, within a minute.`, json: { endpoint: endpointId, due: count } };
  },
};
