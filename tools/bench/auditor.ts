/** One evidence run in a separate process: the bench makes a trail of so many events, and this script audits it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../../audit/audit.ts';
import { openTrailFolder } from '../../audit/trail/trail-folder.ts';
import { RESOURCES } from '../../test/audit/trail-maker.ts';
import { reasonsOf } from './payments.ts';
import { serve } from './rpc.ts';

export interface Audited {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly findings: number;
}

const verbs = {
  async audit({ folder, payments, nowMs }: { folder: string; payments: number; nowMs: number }): Promise<Audited> {
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    const evidence = await audit(
      {
        clock: { nowMs: () => nowMs, sleep: async () => {} },
        trail: await openTrailFolder(folder),
        publicKeys: JSON.parse(readFileSync(join(folder, 'public-keys.json'), 'utf8')),
        keySource: { origin: 'trail', refusedRegions: [] },
        resources: RESOURCES,
        readReasons: () => reasonsOf(payments),
      },
      { deliveryLagMs: 15 * 60_000 },
    );
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - startMs) / 1000,
      cpuMs: (user + system) / 1000,
      peakMb: process.resourceUsage().maxRSS / 1024,
      findings: evidence.findings.total,
    };
  },
};
export type AuditorVerbs = typeof verbs;

serve(verbs);
