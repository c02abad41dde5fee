/** Asks a person on a terminal to confirm. Scripts use an option instead. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** The parts of `process.stdin` and `process.stderr` that are used. */
export type ConfirmInput = Readable & { readonly isTTY?: boolean };
export type ConfirmOutput = Writable & { readonly isTTY?: boolean };

/** Undefined without a terminal. Only y or yes confirms; the end of the input does not. */
export async function confirm(
  question: string,
  input: ConfirmInput,
  output: ConfirmOutput,
): Promise<boolean | undefined> {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  output.write(`${question} [y/N] `);
  // Without readline's line editing, so that Ctrl-C keeps its meaning.
  for await (const line of createInterface({ input, terminal: false })) return /^y(es)?$/i.test(line.trim());
  return false;
}
