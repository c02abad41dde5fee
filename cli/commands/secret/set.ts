/**
 * `fuda secret set`: encrypts a credential that the vault needs to act for a merchant. Reads the value from stdin only,
 * so that no shell history holds it.
 */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import type { LiveDestination } from '../../../shared/base/destinations.ts';
import { MerchantError } from '../../../shared/merchants/merchant-store.ts';
import { FINGERPRINTED_LENGTH_MIN } from '../../../shared/merchants/secret.ts';
import {
  checkSecretName,
  isSecretUse,
  putSecret,
  SECRET_USES,
  type SecretUse,
} from '../../../shared/merchants/secret-store.ts';
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
    if (use.endsWith('/live')) checkAccount(await deployedDestinations(connection), use, secret.fingerprint());
    const { deps } = connection;
    const { createdAtMs } = await putSecret(deps, { merchantId, name, use }, secret);
    return {
      text: `Sealed ${name} of ${merchantId} for ${use}.`,
      json: { secret: { name, use, set_at: toRfc3339(createdAtMs) } },
    };
  },
};

/** A live credential is of an account that the deployment names; functions look again when they open it. */
function checkAccount(rows: readonly LiveDestination[], use: SecretUse, fingerprint: string | null): void {
  const [kind = '', name] = use.replace('/live', '').split(':');
  const named = rows.flatMap((row) =>
    row.kind !== 'export' && row.kind === kind && (kind === 'processor' || row.name === name) ? row.accounts : [],
  );
  // A receiver that names accounts itself knows one by that name; the secret only signs the vault on.
  const isNamed = named.some((account) => account === fingerprint || !account.startsWith('sha256-'));
  if (kind === 'inbound' || isNamed) return;
  const which = fingerprint ?? `which has fewer than ${FINGERPRINTED_LENGTH_MIN} characters`;
  throw new MerchantError(
    `The deployment names no account with this credential, ${which}, for ${use}. Add it to the deployment.`,
  );
}
