/** `fuda webhook list`: lists a merchant's endpoints, with their waiting and dead deliveries. */
import { deliveriesIn, queueOf } from '../../../shared/events/delivery.ts';
import { endpointsOf } from '../../../shared/events/endpoint-store.ts';
import type { PlainCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { endpointJson } from './view.ts';

/** Enough to show that something is wrong; more count as this many. */
const SHOWN_MAX = 100;

export const webhookList: PlainCommand = {
  name: 'webhook list',
  summary: 'Show a merchant’s webhook endpoints, what waits for each, and its dead letters.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {},
  notes: [`Counts stop at ${SHOWN_MAX}. A dead letter was refused for three days, or its endpoint returned 410.`],
  examples: ['webhook list mer_…', 'webhook list mer_… --json --stack Fuda'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const endpoints = await endpointsOf(deps, merchantId);
    const rows = await Promise.all(
      endpoints.map(async (endpoint) => {
        const count = async (kind: 'due' | 'dead') =>
          (await deliveriesIn(deps, queueOf(endpoint.record_id, kind), Number.MAX_SAFE_INTEGER, SHOWN_MAX)).length;
        return { ...endpointJson(endpoint), waiting: await count('due'), dead: await count('dead') };
      }),
    );
    const lines = rows.map(
      ({ id, mode, status, waiting, dead, url }) =>
        [id, `${mode}  ${status}  ${waiting} waiting  ${dead} dead  ${url}`] as const,
    );
    return {
      text: rows.length === 0 ? 'The merchant has no webhook endpoints.' : columns(lines).join('\n'),
      json: { endpoints: rows },
    };
  },
};
