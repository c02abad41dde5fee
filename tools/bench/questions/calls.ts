/**
 * Which calls does each operation make to AWS? Counts KMS and DynamoDB calls, request units and the longest chain of
 * calls in sequence on the wire, against the budgets of operations.ts. The counts decide both the bill and the least
 * time of an operation; only this question can fail.
 */
import type { NotedCall } from '../aws.ts';
import { type Budget, OPERATIONS, requireResponses } from '../operations.ts';
import type { BenchFinding } from '../report.ts';
import type { Scene, Worker } from '../scene.ts';

/** A delay that makes parallel calls overlap, also on a busy machine. */
const HELD = { p50Ms: 150, p99Ms: 150 };

export interface Counted {
  readonly operation: string;
  readonly warm: Budget;
  readonly first: Budget;
  readonly calls: readonly string[];
}

export async function calls(scene: Scene): Promise<BenchFinding & { readonly data: readonly Counted[] }> {
  const counted: Counted[] = [];
  for (const operation of OPERATIONS) {
    const { events } = await operation.prepare(scene, 3);
    const worker = scene.instance(operation.entry);
    await worker.ask('load', {
      name: 'handler',
      modulePath: scene.places.functions[operation.entry]?.modulePath ?? '',
    });
    const count = (event: unknown) => callsOf(scene, worker, event, operation.status);
    const first = await count(events[0]);
    // Takes the shorter of two runs, because a pause of the machine can look like one call waiting for another.
    const [warm = []] = [await count(events[1]), await count(events[2])].toSorted(
      (a, b) => a.length - b.length || longestChain(a) - longestChain(b),
    );
    await worker.stop();
    counted.push({ operation: operation.name, warm: countOf(warm), first: countOf(first), calls: warm.map(nameOf) });
  }
  return {
    title: 'Calls: what each operation asks of AWS',
    columns: ['operation', 'KMS', 'DynamoDB', 'steps', 'read units', 'write units', 'first: KMS', 'DynamoDB', 'steps'],
    rows: counted.map(({ operation, warm, first }) => [
      operation,
      warm.kms,
      warm.dynamodb,
      warm.steps,
      warm.readUnits,
      warm.writeUnits,
      first.kms,
      first.dynamodb,
      first.steps,
    ]),
    notes: [
      'Without the simulated processor’s own call. Units include one write for each index entry made or removed. First: the first request of a new instance, which also reads the API key, the merchant and the capture key.',
    ],
    failures: counted.flatMap(overBudget),
    data: counted,
  };
}

async function callsOf(scene: Scene, worker: Worker, event: unknown, status: string): Promise<NotedCall[]> {
  await scene.aws.ask('pace', { drawn: { kms: HELD, dynamodb: HELD }, seed: 0 });
  await scene.aws.ask('note');
  const { responses } = await worker.ask('run', { name: 'handler', events: [event] });
  requireResponses('the handler', responses, status);
  const noted = await scene.aws.ask('calls');
  await scene.aws.ask('pace', { drawn: null, seed: 0 });
  return noted.filter(({ resource }) => resource !== 'Simulator');
}

const nameOf = ({ service, operation, resource }: NotedCall): string => `${service}:${operation} ${resource}`;

function countOf(noted: readonly NotedCall[]): Budget {
  return {
    kms: noted.filter(({ service }) => service === 'kms').length,
    dynamodb: noted.filter(({ service }) => service === 'dynamodb').length,
    steps: longestChain(noted),
    readUnits: noted.reduce((sum, { read }) => sum + read, 0),
    writeUnits: noted.reduce((sum, { write }) => sum + write, 0),
  };
}

/** A call that began after another ended may have waited for it; the longest such chain is the operation's depth. */
function longestChain(noted: readonly NotedCall[]): number {
  const depths = new Map<NotedCall, number>();
  for (const call of noted.toSorted((a, b) => a.startMs - b.startMs)) {
    const before = [...depths].filter(([earlier]) => earlier.endMs <= call.startMs).map(([, depth]) => depth);
    depths.set(call, 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths.values());
}

function overBudget({ operation, warm, first }: Counted): string[] {
  const wanted = OPERATIONS.find(({ name }) => name === operation);
  if (wanted === undefined) return [];
  const over = (kind: string, found: Budget, limit: Partial<Budget>) =>
    (Object.entries(limit) as [keyof Budget, number][])
      .filter(([what, most]) => found[what] > most)
      .map(([what, most]) => `${operation}, ${kind}: ${found[what]} ${what}, the budget is ${most}`);
  const { budget } = wanted;
  const firstBudget = {
    kms: budget.kms + wanted.first.kms,
    dynamodb: budget.dynamodb + wanted.first.dynamodb,
    steps: budget.steps + wanted.first.steps,
  };
  return [...over('warm', warm, budget), ...over('first request', first, firstBudget)];
}
