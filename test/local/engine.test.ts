/** The embedded DynamoDB's state on disk: it opens for the version of the vault that wrote it, and for no other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startEngine } from '../../local/dynamodb/engine.ts';
import type { TemplateTable } from '../../local/template/storage.ts';
import { tableDefinitions } from '../setup/world.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fuda-engine-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const cards = (): TemplateTable => {
  const found = tableDefinitions('engine').find(({ logicalId }) => logicalId === 'Cards');
  if (found === undefined) throw new Error('there is a table of cards');
  return found;
};

test('state of the same tables opens again', async () => {
  for (let start = 0; start < 2; start += 1) {
    const engine = await startEngine(directory, [cards()]);
    await engine.stop();
  }
});

test('state with other indexes is refused with what to do, instead of wrong responses', async () => {
  const { schema, ...table } = cards();
  const other = { ...table, schema: { ...schema, GlobalSecondaryIndexes: [] } };
  await (await startEngine(directory, [cards()])).stop();
  await expect(startEngine(directory, [other])).rejects.toThrow(
    'the state folder was written by another version of the vault (table Cards-engine); delete it to start over',
  );
});
