/** The progress line of an audit: a bar on a terminal, silence elsewhere. */
import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../cli/commands/evidence/progress.ts';

function terminalAt(isTTY: boolean) {
  let nowMs = 0;
  const written: string[] = [];
  const line = progressLine(
    { isTTY, write: (text) => written.push(text) },
    { nowMs: () => nowMs, sleep: async () => {} },
  );
  const after = (ms: number) => {
    nowMs += ms;
  };
  return { line, written, after };
}

describe('on a terminal', () => {
  test('a bar says how many files are read, redrawn ten times a second at most', () => {
    const { line, written, after } = terminalAt(true);
    line.report({ step: 'logs', done: 1, total: 4, events: 900 });
    line.report({ step: 'logs', done: 2, total: 4, events: 1_900 });
    after(100);
    line.report({ step: 'logs', done: 3, total: 4, events: 2_900 });
    expect(written).toEqual([
      '\r\u001b[2K██████░░░░░░░░░░░░░░░░░░ 1 of 4 log files, 900 records',
      '\r\u001b[2K██████████████████░░░░░░ 3 of 4 log files, 2,900 records',
    ]);
  });

  test('what has no known end is counted', () => {
    const { line, written } = terminalAt(true);
    line.report({ step: 'ledger', done: 3_000, total: undefined, events: 0 });
    expect(written).toEqual(['\r\u001b[2K3,000 ledger entries']);
  });

  test('the end says rate and memory', () => {
    const { line, written, after } = terminalAt(true);
    after(2_000);
    line.report({ step: 'logs', done: 4, total: 4, events: 30_000 });
    line.end(100 * 1024 ** 2);
    expect(written.at(-1)).toBe('\r\u001b[2K30,000 records in 2.0 s, 15,000/s, 100 MB at most\n');
  });
});

test('elsewhere nothing is written', () => {
  const { line, written } = terminalAt(false);
  line.report({ step: 'logs', done: 1, total: 4, events: 900 });
  line.end(1);
  expect(written).toEqual([]);
});
