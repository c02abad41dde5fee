/** ISO 8583 messages against bytes of another implementation, round trips, and everything a strict reader refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FIELDS } from '../../../shared/payments/processors/iso8583/fields.ts';
import { type BitmapForm, Iso8583Error, IsoMessage } from '../../../shared/payments/processors/iso8583/message.ts';
import { checkProperty } from '../../setup/property.ts';

interface Vector {
  readonly name: string;
  readonly mti: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly hex: string;
}
const file = join(import.meta.dirname, '../../vectors/iso8583/messages.json');
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] };
const FORMS: readonly BitmapForm[] = ['binary', 'hex'];

const fieldsOf = (message: IsoMessage) =>
  Object.fromEntries(message.numbers.map((number) => [String(number), message.field(number)]));

describe('bytes of another implementation', () => {
  test.each(vectors)('are read: $name', ({ mti, fields, hex }) => {
    const message = IsoMessage.unpack(Buffer.from(hex, 'hex'), 'binary');
    expect([message.mti, fieldsOf(message)]).toEqual([mti, fields]);
  });

  // The other implementation writes a second bitmap even when it is empty; the standard wants it only when it is not.
  test.each(vectors.filter(({ fields }) => Object.keys(fields).some((number) => Number(number) > 64)))(
    'are written: $name',
    ({ mti, fields, hex }) => {
      expect(new IsoMessage(mti, fields).pack('binary').toString('hex')).toBe(hex);
    },
  );
});

describe('a message', () => {
  const value = (number: number): fc.Arbitrary<string> => {
    const format = FIELDS[number];
    if (format === undefined) throw new Error('the field is in the table');
    const unit = fc.constantFrom(...(format.type === 'n' ? '0123456789' : 'ABCXYZ 0189'));
    const minLength = format.size === 'fixed' ? format.length : 0;
    return fc.string({ unit, minLength, maxLength: Math.min(format.length, 60) });
  };
  const someFields = fc.record(
    Object.fromEntries(Object.keys(FIELDS).map((number) => [number, value(Number(number))])),
    { requiredKeys: [] },
  );

  test.each(FORMS)('comes back as it was packed, with %s bitmaps', (form) => {
    checkProperty(
      fc.property(fc.constantFrom('0100', '0210', '0421', '0800'), someFields, (mti, fields) => {
        const message = IsoMessage.unpack(new IsoMessage(mti, fields).pack(form), form);
        expect([message.mti, fieldsOf(message)]).toEqual([mti, fields]);
      }),
      { runs: 150 },
    );
  });

  test('is padded as its table says', () => {
    const message = new IsoMessage('0100', { 4: '4180', 41: 'T1', 38: undefined });
    expect([message.field(4), message.field(41), message.field(38)]).toEqual(['000000004180', 'T1      ', undefined]);
  });

  test.each([
    ['an unknown field', { 5: '1' }],
    ['a letter in a number', { 4: '41A0' }],
    ['a value that is too long', { 39: '000' }],
    ['a value that is too short and has no padding', { 3: '0' }],
    ['a line break', { 43: 'a\nb' }],
    ['a character beyond ASCII', { 43: '茶屋' }],
    ['the bitmap’s own bit', { 1: '1' }],
  ])('is not made with %s', (_, fields) => {
    expect(() => new IsoMessage('0100', fields as Record<number, string>)).toThrow(Iso8583Error);
  });

  test.each(['1100', '0300', '010', '01000', 'abcd'])('is not made with the type %s', (mti) => {
    expect(() => new IsoMessage(mti, {})).toThrow(Iso8583Error);
  });
});

describe('what arrives', () => {
  const [vector] = vectors;
  const bytes = Buffer.from(vector?.hex ?? '', 'hex');

  test('is refused at every place it may be cut off', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => IsoMessage.unpack(bytes.subarray(0, length), 'binary')).toThrow(Iso8583Error);
    }
  });

  test('is refused with a byte too many', () => {
    expect(() => IsoMessage.unpack(Buffer.concat([bytes, Buffer.from('0')]), 'binary')).toThrow(Iso8583Error);
  });

  test('is refused with a letter among digits, a length beyond its field, and bitmaps in the other form', () => {
    const withByte = (at: number, byte: number) => Buffer.from(bytes).fill(byte, at, at + 1);
    expect(() => IsoMessage.unpack(withByte(25, 0x41), 'binary')).toThrow(Iso8583Error);
    expect(() => IsoMessage.unpack(withByte(20, 0x39), 'binary')).toThrow(Iso8583Error);
    expect(() => IsoMessage.unpack(bytes, 'hex')).toThrow(Iso8583Error);
  });

  test('is a message or an Iso8583Error, for any bytes, and the error repeats none of them', () => {
    checkProperty(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(...FORMS), (random, form) => {
        try {
          IsoMessage.unpack(Buffer.from(random), form);
        } catch (error) {
          expect(error).toBeInstanceOf(Iso8583Error);
          expect((error as Error).message).toMatch(/^[a-z0-9 ,]+$/i);
        }
      }),
      { runs: 500 },
    );
  });
});

describe('printing', () => {
  const PAN = '4242424242424242';
  const message = new IsoMessage('0100', { 2: PAN, 4: '4180', 14: '3012', 48: '9203987', 63: 'anything' });

  test.each([
    ['String', String(message)],
    ['a template', `${message}`],
    ['JSON', JSON.stringify({ message })],
    ['inspect', inspect({ message })],
  ])('by %s shows the last four digits and hides what is not known to be harmless', (_, text) => {
    expect(text).toContain('2=••••4242');
    expect(text).toContain('4=000000004180');
    for (const hidden of [PAN, '424242', '3012', '987', 'anything']) expect(text).not.toContain(hidden);
  });

  test('fails closed: a row without a word on printing is hidden', () => {
    const silent = Object.entries(FIELDS).filter(([, { print }]) => print === undefined);
    expect(silent.map(([number]) => number)).toEqual(['14', '44', '48', '54', '62', '63']);
  });
});
