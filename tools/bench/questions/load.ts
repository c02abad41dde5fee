/**
 * How does it hold under load? Clients each send one request a second on average, at independent times. Arrivals do not
 * wait for responses, and a delayed request counts from when it was due, so a slow spell cannot hide behind the
 * requests it delays. AWS responds with the stated latencies. All requests go to one process on this machine; on Lambda
 * each would have an instance, so where the processor is busy the tail is this machine's and not the vault's.
 */
import { OPERATIONS } from '../operations.ts';
import { type BenchFinding, type Effort, ms } from '../report.ts';
import type { Scene } from '../scene.ts';
import { AWS_LATENCIES, SEED } from '../stated.ts';
import { arrivalTimesMs, quantile, seededChance } from '../statistics.ts';

const LEVELS = [
  { clients: 1, seconds: 20 },
  { clients: 8, seconds: 15 },
  { clients: 64, seconds: 10 },
  { clients: 256, seconds: 6 },
] as const;
const QUICK_LEVELS = [{ clients: 8, seconds: 3 }] as const;
const MEASURED = ['tokenize', 'charge a token'];

export async function load(scene: Scene, { quick }: Effort): Promise<BenchFinding> {
  const measured = [];
  for (const operation of OPERATIONS.filter(({ name }) => MEASURED.includes(name))) {
    const worker = scene.instance(operation.entry);
    await worker.ask('load', {
      name: 'handler',
      modulePath: scene.places.functions[operation.entry]?.modulePath ?? '',
    });
    const warmUp = await operation.prepare(scene, 50);
    await worker.ask('run', { name: 'handler', events: warmUp.events });
    for (const { clients, seconds } of quick ? QUICK_LEVELS : LEVELS) {
      const atMs = arrivalTimesMs(clients, seconds * 1000, seededChance(SEED + clients));
      const { events } = await operation.prepare(scene, atMs.length);
      await scene.aws.ask('pace', { drawn: AWS_LATENCIES, seed: SEED + clients });
      await scene.aws.ask('note');
      const awsBeforeMs = await scene.aws.ask('cpuMs');
      const run = await worker.ask('arrive', { name: 'handler', events, atMs });
      const awsCpuMs = (await scene.aws.ask('cpuMs')) - awsBeforeMs;
      const made = await scene.aws.ask('calls');
      await scene.aws.ask('pace', { drawn: null, seed: 0 });
      const errors = Object.entries(run.responses).reduce(
        (sum, [status, count]) => sum + (status === operation.status ? 0 : count),
        0,
      );
      measured.push({
        operation: operation.name,
        clients,
        ...run,
        awsCpuMs,
        errors,
        callsPerRequest: made.length / atMs.length,
      });
    }
    await worker.stop();
  }
  return {
    title: 'Load: open-loop arrivals, stated AWS latencies',
    columns: [
      'operation',
      'clients',
      'requests',
      'responses /s',
      'p50 ms',
      'p99 ms',
      'CPU busy',
      'AWS busy',
      'errors',
      'calls each',
    ],
    rows: measured.map(({ operation, clients, wallMs, cpuMs, awsCpuMs, latenciesMs, errors, callsPerRequest }) => [
      operation,
      clients,
      latenciesMs.length,
      ((latenciesMs.length / wallMs) * 1000).toFixed(0),
      ms(quantile(latenciesMs, 0.5)),
      latenciesMs.length < 100 ? '–' : ms(quantile(latenciesMs, 0.99)),
      `${((cpuMs / wallMs) * 100).toFixed(0)} %`,
      `${((awsCpuMs / wallMs) * 100).toFixed(0)} %`,
      errors,
      callsPerRequest.toFixed(2),
    ]),
    notes: [
      'One request a second from each client on average. Calls each: all AWS calls by request, so more than on a quiet run would be retries. Under 100 requests no p99 is given. Errors are 503 after the SDK’s own time limits: where both processes are busy, or the machine has other work, they and the tail are the machine’s.',
    ],
    failures: [],
    data: measured.map(({ latenciesMs, ...rest }) => ({
      ...rest,
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
    })),
  };
}
