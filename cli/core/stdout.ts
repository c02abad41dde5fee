/**
 * Standard output, written so that nothing is lost unseen: `console.log` says nothing of a full disk or a reader that has
 * gone, and Node's own stream drops what a first write did not take.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Clock } from '../../shared/base/clock.ts';

const STDOUT = 1;
/** A pipe that does not block is full until its reader reads on; a person may page through for a while. */
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

/** What was to be printed was not, or not whole. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The reader of a pipe wants no more, as `head` does. */
  readonly isReaderGone: boolean;

  constructor(code: string) {
    super(`Standard output could not be written to: ${REASONS[code] ?? code}.`);
    this.isReaderGone = code === 'EPIPE';
  }
}

/** Writes all of it, or throws OutputError. */
export async function writeOut(text: string, clock: Clock): Promise<void> {
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

/** How many bytes were taken; none where the reader is to be waited for. */
function write(bytes: Buffer): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === FULL) return 0;
    throw new OutputError(code);
  }
}

/** True where everything is dropped: `> /dev/null`, and a standard output that was closed, which Node replaces by that. */
export function isNowhere(): boolean {
  try {
    const [out, nowhere] = [fstatSync(STDOUT), statSync(devNull)];
    return out.isCharacterDevice() && out.rdev === nowhere.rdev;
  } catch {
    return false;
  }
}
