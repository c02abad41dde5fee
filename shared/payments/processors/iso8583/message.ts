/**
 * One ISO 8583:1987 message: a message type and its fields, packed to bytes and parsed. Strict both ways, because a
 * misread message miscounts money: a wrong length or character, a field that is not in the table, or a byte too many is
 * an `Iso8583Error`, which never repeats a value.
 *
 * A message prints the last four digits of its card number, and hides every field that is not marked as printable (V3).
 */
import { CHARACTERS, FIELDS, type FieldFormat } from './fields.ts';

/** Bitmaps are eight bytes, or sixteen hexadecimal digits. */
export type BitmapForm = 'binary' | 'hex';

export class Iso8583Error extends Error {
  override readonly name = 'Iso8583Error';
}

const MTI = /^0[1248][0-9]{2}$/;
const BITMAP_BYTES = 8;
const NUMBER_MAX = 128;

export class IsoMessage {
  /** Message type identifier, four digits. */
  readonly mti: string;
  readonly #fields: ReadonlyMap<number, string>;

  /** Values are unpadded; an undefined field is left out. Throws Iso8583Error. */
  constructor(mti: string, fields: Readonly<Record<number, string | undefined>>) {
    if (!MTI.test(mti)) throw new Iso8583Error('the message type is not one of ISO 8583:1987');
    this.mti = mti;
    const numbers = Object.keys(fields)
      .map(Number)
      .sort((a, b) => a - b);
    this.#fields = new Map(
      numbers.flatMap((number) => {
        const value = fields[number];
        return value === undefined ? [] : [[number, fitted(number, value)] as const];
      }),
    );
  }

  field(number: number): string | undefined {
    return this.#fields.get(number);
  }

  get numbers(): readonly number[] {
    return [...this.#fields.keys()];
  }

  pack(form: BitmapForm): Buffer {
    const hasSecondary = this.numbers.some((number) => number > 64);
    const bitmap = Buffer.alloc(hasSecondary ? 2 * BITMAP_BYTES : BITMAP_BYTES);
    for (const number of [...(hasSecondary ? [1] : []), ...this.numbers]) {
      bitmap[(number - 1) >> 3] = (bitmap[(number - 1) >> 3] ?? 0) | (0x80 >> ((number - 1) & 7));
    }
    const values = [...this.#fields].map(([number, value]) => prefix(formatOf(number), value) + value);
    return Buffer.concat([
      Buffer.from(this.mti, 'latin1'),
      form === 'binary' ? bitmap : Buffer.from(bitmap.toString('hex').toUpperCase(), 'latin1'),
      Buffer.from(values.join(''), 'latin1'),
    ]);
  }

  static unpack(bytes: Buffer, form: BitmapForm): IsoMessage {
    const reader = new Reader(bytes);
    const mti = reader.text(4);
    const fields: Record<number, string> = {};
    for (const number of readBitmaps(reader, form)) {
      const format = formatOf(number);
      fields[number] = reader.text(format.size === 'fixed' ? format.length : reader.length(format));
    }
    if (!reader.isAtEnd) throw new Iso8583Error('the message goes on after its last field');
    return new IsoMessage(mti, fields);
  }

  toString(): string {
    const fields = [...this.#fields].map(([number, value]) => `${number}=${printed(number, value)}`);
    return [this.mti, ...fields].join(' ');
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Reads the bytes in order and never past their end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new Iso8583Error('the message ends inside a field');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  text(count: number): string {
    return this.bytes(count).toString('latin1');
  }

  length({ size, length: max }: FieldFormat): number {
    const digits = this.text(size === 'llvar' ? 2 : 3);
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
    if (!(length <= max)) throw new Iso8583Error('a length prefix is no length of its field');
    return length;
  }
}

function readBitmaps(reader: Reader, form: BitmapForm): number[] {
  const primary = readBitmap(reader, form);
  const hasSecondary = ((primary[0] ?? 0) & 0x80) !== 0;
  const bitmap = hasSecondary ? Buffer.concat([primary, readBitmap(reader, form)]) : primary;
  const numbers = Array.from({ length: bitmap.length * 8 }, (_, index) => index + 1);
  return numbers.filter((number) => {
    const isSet = ((bitmap[(number - 1) >> 3] ?? 0) & (0x80 >> ((number - 1) & 7))) !== 0;
    return isSet && number !== 1;
  });
}

function readBitmap(reader: Reader, form: BitmapForm): Buffer {
  if (form === 'binary') return reader.bytes(BITMAP_BYTES);
  const hex = reader.text(2 * BITMAP_BYTES);
  if (!/^[0-9A-Fa-f]{16}$/.test(hex)) throw new Iso8583Error('a bitmap is not hexadecimal');
  return Buffer.from(hex, 'hex');
}

function formatOf(number: number): FieldFormat {
  const format = number > 1 && number <= NUMBER_MAX ? FIELDS[number] : undefined;
  if (format === undefined) throw new Iso8583Error(`field ${number} is not in the table`);
  return format;
}

/** Pads the value to the length of its field; throws an error that names the field only. */
function fitted(number: number, value: string): string {
  const { type, length, size, pad } = formatOf(number);
  if (!CHARACTERS[type].test(value)) throw new Iso8583Error(`field ${number} has a character of another type`);
  if (value.length > length) throw new Iso8583Error(`field ${number} is too long`);
  if (size !== 'fixed' || value.length === length) return value;
  if (pad === 'zeros_left') return value.padStart(length, '0');
  if (pad === 'spaces_right') return value.padEnd(length, ' ');
  throw new Iso8583Error(`field ${number} is too short`);
}

function prefix({ size }: FieldFormat, value: string): string {
  if (size === 'fixed') return '';
  return String(value.length).padStart(size === 'llvar' ? 2 : 3, '0');
}

function printed(number: number, value: string): string {
  const print = FIELDS[number]?.print;
  if (print === 'clear') return value;
  return print === 'last4' ? `••••${value.slice(-4)}` : '[hidden]';
}
