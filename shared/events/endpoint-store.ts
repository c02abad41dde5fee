/** The verbs over webhook endpoints, as the operator's command line and the deliverer use them. */
import { fuda } from '../base/command.ts';
import type { Deps } from '../base/deps.ts';
import { BATCH_GET_MAX, change, getItem, getItems, type Item, putFresh, queryIndex } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import { randomId } from '../base/ids.ts';
import { refuseHopelessUrl, SafeFetchError } from '../base/net/safe-fetch.ts';
import { MerchantError } from '../merchants/merchant-store.ts';
import type { Mode } from '../merchants/mode.ts';
import type { Secret } from '../merchants/secret.ts';
import { putSecret } from '../merchants/secret-store.ts';
import { ENDPOINTS_LIST, type EndpointItem, isEndpointId, secretName, secretUse } from './endpoint.ts';
import { newSigningSecret } from './signature.ts';

const PER_MERCHANT_MAX = 16;
const URL_MAX = 2_048;
/** How long a replaced secret signs too: time to put the new one into every receiver. */
export const OVERLAP_MS = 24 * 60 * 60_000;
/** Pages of 1,000 endpoints. A run fails with more, so that none is silently left out. */
const PAGES_MAX = 20;

export interface IssuedEndpoint {
  readonly endpoint: EndpointItem;
  /** Shown now; afterwards only the deliverer can decrypt it. */
  readonly secret: Secret;
}

/** Throws MerchantError for an unknown merchant, a URL that may not be sent to, or too many endpoints. */
export async function addEndpoint(
  deps: Deps,
  wanted: { readonly merchantId: string; readonly mode: Mode; readonly url: string },
  policy: { readonly dangerouslyAllowLoopback: boolean },
): Promise<IssuedEndpoint> {
  const { merchantId, mode } = wanted;
  const url = checkUrl(wanted.url, policy);
  const others = await endpointsOf(deps, merchantId);
  if (others.filter((endpoint) => endpoint.mode === mode).length >= PER_MERCHANT_MAX) {
    throw new MerchantError(`A merchant has at most ${PER_MERCHANT_MAX} webhook endpoints in each mode.`);
  }
  const id = randomId('we', deps.random);
  const secret = newSigningSecret(deps.random);
  await putSecret(deps, { merchantId, name: secretName(id, 1), use: secretUse(id) }, secret);
  const endpoint: EndpointItem = {
    record_id: id,
    list: ENDPOINTS_LIST,
    list_key: `${merchantId}/${mode}#${id}`,
    owner: `${merchantId}/${mode}`,
    merchant_id: merchantId,
    mode,
    url,
    status: 'active',
    signing: [{ version: 1 }],
    created_at_ms: deps.clock.nowMs(),
  };
  await putFresh(deps, 'Events', endpoint);
  return { endpoint, secret };
}

function checkUrl(text: string, policy: { readonly dangerouslyAllowLoopback: boolean }): string {
  try {
    refuseHopelessUrl(text, policy);
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    throw new MerchantError(
      policy.dangerouslyAllowLoopback
        ? 'A webhook URL is https at a public address, or on this machine http://127.0.0.1.'
        : 'A webhook URL is https at a public address, without user, password or fragment.',
    );
  }
  if (text.length > URL_MAX) throw new MerchantError(`A webhook URL has at most ${URL_MAX} characters.`);
  return new URL(text).href;
}

/** The merchant's endpoints in both modes, removed ones left out. */
export async function endpointsOf(deps: Deps, merchantId: string): Promise<EndpointItem[]> {
  const page = await queryIndex(deps, 'Events', 'lists', {
    partition: ['list', ENDPOINTS_LIST],
    sort: ['list_key', '>=', `${merchantId}/`],
    limit: 2 * PER_MERCHANT_MAX + 1,
  });
  const mine = page.keys.filter((key) => String(key.list_key).startsWith(`${merchantId}/`));
  const ids = mine.map((key) => String(key.record_id));
  return ids.length === 0 ? [] : getItems<EndpointItem>(deps, 'Events', ids);
}

/** One endpoint of the merchant; throws MerchantError where there is none of this id. */
export async function requireEndpoint(deps: Deps, merchantId: string, id: string): Promise<EndpointItem> {
  const endpoint = isEndpointId(id) ? await getItem<EndpointItem>(deps, 'Events', id) : null;
  if (endpoint === null || endpoint.merchant_id !== merchantId || endpoint.status === 'removed') {
    throw new MerchantError(`The merchant has no such webhook endpoint; list them with: ${fuda('webhook list mer_…')}`);
  }
  return endpoint;
}

/** Stops sending. The records of the endpoint and its deliveries stay, to show what was sent where. */
export async function removeEndpoint(deps: Deps, merchantId: string, id: string): Promise<void> {
  await requireEndpoint(deps, merchantId, id);
  await change(deps, 'Events', id, {
    update: 'SET #status = :removed REMOVE #list, list_key',
    condition: 'attribute_exists(record_id)',
    names: { '#status': 'status', '#list': 'list' },
    values: { ':removed': 'removed' },
  });
}

/** Issues a new secret; the previous one signs too for a day, older ones no longer. */
export async function rotateSecret(deps: Deps, merchantId: string, id: string): Promise<IssuedEndpoint> {
  const before = await requireEndpoint(deps, merchantId, id);
  const [newest] = before.signing;
  needs(newest, 'an endpoint has a signing secret');
  const version = newest.version + 1;
  const secret = newSigningSecret(deps.random);
  await putSecret(deps, { merchantId, name: secretName(id, version), use: secretUse(id) }, secret);
  const untilMs = deps.clock.nowMs() + OVERLAP_MS;
  const endpoint = await change<EndpointItem>(deps, 'Events', id, {
    update: 'SET signing = :signing',
    condition: 'signing[0].version = :seen',
    values: { ':signing': [{ version }, { version: newest.version, until_ms: untilMs }], ':seen': newest.version },
  });
  if (endpoint === null) throw new MerchantError('Someone else is rotating this secret; list the endpoint and repeat.');
  return { endpoint, secret };
}

/** `gone` where it responded with 410, `active` where the operator replays it. */
export async function setEndpointStatus(deps: Deps, id: string, status: 'active' | 'gone'): Promise<void> {
  await change(deps, 'Events', id, {
    update: 'SET #status = :status',
    condition: '#status <> :removed',
    names: { '#status': 'status' },
    values: { ':status': status, ':removed': 'removed' },
  });
}

/** Every endpoint that deliveries are queued for. That includes a gone one, which gets them once it is replayed. */
export async function hearingEndpoints(deps: Deps): Promise<EndpointItem[]> {
  const ids: string[] = [];
  let after: Item | null = null;
  for (let page = 0; page === 0 || after !== null; page += 1) {
    needs(page < PAGES_MAX, 'there are not more endpoints than one run can read');
    const { keys, next } = await queryIndex(deps, 'Events', 'lists', {
      partition: ['list', ENDPOINTS_LIST],
      limit: 1_000,
      ...(after !== null && { after }),
    });
    ids.push(...keys.map((key) => String(key.record_id)));
    after = next;
  }
  const found: EndpointItem[] = [];
  for (let from = 0; from < ids.length; from += BATCH_GET_MAX) {
    found.push(...(await getItems<EndpointItem>(deps, 'Events', ids.slice(from, from + BATCH_GET_MAX))));
  }
  return found.filter(({ status }) => status !== 'removed');
}
