/**
 * POST /v1/csp-reports: browsers report violations of a page's Content Security Policy (PCI DSS 4.0.1 11.6.1). The
 * parts of a report that may be kept become a log line, with the retention of all logs, and a metric with an alarm.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readInventory } from '../../shared/pages/inventory.ts';
import { readViolations } from '../../shared/pages/violations.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: [], keys: [] });
const { pages } = readInventory(readFileSync(new URL('./assets/integrity.json', import.meta.url), 'utf8'));
const routes = pages.map(({ route }) => route);

const Violations = z.strictObject({
  violations: z.array(z.strictObject({ page: z.string(), directive: z.string(), blocked: z.string() })),
});

const options = {
  key: 'none',
  read: (text: string, contentType: string | undefined) => ({ violations: readViolations(text, contentType, routes) }),
  body: Violations,
} as const;

export const handler = pipeline(deps, options, async ({ body }) => {
  for (const { page, directive, blocked } of body.violations) {
    const fields = { event: 'page_violation', page, directive, blocked };
    report('warn', deps.clock.nowMs(), fields, blocked === 'extension' ? {} : { PageViolations: 1 });
  }
  return { status: 204, headers: {}, text: '' };
});
