/**
 * Runs every minute, and earlier if started for urgent events: copies new events out of the ledger and sends them to
 * the merchants' webhook endpoints.
 */
import type { Context } from 'aws-lambda';
import { type DeliveryReport, deliverWebhooks } from '../../shared/events/deliver.ts';
import { awaitStart } from '../../shared/events/early-run.ts';
import type { FirstUseDeps } from '../../shared/events/first-use.ts';
import { SEND_TIMEOUT_MS } from '../../shared/events/send.ts';
import { secretReader } from '../../shared/merchants/secret-store.ts';
import { deployments } from '../runtime/deployed-at.ts';
import { makeDeps, makeOutgoing, report } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';

const deps = makeDeps({ tables: ['Ledger', 'Events', 'Merchants'], keys: ['SecretKey'] }, makeKms());
const webhooks = {
  ...deps,
  send: makeOutgoing(),
  secrets: secretReader(deps),
  deployedAtMs: deployments(deps),
  tellFirstUse: ({ destination, isLate }: Parameters<FirstUseDeps['tellFirstUse']>[0]): void => {
    const fields = { event: 'destination_first_used', destination };
    const measures = { DestinationFirstUses: 1, ...(isLate && { DestinationFirstUsesLate: 1 }) };
    report(isLate ? 'warn' : 'info', deps.clock.nowMs(), fields, measures);
  },
};
/** Time reserved for running tries, the last writes and the log line. */
const RESERVE_MS = SEND_TIMEOUT_MS + 4_000;

export const handler = async (event: unknown, context: Context): Promise<DeliveryReport> => {
  await awaitStart(deps, event);
  const startMs = deps.clock.nowMs();
  const run = await deliverWebhooks(webhooks, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  const nowMs = deps.clock.nowMs();
  const fields = {
    event: 'deliver_webhooks',
    function: 'scheduled/deliver-webhooks',
    count: run.copied + run.delivered,
    failed: run.failed + run.left,
    duration_ms: nowMs - startMs,
  };
  report('info', nowMs, fields, {
    Runs: 1,
    EventsCopied: run.copied,
    EventsLeft: run.left,
    DeliveriesMade: run.delivered,
    DeliveriesFailed: run.failed,
    DeliveriesDead: run.dead,
  });
  return run;
};
