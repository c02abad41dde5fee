/** A processor's listing is read strictly: what is wrong is named by line and column, and never repeated. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LINE_CHARS_MAX, ListingError, readListing } from '../../audit/witness/listing.ts';
import { CARD_GUARD } from '../../cli/commands/evidence/listings.ts';
import { derivedId } from '../../shared/base/ids.ts';

const HEADING = 'reference,type,amount,currency,time';
const ROW = 'ch_1,charge,1200,JPY,2026-11-23T09:00:00Z';

async function* linesOf(lines: Iterable<string>) {
  yield* lines;
}

async function read(...lines: string[]) {
  const rows = [];
  for await (const row of readListing(linesOf(lines), CARD_GUARD)) rows.push(row);
  return rows;
}

async function refusalOf(...lines: string[]): Promise<string> {
  const error = await read(...lines).catch((thrown: unknown) => thrown);
  if (!(error instanceof ListingError)) throw new Error('the listing was not refused');
  return error.message;
}

describe('a listing', () => {
  test('is read row by row, each with its line', async () => {
    expect(await read(HEADING, ROW, 'ch_2,refund,0,USD,2026-11-23T18:00:00.5+09:00')).toEqual([
      {
        line: 2,
        reference: 'ch_1',
        type: 'charge',
        amountMinor: 1200,
        currency: 'JPY',
        timeMs: Date.UTC(2026, 10, 23, 9),
      },
      {
        line: 3,
        reference: 'ch_2',
        type: 'refund',
        amountMinor: 0,
        currency: 'USD',
        timeMs: Date.UTC(2026, 10, 23, 9, 0, 0, 500),
      },
    ]);
  });

  test('may have a byte order mark before it, and quotes around cells', async () => {
    const quoted = (line: string) => line.replaceAll(/[^,]+/g, '"$&"');
    expect(await read(`\uFEFF${quoted(HEADING)}`, quoted(ROW))).toEqual(await read(HEADING, ROW));
  });
});

test('the example in the documentation is one', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/processor-listing.md'), 'utf8');
  const [, example = ''] = /```csv\n(.*?)```/s.exec(page) ?? [];
  expect(await read(...example.trimEnd().split('\n'))).toMatchObject([
    { type: 'charge' },
    { type: 'refund' },
    { type: 'cancel' },
  ]);
});

test('a listing of many charges is not refused for an id that holds a card number by chance', async () => {
  const ids = Array.from({ length: 50_000 }, (_, at) => derivedId('ch', 'a', String(at)));
  const rows = await read(HEADING, ...ids.map((id) => ROW.replace('ch_1', id)));
  expect(rows.map(({ reference }) => reference)).toEqual(ids);
});

describe('a listing is refused', () => {
  test.each([
    ['without anything', [], 'line 1: the listing has no rows'],
    ['without rows', [HEADING], 'line 1: the listing has no rows'],
    ['without a heading', [ROW], `line 1: the heading must be ${HEADING}`],
    ['with columns in another order', ['type,reference,amount,currency,time', ROW], 'line 1: the heading must be'],
    ['with one more column', [`${HEADING},card`, `${ROW},x`], 'line 1: the heading must be'],
    ['with a cell too many', [HEADING, `${ROW},x`], 'line 2: must be 5 cells'],
    ['with a cell missing', [HEADING, 'ch_1,charge,1200,JPY'], 'line 2: must be 5 cells'],
    ['with an empty line', [HEADING, ROW, '', ROW], 'line 3: must be 5 cells'],
    ['with a comma in quotes', [HEADING, ROW.replace('1200', '"1,200"')], 'line 2: must be 5 cells'],
    ['with a quote that does not end', [HEADING, ROW.replace('1200', '"1200')], 'line 2: must be 5 cells'],
    ['without a reference', [HEADING, ROW.replace('ch_1', '')], 'line 2, reference:'],
    ['with a space in a reference', [HEADING, ROW.replace('ch_1', 'ch 1')], 'line 2, reference:'],
    ['with another alphabet in a reference', [HEADING, ROW.replace('ch_1', 'ch_１')], 'line 2, reference:'],
    ['with an escape in a reference', [HEADING, ROW.replace('ch_1', '%34%32')], 'line 2, reference:'],
    ['with another type', [HEADING, ROW.replace('charge', 'payout')], 'line 2, type: must be charge, refund, cancel'],
    ['with a type in capitals', [HEADING, ROW.replace('charge', 'Charge')], 'line 2, type:'],
    ['with a point in an amount', [HEADING, ROW, ROW.replace('1200', '12.00')], 'line 3, amount:'],
    ['with a sign before an amount', [HEADING, ROW.replace('1200', '-1200')], 'line 2, amount:'],
    ['with an amount of another base', [HEADING, ROW.replace('1200', '0x12')], 'line 2, amount:'],
    ['with zeros before an amount', [HEADING, ROW.replace('1200', '01200')], 'line 2, amount:'],
    ['with more than twelve digits', [HEADING, ROW.replace('1200', '1234567890123')], 'line 2, amount:'],
    ['with a currency in small letters', [HEADING, ROW.replace('JPY', 'jpy')], 'line 2, currency:'],
    ['with a currency that is none', [HEADING, ROW.replace('JPY', 'ZZZ')], 'line 2, currency:'],
    ['with a time without an offset', [HEADING, ROW.replace('00Z', '00')], 'line 2, time:'],
    ['with a date alone', [HEADING, ROW.replace('T09:00:00Z', '')], 'line 2, time:'],
    ['with a day that its month does not have', [HEADING, ROW.replace('11-23', '11-31')], 'line 2, time:'],
    ['with a month that no year has', [HEADING, ROW.replace('11-23', '13-23')], 'line 2, time:'],
    ['with an hour that no day has', [HEADING, ROW.replace('T09', 'T25')], 'line 2, time:'],
    ['with a line that is too long', [HEADING, ROW.padEnd(LINE_CHARS_MAX + 1, '0')], 'line 2: is too long'],
  ])('%s', async (_name, lines, message) => {
    const refusal = await refusalOf(...lines);
    expect(refusal).toContain(message);
  });

  test.each([
    ['as a reference', ROW.replace('ch_1', '4242424242424242')],
    ['in a reference', ROW.replace('ch_1', 'order-4242-4242-4242-4242')],
    ['as an amount', ROW.replace('1200', '4242424242424242')],
    ['in one cell more', `${ROW},4242424242424242`],
    ['as a type', ROW.replace('charge', '4242 4242 4242 4242')],
  ])('where a card number stands %s, which is not repeated', async (_name, row) => {
    const refusal = await refusalOf(HEADING, ROW, row);
    expect(refusal).toBe('line 3: holds what looks like a card number, a security code or a token');
  });

  test('where a card number stands in the heading', async () => {
    expect(await refusalOf(`${HEADING},4242424242424242`, ROW)).toContain(
      'line 1: holds what looks like a card number',
    );
  });

  test('where a live token stands in it', async () => {
    expect(await refusalOf(HEADING, ROW.replace('ch_1', `tok_${'a'.repeat(32)}`))).toContain('line 2: holds');
  });

  test('after as many rows as one may have', async () => {
    const rows = readListing(linesOf([HEADING, ROW, ROW, ROW]), CARD_GUARD, 2);
    const drained = (async () => {
      for await (const _row of rows);
    })();
    await expect(drained).rejects.toThrow('line 4: a listing has at most 2 rows');
  });
});
