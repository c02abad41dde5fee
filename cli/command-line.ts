/**
 * Finds the command, reads its arguments, connects, runs it and prints. An error is one sentence on stderr. An
 * unexpected one is named by its kind only, since its text could hold input.
 */
import { BundleError } from '../audit/bundle/signing-key.ts';
import { TrailError } from '../audit/trail/trail-error.ts';
import { MerchantError } from '../shared/merchants/merchant-store.ts';
import { COMMANDS } from './commands.ts';
import { type Command, type ExitCode, readInput, UsageError } from './core/command.ts';
import { connect } from './core/connect.ts';
import { groupHelp, help, overview } from './core/help.ts';
import { lookUp } from './core/lookup.ts';
import { ShowOnceError, showOnce } from './core/show-once.ts';
import { type Outlet, OutputError } from './core/stdout.ts';

/** Where a command prints. */
export interface Streams {
  readonly out: Outlet;
  error(line: string): void;
}

/** The exit code. */
export async function commandLine(args: readonly string[], { out, error: say }: Streams): Promise<number> {
  try {
    return await main(args, out);
  } catch (error) {
    const [message, exitCode] = explain(error);
    say(`fuda: ${message}`);
    return exitCode;
  }
}

async function main(args: readonly string[], out: Outlet): Promise<number> {
  const asked = lookUp(COMMANDS, args);
  if (asked.kind === 'overview') return print(out, overview(COMMANDS));
  if (asked.kind === 'command') return run(asked.command, asked.args, out);
  const commands = groupHelp(COMMANDS, asked.group);
  if (asked.isHelp) return print(out, commands);
  throw new UsageError(`Which of these?\n\n${commands}`);
}

async function run(command: Command, args: readonly string[], out: Outlet): Promise<number> {
  const input = readInput(command, args);
  if (input.has('help')) return print(out, help(COMMANDS, command));
  const [local, stack, region] = ['local', 'stack', 'region'].map((name) => input.optional(name));
  const connectThere = () => connect({ local, stack, region });
  if ('make' in command) {
    await showOnce(command, input, connectThere, out);
    return 0;
  }
  const output = await command.run(input, connectThere);
  return print(out, input.has('json') ? JSON.stringify(output.json, null, 2) : output.text, output.exitCode);
}

/** A reader that wants no more, as `head` does, has what it asked for. */
async function print(out: Outlet, text: string, exitCode: ExitCode = 0): Promise<number> {
  try {
    await out.write(`${text}\n`);
  } catch (error) {
    if (!(error instanceof OutputError && error.isReaderGone)) throw error;
  }
  return exitCode;
}

/** What a person can do about the failures that are not ours, by their name or code. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The local runtime does not respond. Start it with npm start.',
  ENOENT: 'A file or folder is not there.',
  EACCES: 'A file or folder may not be read or written.',
  EEXIST: 'A file is there already.',
  ENOTDIR: 'A folder was expected and a file is there.',
  EISDIR: 'A file was expected and a folder is there.',
  ENOSPC: 'No space is left on the disk.',
  EDQUOT: 'No space is left to this user.',
  EROFS: 'The disk is mounted read-only.',
  CredentialsProviderError: 'There are no AWS credentials; sign in, or set AWS_PROFILE.',
  ExpiredTokenException: 'The AWS credentials have expired; sign in again.',
  ExpiredToken: 'The AWS credentials have expired; sign in again.',
  AccessDeniedException: 'AWS refused: these credentials may not do this.',
  AccessDenied: 'AWS refused: these credentials may not do this.',
  ValidationError: 'There is no such stack in this account and Region.',
  TimeoutError: 'AWS did not respond in time.',
};

/** Failures with a message that an operator may read. */
const SAID = [MerchantError, BundleError, OutputError, ShowOnceError] as const;

/** The sentence for a failure, and its exit code. */
function explain(error: unknown): readonly [message: string, exitCode: 1 | 2] {
  if (error instanceof UsageError) return [error.message, 2];
  if (SAID.some((kind) => error instanceof kind)) return [(error as Error).message, 1];
  if (error instanceof TrailError) return [`The trail cannot be read: ${error.message}.`, 1];
  if (error instanceof RangeError) return [`${error.message}.`, 1];
  if (!(error instanceof Error)) return ['It failed.', 1];
  if (error.message === 'Region is missing') return ['--region is missing, and your AWS configuration names none.', 2];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [ADVICE[code] ?? ADVICE[error.name] ?? `It failed (${code || error.name}).`, 1];
}
