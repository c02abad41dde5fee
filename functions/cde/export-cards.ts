/**
 * Exports one page of stored cards, encrypted to the vault they move to. The exporter's command calls it; no route
 * does.
 */
import { parse } from '../../shared/base/parse.ts';
import { type ExportPage, ExportRefused, ExportRequest, exportCards } from '../../shared/vault/export/export.ts';
import { report } from '../runtime/deps.ts';
import { makeCdeDeps } from './deps.ts';

const cde = makeCdeDeps({ tables: ['Cards', 'Ledger'], keys: ['PanKey'] });
const recipients = (cde.liveDestinations ?? []).filter((each) => each.kind === 'export');

export const handler = async (event: unknown): Promise<ExportPage | { readonly refused: string }> => {
  const startMs = cde.clock.nowMs();
  try {
    const page = await exportCards(cde, recipients, parse(ExportRequest, event));
    const nowMs = cde.clock.nowMs();
    const fields = { event: 'export_cards', function: 'cde/export-cards', count: page.count };
    report('warn', nowMs, { ...fields, duration_ms: nowMs - startMs }, { Runs: 1 });
    return page;
  } catch (error) {
    if (error instanceof ExportRefused) return { refused: error.message };
    throw error;
  }
};
