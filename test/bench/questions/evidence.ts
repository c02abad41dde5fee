/**
 * How fast is evidence, and does it fit into memory? Signed trails of growing size, in CloudTrail's own format, of a
 * vault whose every payment leaves five key uses, are validated and reconciled in a fresh process each.
 */
import type { ChargeRecord } from '../../../shared/audit/reconcile.ts';
import { HOUR_MS, kmsRecord, RESOURCES, START_MS, TestTrail } from '../../audit/trail-maker.ts';
import type { AuditorVerbs } from '../auditor.ts';
import type { Effort, Finding } from '../report.ts';
import { startChild } from '../rpc.ts';
import type { Scene } from '../scene.ts';

const SIZES = [10_000, 100_000];
const LONG_SIZES = [...SIZES, 1_000_000];
const QUICK_SIZES = [2_000, 10_000];
/** What CloudTrail puts into one log file of a busy account, about. */
const RECORDS_PER_FILE = 1_000;
const FILES_PER_DIGEST = 20;
const USES_PER_PAYMENT = 5;

export async function evidence(_scene: Scene, { quick, long }: Effort): Promise<Finding> {
  const measured = [];
  for (const events of quick ? QUICK_SIZES : long ? LONG_SIZES : SIZES) {
    using trail = new TestTrail();
    const { charges, endMs } = writeTrail(trail, events);
    const child = startChild<AuditorVerbs>(new URL('../auditor.ts', import.meta.url), process.env);
    const audited = await child.ask('audit', { folder: trail.folder, charges, nowMs: endMs + HOUR_MS });
    await child.stop();
    measured.push({ events, payments: charges.length, ...audited });
  }
  return {
    title: 'Evidence: rate and memory by size of the trail',
    columns: ['events', 'payments', 'seconds', 'events /s', 'CPU µs by event', 'peak MB', 'findings'],
    rows: measured.map(({ events, payments, seconds, cpuMs, peakMb, findings }) => [
      events.toLocaleString('en'),
      payments.toLocaleString('en'),
      seconds.toFixed(1),
      Math.round(events / seconds).toLocaleString('en'),
      ((cpuMs * 1000) / events).toFixed(0),
      peakMb.toFixed(0),
      findings,
    ]),
    notes: ['Digest chain, file hashes and reconciliation; the charges come from memory instead of the Ledger.'],
    failures: measured.flatMap(({ events, findings }) =>
      findings > 0 ? [`a flawless trail of ${events} events gave ${findings} findings`] : [],
    ),
    data: measured,
  };
}

function writeTrail(trail: TestTrail, events: number): { charges: ChargeRecord[]; endMs: number } {
  const charges: ChargeRecord[] = [];
  let atMs = START_MS;
  for (let written = 0, files = 0; written < events; files += 1) {
    const records: unknown[] = [];
    for (; records.length < RECORDS_PER_FILE && written < events; written += USES_PER_PAYMENT) {
      const payment = String(charges.length);
      records.push(...paymentRecords(payment, atMs));
      charges.push(chargeOf(payment, atMs));
    }
    trail.log(atMs, records);
    if (files % FILES_PER_DIGEST === FILES_PER_DIGEST - 1 || written >= events) {
      atMs += HOUR_MS;
      trail.digest(atMs, { isStart: files < FILES_PER_DIGEST });
    }
  }
  return { charges, endMs: atMs };
}

const { PanKey, CvcKey, FingerprintKey } = RESOURCES.keyArns;

function paymentRecords(payment: string, atMs: number): unknown[] {
  const use = (eventName: string, keyId: string, requestID: string, purpose?: 'pan' | 'cvc') =>
    kmsRecord({
      eventName,
      requestID,
      eventTime: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
      requestParameters: {
        keyId,
        ...(purpose && { encryptionContext: { purpose, merchant: 'mer_a', record: `hash_${payment}` } }),
      },
      resources: [{ ARN: keyId }],
    });
  return [
    use('Encrypt', PanKey, `e1-${payment}`, 'pan'),
    use('Encrypt', CvcKey, `e2-${payment}`, 'cvc'),
    use('GenerateMac', FingerprintKey, `m-${payment}`),
    use('Decrypt', PanKey, `d1-${payment}`, 'pan'),
    use('Decrypt', CvcKey, `d2-${payment}`, 'cvc'),
  ];
}

const chargeOf = (payment: string, atMs: number): ChargeRecord => ({
  chargeId: `ch_${payment}`,
  merchantId: 'mer_a',
  createdAtMs: atMs,
  sourceRecord: `hash_${payment}`,
  reveals: [
    { key: 'PanKey', requestId: `d1-${payment}`, atMs, attempts: 1 },
    { key: 'CvcKey', requestId: `d2-${payment}`, atMs, attempts: 1 },
  ],
  storeRequestId: undefined,
});
