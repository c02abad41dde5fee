/** The controls map speaks of files, resources and tests that are there, in both languages, and its pages are its own. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { STANDARDS } from '../../../audit/controls/controls.ts';
import type { Control, Requirement } from '../../../audit/controls/requirement.ts';
import { readResources } from '../../../audit/template.ts';
import { renderControlPages } from '../../../tools/docs/render-controls.ts';
import { titlesOf } from '../../../tools/tidy/promises.ts';
import { parseModule } from '../../../tools/tidy/syntax.ts';
import { templatesOf } from '../../setup/assembly.ts';
import { synthesizedApp } from '../../setup/synthesized.ts';

const root = join(import.meta.dirname, '../../..');
const templates = templatesOf(synthesizedApp());
const requirements: readonly Requirement[] = Object.values(STANDARDS).flat();
const controls: readonly (readonly [string, Control])[] = requirements.flatMap(({ id, controls: all }) =>
  all.map((control) => [id, control] as const),
);
const pages = renderControlPages(templates);

const titles = new Map<string, readonly string[]>();
function titlesIn(file: string): readonly string[] {
  const path = join(root, file);
  const known =
    titles.get(file) ??
    (existsSync(path) ? titlesOf(parseModule({ path: file, text: readFileSync(path, 'utf8') })) : []);
  titles.set(file, known);
  return known;
}

describe('the controls map', () => {
  test('answers for at least forty requirements, each once', () => {
    const ids = requirements.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(?:\d{1,2}(?:\.\d+){2,3}|A1\.\d+\.\d+|JP-\d)$/);
  });

  test.each(controls)('%s names a file that is there', (_, { where }) => {
    expect([where, existsSync(join(root, where))]).toEqual([where, true]);
  });

  test.each(controls)('%s names a test that is there', (_, { test: { file, title } }) => {
    expect(titlesIn(file)).toContain(title);
  });

  test.each(controls)('%s names resources of the template', (_, { resources }) => {
    const found = readResources(templates);
    const missing = resources.filter((wanted) => !found.some(({ name, type }) => name === wanted || type === wanted));
    expect(missing).toEqual([]);
  });

  test('says who is responsible for what no code here meets', () => {
    const unmet = requirements.filter((requirement) => requirement.controls.length === 0);
    for (const { id, duties } of unmet) expect([id, Object.keys(duties).length]).not.toEqual([id, 0]);
  });

  test('says everything in both languages', () => {
    const texts = requirements.flatMap((requirement) => [
      requirement.asks,
      ...requirement.controls.map(({ does }) => does),
      ...Object.values(requirement.duties),
    ]);
    for (const { en, ja } of texts) {
      expect(en).not.toMatch(/[\u3040-\u30ff]/);
      expect(ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
  });
});

test.each(Object.keys(pages))('%s is what `npm run docs` writes', (name) => {
  expect(readFileSync(join(root, 'docs', name), 'utf8')).toBe(pages[name]);
});

test('the key architecture names every key of the template', () => {
  const keys = readResources(templates).filter(({ type }) => type === 'AWS::KMS::Key');
  expect(keys.length).toBeGreaterThanOrEqual(6);
  for (const { name } of keys) expect(pages['key-architecture.md']).toContain(`| \`${name}\` |`);
});
