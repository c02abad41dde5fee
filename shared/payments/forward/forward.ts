/**
 * Forwards a card to the merchant's own PSP. The order keeps the promises (V2, V4, V6, V8): check the request, write
 * the forward as `processing`, spend the token, decrypt the card and fill it in, send once, write the masked response.
 * Nothing of the filled request is kept or logged (V1).
 */
import type { z } from 'zod/mini';
import { hostOf, type SentTo, sentTo } from '../../base/destinations.ts';
import { VaultError } from '../../base/errors.ts';
import { derivedId, isId, sha256Hex } from '../../base/ids.ts';
import { type SafeFetch, SafeFetchError } from '../../base/net/safe-fetch.ts';
import type { Terms } from '../../base/terms.ts';
import { newEntry } from '../../ledger/entry.ts';
import { once } from '../../ledger/once.ts';
import { failureOf, throwRecordedRefusal } from '../../ledger/refusal.ts';
import type { Caller, KnownCaller } from '../../merchants/merchant.ts';
import type { Secret } from '../../merchants/secret.ts';
import type { SecretReader } from '../../merchants/secret-store.ts';
import type { CdeDeps } from '../../vault/cipher.ts';
import { openParts, readSource, type Source } from '../../vault/source.ts';
import { tokenHash } from '../../vault/tokens.ts';
import { inClear, rehearse } from './clear.ts';
import { type AllowedDestination, destinationOf } from './destination.ts';
import { endForward, endInterrupted, type ForwardItem, type ForwardTerms, forwardView, readForward } from './record.ts';
import { type ForwardRequest, fillRequest, type RequestTemplate, readRequest } from './request.ts';
import type { ForwardView } from './responses.ts';
import { RESPONSE_BYTES_MAX, readResponse } from './shown-response.ts';
import { type OpenedField, opensCard } from './template.ts';

/** For the whole exchange with the destination, within the 28 seconds of the function. */
const SEND_TIMEOUT_MS = 20_000;

export interface ForwardDeps extends CdeDeps {
  readonly secrets: SecretReader;
  /** To public addresses only. */
  readonly send: SafeFetch;
  /** Also to 127.0.0.1 in the local runtime; for destinations that an operator marked so. */
  readonly sendNearby: SafeFetch;
}

type Request = z.infer<typeof ForwardRequest>;

type Ending = Parameters<typeof endForward>[2];

/** Everything that is checked or fetched before a forward is written. */
interface Plan {
  readonly destination: AllowedDestination;
  readonly template: RequestTemplate;
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Null for a test card. */
  readonly sentTo: SentTo | null;
}

interface Means extends Plan {
  readonly entry: ForwardItem;
  readonly caller: Caller;
  readonly source: Promise<Source>;
}

/**
 * Forwards once per idempotency key and returns the forward in any status. Throws the refusal of the request, which is
 * not recorded; the refusal of the source, recorded under the key; or `idempotency_conflict`.
 */
export async function createForward(
  deps: ForwardDeps,
  by: KnownCaller,
  request: Request,
  idempotencyKey: string,
): Promise<ForwardView> {
  const { caller } = by;
  const terms = readTerms(request);
  const id = derivedId('fwd', caller.owner, idempotencyKey);
  const found = await once<ForwardTerms, ForwardItem, Means>(deps, { id, fields: FORWARD_TERMS, terms }, async () => {
    const plan = await makePlan(deps, by, request, terms.source_type);
    const forward = { ...newEntry(deps, caller, id, 'forward.created'), ...terms };
    const entry = plan.sentTo === null ? forward : { ...forward, sent_to: plan.sentTo };
    return { ...plan, entry, caller, source: readSource(deps, caller, request.source) };
  });
  if ('repeated' in found) return viewOrRefusal(await endInterrupted(deps, found.repeated));
  const forward = found.first.entry;
  const end = await carryOut(deps, found.first);
  const ended = await endForward(deps, forward.entry_id, end);
  return viewOrRefusal(ended ?? (await readForward(deps, forward.entry_id)) ?? { ...forward, ...end });
}

