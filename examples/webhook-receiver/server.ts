/**
 * A webhook receiver on plain Node: keeps the raw body, verifies it, does each event's work once and responds fast.
 * `FUDA_WEBHOOK_SECRET` has the endpoint's signing secret, `PORT` the port.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { inbox } from './inbox.ts';
import { type VaultEvent, verifiedEvent } from './verify.ts';

/** Events are a few kilobytes; a larger body is not from the vault. */
const BODY_BYTES_MAX = 256 * 1024;

export interface ReceiverSettings {
  readonly port: number;
  readonly secret: string;
  readonly onEvent: (event: VaultEvent) => Promise<void> | void;
}

export async function startReceiver({ port, secret, onEvent }: ReceiverSettings) {
  const events = inbox(onEvent);
  const receive = async (request: IncomingMessage): Promise<number> => {
    if (request.method !== 'POST') return 405;
    const body = await rawBody(request);
    if (body === null) return 413;
    const event = verifiedEvent(secret, body, request.headers);
    if (event === null) return 400;
    await events.take(event);
    return 204;
  };
  const server = createServer((request, response) => {
    receive(request)
      // Not taken: the vault will send it again.
      .catch(() => 500)
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/fuda`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, stop };
}

async function rawBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of request) {
    byteLength += (chunk as Buffer).byteLength;
    if (byteLength > BODY_BYTES_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

// Started by itself rather than imported.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { FUDA_WEBHOOK_SECRET: secret = '', PORT = '8090' } = process.env;
  if (secret === '') throw new Error('Set FUDA_WEBHOOK_SECRET.');
  const onEvent = ({ type, data }: VaultEvent) => console.log(`${type} ${data.object.id}`);
  const { url } = await startReceiver({ port: Number(PORT), secret, onEvent });
  console.log(`Listening on ${url}`);
}
