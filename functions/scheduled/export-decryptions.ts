/** Runs every hour: writes the vault's list of decryptions beside the trail, where it can no longer be changed. */
import type { Context } from 'aws-lambda';
import { type DecryptionExport, exportDecryptions } from '../../audit/reasons/decryption-export.ts';
import { makeDeps, report, vaultResources } from '../runtime/deps.ts';
import { makeStore } from '../runtime/trail.ts';

const deps = makeDeps({ tables: ['Ledger'], keys: [] });
const store = { ...makeStore(), resources: vaultResources() };
/** Time reserved for the hour in progress. */
const RESERVE_MS = 60_000;

export const handler = async (_event: unknown, context: Context): Promise<DecryptionExport> => {
  const startMs = deps.clock.nowMs();
  const exported = await exportDecryptions(deps, store, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  const nowMs = deps.clock.nowMs();
  const fields = {
    event: 'export_decryptions',
    function: 'scheduled/export-decryptions',
    count: exported.reasons,
    failed: exported.unreadable,
    duration_ms: nowMs - startMs,
  };
  report('info', nowMs, fields, { Runs: 1, DecryptionHoursLeft: exported.left });
  return exported;
};