function readTerms({ source, destination, request }: Request): ForwardTerms {
  const isToken = isId('tok', source);
  if (!isToken && !isId('card', source)) throw new VaultError('source_invalid', { param: 'source' });
  return {
    source_type: isToken ? 'token' : 'card',
    source_record: isToken ? tokenHash(source) : source,
    destination,
    request_sha256: sha256Hex(JSON.stringify(request, inOneOrder)),
  };
}

/** A replacer for JSON.stringify that sorts members, so that their order does not make another request. */
const inOneOrder = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Field of the request → attribute, to name the field that differs. */
const FORWARD_TERMS = {
  source: 'source_record',
  destination: 'destination',
  request: 'request_sha256',
} as const satisfies Terms<ForwardTerms>;

async function makePlan(
  deps: ForwardDeps,
  { caller, merchant }: KnownCaller,
  request: Request,
  sourceType: ForwardTerms['source_type'],
): Promise<Plan> {
  const destination = destinationOf(deps, await merchant(), request.destination, caller.mode);
  const template = readRequest(request.request, destination);
  if (sourceType === 'card' && template.placeholders.some(({ field }) => field === 'cvc')) {
    throw new VaultError('cvc_not_stored', { param: 'request' });
  }
  const names = new Set(template.placeholders.flatMap(({ secret }) => (secret === '' ? [] : [secret])));
  const found = [...names].map(async (name): Promise<[string, Secret]> => {
    const use = `forward:${destination.name}/${caller.mode}` as const;
    const secret = await deps.secrets.read({ merchantId: caller.merchantId, name, use });
    if (secret === null) throw new VaultError('secret_not_found', { param: 'request' });
    // A person who may seal secrets could otherwise seal the credential of another account at the same host (V14).
    const isDeployed = destination.live?.accounts.includes(secret.fingerprint() ?? '') ?? true;
    if (!isDeployed) throw new VaultError('secret_not_deployed', { param: 'request' });
    return [name, secret];
  });
  const secrets = new Map(await Promise.all(found));
  rehearse(template, secrets);
  return { destination, template, secrets, sentTo: sentToOf(destination, secrets) };
}

/** A live request names its account by a secret, and may hold others of accounts at the same host. */
function sentToOf({ live, origin }: AllowedDestination, secrets: ReadonlyMap<string, Secret>): SentTo | null {
  if (live === undefined) return null;
  const accounts = [...secrets.values()].flatMap((secret) => secret.fingerprint() ?? []);
  return sentTo(live, hostOf(origin), [...new Set(accounts)].sort());
}

/** After the spend every result ends this forward: nothing is retried. */
async function carryOut(deps: ForwardDeps, means: Means): Promise<Ending> {
  const { entry: forward, caller, source, destination, template, secrets } = means;
  const opened = await source
    .then((found) => openParts(deps, { caller, spender: forward.entry_id }, found, openedBy(template)))
    .catch((error: unknown) => failureOf(error));
  if (!('clear' in opened)) return opened;
  const { decryptions } = opened;
  const { values, mask } = inClear(opened, secrets);
  const request = fillRequest(template, values);
  const send = destination.dangerously_allows_loopback ? deps.sendNearby : deps.send;
  try {
    const response = await send({
      ...request,
      timeoutMs: SEND_TIMEOUT_MS,
      responseBytesMax: RESPONSE_BYTES_MAX,
      ...(destination.ca_pem !== undefined && { caPem: destination.ca_pem }),
    });
    return { status: 'done', decryptions, response: readResponse(response, mask) };
  } catch (error) {
    if (!(error instanceof SafeFetchError)) return { status: 'unknown', failure_code: 'interrupted', decryptions };
    // A request that may have arrived must not be recorded as failed (V8).
    return { status: error.mayHaveArrived ? 'unknown' : 'failed', failure_code: error.code, decryptions };
  }
}

/** What the template asks for, and so has to be decrypted. */
const openedBy = ({ placeholders }: RequestTemplate): ReadonlySet<OpenedField> =>
  new Set(placeholders.filter(opensCard).map(({ field }) => field));

/** The response of a recorded forward: a refusal is thrown again each time. */
function viewOrRefusal(item: ForwardItem): ForwardView {
  throwRecordedRefusal(item, { param: 'source' });
  return forwardView(item);
}
