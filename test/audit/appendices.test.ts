/** The appendices hold every row, as text that neither a spreadsheet nor a line count takes for something else. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSigningKey } from '../../audit/bundle/signing-key.ts';
import { verifyBundle } from '../../audit/bundle/verify.ts';
import { BundleWriter } from '../../audit/bundle/writer.ts';
import { DECRYPTIONS } from '../../audit/reasons/tables.ts';
import { BUNDLE_FILES, openAppendices, writeFindings, writePermissions } from '../../audit/render/appendices.ts';
import { csvRow } from '../../audit/render/csv.ts';
import { checkProperty } from '../setup/property.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

/** A reader of RFC 4180 for one line, written apart from the writer. */
function parseRow(line: string): string[] {
  const cells = [''];
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const isDoubled = isQuoted && line[at] === '"' && line[at + 1] === '"';
    if (isDoubled) at += 1;
    if (line[at] === '"' && !isDoubled) isQuoted = !isQuoted;
    else if (line[at] === ',' && !isQuoted) cells.push('');
    else cells.push(`${cells.pop()}${line[at]}`);
  }
  return cells;
}

describe('a row', () => {
  test('of any printable text is read back as it was', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/^[=+\-@]/.test(text) && !/\p{Cc}/u.test(text));
    checkProperty(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
        expect(parseRow(csvRow(cells))).toEqual(cells);
      }),
    );
  });

  test('of anything at all stays on one line', () => {
    checkProperty(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (cells) => {
        expect(csvRow(cells)).not.toMatch(/[\n\r]/);
      }),
    );
  });

  // Source: OWASP, “CSV Injection”.
  test.each(['=cmd|"/c calc"!A0', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])('with %j is no formula', (text) => {
    expect(parseRow(csvRow(['x', text]))[1]).toMatch(/^'/);
  });

  test('has nothing where nothing is known', () => {
    expect(csvRow(['a', null, 0])).toBe('a,,0');
  });
});

test('the appendices of an audit have a row for all that was found, and the manifest counts them', async () => {
  using trail = new TestTrail();
  trail.log(START_MS + 10 * 60_000, [
    ...[1, 2, 3].map((number) => kmsRecord({ requestID: `rogue-${number}`, userAgent: '=HYPERLINK("http://evil")' })),
    kmsRecord({ eventName: 'PutKeyPolicy' }),
    kmsRecord({ errorCode: 'AccessDenied' }),
    kmsRecord({
      eventSource: 'ssm.amazonaws.com',
      eventName: 'PutParameter',
      requestParameters: { name: '/fuda/Fuda/destinations/export/cn-x' },
    }),
    tableRecord('Tokens', 'PutItem', { key: { token_hash: 'hash_b' } }),
    tableRecord('Tokens', 'UpdateItem', { key: { token_hash: 'hash_b' } }),
  ]);
  trail.digest(START_MS + HOUR_MS);
  const home = mkdtempSync(join(tmpdir(), 'fuda-appendices-'));
  try {
    const writer = new BundleWriter(join(home, 'report'), new Set(BUNDLE_FILES));
    const { sink, close } = openAppendices(writer);
    const evidence = await examine(trail, { nowMs: START_MS + HOUR_MS + 60_000, appendix: sink });
    close();
    writePermissions(writer, []);
    writeFindings(writer, evidence.findings);
    const { period, verdict } = evidence;
    const key = loadSigningKey(join(home, 'key.pem'));
    writer.seal(key, { createdAtMs: START_MS, period, verdict, findings: evidence.findings.total });
    const { problems, manifest } = await verifyBundle(writer.folder, key.fingerprint);
    expect(problems).toEqual([]);
    const records = Object.fromEntries((manifest?.files ?? []).map(({ name, records: count }) => [name, count]));
    expect(records).toEqual({
      'findings.csv': 5,
      'decryptions.csv': 3,
      're_encryptions.csv': 0,
      'refused.csv': 1,
      'administration.csv': 1,
      'watch.csv': 2,
      'changes.csv': 1,
      'erasures.csv': 1,
      'unseen_decryptions.csv': 0,
      'listings.csv': 0,
      'files.csv': 2,
      'permissions.csv': 0,
    });
    const [heading = '', ...rows] = readFileSync(writer.path('decryptions.csv'), 'utf8').trimEnd().split('\n');
    const columns = Object.keys(DECRYPTIONS.columns);
    expect(heading).toBe(columns.join(','));
    const agents = rows.map((row) => parseRow(row)[columns.indexOf('user_agent')]);
    expect(agents).toEqual(Array(3).fill(`'=HYPERLINK("http://evil")`));
  } finally {
    rmSync(home, { recursive: true });
  }
});
