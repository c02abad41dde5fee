/**
 * `fuda secret set`: encrypts a credential that the vault needs to act for a merchant. Reads the value from stdin only,
 * so that no shell history holds it.
 */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { type LiveDestination, type LiveProcessor, receiverNames } from '../../../shared/base/destinations.ts';
import { MerchantError } from '../../../shared/merchants/merchant-store.ts';
import { FINGERPRINTED_LENGTH_MIN, type Secret } from '../../../shared/merchants/secret.ts';
import {
  checkSecretName,
  isSecretUse,
  putSecret,
  SECRET_USES,
  type SecretUse,
} from '../../../shared/merchants/secret-store.ts';
import { isOfDeployedAccount } from '../../../shared/payments/processors/setup.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { deployedDestinations } from '../../core/deployed.ts';
import { readSecretInput } from './input.ts';

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
    const secret = await readSecretInput();
    const connection = await connect();
    if (use.endsWith('/live')) await checkAccount(await deployedDestinations(connection), use, secret);
    const { deps } = connection;
    const { createdAtMs } = await putSecret(deps, { merchantId, name, use }, secret);
    return {
      text: `Sealed ${name} of ${merchantId} for ${use}.`,
      json: { secret: { name, use, set_at: toRfc3339(createdAtMs) } },
    };
  },
};

/** A live credential is of an account that the deployment names; functions look again when they open it. */
async function checkAccount(rows: readonly LiveDestination[], use: SecretUse, secret: Secret): Promise<void> {
  const fingerprint = secret.fingerprint();
  const [kind = '', name] = use.replace('/live', '').split(':');
  if (kind === 'inbound') return;
  const processors = rows.filter((row): row is LiveProcessor => row.kind === 'processor');
  const forwards = rows.filter((row) => row.kind === 'forward').filter((row) => row.name === name);
  const isNamed =
    kind === 'processor'
      ? await isOfDeployedAccount(processors, secret)
      : forwards.some(({ accounts }) => accounts.includes(fingerprint ?? ''));
  if (isNamed) return;
  const known = (kind === 'processor' ? processors : forwards).flatMap(receiverNames).join(', ') || 'none';
  const which = fingerprint ?? `which has fewer than ${FINGERPRINTED_LENGTH_MIN} characters`;
  throw new MerchantError(
    `The deployment names no account with this credential, ${which}, for ${use}. It names: ${known}. Add it to the deployment.`,
  );
}
