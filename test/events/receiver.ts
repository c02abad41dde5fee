/** A merchant's webhook receiver on a real socket, which keeps what it was sent and responds as a test tells it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventView } from '../../shared/events/responses.ts';

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: EventView;
}

export interface HookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** What the next requests get; 204 to begin with. */
  respond(how: (response: ServerResponse, count: number) => void): void;
}

export async function startReceiver(): Promise<HookReceiver> {
  const received: Received[] = [];
  let how: Parameters<HookReceiver['respond']>[0] = (response) => response.writeHead(204).end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers } = request;
      received.push({ id: String(headers['webhook-id']), headers, body, event: JSON.parse(body) as EventView });
      how(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    respond: (next) => {
      how = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
