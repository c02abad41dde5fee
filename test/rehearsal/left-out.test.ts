/** What the rehearsal leaves out is really in the templates, and said where people read of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesizedApp } from '../setup/synthesized.ts';
import { LEFT_OUT, NOT_TOLD, withoutLeftOut } from './left-out.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/rehearsal.md'), 'utf8');
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
