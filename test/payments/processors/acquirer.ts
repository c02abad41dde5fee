/**
 * An acquirer's host with books, over a real socket, TCP or TLS. It repeats its response when the same message comes
 * again, remembers reversals so that it refuses a late authorization, and misbehaves on request: silent, late, garbage,
 * closing inside a message, or under another trace number.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { WaitMs } from '../../../shared/payments/processors/iso8583/iso8583.ts';
import { type BitmapForm, IsoMessage } from '../../../shared/payments/processors/iso8583/message.ts';
import { responseType } from '../../../shared/payments/processors/iso8583/requests.ts';

export type HostFault = 'silent' | 'unheard' | 'late' | 'garbage' | 'closes' | 'closes_inside' | 'wrong_trace' | 'huge';

interface HostEntry {
  readonly amount: number;
  readonly decision: string;
  authorizations: number;
  captured: number;
  refunded: number;
  isReversed: boolean;
  /** DE 48 as it came. */
  readonly additional: string;
}

export interface AcquirerHost extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly IsoMessage[];
  /** What it decided to send back, in the order of `received`. */
  readonly sent: readonly IsoMessage[];
  readonly connections: number;
  failNext(fault: HostFault): void;
  /** How long this host is waited for: not long where it is about to fail, else as long as a busy machine needs. */
  readonly waitMs: WaitMs;
  /** Keeps the next responses back until there are so many, then sends them last first, in one piece or in bytes. */
  respondTogether(count: number, way: 'backwards' | 'byte_by_byte'): void;
  /** By DE 37. */
  entry(reference: string): HostEntry | undefined;
  refuseSignOn(): void;
  /** Asks the other side whether it is there (0800/301); returns what it said. */
  ask(): Promise<IsoMessage>;
  closeConnections(): Promise<void>;
  /** Until what is on its way between the two sides has arrived: a host may be waited for no longer, and yet be asked. */
  rest(): Promise<void>;
}

export interface HostOptions {
  readonly bitmaps?: BitmapForm;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A message that is to go without its response is waited for so long, and one that comes late comes after that. */
const FAILING_MS = 300;
export const LATE_MS = 400;
const PATIENT_MS = 60_000;
const APPROVED = '00';
/** What the network calls every payment of this host's. */
const NETWORK_ID = 'MCC0NTWRK0615';
const CODES: Readonly<Record<string, string>> = { '4000000000000002': '05', '4000000000009995': '51' };

export async function startAcquirer({ bitmaps = 'binary', tls }: HostOptions = {}): Promise<AcquirerHost> {
  const books = new Map<string, HostEntry>();
  const responded = new Map<string, IsoMessage>();
  const received: IsoMessage[] = [];
  const sent: IsoMessage[] = [];
  const faults: HostFault[] = [];
  let together: { readonly count: number; readonly isBytewise: boolean; readonly kept: Buffer[] } | null = null;
  const sockets = new Set<Socket>();
  let connections = 0;
  let signOn = APPROVED;
  let heard: ((message: IsoMessage) => void) | null = null;

  const decide = (message: IsoMessage): IsoMessage => {
    const key = [message.mti.slice(0, 3), message.field(7), message.field(11), message.field(37)].join('|');
    const response =
      responded.get(key) ?? responseTo(message, message.mti === '0800' ? signOn : decideOn(books, message));
    responded.set(key, response);
    return response;
  };
  const serve = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readMessages(socket, bitmaps, (message) => {
      received.push(message);
      if (message.mti === '0810') return heard?.(message);
      const fault = message.mti === '0800' ? undefined : faults.shift();
      if (fault === 'unheard') return;
      const response = decide(message);
      sent.push(response);
      if (together !== null) {
        together.kept.unshift(framed(response, bitmaps));
        if (together.kept.length < together.count) return;
        const bytes = Buffer.concat(together.kept);
        void writeInPieces(socket, bytes, together.isBytewise ? 1 : bytes.length);
        together = null;
      } else if (fault === undefined) socket.write(framed(response, bitmaps));
      else misbehave(socket, fault, response, bitmaps);
    });
  };
  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const closeConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    received,
    sent,
    get connections() {
      return connections;
    },
    failNext: (fault) => void faults.push(fault),
    waitMs: waits(() => (faults.length > 0 ? FAILING_MS : PATIENT_MS)),
    respondTogether: (count, way) => {
      together = { count, isBytewise: way === 'byte_by_byte', kept: [] };
    },
    entry: (reference) => books.get(reference),
    refuseSignOn: () => {
      signOn = '91';
    },
    ask() {
      const [socket] = sockets;
      const asked = new Promise<IsoMessage>((resolve) => {
        heard = resolve;
      });
      socket?.write(framed(new IsoMessage('0800', { 7: '0615030000', 11: '000777', 70: '301' }), bitmaps));
      return asked;
    },
    async closeConnections() {
      closeConnections();
      await rest();
    },
    rest,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        closeConnections();
        server.close(() => resolve());
      }),
  };
}

