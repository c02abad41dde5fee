/**
 * Selects the processor of a charge. In test mode that is the simulator unless the charge names another, so that trying
 * the vault needs no setup; in live mode it is one that the operator has set up. A charge keeps its processor's name,
 * so that later operations and recovery use the same one.
 */
import type { Deps } from '../../base/deps.ts';
import { allowedDestination, namesAccount, type SentTo, sentTo } from '../../base/destinations.ts';
import { getItem } from '../../base/dynamo.ts';
import { VaultError } from '../../base/errors.ts';
import type { Merchant, ProcessorRecord } from '../../merchants/merchant.ts';
import type { Mode } from '../../merchants/mode.ts';
import type { Secret } from '../../merchants/secret.ts';
import { readSecret, type SecretUse } from '../../merchants/secret-store.ts';
import type { Adapter } from './adapter.ts';
import { ADAPTERS, isAdapterName } from './adapter-table.ts';
import { sendHttp } from './http.ts';
import type { Processor } from './processor.ts';
import { SIMULATOR, simulator } from './simulator.ts';

/** The owner of a processor: a caller or a charge. */
export interface Payee {
  readonly merchantId: string;
  readonly mode: Mode;
}

/** How long a function instance uses a processor, with its secret and connection, after its settings changed. */
const PROCESSOR_KEPT_MS = 5 * 60_000;
const KEPT_MAX = 200;

/** `sendHttp` asks a processor for an account; the vault's own unless said. */
type ProcessorDeps = Deps & { readonly sendHttp?: typeof sendHttp };

interface Kept {
  readonly processor: Promise<Processor>;
  readonly untilMs: number;
}

/** One store per function instance. */
const stores = new WeakMap<Deps, Map<string, Kept>>();

/** Throws `processor_unavailable` where the merchant has no such processor in this mode, or it cannot be opened. */
export async function processorFor(deps: ProcessorDeps, payee: Payee, name: string | undefined): Promise<Processor> {
  if (payee.mode === 'test' && (name ?? SIMULATOR) === SIMULATOR) return simulator(deps);
  const store = stores.get(deps) ?? new Map<string, Kept>();
  stores.set(deps, store);
  const key = `${payee.merchantId}/${payee.mode}/${name ?? ''}`;
  const nowMs = deps.clock.nowMs();
  const kept = store.get(key);
  if (kept && nowMs < kept.untilMs) return kept.processor;
  const processor = openProcessor(deps, payee, name);
  store.delete(key);
  store.set(key, { processor, untilMs: nowMs + PROCESSOR_KEPT_MS });
  const [oldest] = store.keys();
  if (store.size > KEPT_MAX && oldest !== undefined) store.delete(oldest);
  processor.catch(() => store.delete(key));
  return processor;
}

async function openProcessor(deps: ProcessorDeps, payee: Payee, name: string | undefined): Promise<Processor> {
  const merchant = await getItem<Merchant>(deps, 'Merchants', payee.merchantId);
  const record = chosen(merchant?.processors ?? [], payee.mode, name);
  if (record === undefined || !isAdapterName(record.adapter)) throw unavailable();
  const secret =
    record.secret === undefined
      ? null
      : await readSecret(deps, { merchantId: payee.merchantId, name: record.secret, use: secretUse(record) });
  if (record.secret !== undefined && secret === null) throw unavailable();
  const deployed = record.mode === 'test' ? {} : await deployedAs(deps, payee, record, secret);
  if (deployed === null) throw unavailable();
  const processor = await ADAPTERS[record.adapter].open(deps, record, secret);
  if (processor === null) throw unavailable();
  return { ...processor, ...deployed };
}

/** Whether a payment that names this processor, or none, has one in this mode. Does not check its secret. */
export const hasProcessor = ({ processors = [] }: Merchant, mode: Mode, name: string | undefined): boolean =>
  (mode === 'test' && (name ?? SIMULATOR) === SIMULATOR) || chosen(processors, mode, name) !== undefined;

/** By name; without one the default, or the only one. */
function chosen(all: readonly ProcessorRecord[], mode: Mode, name: string | undefined): ProcessorRecord | undefined {
  const ofMode = all.filter((record) => record.mode === mode);
  if (name !== undefined) return ofMode.find((record) => record.name === name);
  return ofMode.find((record) => record.is_default) ?? (ofMode.length === 1 ? ofMode[0] : undefined);
}

/**
 * In live mode the deployment names host and account, so that a change of the merchant's record alone, or of its secret,
 * sends no card to anyone else (V14). An adapter refuses settings that it would not have taken. Null where none is deployed.
 */
async function deployedAs(
  deps: ProcessorDeps,
  { merchantId }: Payee,
  { adapter: name, mode, settings }: ProcessorRecord,
  secret: Secret | null,
): Promise<{ readonly sentTo: SentTo } | null> {
  const adapter: Adapter | null = isAdapterName(name) ? ADAPTERS[name] : null;
  if (adapter === null || adapter.fault(mode, settings) !== null) return null;
  const receiver = adapter.receiver(settings);
  const at = (account: string | null): { readonly sentTo: SentTo } | null => {
    const row = allowedDestination(deps.liveDestinations ?? [], 'processor', { ...receiver, merchantId, account });
    return row === undefined || account === null ? null : { sentTo: sentTo(row, receiver.host, [account]) };
  };
  const deployed = at(receiver.account ?? secret?.fingerprint() ?? null);
  if (deployed !== null || receiver.account !== null || secret === null) return deployed;
  const isNamed = (deps.liveDestinations ?? []).some(
    (row) => row.kind === 'processor' && row.hosts.includes(receiver.host) && namesAccount(row),
  );
  return isNamed ? at(await askedAccount(deps, adapter, secret)) : null;
}

/** Fingerprint of a credential → its account. */
const askedAccounts = new WeakMap<Deps, Map<string, string>>();

/**
 * The account of a credential that the deployment does not name itself. The processor is asked by the function, because a
 * note beside the credential would be the operator's to write; and once an instance, because a key never changes its account.
 */
async function askedAccount(deps: ProcessorDeps, adapter: Adapter, secret: Secret): Promise<string | null> {
  const fingerprint = secret.fingerprint();
  if (adapter.account === undefined || fingerprint === null) return null;
  const kept = askedAccounts.get(deps) ?? new Map<string, string>();
  askedAccounts.set(deps, kept);
  const known = kept.get(fingerprint);
  if (known !== undefined) return known;
  const account = await adapter.account(secret, deps.sendHttp ?? sendHttp).catch(() => null);
  if (account !== null && kept.size < KEPT_MAX) kept.set(fingerprint, account);
  return account;
}

/** What a processor's secret must have been sealed for. */
export const secretUse = ({ name, mode }: ProcessorRecord): SecretUse => `processor:${name}/${mode}`;

/** What `asked` gives, or `otherwise` where the processor is no longer set up; other failures are thrown. */
export const unlessUnavailable = <T>(asked: Promise<T>, otherwise: T): Promise<T> =>
  asked.catch((error: unknown) => {
    if (error instanceof VaultError && error.code === 'processor_unavailable') return otherwise;
    throw error;
  });

const unavailable = (): VaultError => new VaultError('processor_unavailable', { param: 'processor' });
