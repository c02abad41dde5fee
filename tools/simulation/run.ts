/**
 * `npm run sim`: runs every single fault of every operation, then 250 fixed seeds and 250 new ones; `--single` leaves
 * the seeds out. `--seed 7` prints one story as a log; `--from 1000 --count 500` runs other seeds; `--scenario … --at …
 * --fault … [--until …]` one single-fault story. A story that breaks a promise is printed with the command that repeats
 * it, and the exit code is 1.
 */
import { parseArgs } from 'node:util';
import { drawSeed } from '../../test/setup/seed.ts';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { faultPoints, planOfSeed, singleFaultStories } from './plans.ts';
import { type Plan, play, type Story } from './story.ts';
import { tell } from './telling.ts';

const SEEDS = 250;

const { values } = parseArgs({
  options: {
    single: { type: 'boolean', default: false },
    seed: { type: 'string' },
    from: { type: 'string' },
    count: { type: 'string' },
    scenario: { type: 'string' },
    at: { type: 'string' },
    fault: { type: 'string' },
    until: { type: 'string' },
  },
});

const print = (text: string): void => void process.stdout.write(`${text}\n`);
let told = 0;
let failed = 0;

function judge(story: Story, again: string): void {
  told += 1;
  if (story.broken.length === 0) return;
  failed += 1;
  print(`${tell(story)}  again: npm run sim -- ${again}\n`);
}

async function tellOne(plan: Plan): Promise<void> {
  const story = await play(plan);
  print(tell(story));
  failed += story.broken.length;
}

async function enumerate(): Promise<void> {
  const points = await faultPoints();
  const faults = points.reduce((sum, { kinds }) => sum + kinds.length, 0);
  print(
    `${points.length} calls in ${new Set(points.map(({ scenario }) => scenario)).size} operations, ${faults} single faults`,
  );
  for await (const story of singleFaultStories(points)) judge(story, again(story.plan));
  print(`${told} stories with one fault, ${failed} broke a promise`);
}

function again({ scenario, faults: [fault] }: Plan): string {
  const until = fault?.until === undefined ? '' : ` --until ${fault.until}`;
  return `--scenario '${scenario}' --at ${fault?.at} --fault ${fault?.kind}${until}`;
}

async function drawSeeds(from: number, count: number): Promise<void> {
  const before = { told, failed };
  for (let seed = from; seed < from + count; seed += 1) judge(await play(planOfSeed(seed)), `--seed ${seed}`);
  print(
    `${told - before.told} stories by seed (${from}…${from + count - 1}), ${failed - before.failed} broke a promise`,
  );
}

function singleFault(scenario: string): Plan {
  const kind = FAULT_KINDS.find((known): known is FaultKind => known === values.fault);
  if (kind === undefined) throw new RangeError(`--fault is one of ${FAULT_KINDS.join(', ')}`);
  const until = values.until === undefined ? {} : { until: Number(values.until) };
  return { scenario, seed: 1, faults: [{ at: Number(values.at), kind, ...until }], isShuffled: false };
}

const startedAtMs = performance.now();
if (values.seed !== undefined) await tellOne(planOfSeed(Number(values.seed)));
else if (values.scenario !== undefined) await tellOne(singleFault(values.scenario));
else {
  const count = Number(values.count ?? SEEDS);
  if (values.from === undefined) {
    await enumerate();
    if (!values.single) await drawSeeds(1, count);
  }
  if (!values.single) await drawSeeds(Number(values.from ?? drawSeed()), count);
  print(`${Math.round((performance.now() - startedAtMs) / 1000)} s`);
}
process.exitCode = failed > 0 ? 1 : 0;
