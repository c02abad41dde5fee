/** One evidence run in a separate process: the bench makes a trail of so many events, and this script audits it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../../audit/audit.ts';
import { openTrailFolder } from '../../audit/trail/trail-folder.ts';
import { BENCH_RESOURCES, reasonsOf } from './payments.ts';
import { serve } from './rpc.ts';

export interface Audited {
  readonly seconds: number;
  readonly cpuMs: number;
  /** Of temporary files at their most; the process has a folder for them to itself. */
  readonly diskBytes: number;
  readonly peakMb: number;
  readonly findings: number;
}

const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

const verbs = {
  async audit({ folder, payments, nowMs }: { folder: string; payments: number; nowMs: number }): Promise<Audited> {
    const cpu = process.cpuUsage();
    let diskBytes = 0;
    const startMs = performance.now();
    const evidence = await audit(
      {
        clock: { nowMs: () => nowMs, sleep: async () => {} },
        trail: await openTrailFolder(folder),
        publicKeys: JSON.parse(readFileSync(join(folder, 'public-keys.json'), 'utf8')),
        keySource: { origin: 'trail', refusedRegions: [] },
        resources: BENCH_RESOURCES,
        readReasons: () => reasonsOf(payments),
        progress: ({ step, done, total }) => {
          if (step === 'logs' && (done === total || done % 50 === 0))
            diskBytes = Math.max(diskBytes, bytesBelow(tmpdir()));
        },
      },
      { deliveryLagMs: 15 * 60_000 },
    );
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - startMs) / 1000,
      cpuMs: (user + system) / 1000,
      diskBytes,
      peakMb: process.resourceUsage().maxRSS / 1024,
      findings: evidence.findings.total,
    };
  },
};
export type AuditorVerbs = typeof verbs;

serve(verbs);
