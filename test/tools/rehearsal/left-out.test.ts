/** What the rehearsal leaves out is really in the templates, and its page says that and what it tells. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { COMMAND } from '../../../shared/base/command.ts';
import { LEFT_OUT, NOT_TOLD, withoutLeftOut } from '../../../tools/rehearsal/left-out.ts';
import { synthesizedApp } from '../../setup/synthesized.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/rehearsal.md'), 'utf8');
const sourceOf = (name: string) => readFileSync(join(import.meta.dirname, '../../../tools/rehearsal', name), 'utf8');

/** What is said in a source, in its order: a command as it is typed, any other value as `…`. */
const saidIn = (source: string): string[] =>
  [...source.matchAll(/\bsay\(\s*(['`])(.+?)\1,?\s*\)/g)].map(([, , text = '']) =>
    text.replaceAll(/\$\{fuda\('([^']*)'\)\}/g, `${COMMAND} $1`).replaceAll(/\$\{[^}]*\}/g, '…'),
  );

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuda-left-out-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('every type that is left out is in the templates, and none of it is left after', () => {
  const gone = withoutLeftOut(synthesizedApp(), join(folder, 'once'));
  expect(Object.keys(gone).sort()).toEqual(Object.keys(LEFT_OUT).sort());
  expect(withoutLeftOut(join(folder, 'once'), join(folder, 'twice'))).toEqual({});
});

test('docs/rehearsal.md says what is left out, and why', () => {
  for (const [type, reason] of Object.entries(LEFT_OUT)) expect(page).toContain(`| \`${type}\` | ${reason} |`);
  for (const sentence of NOT_TOLD) expect(page.replaceAll(/\s+/g, ' ')).toContain(sentence);
});

test('docs/rehearsal.md shows each line that a rehearsal says, except what it leaves out', () => {
  const sources = ['run.ts', 'validate-logs.ts', 'story.ts'].map(sourceOf);
  const said = sources.flatMap(saidIn).filter((line) => !line.startsWith(' '));
  const [, shown = ''] = /^```\n(.*?)\n```$/ms.exec(page) ?? [];
  expect(said.length).toBeGreaterThan(10);
  expect(shown.split('\n').sort()).toEqual(said.sort());
});
