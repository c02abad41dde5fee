import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const project = join(import.meta.dirname, '../..');
const rows = readFileSync(join(project, 'docs/controls.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z\d]/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, requirement = '', , where = '', title = '']) => ({ requirement, where: where.replaceAll('`', ''), title }));

const tests = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

describe('docs/controls.md', () => {
  test('has a row for each requirement it speaks of', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const { requirement } of rows) expect(requirement).toMatch(/^(?:\d{1,2}|A1)(?:\.\d+){2,3}$/);
  });

  test.each(rows.map((row) => [row.requirement, row] as const))('%s names a file and a test that exist', (_, row) => {
    expect([row.where, existsSync(join(project, row.where))]).toEqual([row.where, true]);
    expect([row.title, tests.includes(`'${row.title}'`)]).toEqual([row.title, true]);
  });
});
