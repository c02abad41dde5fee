/** The verbs over merchants and their keys, as the operator's CLI uses them. */
import { fuda } from '../base/command.ts';
import type { Deps } from '../base/deps.ts';
import { change, getItem, getItems, putFresh, queryIndex } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import { randomId } from '../base/ids.ts';
import { isSeenWhole } from '../base/shown-text.ts';
import { COUNTED_BY, type Limits, limitsOf, NETWORKS_MIN } from './limits.ts';
import { type ApiKeyRecord, apiKeyRecordId, hintOf, type KeyKind, type Merchant, makeApiKey } from './merchant.ts';
import type { Mode } from './mode.ts';
import { isSafeOrigin, parseOrigin } from './origin.ts';
import { Secret } from './secret.ts';

export const TOKEN_TTL_MINUTES = { default: 15, min: 1, max: 60 } as const;
export const ORIGINS_MAX = 20;
const KEYS_MAX = 100;
const NAME_MAX = 100;
/** Operators are few, so a second try is rare; a fifth means a script that keeps writing. */
const CHANGE_TRIES_MAX = 5;

/** Refuses what the operator asked for; the message is for a person at a terminal. */
export class MerchantError extends Error {
  override readonly name = 'MerchantError';
}

export interface IssuedKey {
  /** The key itself: shown now, stored nowhere. */
  readonly key: Secret;
  readonly record: ApiKeyRecord;
}

export interface NewMerchant {
  readonly name: string;
  readonly allowedOrigins: readonly string[];
  readonly tokenTtlMinutes?: number;
}

/** Makes a merchant and its four keys: publishable and secret, test and live. */
export async function createMerchant(
  deps: Deps,
  wanted: NewMerchant,
): Promise<{ merchant: Merchant; keys: IssuedKey[] }> {
  const id = randomId('mer', deps.random);
  const merchant: Merchant = {
    record_id: id,
    merchant_id: id,
    name: checkName(wanted.name),
    allowed_origins: checkOrigins(wanted.allowedOrigins),
    token_ttl_minutes: checkTtl(wanted.tokenTtlMinutes ?? TOKEN_TTL_MINUTES.default),
    created_at_ms: deps.clock.nowMs(),
  };
  await putFresh(deps, 'Merchants', merchant);
  const keys: IssuedKey[] = [];
  for (const mode of ['test', 'live'] as const) {
    for (const kind of ['publishable', 'secret'] as const)
      keys.push(await issueKey(deps, { merchantId: id, kind, mode }));
  }
  return { merchant, keys };
}

/** One more key; throws MerchantError for an unknown merchant. */
export async function issueKey(
  deps: Deps,
  wanted: { readonly merchantId: string; readonly kind: KeyKind; readonly mode: Mode },
): Promise<IssuedKey> {
  await requireMerchant(deps, wanted.merchantId);
  const key = makeApiKey(wanted.kind, wanted.mode, deps.random);
  const record: ApiKeyRecord = {
    record_id: apiKeyRecordId(key),
    merchant_id: wanted.merchantId,
    kind: wanted.kind,
    mode: wanted.mode,
    status: 'active',
    hint: hintOf(key),
    created_at_ms: deps.clock.nowMs(),
  };
  await putFresh(deps, 'Merchants', record);
  return { key: new Secret(key), record };
}

/**
 * Issues a new key of the same kind and mode. The old ones work until `revokeKey`, so that a merchant can change over
 * without a gap; they are returned to be shown.
 */
export async function rotateKey(
  deps: Deps,
  wanted: { readonly merchantId: string; readonly kind: KeyKind; readonly mode: Mode },
): Promise<{ issued: IssuedKey; stillActive: ApiKeyRecord[] }> {
  const { keys } = await readMerchant(deps, wanted.merchantId);
  const stillActive = keys.filter(
    (key) => key.kind === wanted.kind && key.mode === wanted.mode && key.status === 'active',
  );
  return { issued: await issueKey(deps, wanted), stillActive };
}

/** Revokes one key of the merchant, named by its hint, its record id or the key itself. Repeating it is harmless. */
export async function revokeKey(deps: Deps, merchantId: string, name: string): Promise<ApiKeyRecord> {
  const { keys } = await readMerchant(deps, merchantId);
  const matches = keys.filter(
    (key) => [key.hint, key.record_id].includes(name) || key.record_id === apiKeyRecordId(name),
  );
  const [match] = matches;
  if (match === undefined)
    throw new MerchantError(`The merchant has no such key; list them with: ${fuda('merchant show mer_…')}`);
  if (matches.length > 1) throw new MerchantError('Two keys share this hint; name the key by its key_… id.');
  const revoked = await change<ApiKeyRecord>(deps, 'Merchants', match.record_id, {
    update: 'SET #status = :revoked, revoked_at_ms = if_not_exists(revoked_at_ms, :now)',
    condition: 'attribute_exists(record_id)',
    names: { '#status': 'status' },
    values: { ':revoked': 'revoked', ':now': deps.clock.nowMs() },
  });
  needs(revoked, 'a key that was just read exists');
  return revoked;
}

