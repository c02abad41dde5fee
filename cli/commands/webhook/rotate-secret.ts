/** `fuda webhook rotate-secret`: makes a new signing secret; for a day messages carry a signature with each. */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { rotateSecret } from '../../../shared/events/endpoint-store.ts';
import type { SecretCommand } from '../../core/command.ts';
import { endpointJson, secretLines } from './view.ts';

export const webhookRotateSecret: SecretCommand = {
  name: 'webhook rotate-secret',
  summary: 'Make a new signing secret. For a day each message is signed with the old one too.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'endpoint', about: 'we_…' },
  ],
  options: {},
  notes: ['Rotating twice within a day ends the first of the three at once.'],
  examples: ['webhook rotate-secret mer_… we_… --stack Fuda'],
  async make(input, connect) {
    const [merchantId, id] = [input.positional('merchant'), input.positional('endpoint')];
    const { deps } = await connect();
    const { endpoint, secret } = await rotateSecret(deps, merchantId, id);
    const untilMs = endpoint.signing[1]?.until_ms ?? deps.clock.nowMs();
    const until = toRfc3339(untilMs);
    return {
      text: (show) => [...secretLines(show(secret)), `The secret before signs along until ${until}.`].join('\n'),
      json: (show) => ({ endpoint: endpointJson(endpoint), secret: show(secret) }),
      ifLost: {
        what: `${id} has a new signing secret, which was not shown whole. Until ${until} the secret before signs along. Rotate again before that; this ends the older secret at once, so have the receiver ready for the new one:`,
        undo: [input.sameVault(`webhook rotate-secret ${merchantId} ${id}`)],
      },
    };
  },
};
