/** Formats an endpoint, without its secret, which is shown once when it is made. */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import type { EndpointItem } from '../../../shared/events/endpoint.ts';

export const endpointJson = (endpoint: EndpointItem) => ({
  id: endpoint.record_id,
  merchant: endpoint.merchant_id,
  mode: endpoint.mode,
  url: endpoint.url,
  status: endpoint.status,
  signing: endpoint.signing.map(({ version, until_ms: untilMs }) => ({
    version,
    until: untilMs === undefined ? null : toRfc3339(untilMs),
  })),
  created_at: toRfc3339(endpoint.created_at_ms),
});

export const secretLines = (shown: string): string[] => [
  'Signing secret, shown this once:',
  `  ${shown}`,
  '',
  'Verify each message with it: docs/recipes/receive-webhooks.md.',
];
