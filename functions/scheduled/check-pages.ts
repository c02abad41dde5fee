/**
 * Runs every hour: fetches the vault's pages and scripts as a browser does, and reports differences from the inventory
 * of the build in a metric (PCI DSS 4.0.1 11.6.1, which requires it weekly).
 */
import { readFileSync } from 'node:fs';
import { checkServed, type PageFinding } from '../../shared/pages/check.ts';
import { readInventory } from '../../shared/pages/inventory.ts';
import { apiUrl, makeDeps, makeOutgoing, report } from '../runtime/deps.ts';

const deps = makeDeps({ tables: [], keys: [] });
const inventory = readInventory(readFileSync(new URL('./assets/integrity.json', import.meta.url), 'utf8'));
const send = makeOutgoing();
const url = apiUrl();

export const handler = async (): Promise<readonly PageFinding[]> => {
  const startMs = deps.clock.nowMs();
  const findings = await checkServed(send, url, inventory);
  const nowMs = deps.clock.nowMs();
  for (const { page, fault, found } of findings) {
    report('error', nowMs, { event: 'page_finding', page, code: fault, found });
  }
  const fields = {
    event: 'check_pages',
    function: 'scheduled/check-pages',
    count: inventory.pages.length + inventory.scripts.length,
    failed: findings.length,
    duration_ms: nowMs - startMs,
  };
  report(findings.length > 0 ? 'error' : 'info', nowMs, fields, { Runs: 1, PageFindings: findings.length });
  return findings;
};
