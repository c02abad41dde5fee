/** Each tidy rule finds what it is for: a fault is planted, and the rule names it; the sound neighbor passes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { passesLuhn } from '../../../shared/card/number.ts';
import { strangeCards } from '../../../tools/tidy/cards.ts';
import { unseededDraws } from '../../../tools/tidy/chance.ts';
import { grantersOfDecryption, readersOf } from '../../../tools/tidy/clear-text.ts';
import { dialectIn } from '../../../tools/tidy/dialect.ts';
import { measure, quantile, report } from '../../../tools/tidy/figures.ts';
import { evaluatedWaits, pauses, shortNeedles } from '../../../tools/tidy/flakes.ts';
import { FORMS, TERMS, wrongWords } from '../../../tools/tidy/glossary.ts';
import { brokenLinks, misquotes } from '../../../tools/tidy/links.ts';
import { leansOnMachine } from '../../../tools/tidy/machine.ts';
import { longParameterLists } from '../../../tools/tidy/parameters.ts';
import { brokenPromises, PROMISES, titlesOf, unmarkedPromises } from '../../../tools/tidy/promises.ts';
import { commentsOf, proseOf, sentencesOf, textsOf } from '../../../tools/tidy/prose.ts';
import { deadFiles, lostEntries, strayTests, unroutedHandlers, unusedExports } from '../../../tools/tidy/reach.ts';
import { parseModule } from '../../../tools/tidy/syntax.ts';
import { readTree } from '../../../tools/tidy/tree.ts';
import {
  machinePaths,
  readsOfClockOrChance,
  readsOfEnvironment,
  registryHosts,
  shortcuts,
  unfinishedWork,
  withoutOpening,
} from '../../../tools/tidy/words.ts';

const module = (path: string, text: string) => parseModule({ path, text });
const one = (path: string, text: string) => [module(path, text)];

describe('the tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-tidy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  test('is what .gitignore leaves of it, text only, in order', () => {
    write('.gitignore', 'node_modules/\n/report/\n*.log\n');
    for (const path of ['b.ts', 'a/deep/c.md', 'shared/report/d.ts']) write(path, 'kept');
    for (const path of ['a/node_modules/e.ts', 'report/f.md', 'a/g.log', '.git/h']) write(path, 'ignored');
    write('worktree/.git', 'gitdir: elsewhere');
    write('picture.png', new Uint8Array([137, 80, 0, 71]));
    expect(readTree(folder).map(({ path }) => path)).toEqual([
      '.gitignore',
      'a/deep/c.md',
      'b.ts',
      'shared/report/d.ts',
    ]);
  });

  test('is not guessed at when .gitignore says something else', () => {
    write('.gitignore', 'node_modules/\n!kept/**\n');
    expect(() => readTree(folder)).toThrow('!kept/**');
  });
});

describe('readers of a card', () => {
  test.each([['pan.digits()'], ['card?.pan?.digits()'], ['const read = pan.digits']])('are found in %s', (code) => {
    expect(readersOf(one('shared/a.ts', code), 'digits')).toEqual(['shared/a.ts']);
  });

  test('are not what takes from an iterator', () => {
    expect(readersOf(one('shared/a.ts', 'list.values().take(3)'), 'take')).toEqual([]);
    expect(readersOf(one('shared/a.ts', 'card.cvc?.take()'), 'take')).toEqual(['shared/a.ts']);
  });

  test.each([['const deps = { mayDecrypt: true };'], ["const deps = { 'mayDecrypt': 1 > 0 };"]])(
    'get the right to decrypt in %s',
    (code) => {
      expect(grantersOfDecryption(one('shared/a.ts', code))).toEqual(['shared/a.ts']);
    },
  );

  test('do not get it by naming its type', () => {
    expect(grantersOfDecryption(one('shared/a.ts', 'interface Cde { readonly mayDecrypt: true }'))).toEqual([]);
  });
});

describe('dead files', () => {
  test('are those no entry reaches', () => {
    const modules = [
      module('tools/start.ts', "import './used.ts';"),
      module('tools/used.ts', "import '../shared/deep.ts';"),
      module('shared/deep.ts', ''),
      module('shared/dead.ts', "import './deep.ts';"),
    ];
    expect(deadFiles(modules, ['tools/start.ts'])).toEqual(['shared/dead.ts']);
  });

  test('keep to themselves each name that no other file imports', () => {
    const modules = [
      module(
        'shared/a.ts',
        'export const a = 1, b = 2; export type C = 1; export interface D {} export function e() {}',
      ),
      module('shared/f.ts', "export class F {} const g = 1; export { g }; export * as a from './a.ts';"),
      module('shared/h.ts', 'export const h = 1;'),
      module('shared/i.ts', 'export const i = 1;'),
    ];
    const unused = (user: string) =>
      unusedExports([...modules, module('shared/user.ts', user)], ['shared/f.ts']).map((each) => each.split(' ')[2]);
    expect(unusedExports(modules.slice(0, 1), [])).toHaveLength(3);
    expect(unused('')).toEqual(['h,', 'i,']);
    expect(unused("import { h as x } from './h.ts'; type Y = import('./i.ts').Y;")).toEqual([]);
    expect(unused("import { type h } from './h.ts'; export { i } from './i.ts';")).toEqual([]);
    expect(unused("import * as x from './h.ts'; const y = await import('./i.ts');")).toEqual([]);
  });

  test('are entries too, once nothing starts them', () => {
    const files = [{ path: 'package.json', text: '"start": "tools/start.ts"' }, module('tools/start.ts', '')];
    expect(lostEntries(files, [{ path: 'tools/start.ts', startedBy: 'package.json' }])).toEqual([]);
    expect(lostEntries(files, [{ path: 'tools/start.ts', startedBy: 'cdk.json' }])).toHaveLength(1);
    expect(lostEntries(files, [{ path: 'tools/stop.ts', startedBy: 'package.json' }])).toHaveLength(1);
  });
});

describe('tests', () => {
  test('beside what they test are found, for they would never run', () => {
    const paths = ['test/base/a.test.ts', 'shared/base/a.test.ts', 'tools/tidy/a.test.mjs', 'shared/test.ts'];
    expect(strayTests(paths.map((path) => ({ path, text: '' })))).toEqual([
      'shared/base/a.test.ts',
      'tools/tidy/a.test.mjs',
    ]);
  });
});

describe('handlers', () => {
  const row = { entry: 'cde/pay', tables: { Tokens: ['GetItem'] }, keys: { PanKey: ['Decrypt'] } };
  const handler = (deps: string, more = '') =>
    one('functions/cde/pay.ts', `const deps = ${deps};\nexport const handler = pipeline(deps);\n${more}`);
  const asked = "makeCdeDeps({ tables: ['Tokens'], keys: ['PanKey'] })";

  test('and their rows agree', () => {
    expect(unroutedHandlers(handler(asked), [row])).toEqual([]);
  });

  test.each([
    ['asks for another table', handler("makeCdeDeps({ tables: ['Tokens', 'Cards'], keys: ['PanKey'] })")],
    ['asks for a key less', handler("makeCdeDeps({ tables: ['Tokens'], keys: [] })")],
    ['decrypts without the right', handler("makeDeps({ tables: ['Tokens'], keys: ['PanKey'] })")],
    ['exports more', handler(asked, 'export const other = 1;')],
    ['exports something else by default', handler(asked, 'export default handler;')],
    ['is missing', one('functions/cde/deps.ts', '')],
  ])('disagree when one %s', (_what, modules) => {
    expect(unroutedHandlers(modules, [row])).toHaveLength(1);
  });

  test('disagree when one has no row', () => {
    expect(unroutedHandlers(handler(asked), [])).toEqual(['functions/cde/pay.ts has no row in infra/routes.ts']);
  });

  test('may not ask for the right to decrypt when their row may only encrypt', () => {
    const modest = { ...row, keys: { PanKey: ['Encrypt'] } };
    expect(unroutedHandlers(handler(asked), [modest])).toEqual(['functions/cde/pay.ts should call makeDeps']);
  });
});

describe('chance in tests', () => {
  test.each([
    ["import { randomBytes as bytes } from 'node:crypto';"],
    ["import { createHash, randomUUID } from 'crypto';"],
    ['const id = crypto.randomUUID();'],
    ['globalThis.crypto.getRandomValues(bytes);'],
    ['const one = Math.random();'],
    ['fc.assert(fc.property(fc.nat(), holds));'],
    ['const cases = fc.sample(fc.nat());'],
  ])('that no seed repeats is found: %s', (code) => {
    expect(unseededDraws(one('test/a.test.ts', code), [])).toHaveLength(1);
    expect(unseededDraws(one('test/a.test.ts', code), ['test/a.test.ts'])).toEqual([]);
    expect(unseededDraws(one('shared/a.ts', code), [])).toEqual([]);
  });

  test.each([
    ["import { createHash, type UUID } from 'node:crypto';"],
    ['checkProperty(fc.property(fc.nat(), holds));'],
    ['const bytes = drawBytes(16);'],
    ['// fc.assert, Math.random()'],
  ])('that a seed repeats passes: %s', (code) => {
    expect(unseededDraws(one('test/a.test.ts', code), [])).toEqual([]);
  });
});

describe('the machine', () => {
  test.each([
    ['amount.toLocaleString()'],
    ['names.sort((a, b) => a.localeCompare(b))'],
    ['new Intl.NumberFormat()'],
    ['new Date(2026, 5, 15)'],
    ['date.getHours()'],
    ['const { length } = String(date.toDateString());'],
    ["server.listen(8_080, '127.0.0.1')"],
  ])('is leaned on by %s', (code) => {
    expect(leansOnMachine(one('test/a.test.ts', code))).toHaveLength(1);
  });

  test.each([
    ["amount.toLocaleString('en')"],
    ["a.localeCompare(b, 'en')"],
    ["new Intl.NumberFormat('ja', { style: 'currency' })"],
    ['new Date(Date.UTC(2026, 5, 15)).getUTCHours()'],
    ['server.listen(0)'],
    ['server.listen({ port })'],
    ['names.sort()'],
  ])('is not by %s', (code) => {
    expect(leansOnMachine(one('test/a.test.ts', code))).toEqual([]);
  });
});

describe('what fails by chance', () => {
  test('a pause by the clock is found', () => {
    expect(pauses(one('test/web/a.test.ts', 'await shop.page.waitForTimeout(200);'))).toHaveLength(1);
    expect(pauses(one('test/web/a.test.ts', 'await page.waitForFunction(isReady);'))).toEqual([]);
  });

  test('a wait for text that the page evaluates is found', () => {
    const found = evaluatedWaits(one('test/web/a.test.ts', `await page.wait${'ForFunction'}('isReady');`));
    expect(found).toEqual(['test/web/a.test.ts:1 waits for text that a page may not evaluate']);
    expect(evaluatedWaits(one('test/web/a.test.ts', 'await page.waitForFunction(isReady);'))).toEqual([]);
  });

  test.each([
    ["expect(text).not.toContain('837');"],
    ["expect(page).not.toContain('4242 4');"],
    ['expect(log).not.toMatch(/4242/);'],
    ['expect(log).not.toMatch(/at run|4242|secret/);'],
  ])('a search for few digits is found where texts hold ports: %s', (code) => {
    expect(shortNeedles(one('test/web/a.test.ts', code))).toHaveLength(1);
    expect(shortNeedles(one('test/card/a.test.ts', code))).toEqual([]);
  });

  test.each([
    ["expect(text).not.toContain('42424242');"],
    ["expect(text).not.toContain('cvc=837');"],
    ['expect(log).not.toMatch(/42424242|cvc=/);'],
    ["expect(text).toContain('4242');"],
  ])('a search for more passes: %s', (code) => {
    expect(shortNeedles(one('test/web/a.test.ts', code))).toEqual([]);
  });
});

describe('long lists of parameters', () => {
  const listsIn = (code: string) => longParameterLists(one('shared/a.ts', code));

  test.each([
    ['a function', 'function f(a, b, c, d, e) {}'],
    ['an overload', 'function f(a: A, b: B, c: C, d: D, e?: E): F;'],
    ['an arrow', 'const f = async (a, b, c, d, e = 1) => a;'],
    ['a generator', 'const f = function* (a, { b }, [c], d, ...e) {};'],
    ['a method', 'class F { f(a, b, c, d, e) {} }'],
    ['a private method', 'class F { static #f(a, b, c, d, e) {} }'],
    ['a constructor', 'class F { constructor(a, b, private readonly c, d, e) {} }'],
    ['a method of an object', 'const f = { async f(a, b, c, d, e) {} };'],
    ['a type of function', 'type F = (a: A, b: B, c: C, d: D, e: E) => void;'],
    ['a method of an interface', 'interface F { f(a: A, b: B, c: C, d: D, e: E): void }'],
    ['a call of an interface', 'interface F { (a: A, b: B, c: C, d: D, e: E): void; g: G }'],
    ['a type of constructor', 'type F = new (a: A, b: B, c: C, d: D, e: E) => G;'],
  ])('are found in %s', (_what, code) => {
    expect(listsIn(code)).toEqual(['shared/a.ts:1 takes 5 parameters, more than 4']);
  });

  test.each([
    ['four', 'function f(a, b, c, d) {}'],
    ['the fields of an object', 'const f = ({ a, b, c, d, e }, g) => a;'],
    ['a type of this, which no call passes', 'function f(this: T, a, b, c, d) {}'],
    ['arguments', 'f(a, b, c, d, e);'],
    ['parameters of types', 'type F<A, B, C, D, E> = G<A, B, C, D, E>;'],
  ])('are not %s', (_what, code) => {
    expect(listsIn(code)).toEqual([]);
  });
});

describe('words', () => {
  test.each([['const { PORT } = process.env;'], ['process.env.PORT'], ["import { env } from 'node:process';"]])(
    'that read the environment: %s',
    (code) => {
      expect(readsOfEnvironment(one('shared/a.ts', code), [])).toHaveLength(1);
      expect(readsOfEnvironment(one('shared/a.ts', code), ['shared/a.ts'])).toEqual([]);
    },
  );

  test.each([['Date.now()'], ['new Date()'], ['Math.random()'], ['const now = Date.now']])(
    'that read clock or chance: %s',
    (code) => {
      expect(readsOfClockOrChance(one('shared/a.ts', code), [])).toHaveLength(1);
    },
  );

  test('that only convert a time are fine', () => {
    expect(readsOfClockOrChance(one('shared/a.ts', 'new Date(nowMs); // Date.now()'), [])).toEqual([]);
  });

  test.each([
    ['const x: any = 1;'],
    ['const x = y as any;'],
    ["jest.mock('./a.ts')"],
    ["test.only('a', run)"],
    ["describe.skip('a', run)"],
    ["xit('a', run)"],
  ])('that cut a check short: %s', (code) => {
    expect(shortcuts(one('test/a.test.ts', code))).toHaveLength(1);
  });

  test.each([
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['@ts-', 'ignore'],
    ['@ts-', 'nocheck'],
  ])('that leave work: %s%s', (a, b) => {
    expect(unfinishedWork([{ path: 'a.md', text: `\n// ${a}${b}: later` }])).toEqual([
      'a.md:2 leaves work unfinished or a check switched off',
    ]);
  });

  test.each([
    ['/ho', 'me/someone/x'],
    ['/wo', 'rk/main'],
    ['`/Us', 'ers/a'],
  ])('that name a machine: %s%s', (a, b) => {
    expect(machinePaths([{ path: 'a.md', text: `see ${a}${b}` }])).toHaveLength(1);
  });

  test.each([
    ['https://registry.', 'npmjs.org/zod'],
    ['"resolved":', ' "https://a.example/b.tgz"'],
  ])('that name a registry: %s%s', (a, b) => {
    expect(registryHosts([{ path: 'package-lock.json', text: `${a}${b}` }])).toHaveLength(1);
  });

  test('missing at the top of a file', () => {
    const good = ['/** Why. */\nconst a = 1;', '// Why.\nconst a = 1;', '#!/usr/bin/env node\n// Why.\nconst a = 1;'];
    expect(good.flatMap((text) => withoutOpening(one('local/a.ts', text)))).toEqual([]);
    expect(withoutOpening(one('local/a.ts', 'const a = 1; // Why.'))).toEqual(['local/a.ts']);
  });
});

