/**
 * One TCP or TLS connection to an ISO 8583 host, shared by all requests in flight. A 2-byte length precedes each
 * message. A response is matched to its request by message type, trace number, reference and time; one without a
 * request came too late, or belongs to no request here, and is dropped. An unreadable message closes the connection,
 * because the start of the next message is then unknown.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type BitmapForm, Iso8583Error, IsoMessage } from './message.ts';
import { buildNetworkResponse, responseType } from './requests.ts';

export interface Host {
  readonly host: string;
  readonly port: number;
  readonly bitmaps: BitmapForm;
  /** Null for plain TCP. */
  readonly tls: { readonly ca?: string; readonly certificateAndKey?: string } | null;
}

const CONNECT_MS = 3_000;
/** A connection that was idle for longer is closed: a frozen function may resume with a dead one. */
const QUIET_MS_MAX = 20_000;
const HEADER_BYTES = 2;
const MESSAGE_BYTES_MAX = 4_096;
const IN_FLIGHT_MAX = 500;

interface Waiting {
  resolve(response: IsoMessage): void;
  reject(reason: Error): void;
}

export class HostConnection {
  readonly #host: Host;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Waiting>();
  #received: Buffer = Buffer.alloc(0);
  #isOpen = true;

  private constructor(host: Host, socket: Socket) {
    this.#host = host;
    this.#socket = socket;
    socket.setNoDelay(true);
    // An idle connection keeps no process alive; one that waits for a response does.
    socket.unref();
    socket.setTimeout(QUIET_MS_MAX, () => this.close('the connection was quiet for too long'));
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => this.close('the connection failed'));
    socket.on('close', () => this.close('the host closed the connection'));
  }

  /** Throws where the host cannot be reached in three seconds, or its certificate is not valid. */
  static open(host: Host): Promise<HostConnection> {
    return new Promise((resolve, reject) => {
      const { tls, host: name, port } = host;
      const socket =
        tls === null ? connectTcp({ host: name, port }) : connectTls({ host: name, port, ...tlsOptions(host) });
      const fail = (): void => {
        socket.destroy();
        reject(new Iso8583Error('the host cannot be reached'));
      };
      const timer = AbortSignal.timeout(CONNECT_MS);
      timer.addEventListener('abort', fail, { once: true });
      socket.once('error', fail);
      socket.once(tls === null ? 'connect' : 'secureConnect', () => {
        timer.removeEventListener('abort', fail);
        socket.removeListener('error', fail);
        resolve(new HostConnection(host, socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends once and waits for the response. Throws where none comes in time; the message may have arrived. */
  exchange(request: IsoMessage, timeoutMs: number): Promise<IsoMessage> {
    const key = keyOf(request, responseType(request.mti));
    if (!this.#isOpen || this.#waiting.size >= IN_FLIGHT_MAX || this.#waiting.has(key)) {
      return Promise.reject(new Iso8583Error('the connection takes no more'));
    }
    return new Promise<IsoMessage>((resolve, reject) => {
      const waiting: Waiting = { resolve, reject };
      this.#waiting.set(key, waiting);
      this.#socket.ref();
      AbortSignal.timeout(timeoutMs).addEventListener('abort', () => {
        // A later response is dropped like one without a request. A repeat may have the same key by now, and has its
        // own time limit.
        if (this.#waiting.get(key) !== waiting) return;
        this.#take(key);
        reject(new Iso8583Error('the host did not respond in time'));
      });
      this.#write(request);
    });
  }

  close(reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.values()) reject(new Iso8583Error(reason));
    this.#waiting.clear();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#isOpen && this.#received.length >= HEADER_BYTES) {
      const length = this.#received.readUInt16BE();
      if (length > MESSAGE_BYTES_MAX) {
        this.close('the host sent what is no message');
        return;
      }
      if (this.#received.length < HEADER_BYTES + length) return;
      const body = this.#received.subarray(HEADER_BYTES, HEADER_BYTES + length);
      this.#received = this.#received.subarray(HEADER_BYTES + length);
      // Some hosts send a length of zero to keep the connection alive.
      if (length > 0) this.#deliver(body);
    }
  }

  #deliver(body: Buffer): void {
    try {
      const message = IsoMessage.unpack(body, this.#host.bitmaps);
      if (message.mti === '0800') this.#write(buildNetworkResponse(message));
      else this.#take(keyOf(message, message.mti))?.resolve(message);
    } catch {
      this.close('the host sent what is no message');
    }
  }

  #write(message: IsoMessage): void {
    const body = message.pack(this.#host.bitmaps);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(body.length);
    this.#socket.write(Buffer.concat([header, body]));
  }

  #take(key: string): Waiting | undefined {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (this.#isOpen && this.#waiting.size === 0) this.#socket.unref();
    return waiting;
  }
}

/** Authenticates the host by its certificate, and the vault with its own where the acquirer requires that. */
function tlsOptions({ host, tls }: Host) {
  const { ca, certificateAndKey } = tls ?? {};
  return {
    servername: /^[\d.]+$|:/.test(host) ? '' : host,
    minVersion: 'TLSv1.2' as const,
    ...(ca !== undefined && { ca }),
    ...(certificateAndKey !== undefined && { cert: certificateAndKey, key: certificateAndKey }),
  };
}

const keyOf = (message: IsoMessage, mti: string): string =>
  [mti, message.field(11), message.field(37), message.field(7)].join('|');
