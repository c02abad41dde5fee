/**
 * The operator's command line: finds the command, reads its arguments, connects, runs it and prints. Errors are one
 * sentence on stderr. An unexpected error is named by its kind only, because its text could hold input.
 */
import { BundleError } from '../audit/bundle/signing-key.ts';
import { TrailError } from '../audit/trail/trail-error.ts';
import { systemClock } from '../shared/base/clock.ts';
import { MerchantError } from '../shared/merchants/merchant-store.ts';
import { COMMANDS } from './commands.ts';
import { type Command, readInput, UsageError } from './core/command.ts';
import { connect } from './core/connect.ts';
import { groupHelp, help, overview } from './core/help.ts';
import { lookUp } from './core/lookup.ts';
import { ShowOnceError, showOnce } from './core/show-once.ts';
import { OutputError, writeOut } from './core/stdout.ts';

async function main(args: readonly string[]): Promise<number> {
  const asked = lookUp(COMMANDS, args);
  if (asked.kind === 'overview') return print(overview(COMMANDS));
  if (asked.kind === 'command') return run(asked.command, asked.args);
  const commands = groupHelp(COMMANDS, asked.group);
  if (asked.isHelp) return print(commands);
  throw new UsageError(`Which of these?\n\n${commands}`);
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  const input = readInput(command, args);
  if (input.has('help')) return print(help(COMMANDS, command));
  const [local, stack, region] = ['local', 'stack', 'region'].map((name) => input.optional(name));
  const connectThere = () => connect({ local, stack, region });
  if ('make' in command) {
    await showOnce(command, input, connectThere, systemClock);
    return 0;
  }
  const output = await command.run(input, connectThere);
  return print(input.has('json') ? JSON.stringify(output.json, null, 2) : output.text, output.exitCode);
}

/** A reader that closes early, as `head` does, is not an error. */
async function print(text: string, exitCode: 0 | 1 = 0): Promise<number> {
  try {
    await writeOut(`${text}\n`, systemClock);
  } catch (error) {
    if (!(error instanceof OutputError && error.isReaderGone)) throw error;
  }
  return exitCode;
}

/** Advice for failures outside the program, by name or code. */
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

/** Errors with a message for people. */
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const [message, exitCode] = explain(error);
  console.error(`fuda: ${message}`);
  process.exitCode = exitCode;
}