/** A new value, or a function from the current value to it, which may ask a person and may throw. */
type Next<Value> = Value | ((before: Value) => Value | Promise<Value>);

/** Replaces the origins that may mount the hosted field. */
export function setOrigins(deps: Deps, merchantId: string, next: Next<readonly string[]>): Promise<Merchant> {
  return changeSetting(deps, merchantId, 'allowed_origins', async ({ allowed_origins: before }) =>
    checkOrigins(typeof next === 'function' ? await next(before) : next),
  );
}

/**
 * Replaces the ceilings of one mode that differ from the defaults; null restores the defaults. Throws MerchantError for
 * a ceiling that could never be reached, or that a few networks could reach for all.
 */
export function setLimits(
  deps: Deps,
  wanted: { readonly merchantId: string; readonly mode: Mode; readonly limits: Next<Partial<Limits> | null> },
): Promise<Merchant> {
  const { merchantId, mode, limits: next } = wanted;
  return changeSetting(deps, merchantId, 'limits', async ({ limits: before }) => {
    const set = typeof next === 'function' ? await next(before?.[mode] ?? null) : next;
    const limits = { ...before, [mode]: set ?? {} };
    for (const { proofAfter, most } of ceilingsOf(limitsOf({ limits }, mode))) {
      if (proofAfter > most) throw new MerchantError('A proof of work is asked for before the ceiling, not after it.');
    }
    const { merchant, network, bin } = limitsOf({ limits }, mode);
    if (Math.min(merchant.most, bin.most) < NETWORKS_MIN * network.most) {
      throw new MerchantError(
        `The ceilings of merchant and bin are at least ${NETWORKS_MIN} times that of network, or a few addresses could close the shop for all shoppers.`,
      );
    }
    return limits;
  });
}

/**
 * Overwrites only the record that was read, and asks again where it changed, so that no operator undoes another's
 * change.
 */
async function changeSetting<Name extends 'allowed_origins' | 'limits'>(
  deps: Deps,
  merchantId: string,
  name: Name,
  next: (before: Merchant) => Promise<Merchant[Name]>,
): Promise<Merchant> {
  for (let tried = 0; tried < CHANGE_TRIES_MAX; tried += 1) {
    const before = await requireMerchant(deps, merchantId);
    const version = before.settings_version;
    const merchant = await change<Merchant>(deps, 'Merchants', merchantId, {
      update: 'SET #name = :value, settings_version = :next',
      condition: version === undefined ? 'attribute_not_exists(settings_version)' : 'settings_version = :version',
      names: { '#name': name },
      values: {
        ':value': await next(before),
        ':next': (version ?? 0) + 1,
        ...(version !== undefined && { ':version': version }),
      },
    });
    if (merchant !== null) return merchant;
  }
  throw new MerchantError('Others keep changing this merchant at the same time, so nothing was changed. Try again.');
}

const ceilingsOf = (limits: Limits) => COUNTED_BY.map((by) => limits[by]);

/** The merchant and all its keys, newest first. */
export async function readMerchant(
  deps: Deps,
  merchantId: string,
): Promise<{ merchant: Merchant; keys: ApiKeyRecord[] }> {
  const merchant = await requireMerchant(deps, merchantId);
  const page = await queryIndex(deps, 'Merchants', 'by_merchant', {
    partition: ['merchant_id', merchantId],
    limit: KEYS_MAX,
  });
  const ids = page.keys.map((key) => String(key.record_id)).filter((id) => id.startsWith('key_'));
  const keys = await getItems<ApiKeyRecord>(deps, 'Merchants', ids);
  return { merchant, keys: keys.sort((a, b) => b.created_at_ms - a.created_at_ms) };
}

async function requireMerchant(deps: Deps, merchantId: string): Promise<Merchant> {
  const merchant = await getItem<Merchant>(deps, 'Merchants', merchantId);
  if (merchant === null) throw new MerchantError('There is no such merchant.');
  return merchant;
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > NAME_MAX || !isSeenWhole(trimmed)) {
    throw new MerchantError(`The name needs 1 to ${NAME_MAX} characters, all of which can be seen: shoppers read it.`);
  }
  return trimmed;
}

function checkTtl(minutes: number): number {
  const { min, max } = TOKEN_TTL_MINUTES;
  if (!Number.isInteger(minutes) || minutes < min || minutes > max) {
    throw new MerchantError(`The token lifetime is a whole number of minutes from ${min} to ${max}.`);
  }
  return minutes;
}

/** Exact origins: https anywhere, http only on this machine; no path, no wildcard. */
function checkOrigins(origins: readonly string[]): string[] {
  if (origins.length > ORIGINS_MAX) throw new MerchantError(`A merchant has at most ${ORIGINS_MAX} origins.`);
  for (const origin of origins) {
    if (parseOrigin(origin) === null || !isSafeOrigin(origin)) {
      throw new MerchantError(
        'An origin looks like https://shop.example: scheme, host and port only, https outside this machine.',
      );
    }
  }
  return [...new Set(origins)];
}
