/** Keeps a second runtime out of a state folder: a file with the process id of the one that has it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Lock {
  release(): void;
}

/** Takes the lock; throws naming the process that holds it. A lock whose process is gone is taken over. */
export function takeLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const holder = holderOf(path);
  if (holder !== null && isAlive(holder)) {
    throw new Error(`a local vault already runs on ${dirname(path)} (process ${holder}); stop it first`);
  }
  if (holder !== null) rmSync(path, { force: true });
  // Exclusive: of two that start at once, one fails here.
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  return { release: () => rmSync(path, { force: true }) };
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
