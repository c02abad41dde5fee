/** The fence holds: a wrong import, a folder without a row, a circle and an idle row are planted, and each is named. */
import { describe, expect, test } from '@jest/globals';
import { withArrows } from '../../../tools/docs/render-arrows.ts';
import { circularRows, idleRows, importCycles, undeployedPackages, wrongArrows } from '../../../tools/tidy/arrows.ts';
import { TO_COME } from '../../../tools/tidy/house.ts';
import { parseModule } from '../../../tools/tidy/syntax.ts';

const module = (path: string, text: string) => parseModule({ path, text });
const one = (path: string, text: string) => [module(path, text)];

describe('arrows', () => {
  test.each([
    // Up, inside payments too, and sideways.
    ['shared/payments/charges/a.ts', '../checkout/pay.ts'],
    ['shared/payments/forward/a.ts', '../charges/charge.ts'],
    ['shared/payments/processors/a.ts', '../../vault/cipher.ts'],
    ['shared/payments/sweep/a.ts', '../../events/early-run.ts'],
    ['shared/vault/a.ts', '../payments/charges/create.ts'],
    ['shared/vault/intake/a.ts', '../cipher.ts'],
    ['shared/ledger/a.ts', '../vault/source.ts'],
    ['shared/risk/a.ts', '../ledger/entry.ts'],
    ['shared/card/a.ts', '../base/ids.ts'],
    ['shared/base/a.ts', './net/address.ts'],
    // Nothing in shared/ knows the audit, which knows the base alone.
    ['shared/events/a.ts', '../../audit/audit.ts'],
    ['audit/a.ts', '../shared/ledger/entry.ts'],
    ['audit/trail/a.ts', '../reasons/reasons.ts'],
    // Nothing deployed knows the description of the API.
    ['functions/api/a.ts', '../../shared/api/openapi.ts'],
    ['functions/api/a.ts', '../cde/deps.ts'],
    ['functions/api/a.ts', '../../infra/routes.ts'],
    ['functions/runtime/a.ts', '../cde/deps.ts'],
    ['shared/vault/a.ts', '../../functions/runtime/deps.ts'],
    ['web/page/a.ts', '../../shared/vault/vault.ts'],
    ['web/page/a.ts', '../hosted/field.ts'],
    ['infra/a.ts', '../functions/runtime/pipeline.ts'],
    ['infra/a.ts', '../shared/vault/vault.ts'],
    ['local/gateway/a.ts', '../../functions/runtime/problems.ts'],
    ['local/a.ts', '../shared/merchants/merchant-store.ts'],
    ['cli/commands/key/a.ts', '../merchant/create.ts'],
    ['examples/shop/a.ts', '../../shared/base/ids.ts'],
    ['console/a.ts', '../shared/base/ids.ts'],
    // What starts local/ and tools/ is in tools/ and test/.
    ['functions/cde/a.ts', '../../local/runtime.ts'],
    ['cli/a.ts', '../local/runtime.ts'],
    ['cli/main.ts', '../tools/with-node.mjs'],
    ['infra/a.ts', '../tools/tidy/house.ts'],
    ['shared/vault/a.ts', '@cloud-copilot/iam-simulate'],
  ])('%s may not import %s', (path, target) => {
    expect(wrongArrows(one(path, `import { x } from '${target}';`))).toHaveLength(1);
    if (target.startsWith('.')) expect(wrongArrows(one(path, `import type { X } from '${target}';`))).toHaveLength(1);
  });

  test.each([
    ['shared/payments/checkout/a.ts', '../charges/create.ts'],
    ['shared/vault/a.ts', './b.ts'],
    ['cli/fuda.mjs', '../tools/with-node.mjs'],
    ['console/a.ts', '../sdk/typescript/client.ts'],
    ['tools/bench/a.ts', '../../local/runtime.ts'],
    ['test/local/a.ts', '../../tools/demo.ts'],
  ])('%s may import %s', (path, target) => {
    expect(wrongArrows(one(path, `import { x } from '${target}';`))).toEqual([]);
  });

  test('let a folder without a row import nothing, and name it', () => {
    const text = "import { a } from './b.ts';\nimport { ids } from '../base/ids.ts';";
    expect(wrongArrows([module('shared/new/a.ts', text), module('shared/new/b.ts', '')])).toEqual([
      'shared/new/ has no row in tools/tidy/house.ts',
      'shared/new/a.ts:1 imports shared/new/b.ts, which shared/new may not',
      'shared/new/a.ts:2 imports shared/base/ids.ts, which shared/new may not',
    ]);
  });

  test.each([
    ['export … from', "export { x } from '../../local/a.ts';"],
    ['export *', "export * from '../../local/a.ts';"],
    ['import()', "const x = await import('../../local/a.ts');"],
    ['a bare import', "import '../../local/a.ts';"],
    ['a type', "import type { X } from '../../local/a.ts';"],
    ['a type by import()', "type X = import('../../local/a.ts').X;"],
    ['typeof import()', "type X = typeof import('../../local/a.ts');"],
  ])('are seen in %s', (_form, text) => {
    expect(wrongArrows(one('shared/vault/a.ts', text))).toHaveLength(1);
  });

  test('are not seen in comments and strings', () => {
    const text = "// import { x } from '../../local/a.ts';\nexport const text = \"import '../../local/a.ts'\";";
    expect(wrongArrows(one('shared/vault/a.ts', text))).toEqual([]);
  });

  test('name the line', () => {
    const text = "/**\n * 札 Card.\n */\nimport { a } from './b.ts';\nimport { x } from '../../local/a.ts';";
    expect(wrongArrows(one('shared/vault/a.ts', text))).toEqual([
      'shared/vault/a.ts:5 imports local/a.ts, which shared/vault may not',
    ]);
  });

  test('let deployed code use dependencies, and devDependencies for types only', () => {
    const text = "import { a } from 'zod/mini';\nimport { b } from 'esbuild';\nimport type { C } from 'aws-lambda';";
    for (const path of ['shared/a.ts', 'audit/a.ts', 'functions/api/a.ts']) {
      expect(undeployedPackages(one(path, text), ['zod'])).toEqual([
        `${path}:2 imports esbuild, which package.json does not list as a dependency`,
      ]);
    }
  });

  test('in a circle are found, those of types too', () => {
    const back = (text: string) => [module('shared/a.ts', "import { b } from './b.ts';"), module('shared/b.ts', text)];
    for (const text of [
      "import { a } from './a.ts';",
      "import { type A } from './a.ts';",
      "type A = import('./a.ts').A;",
    ]) {
      expect(importCycles(back(text))).toEqual(['shared/a.ts → shared/b.ts → shared/a.ts']);
    }
    expect(importCycles(back("import { c } from './c.ts';"))).toEqual([]);
  });
});

