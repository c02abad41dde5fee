/**
 * Holds the shape of the repository: which folder may import which, who may see a card number, that nothing is dead
 * or unrouted, and that the pages say what the code does. Each rule is a function in `tools/tidy/`, tried on planted
 * faults in `test/tools/tidy/rules.test.ts`; here they read the tree.
 */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROUTES, SCHEDULES, UPKEEP } from '../infra/routes.ts';
import { plainText } from '../shared/card/readings.ts';
import { withArrows } from '../tools/docs/render-arrows.ts';
import { circularRows, idleRows, importCycles, undeployedPackages, wrongArrows } from '../tools/tidy/arrows.ts';
import { strangeCards } from '../tools/tidy/cards.ts';
import { unseededDraws } from '../tools/tidy/chance.ts';
import { grantersOfDecryption, readersOf } from '../tools/tidy/clear-text.ts';
import { BEFORE_THE_HABIT, commitsSince, wrongSubjects } from '../tools/tidy/commits.ts';
import { wrongDecisions } from '../tools/tidy/decisions.ts';
import { dialectIn, quotesDialect } from '../tools/tidy/dialect.ts';
import { slowExpressions } from '../tools/tidy/expressions/find.ts';
import { measure, report } from '../tools/tidy/figures.ts';
import { evaluatedWaits, pauses, shortNeedles } from '../tools/tidy/flakes.ts';
import { wrongWords } from '../tools/tidy/glossary.ts';
import { brokenLinks, existsUnder, lostPaths, misquotes } from '../tools/tidy/links.ts';
import { leansOnMachine } from '../tools/tidy/machine.ts';
import { sharedNames, strayNames, twinFiles, untoldStrays } from '../tools/tidy/names.ts';
import { longParameterLists } from '../tools/tidy/parameters.ts';
import { lostRows, wrongMarks } from '../tools/tidy/patterns.ts';
import { brokenPromises, unmarkedPromises } from '../tools/tidy/promises.ts';
import { proseOf } from '../tools/tidy/prose.ts';
import {
  deadFiles,
  lostEntries,
  type Row,
  type StartedFile,
  strayTests,
  unroutedHandlers,
  unusedExports,
} from '../tools/tidy/reach.ts';
import { isScript, parseModule } from '../tools/tidy/syntax.ts';
import { readTree } from '../tools/tidy/tree.ts';
import {
  machinePaths,
  readsOfClockOrChance,
  readsOfEnvironment,
  registryHosts,
  shortcuts,
  unfinishedWork,
  withoutOpening,
} from '../tools/tidy/words.ts';

