/** Runs the command lines of pages in this process, on a scene with everything they name. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readInput } from '../../../cli/core/command.ts';
import type { Runnable } from './judge.ts';
import { EVENT } from './placeholders.ts';
import type { Scene } from './scene.ts';

/**
 * These need more of a vault than tables and keys, so they run until they connect; their arguments are checked by then.
 */
const NEED_MORE: readonly string[] = ['evidence', 'cards export', 'cards keys', 'honey plant'];
/** These remove things that other commands need. */
const TAKE_AWAY: readonly string[] = ['forward remove', 'key revoke', 'webhook remove'];
/** Left out, because a browser starts slowly. */
const LEFT_OUT: readonly string[] = ['--pdf'];

export interface Ran extends Runnable {
  /** It ran to its end; otherwise it stopped at connecting. */
  readonly isWhole: boolean;
  /** The error message. */
  readonly refusal?: string;
}

class VaultAskedFor extends Error {}

/** Runs each command once, those that remove something last. */
export async function runAll(runnable: readonly Runnable[], scene: Scene): Promise<readonly Ran[]> {
  const unique = [...new Map(runnable.map((one) => [JSON.stringify([one.command.name, one.args]), one])).values()];
  const takesAway = ({ command }: Runnable): number => (TAKE_AWAY.includes(command.name) ? 1 : 0);
  const ran: Ran[] = [];
  const [folder, stdin] = [process.cwd(), process.stdin];
  try {
    process.chdir(scene.folder);
    for (const one of unique.toSorted((a, b) => takesAway(a) - takesAway(b))) ran.push(await run(one, scene));
  } finally {
    process.chdir(folder);
    putStandardInput(stdin);
  }
  return ran;
}

async function run(runnable: Runnable, scene: Scene): Promise<Ran> {
  const { command, args, input } = runnable;
  const needsMore = NEED_MORE.includes(command.name) || args.includes(EVENT);
  const typed = args
    .filter((arg) => !LEFT_OUT.includes(arg))
    .map((arg, index) =>
      command.name.startsWith('page ') && index === 0 ? scene.pageUrl : (scene.values.get(arg) ?? arg),
    );
  putStandardInput(input === undefined ? TERMINAL : createReadStream(join(scene.folder, input)));
  try {
    const runs = 'make' in command ? command.make : command.run;
    await runs(readInput(command, typed), async () => {
      if (needsMore) throw new VaultAskedFor();
      return scene.connection;
    });
    return { ...runnable, isWhole: true };
  } catch (error) {
    if (error instanceof VaultAskedFor) return { ...runnable, isWhole: false };
    return { ...runnable, isWhole: false, refusal: error instanceof Error ? error.message : 'it failed' };
  }
}

/** A terminal, from which commands refuse to read secrets. */
const TERMINAL = { isTTY: true };

function putStandardInput(value: unknown): void {
  Object.defineProperty(process, 'stdin', { value, configurable: true });
}
