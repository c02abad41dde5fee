/** Ids: their form, their randomness from the caller, and that derived ones meet exactly when their parts do. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base32, derivedId, isId, randomId, sha256Hex, shardOf } from '../../shared/base/ids.ts';
import { checkProperty } from '../setup/property.ts';

describe('Base32', () => {
  // RFC 4648 section 10, in lower case and without padding.
  test.each([
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('writes the RFC’s own vector %s', (text, expected) => {
    const whole = Math.floor((text.length * 8) / 5);
    // Only whole groups of five bits are written; the RFC pads the last one with zeros.
    expect(base32(Buffer.from(text), whole)).toBe(expected.slice(0, whole));
  });

  test('refuses to write more characters than there are bits for', () => {
    expect(() => base32(new Uint8Array(16), 26)).toThrow(RangeError);
    expect(base32(new Uint8Array(17), 26)).toBe('a'.repeat(26));
  });
});

describe('An id', () => {
  test('is its prefix and 26 characters of the caller’s randomness', () => {
    const random = (length: number) => new Uint8Array(length).fill(255);
    expect(randomId('tok', random)).toBe(`tok_${'7'.repeat(26)}`);
    expect(isId('tok', randomId('tok', random))).toBe(true);
  });

  test.each([
    ['another prefix', `card_${'a'.repeat(26)}`],
    ['a longer prefix that begins alike', `tok__${'a'.repeat(26)}`],
    ['one character less', `tok_${'a'.repeat(25)}`],
    ['one character more', `tok_${'a'.repeat(27)}`],
    ['capitals', `tok_${'A'.repeat(26)}`],
    ['digits base32 does not have', `tok_${'1'.repeat(26)}`],
    ['a line after it', `tok_${'a'.repeat(26)}\n`],
    ['nothing', ''],
  ])('is not recognized with %s', (_what, text) => {
    expect(isId('tok', text)).toBe(false);
  });

  test('is the same for the same parts, and another for any other parts, however they would run together', () => {
    const parts = fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 });
    checkProperty(
      fc.property(parts, parts, (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(derivedId('ch', ...one) === derivedId('ch', ...two)).toBe(same);
      }),
    );
    expect(derivedId('ch', 'ab', 'c')).not.toBe(derivedId('ch', 'a', 'bc'));
    expect(derivedId('ch', 'a').slice(3)).not.toBe(derivedId('re', 'a').slice(3));
  });

  test('always falls into one of the shards, the same one each time', () => {
    checkProperty(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (id, shards) => {
        const shard = shardOf(id, shards);
        expect(shard).toBe(shardOf(id, shards));
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
      }),
    );
  });
});

test('SHA-256 is that of FIPS 180-4', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
