/** Keeps a second runtime out of a state folder: a lock file contains the process id of the first. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateDirectory } from './base/private-files.ts';

export interface Lock {
  release(): void;
}

/** Locks of this process. Its id in a file alone could also come from an ended process with the same id. */
const held = new Set<string>();

/** Takes the lock, also from a process that has ended. Throws an error that names the process that has it. */
export function takeLock(path: string): Lock {
  refuseIfLocked(path);
  makePrivateDirectory(dirname(path));
  rmSync(path, { force: true });
  // Exclusive: if two processes start at once, one fails here.
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  held.add(path);
  return {
    release: () => {
      if (held.delete(path)) rmSync(path, { force: true });
    },
  };
}

/** Throws if a living process has the lock. */
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

/** Signal 0 tests whether a process exists and has no effect on it. */
function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
