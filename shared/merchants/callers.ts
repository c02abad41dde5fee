/**
 * Authenticates callers: finds the record of the API key in the Authorization header by SHA-256, so no secret is
 * compared byte by byte. The result is kept for two seconds, so a revoked key works that much longer. A route may also
 * accept a guest: another credential in place of a publishable key, such as the id of an open checkout session.
 */
import type { Deps } from '../base/deps.ts';
import { getItem } from '../base/dynamo.ts';
import { VaultError } from '../base/errors.ts';
import {
  type ApiKeyRecord,
  apiKeyRecordId,
  type Caller,
  isApiKeyForm,
  type KeyKind,
  type Merchant,
} from './merchant.ts';

export const KEY_CACHE_MS = 2_000;
const CACHE_MAX = 1_000;

export interface Callers {
  /** Throws `key_missing`, `key_unknown`, `key_revoked`, or the refusal of the other kind of key. */
  identify(authorization: string | undefined, wanted: KeyKind): Promise<Caller & { readonly apiKey: string }>;
  /** The caller's merchant settings. */
  merchant(caller: Caller): Promise<Merchant>;
}

/** The caller that a credential other than an API key stands for; null where it is not such a credential. */
export type Guest = (credential: string) => Promise<Caller | null>;

export function createCallers(deps: Deps, guest: Guest = async () => null): Callers {
  const records = cache<ApiKeyRecord | null>(deps, (id) => getItem(deps, 'Merchants', id));
  const merchants = cache<Merchant | null>(deps, (id) => getItem(deps, 'Merchants', id));
  return {
    async identify(authorization, wanted) {
      const apiKey = /^Bearer (\S{1,100})$/i.exec(authorization ?? '')?.[1];
      if (apiKey === undefined) throw new VaultError('key_missing');
      if (!isApiKeyForm(apiKey)) {
        const caller = wanted === 'publishable' ? await guest(apiKey) : null;
        if (caller === null) throw new VaultError('key_unknown');
        return { ...caller, apiKey };
      }
      const record = await records(apiKeyRecordId(apiKey));
      if (record === null) throw new VaultError('key_unknown');
      if (record.status === 'revoked') throw new VaultError('key_revoked');
      if (record.kind !== wanted) {
        throw new VaultError(record.kind === 'secret' ? 'secret_key_refused' : 'publishable_key_refused');
      }
      const { merchant_id: merchantId, mode, kind } = record;
      return { merchantId, mode, kind, owner: `${merchantId}/${mode}`, apiKey };
    },
    async merchant(caller) {
      const merchant = await merchants(caller.merchantId);
      if (merchant === null) throw new VaultError('key_unknown');
      return merchant;
    },
  };
}

/** Keeps each result for KEY_CACHE_MS. Concurrent callers share one read; failures are not kept. */
function cache<T>(deps: Deps, read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const held = new Map<string, { readonly value: Promise<T>; readonly untilMs: number }>();
  return (id) => {
    const nowMs = deps.clock.nowMs();
    const found = held.get(id);
    if (found && nowMs < found.untilMs) return found.value;
    if (held.size >= CACHE_MAX) held.clear();
    const value = read(id);
    held.set(id, { value, untilMs: nowMs + KEY_CACHE_MS });
    value.catch(() => held.delete(id));
    return value;
  };
}