/** Both sides are in this process, and what one has written is read in the next turn or two of its loop. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Asked for at each message. */
const waits = (ms: () => number): WaitMs => ({
  get authorization() {
    return ms();
  },
  get operation() {
    return ms();
  },
  get advice() {
    return ms();
  },
});

/** The response to everything: DE 39. */
function decideOn(books: Map<string, HostEntry>, message: IsoMessage): string {
  const reference = message.field(37) ?? '';
  const entry = books.get(reference);
  const amount = Number(message.field(4));
  const kind = message.mti.slice(0, 3);
  if (kind === '010' || (kind === '020' && message.field(3) === '000000')) {
    if (entry?.isReversed) return '12';
    const additional = message.field(48) ?? '';
    const decision = CODES[message.field(2) ?? ''] ?? APPROVED;
    const captured = kind === '020' && decision === APPROVED ? amount : 0;
    books.set(reference, { amount, decision, authorizations: 1, captured, refunded: 0, isReversed: false, additional });
    return decision;
  }
  if (kind === '042' && entry === undefined) {
    books.set(reference, {
      amount,
      decision: '25',
      authorizations: 0,
      captured: 0,
      refunded: 0,
      isReversed: true,
      additional: '',
    });
    return '25';
  }
  if (entry === undefined || message.field(90)?.length !== 42) return '25';
  if (entry.decision !== APPROVED) return kind === '042' ? APPROVED : '12';
  return moveMoney(entry, kind, amount);
}

function moveMoney(entry: HostEntry, kind: string, amount: number): string {
  if (kind === '022' && entry.captured === 0 && !entry.isReversed && amount <= entry.amount) entry.captured = amount;
  else if (kind === '020' && amount <= entry.captured - entry.refunded) entry.refunded += amount;
  else if (kind === '040' && entry.captured === 0) entry.isReversed = true;
  else if (kind === '042') Object.assign(entry, { isReversed: true, captured: 0 });
  else return '12';
  return APPROVED;
}

function responseTo(message: IsoMessage, code: string): IsoMessage {
  const echoed = [3, 4, 7, 11, 32, 37, 41, 42, 49, 70].map((number) => [number, message.field(number)]);
  const isApproved = code === APPROVED && message.mti !== '0800';
  return new IsoMessage(responseType(message.mti), {
    ...Object.fromEntries(echoed),
    38: isApproved ? '831000' : undefined,
    39: code,
    63: isApproved ? NETWORK_ID : undefined,
  });
}

function framed(message: IsoMessage, bitmaps: BitmapForm): Buffer {
  const body = message.pack(bitmaps);
  const header = Buffer.alloc(2);
  header.writeUInt16BE(body.length);
  return Buffer.concat([header, body]);
}

function readMessages(socket: Socket, bitmaps: BitmapForm, take: (message: IsoMessage) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE()) {
      const end = 2 + bytes.readUInt16BE();
      take(IsoMessage.unpack(bytes.subarray(2, end), bitmaps));
      bytes = bytes.subarray(end);
    }
  });
}

/** Each piece in a separate packet, as far as the network allows. */
async function writeInPieces(socket: Socket, bytes: Buffer, size: number): Promise<void> {
  socket.setNoDelay(true);
  for (let at = 0; at < bytes.length; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function misbehave(socket: Socket, fault: HostFault, response: IsoMessage, bitmaps: BitmapForm): void {
  const bytes = framed(response, bitmaps);
  if (fault === 'late') setTimeout(() => socket.write(bytes), LATE_MS);
  if (fault === 'garbage') socket.write(Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(bytes.length - 2, 0xff)]));
  if (fault === 'closes') socket.destroy();
  if (fault === 'closes_inside') socket.end(bytes.subarray(0, bytes.length - 5));
  if (fault === 'huge') socket.write(Buffer.alloc(100, 0xff));
  if (fault !== 'wrong_trace') return;
  const fields = Object.fromEntries(response.numbers.map((number) => [number, response.field(number)]));
  socket.write(framed(new IsoMessage(response.mti, { ...fields, 11: '999999' }), bitmaps));
}
