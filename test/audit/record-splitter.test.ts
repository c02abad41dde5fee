/** The splitter cuts the text of a log file into its records, for any chunks and any text. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Cut, RecordSplitter } from '../../audit/trail/record-splitter.ts';
import { checkProperty } from '../setup/property.ts';

function cut(text: string, chunkBytes = 7): { cuts: Cut[]; isWhole: boolean } {
  const splitter = new RecordSplitter();
  const bytes = Buffer.from(text);
  const cuts: Cut[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    cuts.push(...splitter.take(bytes.subarray(at, at + chunkBytes)));
  return { cuts, isWhole: splitter.isWhole() };
}

describe('a log file', () => {
  test('gives exactly its records, in any chunks (property)', () => {
    const records = fc.array(fc.jsonValue(), { maxLength: 5 });
    checkProperty(
      fc.property(records, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 1), (list, bytes, indent) => {
        const wanted = JSON.parse(JSON.stringify(list));
        const { cuts, isWhole } = cut(JSON.stringify({ Records: list }, null, indent), bytes);
        expect(cuts).toEqual(wanted.map((record: unknown) => ({ record })));
        expect(isWhole).toBe(true);
      }),
      { runs: 200 },
    );
  });

  test.each([
    ['{"Records":[]}', 0],
    [' { "Records" : [ ] } ', 0],
    ['{"Records":[{"a":"]}\\"["}]}', 1],
  ])('%s is whole', (text, count) => {
    const { cuts, isWhole } = cut(text);
    expect([cuts.length, isWhole]).toEqual([count, true]);
  });

  test.each([
    '',
    '{}',
    '[]',
    'nonsense',
    '{"Records":{}}',
    '{"records":[]}',
    '{"Records":[]',
    '{"Records":[]}}',
    '{"Records":[]} more',
    '{"Records":[{"a":1}',
    '{"Records":[{"a":1',
    '{"Other":1,"Records":[]}',
    `${' '.repeat(400)}{"Records":[]}`,
  ])('%s is not', (text) => {
    expect(cut(text).isWhole).toBe(false);
  });

  test('keeps the records around a spoiled one', () => {
    expect(cut('{"Records":[{"a":1},{"b":x},{"c":3},,"d"]}').cuts).toEqual([
      { record: { a: 1 } },
      'bad_record',
      { record: { c: 3 } },
      'bad_record',
      { record: 'd' },
    ]);
  });

  test('gives the records before it breaks off', () => {
    expect(cut('{"Records":[{"a":1},{"b":2},{"c":').cuts).toEqual([{ record: { a: 1 } }, { record: { b: 2 } }]);
  });

  test('refuses a record larger than any of CloudTrail’s without keeping it, and goes on', () => {
    const { cuts, isWhole } = cut(`{"Records":[{"a":"${'x'.repeat(3_000_000)}"},{"b":2}]}`, 65_536);
    expect(cuts).toEqual(['bad_record', { record: { b: 2 } }]);
    expect(isWhole).toBe(true);
  });
});
