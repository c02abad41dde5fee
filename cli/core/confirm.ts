/** Asks a person to confirm, on a terminal. Nobody can be asked elsewhere: a script says beforehand what it wants. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** `process.stdin` and `process.stderr` have these shapes. */
export type Asked = Readable & { readonly isTTY?: boolean };
export type Shown = Writable & { readonly isTTY?: boolean };

/** Undefined where there is no terminal. Only a plain yes is one; the end of the input is a no. */
export async function confirm(question: string, input: Asked, output: Shown): Promise<boolean | undefined> {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  output.write(`${question} [y/N] `);
  // The terminal's own line editing will do, and leaves Ctrl-C what it is.
  for await (const line of createInterface({ input, terminal: false })) return /^y(es)?$/i.test(line.trim());
  return false;
}
