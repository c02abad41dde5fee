/** The few steps every local HTTP server shares: listen on loopback, read a bounded body, stop without waiting on idle connections. */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long open requests may still finish when a server stops. */
const DRAIN_MS = 3000;

/**
 * An idle connection is closed by whoever opened it. Closed here after Node's five seconds, it would now and then break
 * under a request that was just sent: on a busy machine five seconds are soon over.
 */
export function keepIdleConnections(server: Server): void {
  server.keepAliveTimeout = 0;
}

/** Listens on 127.0.0.1 and answers the port; 0 takes any free one. */
export function listen(server: Server, port: number): Promise<number> {
  keepIdleConnections(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** The whole body, or null when it is longer than allowed. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  let tooLong = false;
  for await (const chunk of request) {
    length += chunk.length;
    // What is too long is read to its end and dropped, so that the caller can hear the answer.
    tooLong ||= length > maxBytes;
    if (!tooLong) chunks.push(chunk);
  }
  return tooLong ? null : Buffer.concat(chunks);
}
