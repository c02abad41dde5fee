/** The operator's verbs over a merchant's processors: add, replace, list. The merchant's record holds them. */
import { fuda } from '../../base/command.ts';
import type { Deps } from '../../base/deps.ts';
import { isFor, type LiveProcessor, namesAccount, type Receiver, receiverNames } from '../../base/destinations.ts';
import { change, getItem } from '../../base/dynamo.ts';
import type { Merchant, ProcessorRecord } from '../../merchants/merchant.ts';
import { MerchantError } from '../../merchants/merchant-store.ts';
import type { Secret } from '../../merchants/secret.ts';
import { checkSecretName, listSecrets } from '../../merchants/secret-store.ts';
import type { Adapter } from './adapter.ts';
import { ADAPTERS, isAdapterName } from './adapter-table.ts';
import { sendHttp } from './http.ts';
import { secretUse } from './registry.ts';
import { SIMULATOR } from './simulator.ts';

const PROCESSORS_MAX = 10;
const NAME = /^[a-z][a-z0-9-]{0,29}$/;

/**
 * Adds a processor, or replaces the one of this name and mode. A new default replaces the old one. Throws
 * MerchantError, which says what to do.
 */
export async function addProcessor(
  deps: Deps,
  merchantId: string,
  record: ProcessorRecord,
): Promise<ProcessorRecord[]> {
  await refuseFaults(deps, merchantId, record);
  const { processors: before = [], processors_version: version = 0 } = await readMerchantItem(deps, merchantId);
  const others = before
    .filter(({ name, mode }) => name !== record.name || mode !== record.mode)
    .map((other) => (record.is_default && other.mode === record.mode ? { ...other, is_default: false } : other));
  if (others.length >= PROCESSORS_MAX) throw new MerchantError(`A merchant has at most ${PROCESSORS_MAX} processors.`);
  const processors = [...others, record];
  const written = await change<Merchant>(deps, 'Merchants', merchantId, {
    update: 'SET processors = :processors, processors_version = :next',
    condition: version === 0 ? 'attribute_not_exists(processors_version)' : 'processors_version = :version',
    values: { ':processors': processors, ':next': version + 1, ...(version > 0 && { ':version': version }) },
  });
  if (written === null) throw new MerchantError('Somebody else changed the processors at the same time; try again.');
  return processors;
}

/** In the order they were added. */
export async function listProcessors(deps: Deps, merchantId: string): Promise<readonly ProcessorRecord[]> {
  return (await readMerchantItem(deps, merchantId)).processors ?? [];
}

async function readMerchantItem(deps: Deps, merchantId: string): Promise<Merchant> {
  const merchant = await getItem<Merchant>(deps, 'Merchants', merchantId);
  if (merchant?.merchant_id !== merchantId) throw new MerchantError('There is no such merchant.');
  return merchant;
}

/** Tells the operator now; functions check again, with the secret, when they open the processor. */
function refuseUndeployed({ liveDestinations = [] }: Deps, { host, account, caSha256, merchantId }: Receiver): void {
  const rows = liveDestinations.filter((row) => row.kind === 'processor').filter((row) => isFor(row, merchantId));
  const isDeployed = rows.some(
    (row) =>
      row.hosts.includes(host) && row.caSha256 === caSha256 && (account === null || row.accounts.includes(account)),
  );
  if (isDeployed) return;
  const known = rows.flatMap(receiverNames).join(', ') || 'none';
  throw new MerchantError(
    `Live cards go only to processors that are deployed, by host and account, with the certificate authority that is named: ${known}. Add one to the deployment.`,
  );
}

/**
 * Whether a deployed row names the account of a live secret: by the secret's fingerprint, or as the processor itself says.
 * A processor that cannot be asked knows an account by its settings, so its secret may be any.
 */
export async function isOfDeployedAccount(
  rows: readonly LiveProcessor[],
  secret: Secret,
  send: typeof sendHttp = sendHttp,
): Promise<boolean> {
  if (rows.some(({ accounts }) => accounts.includes(secret.fingerprint() ?? ''))) return true;
  const byName = rows.filter(namesAccount);
  const asked: string[] = [];
  for (const { account, receiver } of Object.values<Adapter>(ADAPTERS)) {
    const { host } = receiver({});
    const atHost = byName.filter(({ hosts }) => hosts.includes(host));
    if (account === undefined || atHost.length === 0) continue;
    const found = await account(secret, send).catch(() => null);
    if (found !== null) return atHost.some(({ accounts }) => accounts.includes(found));
    asked.push(host);
  }
  return byName.some(({ hosts }) => hosts.some((host) => !asked.includes(host)));
}

async function refuseFaults(deps: Deps, merchantId: string, record: ProcessorRecord): Promise<void> {
  const { name, mode, settings, secret } = record;
  if (!NAME.test(name) || name === SIMULATOR) {
    throw new MerchantError('A processor’s name is 1 to 30 lower-case letters, digits and dashes, and not simulator.');
  }
  if (!isAdapterName(record.adapter)) {
    throw new MerchantError(`The adapters are ${Object.keys(ADAPTERS).join(' and ')}.`);
  }
  const adapter = ADAPTERS[record.adapter];
  const fault = adapter.fault(mode, settings);
  if (fault !== null) throw new MerchantError(fault);
  if (mode === 'live') refuseUndeployed(deps, { ...adapter.receiver(settings), merchantId });
  if (secret === undefined) {
    if (adapter.secret === 'required') throw new MerchantError('This adapter needs --secret, the name of a secret.');
    return;
  }
  const known = await listSecrets(deps, merchantId);
  const use = secretUse(record);
  if (!known.some((entry) => entry.name === checkSecretName(secret) && entry.use === use)) {
    throw new MerchantError(
      `--secret: the merchant has no secret of this name for this processor; seal it with: ${fuda(`secret set mer_… NAME --use ${use} < key.txt`)}`,
    );
  }
}
