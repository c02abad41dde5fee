/** A PSP behind real TLS, for tests: keeps every byte it receives, and returns the bytes that a test sets. */
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Deps } from '../../../shared/base/deps.ts';
import { addDestination } from '../../../shared/payments/forward/destination-store.ts';
import { type Identity, makeAuthority } from './certificates.ts';

export interface Psp extends AsyncDisposable {
  readonly port: number;
  /** Each request whole, from its first line to the last byte of its body. */
  readonly requests: readonly string[];
  /** Of what came through TLS, whole or not. */
  bytesReceived(): number;
  forget(): void;
  /** What the next requests get; an empty text leaves them without a response. */
  respond(bytes: string | Buffer | ((request: string, socket: TLSSocket) => void)): void;
}

export const ok = (body: string, headers = 'Content-Type: application/json'): string =>
  `HTTP/1.1 200 OK\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

export async function startPsp(identity: Identity): Promise<Psp> {
  const requests: string[] = [];
  let byteLength = 0;
  const sockets = new Set<TLSSocket>();
  let response: Parameters<Psp['respond']>[0] = ok('{"result":"ok"}');
  const server = createServer(identity, (socket) => {
    sockets.add(socket);
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      byteLength += chunk.length;
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      const request = Buffer.from(received, 'latin1').toString();
      requests.push(request);
      received = '';
      if (typeof response === 'function') response(request, socket);
      else if (response.length > 0) socket.end(response);
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    bytesReceived: () => byteLength,
    forget: () => void requests.splice(0),
    respond: (bytes) => {
      response = bytes;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received)?.[1];
  return end !== -1 && received.length >= end + 4 + Number(length ?? 0);
}

/** A PSP to which this merchant may forward cards, as the destination `psp` below /v1/payments. */
export async function startAllowedPsp(operator: Deps, merchantId: string): Promise<Psp> {
  const authority = makeAuthority();
  const psp = await startPsp(authority.server(['127.0.0.1']));
  await addDestination(operator, merchantId, {
    name: 'psp',
    mode: 'test',
    origin: `https://127.0.0.1:${psp.port}`,
    path_prefix: '/v1/payments',
    methods: ['POST'],
    fields: { number: ['/card/number', '/number'], cvc: ['/card/cvc'] },
    ca_pem: authority.caPem,
    dangerously_allows_loopback: true,
  });
  return psp;
}
