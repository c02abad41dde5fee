/**
 * A server in place of the vault that responds as each test says, because a healthy vault is not slow, broken or
 * refusing. It keeps every request. A flow test covers the shop against the real vault.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** One response; `silent` keeps the connection open and says nothing, `cut` closes it. */
export type PlannedResponse = 'silent' | 'cut' | { readonly status: number; readonly body: unknown };

export interface StandIn {
  readonly url: string;
  readonly received: Received[];
  /** The next responses, in order; the last one repeats. */
  responses: PlannedResponse[];
  stop(): Promise<void>;
}

export const charge = (status: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  object: 'charge',
  id: 'ch_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  status,
  amount: 4180,
  currency: 'JPY',
  card: { brand: 'visa', bin: '424242', last4: '4242', exp_month: 12, exp_year: 2030, fingerprint: 'fp_a' },
  decline_code: null,
  failure_code: null,
  ...more,
});

export const problem = (status: number, code: string): PlannedResponse => ({
  status,
  body: { type: 'about:blank', title: 'Refused.', status, code, request_id: 'req_for_the_log' },
});

export async function startStandIn(): Promise<StandIn> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    received.push({
      method: request.method ?? '',
      path: request.url ?? '',
      idempotencyKey: request.headers['idempotency-key']?.toString(),
      authorization: request.headers.authorization,
      body: text === '' ? undefined : JSON.parse(text),
    });
    const next = standIn.responses.length > 1 ? standIn.responses.shift() : standIn.responses[0];
    reply(response, next ?? 'cut');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    received,
    responses: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

function reply(response: ServerResponse, planned: PlannedResponse): void {
  if (planned === 'silent') return;
  if (planned === 'cut') {
    response.destroy();
    return;
  }
  const text = typeof planned.body === 'string' ? planned.body : JSON.stringify(planned.body);
  response.writeHead(planned.status, { 'content-type': 'application/json' });
  response.end(text);
}
