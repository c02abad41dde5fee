/**
 * How much memory does each function need? The peak of a fresh process that loads one bundle and serves a burst of
 * requests side by side, which is more than an instance on Lambda ever does, beside a process that loads nothing.
 */
import { OPERATIONS, requireAnswers } from '../operations.ts';
import type { Effort, Finding } from '../report.ts';
import type { Scene } from '../scene.ts';
import { AWS_LATENCIES, SEED } from '../stated.ts';

export async function memory(scene: Scene, { quick }: Effort): Promise<Finding> {
  const idle = scene.instance('cde/create-charge');
  const idleMb = await idle.ask('peakMb');
  await idle.stop();
  const measured = [];
  for (const operation of OPERATIONS) {
    const worker = scene.instance(operation.entry);
    const place = scene.places.functions[operation.entry];
    await worker.ask('load', { name: 'handler', modulePath: place?.modulePath ?? '' });
    const loadedMb = await worker.ask('peakMb');
    const { events } = await operation.prepare(scene, quick ? 100 : 1000);
    await scene.aws.ask('pace', { drawn: AWS_LATENCIES, seed: SEED });
    // Half one after the other, as on Lambda, then 64 at once.
    const serial = events.slice(0, events.length / 2);
    const crowd = events.slice(events.length / 2);
    const alone = await worker.ask('run', { name: 'handler', events: serial });
    const servedMb = await worker.ask('peakMb');
    const atMs = crowd.map((_, index) => Math.floor(index / 64) * 500);
    const together = await worker.ask('arrive', { name: 'handler', events: crowd, atMs });
    await scene.aws.ask('pace', { drawn: null, seed: 0 });
    for (const { answers } of [alone, together]) requireAnswers(operation.name, answers, operation.status);
    const crowdedMb = await worker.ask('peakMb');
    await worker.stop();
    const givenMb = place?.memoryMb ?? 0;
    measured.push({ operation: operation.name, entry: operation.entry, givenMb, loadedMb, servedMb, crowdedMb });
  }
  const mb = (value: number) => value.toFixed(0);
  return {
    title: 'Memory: peak of each function',
    columns: ['operation', 'function', 'given MB', 'loaded', 'one at a time', '64 at once', 'above an idle process'],
    rows: measured.map(({ operation, entry, givenMb, loadedMb, servedMb, crowdedMb }) => [
      operation,
      entry,
      givenMb,
      mb(loadedMb),
      mb(servedMb),
      mb(crowdedMb),
      mb(servedMb - idleMb),
    ]),
    notes: [
      `Resident set at its highest, MB. An idle Node process of this bench has ${mb(idleMb)} MB. On Lambda one instance serves one request at a time.`,
    ],
    failures: measured.flatMap(({ operation, givenMb, servedMb }) =>
      servedMb > givenMb ? [`${operation} needs ${mb(servedMb)} MB and is given ${givenMb}`] : [],
    ),
    data: { idleMb, measured },
  };
}
