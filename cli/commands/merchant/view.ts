/** Formats merchants and keys, for people and as JSON. */
import { toRfc3339 } from '../../../shared/base/clock.ts';
import type { ApiKeyRecord, Merchant } from '../../../shared/merchants/merchant.ts';
import { columns } from '../../core/help.ts';

export const merchantLines = (merchant: Merchant): string[] => [
  `Merchant ${merchant.merchant_id} · ${merchant.name}`,
  ...columns([
    ['origins', merchant.allowed_origins.join(', ') || 'none'],
    ['token lifetime', `${merchant.token_ttl_minutes} minutes`],
    ['created', toRfc3339(merchant.created_at_ms)],
  ]),
];

export const merchantJson = (merchant: Merchant) => ({
  id: merchant.merchant_id,
  name: merchant.name,
  allowed_origins: merchant.allowed_origins,
  token_ttl_minutes: merchant.token_ttl_minutes,
  created_at: toRfc3339(merchant.created_at_ms),
});

/** The record without the key, which the vault does not store. */
export const keyJson = (record: ApiKeyRecord) => ({
  id: record.record_id,
  hint: record.hint,
  kind: record.kind,
  mode: record.mode,
  status: record.status,
  created_at: toRfc3339(record.created_at_ms),
  revoked_at: record.revoked_at_ms === undefined ? null : toRfc3339(record.revoked_at_ms),
});
