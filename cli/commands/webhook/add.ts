/** `fuda webhook add`: adds a URL that receives a merchant's events from now on. */
import { addEndpoint } from '../../../shared/events/endpoint-store.ts';
import type { SecretCommand } from '../../core/command.ts';
import { endpointJson, secretLines } from './view.ts';

export const webhookAdd: SecretCommand = {
  name: 'webhook add',
  summary: 'Send a merchant’s events to a URL, signed. Shows the signing secret once.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {
    url: { value: 'url', about: 'https at a public address; on the local runtime also http://127.0.0.1:<port>' },
    mode: { value: 'test|live', about: 'the mode of the events' },
  },
  notes: [
    'Messages follow Standard Webhooks. What gets no 2xx is sent again, ever later, over three days; order',
    'is not guaranteed; an event may come twice under one webhook-id. A response of 410 stops the endpoint.',
  ],
  examples: ['webhook add mer_… --mode live --url https://shop.example/hooks/fuda --stack Fuda'],
  async make(input, connect) {
    const mode = input.oneOf('mode', ['test', 'live']);
    const url = input.required('url');
    const merchantId = input.positional('merchant');
    const { deps, trail } = await connect();
    // A trail in a folder means the local runtime, where receivers may run on the same machine.
    const policy = { dangerouslyAllowLoopback: trail.kind === 'folder' };
    const { endpoint, secret } = await addEndpoint(deps, { merchantId, mode, url }, policy);
    const id = endpoint.record_id;
    return {
      text: (show) => [`Endpoint ${id} is sent ${mode} events.`, '', ...secretLines(show(secret))].join('\n'),
      json: (show) => ({ endpoint: endpointJson(endpoint), secret: show(secret) }),
      ifLost: {
        what: `Endpoint ${id} exists, and its signing secret was not shown whole. Remove it, then repeat this command:`,
        undo: [input.sameVault(`webhook remove ${merchantId} ${id}`)],
      },
    };
  },
};