describe('rows of the house', () => {
  test('for which there is no file or no import are found', () => {
    const house = { a: ['b', { file: 'c/d.ts', because: 'Of a test.' }], b: [] };
    const modules = [module('a/x.ts', "import { y } from '../b/y.ts';"), module('b/y.ts', '')];
    expect(idleRows(modules, house)).toEqual(['a may import c/d.ts and does not']);
    expect(idleRows(modules.slice(0, 1), house)).toEqual([
      'a may import c/d.ts and does not',
      'b has a row and no file',
    ]);
  });

  test('move up once their folder is there', () => {
    const modules = one('console/a.ts', "import { x } from '../sdk/typescript/client.ts';");
    expect(idleRows(modules, TO_COME)).toEqual(['console is there: its row has come']);
  });

  test('that lead back are found, but a folder and one inside it may know each other', () => {
    expect(circularRows({ a: ['b'], b: [{ file: 'c/x.ts', because: 'Of a test.' }], c: ['a'] })).toEqual([
      'a → b → c → a',
    ]);
    expect(circularRows({ a: ['a/b'], 'a/b': ['a'] })).toEqual([]);
  });

  test('let one file in and leave the rest of its folder closed', () => {
    const house = { a: [{ file: 'b/x.ts', because: 'Of a test.' }], b: [] };
    expect(wrongArrows(one('a/a.ts', "import { x } from '../b/x.ts';"), house)).toEqual([]);
    expect(wrongArrows(one('a/a.ts', "import { y } from '../b/y.ts';"), house)).toHaveLength(1);
  });

  test('are shown by a page as they are', () => {
    const page = 'Before.\n\n```arrows\nold\n```\n\nAfter.\n';
    const house = {
      'shared/a': [],
      'shared/b': ['shared/a'],
      cli: ['shared/b', 'audit/c', 'audit/d'],
      'test/**': ['**'],
    };
    const rows = [
      'shared/a ──► nothing',
      'shared/b ──► a',
      'cli      ──► shared/b, audit',
      'test     ──► everything',
    ].join('\n');
    expect(withArrows(page, house)).toBe(page.replace('old', rows));
    expect(() => withArrows('No block.', house)).toThrow('no block');
  });
});
