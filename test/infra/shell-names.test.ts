/** What the shell commands of the pages ask a stack for is in its template, under exactly one name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandsInMarkdown } from '../../tools/docs/commands/find.ts';
import { readShell } from '../../tools/docs/commands/shell.ts';
import { outputs, resources } from './template.ts';

const PAGES = ['docs/runbook.md', 'docs/operate.md'] as const;

/** The functions that docs/runbook.md defines → what they look for. */
const LOOKS_FOR: Readonly<Record<string, (name: string) => readonly string[]>> = {
  output: (name) => Object.keys(outputs).filter((output) => output === name),
  resource: logicalIds,
  logs: (name) => logicalIds(`VaultFunctions${name}Logs`),
};

/** The CDK adds eight characters to the path of a construct. */
function logicalIds(name: string): readonly string[] {
  return resources.map(({ logicalId }) => logicalId).filter((id) => id.slice(0, -8) === name);
}

const asked = PAGES.flatMap((page) =>
  commandsInMarkdown(page, readFileSync(join(import.meta.dirname, '../..', page), 'utf8'))
    .filter(({ text }) => /\b(output|resource|logs) /.test(text))
    .flatMap(({ text }) => readShell(text))
    .flatMap(({ words: [program = '', name = ''] }) => (program in LOOKS_FOR ? [`${program} ${name}`] : []))
    // Within the functions themselves.
    .filter((line) => /^\w+ \w+$/.test(line)),
);

describe('a page asks the stack for', () => {
  test.each([...new Set(asked)])('%s', (line) => {
    const [program = '', name = ''] = line.split(' ');
    expect(LOOKS_FOR[program]?.(name)).toHaveLength(1);
  });

  test('names that are more than a few', () => {
    expect(asked.length).toBeGreaterThan(20);
  });
});

test('a log group is one, although other names begin with its name', () => {
  expect(resources.filter(({ logicalId }) => logicalId.startsWith('VaultTrailLogs')).length).toBeGreaterThan(1);
  expect(logicalIds('VaultTrailLogs')).toHaveLength(1);
});
