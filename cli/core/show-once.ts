/**
 * Shows a secret that can be shown only once. Standard output is tested before anything is made. Where it fails later,
 * stderr names what exists by then and the commands that undo it.
 */
import type { Secret } from '../../shared/merchants/secret.ts';
import type { Input, SecretCommand } from './command.ts';
import type { Connection } from './connection.ts';
import { type Outlet, OutputError } from './stdout.ts';

/** The message says whether nothing was made, or something was made and not shown. */
export class ShowOnceError extends Error {
  override readonly name = 'ShowOnceError';
}

export async function showOnce(
  command: SecretCommand,
  input: Input,
  connect: () => Promise<Connection>,
  out: Outlet,
): Promise<void> {
  const made = await command.make(input, async () => {
    const connection = await connect();
    await proveWritable(out);
    return connection;
  });
  const show = (secret: Secret): string => secret.clearText();
  const output = input.has('json') ? JSON.stringify(made.json(show), null, 2) : made.text(show);
  try {
    await out.write(`${output}\n`);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const { what, undo } = made.ifLost;
    const commands = undo.map((line) => `  ${line}`);
    throw new ShowOnceError([`${error.message} ${what}`, ...commands].join('\n'));
  }
}

/**
 * Writes one byte, which a full disk, a full device and a pipe without a reader all refuse. A line break, because it is
 * white space in JSON too.
 */
async function proveWritable(out: Outlet): Promise<void> {
  if (out.isNowhere()) {
    throw new ShowOnceError(
      'Standard output goes nowhere, and what this command makes is shown only there. Nothing was made.',
    );
  }
  try {
    await out.write('\n');
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    throw new ShowOnceError(`${error.message} Nothing was made.`);
  }
}