const root = join(import.meta.dirname, '..');
const files = readTree(root);
const modules = files.filter(isScript).map(parseModule);
/** What runs in a vault, beside one, or starts one. The folders of tools/ look at it from outside, as tests do. */
const source = modules.filter(({ path }) => !/^(test|tools\/[a-z]+)\//.test(path));
const rows: readonly Row[] = [...ROUTES, ...SCHEDULES, ...Object.values(UPKEEP)];
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

/** Tests that plant wrong commands and paths. */
const PLANTED: readonly string[] = [
  'test/tools/tidy/paths.test.ts',
  'test/tools/tidy/rules.test.ts',
  'test/tools/docs/commands/rules.test.ts',
];
const meant = files.filter(({ path }) => !PLANTED.includes(path));

/** Files that are started by name rather than imported, and the file that starts them. */
const ENTRIES: readonly StartedFile[] = [
  { path: 'infra/app.ts', startedBy: 'cdk.json' },
  { path: 'cli/fuda.mjs', startedBy: 'package.json' },
  { path: 'cli/main.ts', startedBy: 'cli/fuda.mjs' },
  { path: 'tools/pack.ts', startedBy: 'package.json' },
  { path: 'cli/node20.ts', startedBy: 'tools/pack.ts' },
  { path: 'local/functions/worker.ts', startedBy: 'local/functions/instance.ts' },
  { path: 'web/build.ts', startedBy: 'infra/bundle.ts' },
  { path: 'shared/api/openapi.ts', startedBy: 'tools/docs/reference.ts' },
  { path: 'web/page/fuda.ts', startedBy: 'web/outputs.ts' },
  { path: 'web/page/module.ts', startedBy: 'web/outputs.ts' },
  { path: 'web/hosted/main.ts', startedBy: 'web/outputs.ts' },
  { path: 'web/pay/main.ts', startedBy: 'web/outputs.ts' },
  { path: 'examples/testing/playwright.ts', startedBy: 'docs/recipes/test-your-checkout.md' },
  { path: 'examples/testing/cypress.js', startedBy: 'docs/recipes/test-your-checkout.md' },
  { path: 'examples/webhook-receiver/server.ts', startedBy: 'package.json' },
  { path: 'examples/till/server.ts', startedBy: 'package.json' },
  { path: 'examples/webhook-receiver/api-gateway.ts', startedBy: 'docs/recipes/receive-webhooks.md' },
  { path: 'tools/with-node.mjs', startedBy: 'package.json' },
  { path: 'tools/start.ts', startedBy: 'package.json' },
  { path: 'tools/check.ts', startedBy: 'package.json' },
  { path: 'tools/simulation/run.ts', startedBy: 'package.json' },
  { path: 'tools/rehearsal/run.ts', startedBy: 'package.json' },
  { path: 'tools/repeat/run.ts', startedBy: 'package.json' },
  { path: 'tools/floor/run.ts', startedBy: 'package.json' },
  { path: 'tools/mutation/run.ts', startedBy: 'package.json' },
  { path: 'tools/lint/run.ts', startedBy: 'package.json' },
  { path: 'tools/tidy/list-dialect.ts', startedBy: 'tools/tidy/dialect.ts' },
  { path: 'tools/docs/generate.ts', startedBy: 'package.json' },
  { path: 'tools/docs/full-app.ts', startedBy: 'tools/docs/full-templates.ts' },
  { path: 'tools/bench/run.ts', startedBy: 'package.json' },
  { path: 'tools/bench/aws.ts', startedBy: 'tools/bench/scene.ts' },
  { path: 'tools/bench/worker.ts', startedBy: 'tools/bench/scene.ts' },
  { path: 'tools/bench/auditor.ts', startedBy: 'tools/bench/questions/evidence.ts' },
  { path: 'test/run.ts', startedBy: 'package.json' },
  { path: 'test/setup/global-setup.ts', startedBy: 'jest.config.mjs' },
  { path: 'test/setup/global-teardown.ts', startedBy: 'jest.config.mjs' },
  { path: 'test/setup/permission-report.ts', startedBy: 'jest.config.mjs' },
  { path: 'test/setup/linger-report.ts', startedBy: 'jest.config.mjs' },
  { path: 'test/setup/totals.ts', startedBy: 'jest.config.mjs' },
  { path: 'test/infra/findings.ts', startedBy: 'test/infra/acknowledgements.test.ts' },
  { path: 'test/infra/variants.ts', startedBy: 'test/infra/variants.test.ts' },
  { path: 'test/infra/rules/verdicts.ts', startedBy: 'test/infra/rules/rules.test.ts' },
  { path: 'test/flows/leaks/vault-process.ts', startedBy: 'test/flows/leaks.test.ts' },
  { path: 'test/audit/write-tamperings.ts', startedBy: 'test/audit/aws-verdicts.py' },
];

/** In these folders every file is started by its name: browsers ask for it, or the benchmark bundles it. */
const STARTED_WHOLE: readonly string[] = ['examples/shop/public/', 'tools/bench/bare/'];

/** Text that looks like a card number without being one. */
const NOT_CARDS: readonly string[] = [
  // The cloth the example shop sells, and the mark of a card brand: curves of drawings.
  'M150 84H450C453 290 447 500 452 701C424 708 392 697 352 704C304 711 256 698 214 705',
  'M22.6 9.2C20.4 8.4 18.6 9 18.4 10.3 18.2 12.2 21.6 11.8 21.2 13.8 20.9 15.2 18.7 15.4 16.9 14.6',
  // A test card and its expiry, typed without a pause in test/web/.
  '424242424242424212',
  // A test card with digits after it, and the beginning of one, in test/web/.
  '4242424242424241000',
  '62000000000000',
];

/** Comments, texts and sentences with dialect ÷ all of them. */
const DIALECT_CEILING = 0.01;

describe('imports', () => {
  test('go where the row of their folder says, and nowhere else', () => {
    expect(wrongArrows(modules)).toEqual([]);
  });

  test('are all that the rows allow', () => {
    expect(idleRows(modules)).toEqual([]);
  });

  test('form no cycle, neither of files nor of folders, those of types counted', () => {
    expect(importCycles(modules)).toEqual([]);
    expect(circularRows()).toEqual([]);
  });

  test('are shown by ARCHITECTURE.md as the rows say', () => {
    const page = textOf('ARCHITECTURE.md');
    expect(withArrows(page)).toBe(page);
  });

  test('of deployed code are dependencies', () => {
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(undeployedPackages(modules, Object.keys(dependencies))).toEqual([]);
  });
});

describe('a card in clear', () => {
  test('has its digits read by these files only (V1)', () => {
    expect(readersOf(source, 'digits')).toEqual([
      'shared/payments/forward/clear.ts', // Fills in a request to the merchant's own PSP.
      'shared/payments/processors/iso8583/requests.ts', // Field 2 of the message to an acquirer.
      'shared/payments/processors/simulator.ts', // Stands for a processor, which is sent the number.
      'shared/payments/processors/stripe/requests.ts', // The payment method that Stripe is sent.
      'shared/vault/cipher.ts', // Encrypts it.
      'shared/vault/export/export.ts', // Seals cards to the vault they move to.
      'shared/vault/fingerprint.ts', // Has KMS make its keyed hash.
      'shared/vault/intake/card-input.ts', // Test keys accept published test cards only.
    ]);
  });

  test('has its security code taken by these files only (V2)', () => {
    expect(readersOf(source, 'take')).toEqual([
      'shared/payments/forward/clear.ts',
      'shared/payments/processors/iso8583/requests.ts',
      'shared/payments/processors/simulator.ts',
      'shared/payments/processors/stripe/requests.ts',
      'shared/vault/cipher.ts',
    ]);
  });

  test('and a secret of a merchant is read by those only who seal it, send it, or show it once', () => {
    expect(readersOf(source, 'clearText')).toEqual([
      'cli/commands/honey/plant.ts', // Plants with the keys of a merchant made for it, which are never shown.
      'cli/core/show-once.ts', // Prints what a command made, once, and says so where it could not.
      'shared/events/signature.ts', // Signs events.
      'shared/merchants/secret-store.ts', // Seals it.
      'shared/payments/forward/clear.ts', // Fills in a request to the merchant's own PSP.
      'shared/payments/processors/iso8583/adapter.ts', // Our certificate's key, for TLS.
      'shared/payments/processors/stripe/adapter.ts', // Tells a live key from a test key.
      'shared/payments/processors/stripe/stripe.ts', // The Authorization header.
      'tools/demo.ts', // Keeps the demo merchant's test keys for the shop beside the vault.
    ]);
  });

  test('comes from decryption through only one file (V5)', () => {
    expect(grantersOfDecryption(source)).toEqual(['functions/cde/deps.ts']);
  });

  test('is never written down: only published test cards are in this repository (V1)', () => {
    expect(strangeCards(files, NOT_CARDS)).toEqual([]);
  });
});

describe('files', () => {
  const handlers = rows.map(({ entry }) => `functions/${entry}.ts`);
  const paths = modules.map(({ path }) => path);
  const whole = paths.filter((path) => STARTED_WHOLE.some((folder) => path.startsWith(folder)));
  const started = [...ENTRIES.map(({ path }) => path), ...handlers, ...whole, 'jest.config.mjs'];

  test('are all reached from something that runs, and source from more than its tests', () => {
    const tests = paths.filter((path) => path.endsWith('.test.ts'));
    expect(deadFiles(source, started)).toEqual([]);
    expect(deadFiles(modules, [...started, ...tests])).toEqual([]);
  });

  test('export only names that another file imports', () => {
    expect(unusedExports(modules, started)).toEqual([]);
  });

  test('with tests lie where Jest looks for them', () => {
    expect(strayTests(files)).toEqual([]);
  });

  test('that are started by name are there, and named by their starter', () => {
    expect(lostEntries(files, ENTRIES)).toEqual([]);
  });

  test('under functions/ have one row of the table of routes each, and ask for what their row grants', () => {
    expect(unroutedHandlers(modules, rows)).toEqual([]);
  });

  test('open with a comment that says why they are there', () => {
    expect(withoutOpening(source)).toEqual([]);
  });
});

describe('code', () => {
  test('reads the environment in the composition root and in entry scripts only', () => {
    const allowed = [
      'functions/runtime/deps.ts',
      'tools/check.ts',
      'tools/start.ts',
      'local/functions/worker.ts',
      'local/synth.ts',
      'infra/app.ts',
      'cli/core/browser.ts',
      'examples/shop/server.ts',
      'examples/till/server.ts',
      'examples/webhook-receiver/server.ts',
      'cli/fuda.mjs',
    ];
    expect(readsOfEnvironment(source, allowed)).toEqual([]);
  });

  test('takes time and chance as arguments', () => {
    const allowed = [
      'shared/base/clock.ts', // The one clock.
      'web/hosted/main.ts', // The browser's own, handed on as an argument.
      'web/pay/main.ts', // The same.
    ];
    expect(readsOfClockOrChance(source, allowed)).toEqual([]);
  });

  test('searches each text in a time in proportion to its length', () => {
    const variable = [
      'shared/base/responses.ts', // An id's prefix, which is one of a list, and a fixed length.
      'local/template/api.ts', // The template's own patterns and ARNs.
      'web/declarations.ts', // Reads our own types when they are built.
    ];
    expect(slowExpressions(source, { variable, functions: { plainText } })).toEqual([]);
  });

  test('of tests draws by the seed of the run, so that each failure can be repeated', () => {
    const allowed = [
      'test/setup/seed.ts', // Draws the seed itself.
      'test/setup/draws.ts', // Hands it on; without a run there is none.
      'test/setup/property.ts', // Hands it to fast-check.
      'test/setup/world.ts', // Names of tables, which no two files may share.
      'test/web/test-vault.ts', // The id of a key, which nothing looks into.
      'tools/bench/aws.ts', // Measures, and asserts on what is counted only.
      'tools/bench/scene.ts', // The same.
      'tools/bench/questions/peer.ts', // The same.
    ];
    expect(unseededDraws(modules, allowed)).toEqual([]);
  });

  test('is the same in every language, time zone and beside every other program', () => {
    expect(leansOnMachine(modules)).toEqual([]);
  });

  test('of tests waits for what it waits for, and searches for nothing that a port or an id may have', () => {
    expect([...pauses(modules), ...evaluatedWaits(modules), ...shortNeedles(modules)]).toEqual([]);
  });

  test('takes at most four parameters, and more values in an object that names them', () => {
    expect(longParameterLists(modules)).toEqual([]);
  });

  test('takes no shortcut: no any, no module mocks, no focused or skipped test', () => {
    expect(shortcuts(modules)).toEqual([]);
  });

  test('leaves nothing unfinished and no check switched off', () => {
    expect(unfinishedWork(files)).toEqual([]);
  });
});

describe('one name', () => {
  test('is one type’s, wherever it is exported', () => {
    expect(sharedNames(modules)).toEqual([]);
  });

  test('is no other file’s with an s', () => {
    expect(twinFiles(modules)).toEqual([]);
  });

  test('says no word in the sense that the table of words denies it', () => {
    expect(strayNames(modules)).toEqual([]);
    expect(untoldStrays(textOf('ARCHITECTURE.md'))).toEqual([]);
  });
});

describe('no file', () => {
  test('names a path of one machine', () => {
    expect(machinePaths(files)).toEqual([]);
  });

  test('names a package registry', () => {
    expect(registryHosts(files)).toEqual([]);
  });
});

describe('pages', () => {
  test('name for every promise the line that holds it and the test that proves it', () => {
    expect(brokenPromises(textOf('INVARIANTS.md'), files, modules)).toEqual([]);
  });

  test('and code and tests carry every promise’s number', () => {
    expect(unmarkedPromises(files, modules)).toEqual([]);
  });

  test('link to files and headings that are there', () => {
    expect(brokenLinks(files, existsUnder(root))).toEqual([]);
  });

  test('and comments name paths that are there', () => {
    expect(lostPaths(meant, existsUnder(root))).toEqual([]);
  });

  test('show code that is in the file they name', () => {
    expect(misquotes(files)).toEqual([]);
  });
});

test('Japanese texts say one thing with one word, and write it in one way', () => {
  expect(wrongWords(files, modules)).toEqual([]);
});

describe('English', () => {
  const isOurs = (file: (typeof files)[number]) => !quotesDialect(file);
  const kinds = Object.entries(proseOf(files.filter(isOurs), modules.filter(isOurs)));

  test.each(kinds)('in %s is plain', (kind, passages) => {
    const { found, share } = dialectIn(passages);
    process.stdout.write(`Dialect in ${(share * 100).toFixed(1)} % of ${passages.length} ${kind}\n`);
    expect(passages.length).toBeGreaterThan(1000);
    expect(share > DIALECT_CEILING ? found : []).toEqual([]);
  });
});

describe('for reviewers', () => {
  test('every decision says whether it holds and since when, and the list repeats it', () => {
    expect(wrongDecisions(files)).toEqual([]);
  });

  test('owners and attributes are named for paths that are there', () => {
    expect(lostRows(files)).toEqual([]);
  });

  test('generated pages say so, and .gitattributes says whether a review folds them', () => {
    expect(wrongMarks(files)).toEqual([]);
  });

  test('commits have subjects of the form “scope: what”, where the clone has their history', () => {
    const commits = commitsSince(root, BEFORE_THE_HABIT);
    if (commits === null) process.stdout.write('\nSubjects of commits were not looked at: there is no history here.\n');
    expect(wrongSubjects(commits ?? [])).toEqual([]);
  });
});

test('the figures are printed', () => {
  const figures = report(measure(modules));
  process.stdout.write(`\nSize of the source, for a reader to judge:\n${figures}\n`);
  expect(figures).toMatch(/median \d+ lines/);
});
