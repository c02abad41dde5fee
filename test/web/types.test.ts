/**
 * The types that the vault serves with its script: the TypeScript of docs/recipes/mount-the-field.md is checked against
 * them as a merchant's project would check it, and so is a page that makes mistakes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { declarations } from '../../web/declarations.ts';

const folder = mkdtempSync(join(tmpdir(), 'fuda-types-'));
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
const page = readFileSync(join(import.meta.dirname, '../../docs/recipes/mount-the-field.md'), 'utf8');
const examples = [...page.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(([, kind, text], index) => ({
  name: `example-${index}.${kind}`,
  text: text ?? '',
}));

/** As much of React as the recipe uses. */
const REACT = `declare module 'react' {
  export function useRef<Value>(first: Value): { current: Value };
  export function useRef<Value>(first: Value | null): { current: Value | null };
  export function useEffect(effect: () => (() => void) | void, dependencies: readonly unknown[]): void;
}
declare module 'react/jsx-runtime' {
  export namespace JSX { interface IntrinsicElements { div: { ref: { current: HTMLDivElement | null } } } }
  export function jsx(type: string, props: object): object;
}`;

/** As docs/reference/browser.md has it. */
const SCRIPT_TAG = `import type {} from './fuda.d.mts';
window.Fuda('pk_test_x').card().mount('#card');
document.querySelector('fuda-card')?.tokenize();`;

/** Each line is a mistake. */
const MISTAKES = [
  `fuda.card({ theme: 'pink' });`,
  `fuda.card().on('digits', () => {});`,
  `fuda.card().tokenize().then(({ token }) => token.id);`,
  `fuda.cvc().tokenize().then(({ token }) => token?.card);`,
  `fuda.fields().mount('#card');`,
  `document.createElement('fuda-card').tokenize(1);`,
];

beforeAll(async () => {
  writeFileSync(join(folder, 'fuda.d.mts'), await declarations());
  writeFileSync(join(folder, 'react.d.ts'), REACT);
  for (const { name, text } of examples) writeFileSync(join(folder, name), text);
  const head = `import { Fuda } from 'https://VAULT/js/fuda.mjs';\nconst fuda = Fuda('pk_test_x');\n`;
  writeFileSync(join(folder, 'mistakes.ts'), head + MISTAKES.join('\n'));
  writeFileSync(join(folder, 'script-tag.ts'), SCRIPT_TAG);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom'],
    types: [],
    jsx: 'react-jsx',
    paths: { 'https://VAULT/js/fuda.mjs': ['./fuda.d.mts'] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('fit the examples, and find every mistake of a page that makes some', () => {
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
  const faults = stdout.split('\n').filter((line) => /^\S+\(\d+,\d+\): error/.test(line));
  expect(faults.filter((line) => !line.includes('mistakes.ts'))).toEqual([]);
  const lines = faults.map((line) => Number(/mistakes\.ts\((\d+),/.exec(line)?.[1]));
  expect(lines).toEqual(MISTAKES.map((_mistake, index) => index + 3));
  expect(examples.length).toBeGreaterThan(2);
});
