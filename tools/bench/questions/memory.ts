/**
 * How much memory does each function need? The peak of a fresh process that loads one bundle and serves a burst of
 * concurrent requests, which is more than an instance on Lambda does, compared with a process that loads nothing.
 */
import { type BenchOperation, OPERATIONS, requireResponses } from '../operations.ts';
import type { BenchFinding, Effort } from '../report.ts';
import type { Scene, Worker } from '../scene.ts';
import { AWS_LATENCIES, SEED } from '../stated.ts';

const AT_ONCE = 8;
/** Memory kept per request after a collection, minus that of the bare script; more would be a leak. */
const KEPT_KB_MAX = 6;

export async function memory(scene: Scene, { quick }: Effort): Promise<BenchFinding> {
  const idle = scene.instance('cde/create-charge');
  const idleMb = await idle.ask('peakMb');
  await idle.stop();
  const measured = [];
  for (const operation of quick ? OPERATIONS.slice(0, 2) : OPERATIONS) {
    measured.push(await peaks(scene, operation, quick ? 120 : 600));
  }
  const mb = (value: number) => value.toFixed(0);
  return {
    title: 'Memory: peak of each function',
    columns: [
      'operation',
      'function',
      'given MB',
      'loaded',
      'one at a time',
      '8 at once',
      'above an idle process',
      'kB kept by request',
    ],
    rows: measured.map(({ operation, entry, givenMb, loadedMb, servedMb, crowdedMb, keptKb }) => [
      operation,
      entry,
      givenMb,
      mb(loadedMb),
      mb(servedMb),
      mb(crowdedMb),
      mb(servedMb - idleMb),
      keptKb.toFixed(2),
    ]),
    notes: [
      `Resident set at its highest, MB. An idle Node process of this bench has ${mb(idleMb)} MB. On Lambda one instance serves one request at a time.`,
    ],
    failures: measured.flatMap(({ operation, givenMb, servedMb, keptKb }) => [
      ...(servedMb > givenMb ? [`${operation} needs ${mb(servedMb)} MB and is given ${givenMb}`] : []),
      ...(keptKb > KEPT_KB_MAX ? [`${operation} keeps ${keptKb.toFixed(1)} kB by request`] : []),
    ]),
    data: { idleMb, measured },
  };
}

/** Half of the requests come one after the other, as on Lambda, then the rest eight at once. */
async function peaks(scene: Scene, operation: BenchOperation, count: number) {
  const { entry, name, status } = operation;
  const place = scene.places.functions[entry];
  const { events, bare } = await operation.prepare(scene, count);
  const half = events.length / 2;
  const reference = scene.instance(entry);
  const bareKeptKb = await keptBy(reference, scene.barePath(operation.bare), bare.slice(0, half), {
    name: `${name} (bare)`,
    status: 'done',
  });
  await reference.stop();

  const worker = scene.instance(entry);
  const modulePath = place?.modulePath ?? '';
  await worker.ask('load', { name: modulePath, modulePath });
  const loadedMb = await worker.ask('peakMb');
  await scene.aws.ask('pace', { drawn: AWS_LATENCIES, seed: SEED });
  const keptKb = (await keptBy(worker, modulePath, events.slice(0, half), { name, status })) - bareKeptKb;
  const servedMb = await worker.ask('peakMb');
  const crowd = events.slice(half);
  await worker.ask('arrive', {
    name: modulePath,
    events: crowd,
    atMs: crowd.map((_, index) => Math.floor(index / AT_ONCE) * 100),
  });
  await scene.aws.ask('pace', { drawn: null, seed: 0 });
  const crowdedMb = await worker.ask('peakMb');
  await worker.stop();
  return { operation: name, entry, givenMb: place?.memoryMb ?? 0, loadedMb, servedMb, crowdedMb, keptKb };
}

/** Memory kept per request, after a third of them have warmed the process up. */
async function keptBy(
  worker: Worker,
  modulePath: string,
  events: readonly unknown[],
  { name, status }: { readonly name: string; readonly status: string },
): Promise<number> {
  await worker.ask('load', { name: modulePath, modulePath });
  const third = Math.floor(events.length / 3);
  const warmUp = await worker.ask('run', { name: modulePath, events: events.slice(0, third) });
  const beforeKb = await worker.ask('heldKb');
  const { responses } = await worker.ask('run', { name: modulePath, events: events.slice(third) });
  for (const seen of [warmUp.responses, responses]) requireResponses(name, seen, status);
  return ((await worker.ask('heldKb')) - beforeKb) / (events.length - third);
}
