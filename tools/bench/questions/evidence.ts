/**
 * How fast is evidence, and does it fit into memory? Audits signed trails of growing size, in CloudTrail's own format
 * with seven records a payment, each in a fresh process.
 */
import { HOUR_MS, TestTrail } from '../../../test/audit/trail-maker.ts';
import type { AuditorVerbs } from '../auditor.ts';
import { endMsOf, RECORDS_PER_PAYMENT, writeTrail } from '../payments.ts';
import type { BenchFinding, Effort } from '../report.ts';
import { startChild } from '../rpc.ts';
import type { Scene } from '../scene.ts';

const SIZES = [10_000, 100_000];
const LONG_SIZES = [...SIZES, 1_000_000];
const QUICK_SIZES = [2_000, 10_000];

export async function evidence(_scene: Scene, { quick, long }: Effort): Promise<BenchFinding> {
  const measured = [];
  for (const events of quick ? QUICK_SIZES : long ? LONG_SIZES : SIZES) {
    using trail = new TestTrail();
    const payments = Math.round(events / RECORDS_PER_PAYMENT);
    writeTrail(trail, payments);
    const child = startChild<AuditorVerbs>(new URL('../auditor.ts', import.meta.url), process.env);
    const audited = await child.ask('audit', {
      folder: trail.folder,
      payments,
      nowMs: endMsOf(payments) + HOUR_MS,
    });
    await child.stop();
    measured.push({ events, payments, ...audited });
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
    notes: ['Digest chain, file hashes and reconciliation; the ledger’s reasons are made up as they are read.'],
    failures: measured.flatMap(({ events, findings }) =>
      findings > 0 ? [`a flawless trail of ${events} events gave ${findings} findings`] : [],
    ),
    data: measured,
  };
}
