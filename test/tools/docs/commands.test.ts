/**
 * Every command line that this project prints can be typed: in its pages, in what its programs say of themselves, in a
 * problem of the API, in the auditor's report. Each is held against the table of the command line, package.json and
 * the CDK; those that are whole are run. None of them runs a stranger's package.
 */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LOCALES } from '../../../audit/render/locales.ts';
import { ERRORS, type ErrorCode } from '../../../shared/base/errors.ts';
import { commandsInProblems, commandsInTree } from '../../../tools/docs/commands/corpus.ts';
import { everything, listed } from '../../../tools/docs/commands/everything.ts';
import { judge } from '../../../tools/docs/commands/judge.ts';
import { runAll } from '../../../tools/docs/commands/run.ts';
import { openScene } from '../../../tools/docs/commands/scene.ts';
import { OPERATOR_COMMANDS } from '../../../tools/docs/render-errors.ts';

const { files, clone, places, judged } = await everything(join(import.meta.dirname, '../../..'));

/** Why a file may name what fetches packages. */
const MAY_NAME_NPX: Readonly<Record<string, string>> = {
  'shared/base/command.ts': 'says why commands are typed by their file',
  'test/tools/docs/commands.test.ts': 'this test',
  'tools/docs/commands/find.ts': 'finds it',
  'tools/docs/commands/judge.ts': 'refuses it',
  'tools/docs/commands/corpus.ts': 'looks for it',
  'test/tools/docs/commands/rules.test.ts': 'plants it',
};

/** What a merchant's server, page or shopper gets to see, and what a merchant copies. */
const REACHES_MERCHANTS = /^(web\/|examples\/.*\.(ts|js)$|docs\/reference\/openapi\.json$)/;

/** Command lines that are right only once a reader did what the page says. */
const NOT_HERE: readonly string[] = [
  'tinypay', // docs/recipes/add-a-processor.md adds this adapter.
];

describe('every command line', () => {
  test('can be typed as it is printed', () => {
    const wrong = judged.filter(({ fault }) => fault !== undefined);
    expect(wrong.length === 0 ? '' : listed(wrong)).toBe('');
  });

  test('of the operator’s that is whole runs', async () => {
    await using scene = await openScene();
    const ran = await runAll(
      judged.flatMap(({ runnable }) => runnable ?? []),
      scene,
    );
    const refused = ran.filter(
      ({ refusal, args }) => refusal !== undefined && !args.some((arg) => NOT_HERE.includes(arg)),
    );
    expect(refused.map(({ command, args, refusal }) => `${command.name} ${args.join(' ')}: ${refusal}`)).toEqual([]);
    const whole = ran.filter(({ isWhole }) => isWhole);
    process.stdout.write(
      `\nCommand lines: ${judged.length} found; ${ran.length} of the operator’s differ and were run, ${whole.length} to their end.\n`,
    );
    expect(whole.length).toBeGreaterThan(ran.length / 2);
  });

  test('is found: in pages, programs, help and reports there are some, in problems there are none', () => {
    const counts = Object.entries(places).map(([place, found]) => [place, found.length > 0]);
    expect(Object.fromEntries(counts)).toEqual({
      'pages and programs': true,
      '--help': true,
      problems: false,
      reports: true,
    });
  });
});

test.each(LOCALES)('the report in %s says how to make it again and how to check it', (locale) => {
  const said = judged.filter(({ at }) => at.startsWith(`report.html (${locale})`));
  const names = said.flatMap(({ runnable }) => runnable?.command.name ?? []);
  expect(names).toEqual(['evidence', 'evidence verify']);
});

describe('a text', () => {
  test('of no file names a program that fetches a package by its name', () => {
    const named = /\b(npx|bunx|dlx)\b/;
    const found = files.filter(({ path, text }) => path !== 'package-lock.json' && named.test(text));
    expect(found.map(({ path }) => path).filter((path) => MAY_NAME_NPX[path] === undefined)).toEqual([]);
  });

  test('that reaches a merchant names no command line', () => {
    const reach = files.filter(({ path }) => REACHES_MERCHANTS.test(path));
    const found = [...commandsInTree(reach), ...commandsInProblems()].flatMap((one) => judge(one, clone));
    expect(found).toEqual([]);
  });

  test('that sends a merchant to the operator has the operator’s command beside it in errors.md', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[];
    const sent = codes.filter((code) => /\bask the operator\b/i.test(ERRORS[code].next));
    expect(Object.keys(OPERATOR_COMMANDS).sort()).toEqual(sent.sort());
  });
});
