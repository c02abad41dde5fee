/**
 * Does an operation cost more as the vault fills? Fills the tables directly with spent tokens, stored cards and ended
 * charges, then counts and times each operation. Counted cost must not move at all; time on this machine includes the
 * local engine's, which reads a larger file.
 */
import { type BenchOperation, OPERATIONS, requireResponses } from '../operations.ts';
import { type BenchFinding, type Effort, ms } from '../report.ts';
import type { Scene } from '../scene.ts';
import { quantile } from '../statistics.ts';

const SIZES = [1_000, 10_000, 100_000];
const LONG_SIZES = [...SIZES, 1_000_000];
const QUICK_SIZES = [100, 1_000];
const CHUNK = 1_000;

const text = (prefix: string, index: number): string => `${prefix}${String(index).padStart(26, '0')}`;
const bytes = (length: number) => ({ B: Buffer.alloc(length, 7).toString('base64') });

/** Items of the size the vault writes. */
const FILLERS = {
  Tokens: (index: number, owner: string) => ({
    token_hash: { S: `${text('filler', index)}${'0'.repeat(32)}` },
    owner: { S: owner },
    created_at_ms: { N: '1790000000000' },
    expires_at_ms: { N: '1790000900000' },
    spent_by: { S: text('ch_', index) },
    erased_at_ms: { N: '1790000000500' },
    fingerprint: { S: text('fp_', index) },
  }),
  Cards: (index: number, owner: string) => ({
    card_id: { S: text('card_', index) },
    owner: { S: owner },
    status: { S: 'active' },
    created_at_ms: { N: '1790000000000' },
    pan_ct: bytes(170),
    fingerprint: { S: text('fp_', index) },
  }),
  Ledger: (index: number, owner: string) => ({
    entry_id: { S: text('ch_', index) },
    owner: { S: owner },
    created_key: { S: `2026-09-21T14:13:20.000Z#${text('ch_', index)}` },
    day_shard: { S: `2026-09-21#${index % 4}` },
    status: { S: 'captured' },
    amount_minor: { N: '4180' },
    events: { L: [{ M: { id: { S: text('evt_', index) }, type: { S: 'charge.captured' } } }] },
  }),
} as const;

export async function growth(scene: Scene, { quick, long }: Effort): Promise<BenchFinding> {
  const measured: (Cost & { readonly operation: string; readonly stored: number })[] = [];
  let stored = 0;
  for (const size of quick ? QUICK_SIZES : long ? LONG_SIZES : SIZES) {
    await fill(scene, stored, size);
    stored = size;
    for (const operation of quick ? OPERATIONS.slice(0, 2) : OPERATIONS) {
      measured.push({ operation: operation.name, stored, ...(await cost(scene, operation, quick ? 20 : 200)) });
    }
  }
  const of = (name: string) => measured.filter(({ operation }) => operation === name);
  return {
    title: 'Growth: cost of an operation as tables fill',
    columns: ['operation', 'items in each table', 'AWS calls', 'request units', 'handler CPU ms', 'p50 ms'],
    rows: measured.map(({ operation, stored: items, calls, units, cpuMs, p50Ms }) => [
      operation,
      items.toLocaleString('en'),
      calls.toFixed(2),
      units.toFixed(2),
      ms(cpuMs),
      ms(p50Ms),
    ]),
    notes: ['Calls and units by request, the API key’s read every two seconds included. AWS responds at once.'],
    failures: OPERATIONS.flatMap(({ name }) => {
      const [least] = of(name);
      const most = of(name).at(-1);
      const grew = least && most && Math.round(most.units) > Math.round(least.units);
      return grew ? [`${name}: ${least.units} request units with few items, ${most.units} with many`] : [];
    }),
    data: measured,
  };
}

async function fill(scene: Scene, from: number, to: number): Promise<void> {
  const { owner } = scene.shop.caller;
  for (const [name, filler] of Object.entries(FILLERS)) {
    for (let start = from; start < to; start += CHUNK) {
      const count = Math.min(CHUNK, to - start);
      const items = Array.from({ length: count }, (_, index) => filler(start + index, owner));
      await scene.aws.ask('fill', { table: scene.places.tables[name] ?? '', items });
    }
  }
}

interface Cost {
  readonly calls: number;
  readonly units: number;
  readonly cpuMs: number;
  readonly p50Ms: number;
}

async function cost(scene: Scene, operation: BenchOperation, count: number): Promise<Cost> {
  const worker = scene.instance(operation.entry);
  await worker.ask('load', { name: 'handler', modulePath: scene.places.functions[operation.entry]?.modulePath ?? '' });
  const { events } = await operation.prepare(scene, count + 20);
  await worker.ask('run', { name: 'handler', events: events.slice(0, 20) });
  await scene.aws.ask('note');
  const run = await worker.ask('run', { name: 'handler', events: events.slice(20) });
  const noted = await scene.aws.ask('calls');
  await worker.stop();
  requireResponses(operation.name, run.responses, operation.status);
  return {
    calls: noted.length / count,
    units: noted.reduce((sum, { read, write }) => sum + read + write, 0) / count,
    cpuMs: run.cpuMs / count,
    p50Ms: quantile(run.latenciesMs, 0.5),
  };
}
