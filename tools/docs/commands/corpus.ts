/** Collects every text in which a person may find a command line: pages, output and help of programs, reports. */
import { BUNDLE_FILES } from '../../../audit/render/appendices.ts';
import { LOCALES } from '../../../audit/render/locales.ts';
import { reportHtml } from '../../../audit/render/page.ts';
import type { Command } from '../../../cli/core/command.ts';
import { groupHelp, help, overview } from '../../../cli/core/help.ts';
import { groupOf } from '../../../cli/core/lookup.ts';
import { ERRORS } from '../../../shared/base/errors.ts';
import { examine } from '../../../test/audit/examine.ts';
import { HOUR_MS, START_MS, TestTrail } from '../../../test/audit/trail-maker.ts';
import { isScript, parseModule } from '../../tidy/syntax.ts';
import type { SourceFile } from '../../tidy/tree.ts';
import { commandsInMarkdown, commandsInProse, type FoundCommand } from './find.ts';
import { commentsOf, stringsOf } from './source.ts';

/** Only files with such a word can hold a command line; faster than parsing all. */
const HINT = /npx|bunx|dlx|npm |node |fuda[ (]|cdk |COMMAND/;

export function commandsInTree(files: readonly SourceFile[]): readonly FoundCommand[] {
  return files.filter(({ text }) => HINT.test(text)).flatMap(commandsInFile);
}

export function commandsInFile(file: SourceFile): readonly FoundCommand[] {
  const { path, text } = file;
  if (path.endsWith('.md')) return commandsInMarkdown(path, text);
  const isTest = /^(test|tools\/[a-z]+)\//.test(path);
  if (!isScript(file)) return isTest || path === 'package-lock.json' ? [] : commandsInProse(path, text);
  const module = parseModule(file);
  // Tests and the tools of CI have wrong command lines as data, so their strings are skipped.
  const strings = isTest ? [] : stringsOf(module);
  return [...strings, ...commentsOf(module)].flatMap(({ line, text }) =>
    commandsInMarkdown(path, text).map((found) => ({ ...found, line: line + found.line - 1 })),
  );
}

/** `--help` of the command line, of each group and of each command. */
export function commandsInHelp(commands: readonly Command[]): readonly FoundCommand[] {
  const texts = {
    '--help': overview(commands),
    ...Object.fromEntries(
      commands.map((command) => [`${groupOf(command)} --help`, groupHelp(commands, groupOf(command))]),
    ),
    ...Object.fromEntries(commands.map((command) => [`${command.name} --help`, help(commands, command)])),
  };
  return Object.entries(texts).flatMap(([asked, text]) => commandsInProse(asked, text));
}

/** The API's problem documents, for a merchant's server. */
export const commandsInProblems = (): readonly FoundCommand[] =>
  Object.entries(ERRORS).flatMap(([code, { title, next }]) =>
    commandsInMarkdown(`problem ${code}`, `${title} ${next}`),
  );

/** The auditor's report, in every language. */
export async function commandsInReports(): Promise<readonly FoundCommand[]> {
  using trail = new TestTrail();
  trail.digest(START_MS + HOUR_MS);
  const evidence = await examine(trail, { nowMs: START_MS + 2 * HOUR_MS });
  const signer = 'ab'.repeat(32);
  return LOCALES.flatMap((locale) => {
    const page = reportHtml({ evidence, locale, template: undefined, signer, files: BUNDLE_FILES });
    return commandsInProse(`report.html (${locale})`, textOfHtml(page));
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" };

const textOfHtml = (page: string): string =>
  page.replaceAll(/<[^>]*>/g, '\n').replaceAll(/&(lt|gt|quot|amp|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
