/**
 * What does the vault's own code cost? Compares each handler with a bare script that makes the same SDK calls in the
 * same order, in one process, in turns: once with an AWS that responds at once, which leaves only computing, and once
 * with the stated latencies, as a caller sees it.
 */
import { type BenchOperation, OPERATIONS, requireResponses, TOKENIZE_IN_CLEAR } from '../operations.ts';
import { type BenchFinding, type Effort, ms, spreadText, times } from '../report.ts';
import type { Scene, Worker } from '../scene.ts';
import { AWS_LATENCIES, SEED } from '../stated.ts';
import { quantile, ratioOf } from '../statistics.ts';
import type { Run } from '../worker.ts';

const AIM = 1.1;

interface Sides {
  readonly handler: number[];
  readonly bare: number[];
}

export async function overhead(scene: Scene, { quick }: Effort): Promise<BenchFinding> {
  const measured = [];
  const all = OPERATIONS.toSpliced(1, 0, TOKENIZE_IN_CLEAR);
  for (const operation of quick ? OPERATIONS.slice(0, 2) : all) {
    const worker = scene.instance(operation.entry);
    await worker.ask('load', {
      name: 'handler',
      modulePath: scene.places.functions[operation.entry]?.modulePath ?? '',
    });
    await worker.ask('load', { name: 'bare', modulePath: scene.barePath(operation.bare) });
    await rounds(scene, worker, operation, { rounds: quick ? 1 : 3, each: 40, cost: (run) => run.cpuMs });
    const cpu = await rounds(scene, worker, operation, {
      rounds: quick ? 4 : 15,
      each: quick ? 10 : 30,
      cost: (run) => run.cpuMs / run.latenciesMs.length,
    });
    const felt = await rounds(scene, worker, operation, {
      rounds: quick ? 2 : 8,
      each: quick ? 5 : 12,
      cost: (run) => quantile(run.latenciesMs, 0.5),
      isPaced: true,
    });
    await worker.stop();
    measured.push({ operation: operation.name, cpu, felt });
  }
  return {
    title: 'Overhead: handler against the same SDK calls',
    columns: ['operation', 'bare CPU ms', 'handler CPU ms', 'added ms', 'CPU ratio', 'bare ms', 'handler ms', 'ratio'],
    rows: measured.map(({ operation, cpu, felt }) => [
      operation,
      ms(quantile(cpu.bare, 0.5)),
      ms(quantile(cpu.handler, 0.5)),
      ms(quantile(cpu.handler, 0.5) - quantile(cpu.bare, 0.5)),
      spreadText(ratioOf(cpu.handler, cpu.bare), times),
      ms(quantile(felt.bare, 0.5)),
      ms(quantile(felt.handler, 0.5)),
      spreadText(ratioOf(felt.handler, felt.bare), times),
    ]),
    notes: [
      `CPU: per call, of the function's process, AWS responding at once. The last three: at the stated AWS latencies, both sides drawing the same ones. Aim ≤ ${times(AIM)}. In brackets the middle half of the rounds.`,
    ],
    failures: [],
    data: measured,
  };
}

interface Plan {
  readonly rounds: number;
  readonly each: number;
  readonly isPaced?: true;
  cost(run: Run): number;
}

/** Handler and bare script in turns, in changing order, so that neither always runs first. */
async function rounds(scene: Scene, worker: Worker, operation: BenchOperation, plan: Plan): Promise<Sides> {
  const sides: Sides = { handler: [], bare: [] };
  for (let round = 0; round < plan.rounds; round += 1) {
    await scene.aws.ask('pace', { drawn: null, seed: 0 });
    const { events, bare } = await operation.prepare(scene, plan.each);
    const order = round % 2 === 0 ? (['handler', 'bare'] as const) : (['bare', 'handler'] as const);
    for (const name of order) {
      await scene.aws.ask('pace', { drawn: plan.isPaced ? AWS_LATENCIES : null, seed: SEED + round });
      const run = await worker.ask('run', { name, events: name === 'bare' ? bare : events });
      requireResponses(`${operation.name} (${name})`, run.responses, name === 'bare' ? 'done' : operation.status);
      sides[name].push(plan.cost(run));
    }
  }
  await scene.aws.ask('pace', { drawn: null, seed: 0 });
  return sides;
}
