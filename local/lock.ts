/** Keeps a second runtime out of a state folder: a file with the process id of the one that has it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateDirectory } from './private-files.ts';

export interface Lock {
  release(): void;
}

/** Locks held by this process, which its own id in a file cannot tell from those of a dead one with the same id. */
const held = new Set<string>();

/** Takes the lock; throws naming the process that holds it. A lock whose process is gone is taken over. */
export function takeLock(path: string): Lock {
  refuseIfLocked(path);
  makePrivateDirectory(dirname(path));
  rmSync(path, { force: true });
  // Exclusive: of two that start at once, one fails here.
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  held.add(path);
  return {
    release: () => {
      if (held.delete(path)) rmSync(path, { force: true });
    },
  };
}

/** Throws when a living process holds the lock. */
export function refuseIfLocked(path: string): void {
  const holder = holderOf(path);
  if (holder === null || !(held.has(path) || isAlive(holder))) return;
  throw new Error(
    `process ${holder} already runs a vault on ${dirname(path)}; stop it first (or, if it is something else, delete ${path})`,
  );
}

function holderOf(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Signal 0 asks whether a process exists and changes nothing. */
function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