describe('prose', () => {
  const linesOf = (passages: ReturnType<typeof commentsOf>) =>
    passages.map(({ line, text }) => `${line} ${text.trim().replace(/\s+/g, ' ')}`);

  test('is in comments of each language', () => {
    const script =
      'f(); // one two three\n// four five six\n// and seven\ng("// eight nine ten", /\\/\\/a b c/, `/* x y z */`);';
    expect(linesOf(commentsOf(module('a.ts', script)))).toEqual(['1 one two three', '2 four five six and seven']);
    const doc = '#!/usr/bin/env node\n/**\n * One two\n * three.\n */\nconst é = "é"; /* four five six */';
    expect(linesOf(commentsOf(module('a.mjs', doc)))).toEqual(['2 One two three.', '6 four five six']);
    const files = [
      { path: 'a.css', text: 'a { b: url(//c d e) } /* one two three */' },
      { path: 'a.sql', text: 'SELECT 1 -- one two three' },
      { path: 'a.py', text: 'f("#1 2 3") # one two three' },
      { path: 'a.sh', text: 'f\n# one two three' },
      { path: 'a.go', text: 'f("https://a b c") // one two three' },
    ];
    expect(files.flatMap(commentsOf).map(({ text }) => text.trim())).toEqual(files.map(() => 'one two three'));
  });

  test('is in texts that read as a sentence', () => {
    const code = "import a from './a.ts';\nfail('one two', 'three four five', `six seven eight`);";
    expect(linesOf(textsOf(module('a.ts', code)))).toEqual(["2 'three four five'", '2 `six seven eight`']);
  });

  test('is in sentences, headings, points and cells of pages, without code', () => {
    const page = [
      '# One two three',
      'Four five six. Seven [eight](whose.md) nine',
      'ten.',
      '```',
      'no prose at all',
      '```',
      '| Eleven | `of its own` and twelve and | one |',
      '- A point too',
    ];
    expect(linesOf(sentencesOf({ path: 'a.md', text: page.join('\n') }))).toEqual([
      '1 # One two three',
      '2 Four five six.',
      '2 Seven [eight]`` nine ten.',
      '7 `` and twelve and |',
      '8 - A point too',
    ]);
  });

  test('is of three kinds, each from the files that have it', () => {
    const page = { path: 'a.md', text: 'One two three' };
    const script = module('a.ts', "/** Four five six. */ f('seven eight nine')");
    const { comments, texts, sentences } = proseOf([page, script], [script]);
    expect([comments, texts, sentences].map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});

describe('dialect', () => {
  const faultsIn = (...texts: string[]) => dialectIn(texts.map((text) => ({ path: 'a.ts', line: 7, text })));

  test.each([
    ['a key whose owner left', 'whose'],
    ['Nobody may read it', 'Nobody'],
    ['sent to whomever asks', 'whomever'],
    ['the session is\ntold the result', 'is told'],
    ['a function hears of it', 'hears of'],
    ['a key of their own', 'of their own'],
    ['reads what became of a charge', 'what became of'],
    ['where a sandbox can be had', 'can be had'],
    ['asks no host but the processor', 'no host but'],
    ['a text that is no number', 'that is no number'],
    ['a record, or what is none', 'is none'],
    ['that is the function’s to say', 'function’s to say'],
    ['Who may open a card.', 'Who'],
    ['The vault. Who calls it: a role.', '. Who'],
  ])('is found in “%s”', (text, phrase) => {
    expect(faultsIn(text).found).toEqual([expect.stringMatching(new RegExp(`^a\\.ts:7: ${phrase} → `))]);
  });

  test.each([
    ['Who may open a card?'],
    ['Readers who ask again get the same page, beside its own frame.'],
    ['No longer known, but recommended; there is none, and it is no longer kept.'],
    ['What is left out has no default but is refused, as amendments are.'],
    ['It tells the cards apart on its own.'],
  ])('is not what “%s” is', (text) => {
    expect(faultsIn(text).found).toEqual([]);
  });

  test('is placed on its line, and counted once where a page repeats it', () => {
    const { found, share } = faultsIn(
      'One line.\nNobody reads it, whoever asks.',
      'Plain.',
      'Plain.',
      'Two\nwhose.',
      'Two\nwhose.',
    );
    expect(found.map((line) => line.split(' →')[0])).toEqual(['a.ts:8: whoever', 'a.ts:8: Nobody', 'a.ts:8: whose']);
    expect(share).toBeCloseTo(2 / 3);
    expect(faultsIn()).toEqual({ found: [], share: 0 });
  });
});

describe('card numbers', () => {
  // Made here, because none but published ones may be written down.
  const strange = '0123456789'.split('').map((last) => `${'4'.repeat(14)}1${last}`);
  const digits = strange.find(passesLuhn) ?? '';
  const grouped = digits.replace(/(.{4})(?=.)/g, '$1 ');
  const file = (text: string) => [{ path: 'docs/a.md', text }];

  test.each([
    ['plain', digits],
    ['grouped', grouped],
    ['hyphened', grouped.replaceAll(' ', '-')],
    ['in a sentence', `card ${digits}.`],
    ['after a test card', `4242424242424242 ${grouped}`],
  ])('are found %s', (_form, text) => {
    expect(strangeCards(file(`\n${text}`), [])).toEqual(['docs/a.md:2']);
  });

  test.each([
    ['a published test card', '4242424242424242'],
    ['a grouped test card', '4242 4242 4242 4242'],
    ['two test cards', '4000000000000002, 378282246310005'],
    ['a time in milliseconds', '1790000000000'],
    ['a wrong check digit', '4242424242424241'],
  ])('are not %s', (_what, text) => {
    expect(strangeCards(file(text), [])).toEqual([]);
  });

  test('are let pass where the list of known text says so', () => {
    expect(strangeCards(file(digits), [digits])).toEqual([]);
  });
});

describe('promises', () => {
  const source = module('shared/a.ts', `/** ${PROMISES.join(' ')} */\nexport const once = true;`);
  const proof = module('test/a.test.ts', PROMISES.map((id) => `test('holds (${id})', run);`).join('\n'));
  const modules = [source, proof];
  const section = (id: string, held = 'export const once = true;', proven = `holds (${id})`) =>
    `## ${id} A sentence.\n\n- Held by [shared/a.ts](shared/a.ts): \`${held}\`\n- Proven by [test/a.test.ts](test/a.test.ts): “${proven}”\n`;
  const page = (change: (id: string) => string = (id) => section(id)) => `# Page\n\n${PROMISES.map(change).join('\n')}`;
  const instead = (text: string) => page((id) => (id === 'V4' ? text : section(id)));

  test('that are kept raise no complaint', () => {
    expect(brokenPromises(page(), modules, modules)).toEqual([]);
    expect(unmarkedPromises(modules, modules)).toEqual([]);
  });

  test.each([
    ['has no section', instead('')],
    ['quotes a line', instead(section('V4', 'export const twice'))],
    ['names a test', instead(section('V4', undefined, 'does not exist'))],
    ['has a point of neither form', instead(`${section('V4')}- Held by the way it is.\n`)],
    ['names no', instead('## V4 A sentence.\n\n- Held by [shared/a.ts](shared/a.ts): `export const once = true;`\n')],
  ])('are broken when one %s', (complaint, text) => {
    const complaints = brokenPromises(text, modules, modules);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(`V4 ${complaint}`);
  });

  test('that nobody made are found', () => {
    expect(brokenPromises(`${page()}\n## V99 More.\n`, modules, modules)).toEqual(['V99 is no promise']);
  });

  test('must be carried by code and by a test title', () => {
    const bare = [module('shared/a.ts', '// V11 V12 V13'), module('test/a.test.ts', "test('V1 V2', run)")];
    expect(unmarkedPromises(bare, bare)).toContain('V1 is in no source file');
    expect(unmarkedPromises(bare, bare)).toContain('V11 is in no test title');
    expect(unmarkedPromises(bare, bare)).not.toContain('V1 is in no test title');
  });

  test('find titles in every form a test is written in', () => {
    const text = "test('a', f); describe('b', f); test.each([1])('c', f); it.concurrent('d', f); notATest('e', f);";
    expect(titlesOf(module('test/a.test.ts', text))).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('links', () => {
  const pages = [
    { path: 'README.md', text: '# Fuda\n\n[a](docs/a.md#two-words) `[code](nowhere.md)`' },
    { path: 'docs/a.md', text: '## Two words\n\n[up](../README.md) [web](https://example.com) ![shot](shot.png)' },
  ];
  const there =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);

  test('that lead somewhere pass', () => {
    expect(brokenLinks(pages, there('README.md', 'docs/a.md', 'docs/shot.png'))).toEqual([]);
  });

  test('to a missing file are found, pictures too', () => {
    expect(brokenLinks(pages, there('README.md', 'docs/a.md'))).toEqual([
      'docs/a.md links to shot.png, which is not there',
    ]);
  });

  test('to a missing heading are found', () => {
    const [readme] = pages;
    const renamed = [
      { path: 'README.md', text: readme?.text ?? '' },
      { path: 'docs/a.md', text: '## Three words' },
    ];
    expect(brokenLinks(renamed, () => true)).toEqual([
      'README.md links to docs/a.md#two-words, a heading that is not there',
    ]);
  });
});

describe('code in a page', () => {
  const page = (code: string, from = 'From the shop, [examples/pay.js](examples/pay.js):') => [
    { path: 'README.md', text: `# Fuda\n\n${from}\n\n\`\`\`js\n  mount();\n\`\`\`\n\n\`\`\`js\n${code}\n\`\`\`\n` },
    { path: 'examples/pay.js', text: 'open();\n  mount();\n  pay();\n' },
  ];

  test('is what stands in the file it is from, each block of it', () => {
    expect(misquotes(page('  pay();'))).toEqual([]);
    expect(misquotes(page('  pay(twice);'))).toEqual([
      'README.md shows code that examples/pay.js does not have:   pay(twice);',
    ]);
  });

  test('is free where it names no file', () => {
    expect(misquotes(page('  pay(twice);', 'For example:'))).toEqual([]);
  });
});

describe('figures', () => {
  test('count lines, functions, comments, invariants and tests', () => {
    const figures = measure([
      module('shared/a.ts', '/** Why. */\nexport function f() {\n  needs(g, "needs(g)");\n}\n'),
      module('test/a.test.ts', 'f();\nf();\n'),
    ]);
    expect(figures).toMatchObject({
      files: [{ name: 'shared/a.ts', lines: 4 }],
      functions: [{ name: 'shared/a.ts:2', lines: 3 }],
      commentShare: 0.25,
      invariants: 1,
      sourceLines: 4,
      testLines: 2,
    });
    expect(report(figures)).toContain('shared/a.ts:2 (3)');
    expect(report(figures)).toContain('1 invariants, one in 4 source lines');
  });

  test('find the middle and the tail', () => {
    const sizes = Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, lines: index + 1 }));
    expect([quantile(sizes, 0.5), quantile(sizes, 0.9), quantile([], 0.5)]).toEqual([6, 10, 0]);
  });
});

describe('Japanese texts', () => {
  const faultsIn = (path: string, text: string) =>
    wrongWords([{ path, text }], /\.ts$/.test(path) ? one(path, text) : []).map((fault) => fault.slice(path.length));
  const GUIDE = 'docs/guide.ja.md';

  test.each(TERMS)('that say %s are told %s, which is right wherever it stands', (wrong, right) => {
    expect(faultsIn(GUIDE, `\nその${wrong}は`)).toContain(`:2 says ${wrong}: say ${right}`);
    expect(faultsIn(GUIDE, `その${right}は`)).toEqual([]);
  });

  test.each(FORMS)('are told to write $right: $planted', ({ planted, right, only }) => {
    const path = only === 'shopper' ? 'web/languages/ja.ts' : GUIDE;
    const text = path === GUIDE ? planted : `const a = '${planted}';`;
    expect(faultsIn(path, text)).toEqual([expect.stringContaining(`: write ${right}`)]);
  });

  test.each([
    ['a page, on its line', 'docs/guide.md', 'English.\n\nブラウザを開きます。', [':3 says ブラウザ: say ブラウザー']],
    ['a literal', 'a.ts', "const a = 1;\nconst b = '閲読です';", [':2 says 閲読: say 読み取り']],
    ['a later line of a template', 'a.ts', 'const a = `はい\n配備`;', [':2 says 配備: say デプロイ']],
    [
      'a text without kana, in a file of Japanese',
      'a.ts',
      "f('です', '封印期間');",
      [':1 says 封印: say ダイジェスト'],
    ],
    [
      'a figure that a template puts in',
      'a.ts',
      `f(\`下\${n}桁です\`);`,
      [':1 writes 下0: write a blank beside a figure'],
    ],
    ['a word before a link', GUIDE, '[警報](a.md)です', [':1 says 警報: say アラーム']],
  ])('are found in %s', (_where, path, text, faults) => {
    expect(faultsIn(path, text)).toEqual(faults);
  });

  test.each([
    ['code, and where a link leads', GUIDE, '「`警報(x)` は」[鍵](見本/a.md) です\n\n```\n警報です\n```\n'],
    ['comments', 'a.ts', "// 警報です\nf('です');"],
    ['Chinese', 'web/languages/zh-hans.ts', "f('请输入(卡号)');"],
    ['an English sentence that names a Japanese thing', 'a.ts', "f('です', 'None is kept (非保持化).');"],
    ['what a test quotes', 'test/a.test.ts', "f('警報です');"],
    ['figures as shoppers read them', 'examples/shop/a.ts', `f(\`下4桁、\${a}円です\`);`],
    ['what is right', GUIDE, 'ブラウザー（Chromium 153）で、下 4 桁を 1 件ずつ確認します。'],
  ])('are not looked for in %s', (_where, path, text) => {
    expect(faultsIn(path, text)).toEqual([]);
  });
});
