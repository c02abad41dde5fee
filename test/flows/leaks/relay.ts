/** A TCP relay on loopback that keeps every byte of both directions: what a party on the wire would see. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { LeakSource } from './search.ts';

interface Conversation {
  readonly asked: Buffer[];
  readonly responded: Buffer[];
}

export class Relay implements AsyncDisposable {
  readonly url: string;
  readonly #kind: string;
  readonly #server: Server;
  readonly #conversations: Conversation[] = [];
  readonly #sockets = new Set<Socket>();
  #target = 0;

  private constructor(kind: string, server: Server) {
    this.#kind = kind;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#carry(client));
  }

  static async start(kind: string): Promise<Relay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Relay(kind, server);
  }

  /** Where connections go from now on. */
  aimAt(url: string): void {
    this.#target = Number(new URL(url).port);
  }

  /** Each direction of each connection as one source, so that nothing hides on the border of two packets. */
  sources(): LeakSource[] {
    return this.#conversations.flatMap(({ asked, responded }, index) => [
      { kind: this.#kind, name: `connection ${index + 1}, asked`, bytes: Buffer.concat(asked) },
      { kind: this.#kind, name: `connection ${index + 1}, responded`, bytes: Buffer.concat(responded) },
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #carry(client: Socket): void {
    const conversation: Conversation = { asked: [], responded: [] };
    this.#conversations.push(conversation);
    const server = connect({ host: '127.0.0.1', port: this.#target });
    for (const [from, to, kept] of [
      [client, server, conversation.asked],
      [server, client, conversation.responded],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        kept.push(chunk);
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
