/**
 * Functions that every local HTTP server uses: listen on loopback, read a bounded body, stop without waiting for idle
 * connections.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Time for open requests to finish when a server stops. */
const DRAIN_MS = 3000;

/**
 * Leaves closing an idle connection to the client. Node closes it after five seconds, which breaks a request that the
 * client has just sent on it: on a busy machine five seconds pass between two calls.
 */
function keepIdleConnections(server: Server): void {
  server.keepAliveTimeout = 0;
}

/** Listens on 127.0.0.1 and returns the port; 0 takes any free one. */
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

/** The whole body, or null if it is longer than allowed. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  let tooLong = false;
  for await (const chunk of request) {
    length += chunk.length;
    // Reads and drops the rest of a body that is too long, so that the caller can receive the response.
    tooLong ||= length > maxBytes;
    if (!tooLong) chunks.push(chunk);
  }
  return tooLong ? null : Buffer.concat(chunks);
}
