/**
 * GET /v1/capture-keys: the keys to encrypt cards to, newest first, and the vault's time for dating the encrypted
 * cards.
 */

import { listCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import type { CaptureKeysView } from '../../shared/vault/intake/responses.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['CaptureKeys'], keys: [] });

export const handler = pipeline(deps, { key: 'none' }, async () => ({
  status: 200,
  json: { keys: await listCaptureKeys(deps), server_time_ms: deps.clock.nowMs() } satisfies CaptureKeysView,
}));
