/**
 * How fast is evidence, and does it fit into memory? Audits signed trails of growing size, in CloudTrail's own format
 * with eighteen records a payment, each in a fresh process. From its processor time and disk follows how many payments a
 * second the deployed functions bear: a review reads an hour and what is around it within one run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR_MS, TestTrail } from '../../../test/audit/trail-maker.ts';
import type { Audited, AuditorVerbs } from '../auditor.ts';
import { endMsOf, RECORDS_PER_PAYMENT, writeTrail } from '../payments.ts';
import type { BenchFinding, Effort } from '../report.ts';
import { startChild } from '../rpc.ts';
import type { Scene } from '../scene.ts';

/** audit/review.ts and audit/continuous.ts; a run has fifteen minutes, less what it reserves. */
const WINDOWS = { review: (10 + 60 + 75) * 60, reconciliation: 2 * 3_600 } as const;
const RUN_SECONDS = 885;
const DISK_BYTES = 10_240 * 1024 ** 2;

/** One core of this machine for one processor of Lambda, and nothing for a second one that unpacks meanwhile. */
function bearable({ payments, cpuMs, diskBytes }: Pick<Audited, 'cpuMs' | 'diskBytes'> & { payments: number }): string {
  const rates = Object.entries(WINDOWS).map(([name, seconds]) => {
    const byTime = RUN_SECONDS / ((cpuMs / 1000 / payments) * seconds);
    const byDisk = DISK_BYTES / ((diskBytes / payments) * seconds);
    return `${name}: ${byTime.toFixed(0)} payments a second by its time, ${byDisk.toFixed(0)} by its disk`;
  });
  return `At this rate one run bears, ${rates.join('; ')}.`;
}

const SIZES = [10_000, 100_000];
const LONG_SIZES = [...SIZES, 1_000_000];
const QUICK_SIZES = [2_000, 10_000];

export async function evidence(_scene: Scene, { quick, long }: Effort): Promise<BenchFinding> {
  const measured = [];
  for (const events of quick ? QUICK_SIZES : long ? LONG_SIZES : SIZES) {
    using trail = new TestTrail();
    const payments = Math.round(events / RECORDS_PER_PAYMENT);
    writeTrail(trail, payments);
    const temporary = mkdtempSync(join(tmpdir(), 'fuda-bench-'));
    const child = startChild<AuditorVerbs>(new URL('../auditor.ts', import.meta.url), {
      ...process.env,
      TMPDIR: temporary,
    });
    const audited = await child.ask('audit', {
      folder: trail.folder,
      payments,
      nowMs: endMsOf(payments) + HOUR_MS,
    });
    await child.stop();
    rmSync(temporary, { recursive: true });
    measured.push({ events, payments, ...audited });
  }
  return {
    title: 'Evidence: rate and memory by size of the trail',
    columns: [
      'events',
      'payments',
      'seconds',
      'CPU µs by event',
      'payments by CPU second',
      'disk kB by payment',
      'peak MB',
      'findings',
    ],
    rows: measured.map(({ events, payments, seconds, cpuMs, diskBytes, peakMb, findings }) => [
      events.toLocaleString('en'),
      payments.toLocaleString('en'),
      seconds.toFixed(1),
      ((cpuMs * 1000) / events).toFixed(0),
      Math.round((payments * 1000) / cpuMs).toLocaleString('en'),
      (diskBytes / payments / 1000).toFixed(1),
      peakMb.toFixed(0),
      findings,
    ]),
    notes: [
      'Digest chain, file hashes and reconciliation; the ledger’s reasons are made up as they are read.',
      ...measured.slice(-1).map(bearable),
    ],
    failures: measured.flatMap(({ events, findings }) =>
      findings > 0 ? [`a flawless trail of ${events} events gave ${findings} findings`] : [],
    ),
    data: measured,
  };
}
