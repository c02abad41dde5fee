/**
 * Unpacks one gzip object as a stream, as `aws cloudtrail validate-logs` does: one member, and nothing after it. A
 * truncated object, a damaged one and one with trailing bytes get different verdicts. Node's own gunzip reads on after
 * the member and reports all damage as one error. Source: RFC 1952.
 */
import { Readable } from 'node:stream';
import { constants, crc32, createInflateRaw } from 'node:zlib';

/** `cut_off`: valid so far, but the end is missing. `trailing`: valid, but more bytes follow. */
export type GzipEnd = 'whole' | 'cut_off' | 'trailing' | 'damaged';

const FLAGS = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const MAX_HEADER_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Yields unpacked chunks and calls `finish` with how the object ended. Errors of the source are thrown. */
export async function* gunzip(compressed: Readable, finish: (end: GzipEnd) => void): AsyncGenerator<Buffer> {
  const source = new Source(compressed);
  try {
    const header = await source.readHeader();
    if (header === undefined) yield* inflateMember(source, finish);
    else finish(header);
  } finally {
    compressed.destroy();
  }
}

async function* inflateMember(source: Source, finish: (end: GzipEnd) => void): AsyncGenerator<Buffer> {
  // With this flush a truncated input ends the output instead of failing it.
  const raw = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES });
  const body = Readable.from(
    source.chunks(() => raw.bytesWritten),
    { objectMode: false },
  );
  let failure: unknown;
  body.on('error', (error) => {
    failure = error;
    raw.destroy(error);
  });
  body.pipe(raw);
  let checksum = 0;
  let byteLength = 0;
  try {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum);
      byteLength += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (!isZlibError(error)) throw error;
    return finish('damaged');
  } finally {
    body.unpipe(raw);
    body.destroy();
  }
  const trailer = await source.after(raw.bytesWritten, TRAILER_BYTES + 1);
  if (trailer.length < TRAILER_BYTES) return finish('cut_off');
  const isSound = trailer.readUInt32LE(0) === checksum && trailer.readUInt32LE(4) === byteLength % 2 ** 32;
  if (!isSound) return finish('damaged');
  return finish(trailer.length > TRAILER_BYTES ? 'trailing' : 'whole');
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

/** The compressed bytes; those that were not unpacked yet can be read again. */
class Source {
  readonly #iterator: AsyncIterator<Buffer>;
  /** Bytes that may not be unpacked yet, from byte `#keptFrom` of the member on. */
  #kept: Buffer = Buffer.alloc(0);
  #keptFrom = 0;

  constructor(compressed: Readable) {
    this.#iterator = compressed[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Reads to the first byte after the header; returns how the object ended where it ends before. */
  async readHeader(): Promise<GzipEnd | undefined> {
    for (;;) {
      const end = headerEnd(this.#kept);
      if (end === 'damaged' || this.#kept.length > MAX_HEADER_BYTES) return 'damaged';
      if (end !== undefined) {
        this.#kept = this.#kept.subarray(end);
        return undefined;
      }
      if ((await this.#pull()) === undefined) return 'cut_off';
    }
  }

  /** Everything after the header. `used` returns how many bytes need not be kept. */
  async *chunks(used: () => number): AsyncGenerator<Buffer> {
    yield this.#kept;
    for (;;) {
      const chunk = await this.#pull();
      if (chunk === undefined) return;
      yield chunk;
      const spent = used() - this.#keptFrom;
      this.#kept = this.#kept.subarray(spent);
      this.#keptFrom += spent;
    }
  }

  /** Up to `count` bytes from `offset` of the member on, yielded before or not. */
  async after(offset: number, count: number): Promise<Buffer> {
    const start = offset - this.#keptFrom;
    while (this.#kept.length < start + count) if ((await this.#pull()) === undefined) break;
    return this.#kept.subarray(start, start + count);
  }

  /** Both readers pull through here, so that chunks are kept in order. */
  async #pull(): Promise<Buffer | undefined> {
    const { value, done } = await this.#iterator.next();
    if (done === true) return undefined;
    this.#kept = Buffer.concat([this.#kept, value]);
    return value;
  }
}

/** Where the header ends; undefined while more bytes are needed. */
function headerEnd(bytes: Buffer): number | 'damaged' | undefined {
  const magic = [0x1f, 0x8b, 0x08].slice(0, bytes.length);
  if (magic.some((byte, index) => bytes[index] !== byte)) return 'damaged';
  if (bytes.length < FIXED_HEADER_BYTES) return undefined;
  const flags = bytes[3] ?? 0;
  let end = FIXED_HEADER_BYTES;
  if (flags & FLAGS.extra) {
    if (bytes.length < end + 2) return undefined;
    end += 2 + bytes.readUInt16LE(end);
  }
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, end);
    if (zero === -1) return undefined;
    end = zero + 1;
  }
  if (flags & FLAGS.headerCrc) end += 2;
  return bytes.length < end ? undefined : end;
}
