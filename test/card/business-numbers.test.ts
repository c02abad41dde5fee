/** Letting the numbers of a business pass, and saying which. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cardDataIn } from '../../shared/card/scan.ts';
import { checkProperty } from '../setup/property.ts';
import { SAFE, UNSAFE } from './business-numbers.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/card-data.md'), 'utf8');

describe('numbers of a business pass', () => {
  const RUNS = 3_000;
  const shareRefused = ({ draw }: { readonly draw: fc.Arbitrary<string> }): number => {
    let refused = 0;
    checkProperty(
      fc.property(fc.noBias(draw), (text) => {
        if (cardDataIn(text) !== null) refused += 1;
      }),
      { runs: RUNS },
    );
    return refused / RUNS;
  };

  test.each(SAFE.map((form) => [form.name, form] as const))(
    '%s: fewer than one in a hundred is refused',
    (_name, form) => {
      expect(shareRefused(form)).toBeLessThan(0.01);
    },
  );

  test('that has a letter at least every twelve digits: always', () => {
    const form = SAFE.find(({ name }) => name.startsWith('letters at least'));
    if (form === undefined) throw new Error('the form is gone');
    checkProperty(
      fc.property(form.draw, (text) => {
        expect([text, cardDataIn(text)]).toEqual([text, null]);
      }),
      { runs: 5_000 },
    );
  });

  test.each(UNSAFE.map((form) => [form.name, form] as const))('but not safely: %s', (_name, form) => {
    const share = shareRefused(form);
    expect(share).toBeGreaterThanOrEqual(form.least);
    expect(share).toBeLessThanOrEqual(form.most);
  });

  test('as the page for merchants shows them', () => {
    const shown = page.split('\n').flatMap((line) => /^\| [^|]+ \| `([^`|]+)` \|$/.exec(line)?.[1] ?? []);
    expect(shown).toHaveLength(SAFE.length);
    expect(shown.filter((example) => cardDataIn(example) !== null)).toEqual([]);
  });

  test('are named by the page for merchants, all of them', () => {
    const rows = page
      .split('\n')
      .flatMap((line) => /^\| ([^|]+) \| `[^|]*` \|(?: almost| about|$)/.exec(line)?.[1] ?? []);
    expect(rows.sort()).toEqual([...SAFE, ...UNSAFE].map(({ name }) => name).sort());
  });

  test.each([
    ['a telephone number', '+81 3-1234-5678'],
    ['a time in milliseconds', '1790000000000'],
    ['a wrong check digit', '4242 4242 4242 4241'],
    ['a number of no brand', '9999 9999 9999 9995'],
    ['dates and times', '2026-11-23T07:15:00.000Z 2026-11-24'],
    ['a UUID with groups that end in the digits of a card', '694d4412-0506-8451-9019-000000000000'],
    ['a masked card number', '424242******4242'],
    ['an empty text', ''],
  ])('%s', (_what, text) => {
    expect(cardDataIn(text)).toBeNull();
  });

  // One of three million UUIDs has no letter, and is searched as any other digits.
  test('any UUID with a letter', () => {
    checkProperty(
      fc.property(
        fc.uuid().filter((uuid) => /[a-f]/i.test(uuid)),
        (uuid) => cardDataIn(uuid) === null,
      ),
      { runs: 20_000 },
    );
  });

  test('any SHA-256 in hexadecimal', () => {
    for (let count = 0; count < 20_000; count += 1) {
      expect(cardDataIn(createHash('sha256').update(String(count)).digest('hex'))).toBeNull();
    }
  });
});
