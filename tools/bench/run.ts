/**
 * `npm run bench`: prints a table for each question, or for those that are named, and writes all figures to
 * `.build/bench.json`. `--quick` and `--long` choose how long it measures. It fails when a count has grown, never for a
 * time, because times depend on the machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { calls } from './questions/calls.ts';
import { coldStart } from './questions/cold-start.ts';
import { evidence } from './questions/evidence.ts';
import { growth } from './questions/growth.ts';
import { load } from './questions/load.ts';
import { masking } from './questions/masking.ts';
import { memory } from './questions/memory.ts';
import { money } from './questions/money.ts';
import { overhead } from './questions/overhead.ts';
import { peer } from './questions/peer.ts';
import { type BenchFinding, type Effort, tableText } from './report.ts';
import { openScene, type Scene } from './scene.ts';

const QUESTIONS: Readonly<Record<string, (scene: Scene, effort: Effort) => Promise<BenchFinding>>> = {
  calls,
  overhead,
  'cold-start': coldStart,
  load,
  memory,
  growth,
  masking,
  evidence,
  money,
  peer,
};
/** Needs Python and installs another vault's program, so it runs only by name. */
const ON_REQUEST: readonly string[] = ['peer'];

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: effort, positionals: asked } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, long: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = asked.filter((name) => !(name in QUESTIONS));
if (unknown.length > 0) {
  console.error(`no such question: ${unknown.join(', ')}; there are ${Object.keys(QUESTIONS).join(', ')}`);
  process.exit(2);
}

const findings: Record<string, BenchFinding & { readonly seconds: number }> = {};
await using scene = await openScene(root);
for (const [name, ask] of Object.entries(QUESTIONS)) {
  if (asked.length > 0 ? !asked.includes(name) : ON_REQUEST.includes(name)) continue;
  const startMs = performance.now();
  const finding = await ask(scene, effort);
  findings[name] = { ...finding, seconds: (performance.now() - startMs) / 1000 };
  console.log(tableText(finding));
}

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, at: new Date().toISOString() };
const file = join(root, '.build/bench.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, ...effort, findings }, null, 2)}\n`);
const failures = Object.values(findings).flatMap((finding) => finding.failures);
console.log(`\n${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${machine.at}; figures in .build/bench.json`);
if (failures.length > 0) {
  console.error(`\n${failures.length} counted things have grown:\n${failures.join('\n')}`);
  process.exitCode = 1;
}
