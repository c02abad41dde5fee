/**
 * What does a new instance cost? The time a fresh process takes to load each bundle, against a bundle that only makes
 * the same clients, in turns. Bundle sizes are counted and have a limit; times have none.
 */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { type FunctionRow, ROUTES, SCHEDULES } from '../../../infra/routes.ts';
import { type BenchFinding, type Effort, ms, spreadText, times } from '../report.ts';
import type { BareName, Scene } from '../scene.ts';
import { quantile, ratioOf } from '../statistics.ts';

const AIM = 1.3;
/**
 * By the needs of a function: the bare bundle with the same clients, and the size limit in kB, minified. A larger
 * bundle has pulled in something it should not.
 */
const NEEDS = {
  plain: { bare: 'dynamodb-client', limitKb: 275 },
  // Texts and currencies for the shopper, and the QR code.
  sessions: { bare: 'dynamodb-client', limitKb: 302 },
  keys: { bare: 'clients', limitKb: 358 },
  processors: { bare: 'clients', limitKb: 376 },
  // S3 alone is 230 kB (XML, checksums, request routing); these run twice an hour, and no caller waits for them.
  trailWriter: { bare: 'trail-writer', limitKb: 500 },
  trailReader: { bare: 'trail-reader', limitKb: 645 },
} as const satisfies Record<string, { readonly bare: BareName; readonly limitKb: number }>;

const LOADER = `
const cpu = process.cpuUsage();
const startMs = performance.now();
await import(process.argv[1]);
const wallMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
process.exit();
`;

interface Init {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const run = promisify(execFile);

async function init(modulePath: string, environment: Record<string, string>): Promise<Init> {
  const args = ['--input-type=module', '-e', LOADER, modulePath];
  const { stdout } = await run(process.execPath, args, { env: environment, timeout: 30_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Init;
}

export async function coldStart(scene: Scene, { quick }: Effort): Promise<BenchFinding> {
  const rows = [...ROUTES, ...SCHEDULES];
  const subjects = quick ? rows.filter(({ entry }) => entry.startsWith('cde/')) : rows;
  const measured = [];
  for (const row of subjects) {
    const { entry } = row;
    const place = scene.places.functions[entry];
    if (place === undefined) throw new Error(`the template has no function ${entry}`);
    const barePath = scene.barePath(needsOf(row).bare);
    const [own, bare]: [Init[], Init[]] = [[], []];
    for (let round = 0; round < (quick ? 3 : 9); round += 1) {
      own.push(await init(place.modulePath, place.environment));
      bare.push(await init(barePath, place.environment));
    }
    measured.push({ entry, kB: sizeKb(place.modulePath), bareKb: sizeKb(barePath), own, bare });
  }
  const cpu = (of: readonly Init[]) => of.map(({ cpuMs }) => cpuMs);
  const wall = (of: readonly Init[]) => of.map(({ wallMs }) => wallMs);
  return {
    title: 'Cold start: loading each bundle against only making its clients',
    columns: ['function', 'kB', 'bare kB', 'CPU ms', 'bare CPU ms', 'CPU ratio', 'wall ms', 'wall ratio'],
    rows: measured.map(({ entry, kB, bareKb, own, bare }) => [
      entry,
      kB,
      bareKb,
      ms(quantile(cpu(own), 0.5)),
      ms(quantile(cpu(bare), 0.5)),
      spreadText(ratioOf(cpu(own), cpu(bare)), times),
      ms(quantile(wall(own), 0.5)),
      spreadText(ratioOf(wall(own), wall(bare)), times),
    ]),
    notes: [`Each figure is the median of fresh processes, in turns with the bare bundle. Aim ≤ ${times(AIM)}.`],
    failures: allSizes(scene).flatMap(({ entry, kB, limit }) =>
      kB > limit ? [`${entry} is ${kB} kB, the limit is ${limit}`] : [],
    ),
    data: measured,
  };
}

const sizeKb = (path: string): number => Math.round(statSync(path).size / 1000);

function needsOf(row: FunctionRow): (typeof NEEDS)[keyof typeof NEEDS] {
  if (row.trail === 'read' || row.trail === 'review') return NEEDS.trailReader;
  if (row.trail === 'export') return NEEDS.trailWriter;
  if ('Simulator' in row.tables) return NEEDS.processors;
  if (Object.keys(row.keys).length > 0) return NEEDS.keys;
  return /checkout|payment/.test(row.entry) ? NEEDS.sessions : NEEDS.plain;
}

function allSizes(scene: Scene) {
  return [...ROUTES, ...SCHEDULES].map((row) => {
    const kB = sizeKb(scene.places.functions[row.entry]?.modulePath ?? '');
    return { entry: row.entry, kB, limit: needsOf(row).limitKb };
  });
}
