/**
 * Writes to standard output and reports losses: `console.log` hides a full disk or a closed reader, and Node's own
 * stream drops what the first write did not take.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Clock } from '../../shared/base/clock.ts';

const STDOUT = 1;
/** A non-blocking pipe is full until its reader reads on; a person may page for a while. */
const WAIT_MS = 20;
const WAIT_MS_MAX = 10 * 60_000;
const FULL = 'EAGAIN';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left to this user',
  EFBIG: 'the file may not become larger',
  EPIPE: 'its reader has gone',
  EIO: 'the device failed',
  [FULL]: 'its reader does not read',
};

/** The output was not printed, or not completely. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The reader of a pipe has closed it, as `head` does. */
  readonly isReaderGone: boolean;

  constructor(code: string) {
    super(`Standard output could not be written to: ${REASONS[code] ?? code}.`);
    this.isReaderGone = code === 'EPIPE';
  }
}

/** Where a command prints. */
export interface Outlet {
  /** Writes all of it, or throws OutputError. */
  write(text: string): Promise<void>;
  /** True where everything is dropped: `> /dev/null`, and a standard output that was closed, which Node replaces by that. */
  isNowhere(): boolean;
}

export const standardOutput = (clock: Clock): Outlet => ({ write: (text) => writeOut(text, clock), isNowhere });

/** Writes all of it, or throws OutputError. */
async function writeOut(text: string, clock: Clock): Promise<void> {
  const bytes = Buffer.from(text);
  let waitedMs = 0;
  for (let written = 0; written < bytes.length; ) {
    const taken = write(bytes.subarray(written));
    written += taken;
    waitedMs = taken > 0 ? 0 : waitedMs + WAIT_MS;
    if (waitedMs > WAIT_MS_MAX) throw new OutputError(FULL);
    if (taken === 0) await clock.sleep(WAIT_MS);
  }
}

/** The number of bytes taken; zero where the reader is slow. */
function write(bytes: Buffer): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === FULL) return 0;
    throw new OutputError(code);
  }
}

function isNowhere(): boolean {
  try {
    const [out, nowhere] = [fstatSync(STDOUT), statSync(devNull)];
    return out.isCharacterDevice() && out.rdev === nowhere.rdev;
  } catch {
    return false;
  }
}
