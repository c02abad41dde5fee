/**
 * `fuda secret set`: encrypts a credential that the vault needs to act for a merchant. Reads the value from stdin only,
 * so that no shell history holds it.
 */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { fuda } from '../../../shared/base/command.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import {
  checkSecretName,
  isSecretUse,
  putSecret,
  SECRET_BYTES_MAX,
  SECRET_USES,
} from '../../../shared/merchants/secret-store.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';

export const secretSet: PlainCommand = {
  name: 'secret set',
  summary: 'Seal a secret of a merchant, such as its processor’s API key, read from standard input.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'name', about: 'lower-case letters, digits and dashes' },
  ],
  options: {
    use: { value: 'use', about: 'the one place it may be sent to: processor:stripe/live, forward:psp/test' },
  },
  notes: [
    'Never type a secret as an argument: arguments stand in shell histories and process lists. One line break at the',
    'end of the input is dropped. Functions that have read the one before may use it for five more minutes.',
  ],
  examples: [
    'secret set mer_… stripe-key --use processor:stripe/test < key.txt',
    'secret set mer_… psp-live-key --use forward:psp/live --stack Fuda < key.txt',
  ],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const name = checkSecretName(input.positional('name'));
    const use = input.required('use');
    if (!isSecretUse(use) || use.startsWith('webhook:')) throw new UsageError(`--use: ${SECRET_USES}`);
    const secret = await readStandardInput();
    const { deps } = await connect();
    const { createdAtMs } = await putSecret(deps, { merchantId, name, use }, secret);
    return {
      text: `Sealed ${name} of ${merchantId} for ${use}.`,
      json: { secret: { name, use, set_at: toRfc3339(createdAtMs) } },
    };
  },
};

/** Throws UsageError at a terminal, where typing would show the secret, and for input that is empty or too long. */
async function readStandardInput(): Promise<Secret> {
  if (process.stdin.isTTY)
    throw new UsageError(
      `The secret is read from standard input: ${fuda('secret set mer_… NAME --use processor:stripe/test < key.txt')}.`,
    );
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    length += (chunk as Buffer).length;
    if (length > SECRET_BYTES_MAX + 2) throw new UsageError(`A secret has at most ${SECRET_BYTES_MAX} bytes.`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('Standard input is empty; the secret is read from there.');
  return new Secret(text);
}
