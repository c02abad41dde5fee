/** Judges every command line that this project prints; `npm run docs -- --commands` lists them. */
import { readTree, type SourceFile } from '../../tidy/tree.ts';
import { cloneOf } from './clone.ts';
import { commandsInHelp, commandsInProblems, commandsInReports, commandsInTree } from './corpus.ts';
import type { FoundCommand } from './find.ts';
import { type Clone, type JudgedCommand, judge } from './judge.ts';

/** These files quote wrong commands to say what is wrong with them. */
const SPEAK_OF_FAULTS: readonly string[] = [
  'cli/core/lookup.ts',
  'shared/base/command.ts',
  'tools/docs/commands',
  'test/tools/docs/commands',
];

export interface Everything {
  readonly files: readonly SourceFile[];
  readonly clone: Clone;
  /** Place → the command lines found there. */
  readonly places: Readonly<Record<string, readonly FoundCommand[]>>;
  readonly judged: readonly JudgedCommand[];
}

export async function everything(root: string): Promise<Everything> {
  const files = readTree(root);
  const clone = cloneOf(root, files);
  const printed = files.filter(({ path }) => !SPEAK_OF_FAULTS.some((wrong) => path.startsWith(wrong)));
  const places = {
    'pages and programs': commandsInTree(printed),
    '--help': commandsInHelp(clone.commands),
    problems: commandsInProblems(),
    reports: await commandsInReports(),
  };
  const judged = Object.values(places)
    .flat()
    .flatMap((found) => judge(found, clone));
  return { files, clone, places, judged };
}

/** One line for each: place, text, fault. */
export function listed(judged: readonly JudgedCommand[]): string {
  const width = Math.max(...judged.map(({ at }) => at.length));
  const lines = judged.map(
    ({ at, text, fault }) => `${at.padEnd(width)}  ${text}${fault === undefined ? '' : `: ${fault}`}`,
  );
  return `${lines.join('\n')}\n`;
}
