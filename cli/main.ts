/**
 * The operator's command line: finds the command, reads its arguments, connects, runs it and prints. Errors are one
 * sentence on stderr; whatever is unexpected is named by its kind only, since its text could hold what was sent.
 */
import { BundleError } from '../shared/audit/bundle/signing-key.ts';
import { TrailError } from '../shared/audit/trail/trail-error.ts';
import { MerchantError } from '../shared/merchants/merchants.ts';
import { cardsExport } from './cards-export.ts';
import { cardsKeys } from './cards-keys.ts';
import { type Command, readInput, UsageError } from './command.ts';
import { connect } from './connect.ts';
import { evidence } from './evidence.ts';
import { evidenceVerify } from './evidence-verify.ts';
import { forwardAdd } from './forward-add.ts';
import { forwardList } from './forward-list.ts';
import { forwardRemove } from './forward-remove.ts';
import { help, overview } from './help.ts';
import { honeyList } from './honey-list.ts';
import { honeyPlant } from './honey-plant.ts';
import { keyRevoke } from './key-revoke.ts';
import { keyRotate } from './key-rotate.ts';
import { merchantCreate } from './merchant-create.ts';
import { merchantLimits } from './merchant-limits.ts';
import { merchantOrigins } from './merchant-origins.ts';
import { merchantShow } from './merchant-show.ts';
import { pageCheck } from './page-check.ts';
import { pageCompare } from './page-compare.ts';
import { processorAdd } from './processor-add.ts';
import { processorList } from './processor-list.ts';
import { secretList } from './secret-list.ts';
import { secretSet } from './secret-set.ts';
import { webhookAdd } from './webhook-add.ts';
import { webhookList } from './webhook-list.ts';
import { webhookRemove } from './webhook-remove.ts';
import { webhookReplay } from './webhook-replay.ts';
import { webhookRotateSecret } from './webhook-rotate-secret.ts';

const COMMANDS: readonly Command[] = [
  merchantCreate,
  merchantOrigins,
  merchantLimits,
  merchantShow,
  keyRotate,
  keyRevoke,
  secretSet,
  secretList,
  processorAdd,
  processorList,
  webhookAdd,
  webhookList,
  webhookRemove,
  webhookRotateSecret,
  webhookReplay,
  forwardAdd,
  forwardList,
  forwardRemove,
  honeyPlant,
  honeyList,
  pageCheck,
  pageCompare,
  // Before `evidence`, which its name begins with.
  evidenceVerify,
  cardsKeys,
  cardsExport,
  evidence,
];

async function main(args: readonly string[]): Promise<number> {
  const isHelp = (word: string | undefined): boolean => word === undefined || ['help', '--help', '-h'].includes(word);
  if (isHelp(args[0])) {
    console.log(overview(COMMANDS));
    return 0;
  }
  const command = COMMANDS.find(({ name }) => args.slice(0, name.split(' ').length).join(' ') === name);
  if (command === undefined) throw new UsageError(unknownCommand(args));
  const input = readInput(command, args.slice(command.name.split(' ').length));
  if (input.has('help')) {
    console.log(help(command));
    return 0;
  }
  const [local, stack, region] = ['local', 'stack', 'region'].map((name) => input.optional(name));
  const output = await command.run(input, () => connect({ local, stack, region }));
  console.log(input.has('json') ? JSON.stringify(output.json, null, 2) : output.text);
  return output.exitCode ?? 0;
}

function unknownCommand(args: readonly string[]): string {
  const group = COMMANDS.filter(({ name }) => name.split(' ')[0] === args[0]).map(({ name }) => `fuda ${name}`);
  if (group.length > 0) return `Which one? ${group.join(', ')}.`;
  return 'There is no such command; fuda --help lists them.';
}

/** What a person can do about the failures that are not ours, by their name or code. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The local runtime does not answer. Start it with npm start.',
  ENOENT: 'A file or folder is not there.',
  EACCES: 'A file or folder may not be read or written.',
  ENOTDIR: 'A folder was expected and a file is there.',
  CredentialsProviderError: 'There are no AWS credentials; sign in, or set AWS_PROFILE.',
  ExpiredTokenException: 'The AWS credentials have expired; sign in again.',
  ExpiredToken: 'The AWS credentials have expired; sign in again.',
  AccessDeniedException: 'AWS refused: these credentials may not do this.',
  AccessDenied: 'AWS refused: these credentials may not do this.',
  ValidationError: 'There is no such stack in this account and Region.',
  TimeoutError: 'AWS did not answer in time.',
};

/** The sentence for a failure, and its exit code. */
function explain(error: unknown): readonly [message: string, exitCode: 1 | 2] {
  if (error instanceof UsageError) return [error.message, 2];
  if (error instanceof MerchantError || error instanceof BundleError) return [error.message, 1];
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
