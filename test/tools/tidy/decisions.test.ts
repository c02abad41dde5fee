/** The rule on decisions finds what it is for. */
import { describe, expect, test } from '@jest/globals';
import { wrongDecisions } from '../../../tools/tidy/decisions.ts';

const page = (name: string, lines: readonly string[]) => ({
  path: `docs/decisions/${name}.md`,
  text: `${lines.join('\n')}\n\n**Decision.** …\n`,
});
const first = (status = 'accepted', date = '2026-11-23') =>
  page('0001-one', ['# 0001 One', '', `- Status: ${status}`, `- Date: ${date}`]);
const second = page('0002-two', ['# 0002 Two', '', '- Status: accepted', '- Date: 2026-11-25']);
const list = (...rows: readonly string[]) => page('README', ['# Decisions', '', ...rows]);
const TWO = '| [0002](0002-two.md) | Two | accepted | 2026-11-25 |';
const ONE = '| [0001](0001-one.md) | One | accepted | 2026-11-23 |';

describe('decisions', () => {
  test('that have status and date, and are listed with them, pass', () => {
    expect(wrongDecisions([first(), second, list(ONE, TWO)])).toEqual([]);
    const status = 'superseded by [0002](0002-two.md)';
    expect(wrongDecisions([first(status), second, list(ONE.replace('accepted', status), TWO)])).toEqual([]);
  });

  test.each([
    ['without a status', ['# 0001 One', '', '- Date: 2026-11-23']],
    ['without a date', ['# 0001 One', '', '- Status: accepted']],
    ['with no day for a date', ['# 0001 One', '', '- Status: accepted', '- Date: 2026-13-45']],
    ['under another number', ['# 0003 One', '', '- Status: accepted', '- Date: 2026-11-23']],
  ])('%s are found', (_, lines) => {
    expect(wrongDecisions([page('0001-one', lines), second, list(TWO)])).toEqual([
      'docs/decisions/0001-one.md lacks number, status or date',
    ]);
  });

  test.each(['maybe', 'superseded by [0009](0009-nine.md)', 'superseded by [0001](0001-one.md)', 'superseded'])(
    'that are “%s” are found',
    (status) => {
      expect(wrongDecisions([first(status), second, list(ONE.replace('accepted', status), TWO)])).toEqual([
        `docs/decisions/0001-one.md is neither accepted nor superseded by a decision that is there: ${status}`,
      ]);
    },
  );

  test('that the list leaves out, shows otherwise or makes up are found', () => {
    expect(wrongDecisions([first(), second, list(TWO)])).toEqual([`docs/decisions/README.md lacks the row ${ONE}`]);
    const other = ONE.replace('11-23', '11-24');
    expect(wrongDecisions([first(), second, list(other, TWO)])).toEqual([
      `docs/decisions/README.md lacks the row ${ONE}`,
      `docs/decisions/README.md has a row that no decision backs: ${other}`,
    ]);
  });
});
