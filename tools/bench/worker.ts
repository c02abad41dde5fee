/**
 * One Lambda instance for the benchmarks: a process with only the environment of one function, which loads bundles and
 * calls their handlers. It loads nothing before them, so its memory is the function's.
 */
import { pathToFileURL } from 'node:url';
import { serve } from './rpc.ts';

type Handler = (event: unknown, context: object) => Promise<{ readonly statusCode?: number } | undefined>;

export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** From the time a call was due until its response. */
  readonly latenciesMs: readonly number[];
  /** Status → number of responses. */
  readonly responses: Readonly<Record<string, number>>;
}

const TIMEOUT_MS = 15_000;
const handlers = new Map<string, Handler>();

const verbs = {
  async load({ name, modulePath }: { readonly name: string; readonly modulePath: string }): Promise<void> {
    const { handler } = (await import(pathToFileURL(modulePath).href)) as { readonly handler: Handler };
    handlers.set(name, handler);
  },

  /** One after the other, like one instance. */
  async run({ name, events }: { readonly name: string; readonly events: readonly unknown[] }): Promise<Run> {
    return measured(async (call) => {
      for (const event of events) await call(event, performance.now());
    }, name);
  },

  /** Each call at its time, without waiting for earlier ones; a delayed call counts from when it was due. */
  async arrive(load: {
    readonly name: string;
    readonly events: readonly unknown[];
    readonly atMs: readonly number[];
  }): Promise<Run> {
    return measured(async (call) => {
      const startMs = performance.now() + 20;
      await Promise.all(
        load.events.map(async (event, index) => {
          const dueMs = startMs + (load.atMs[index] ?? 0);
          await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
          await call(event, dueMs);
        }),
      );
    }, load.name);
  },

  /** The heap after several full collections; a single one leaves objects that are about to be finalized. */
  async heldKb(): Promise<number> {
    for (let collection = 0; collection < 3; collection += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return process.memoryUsage().heapUsed / 1024;
  },

  peakMb: (): number => process.resourceUsage().maxRSS / 1024,
};
export type WorkerVerbs = typeof verbs;

async function measured(
  work: (call: (event: unknown, dueMs: number) => Promise<void>) => Promise<void>,
  name: string,
): Promise<Run> {
  const handler = handlers.get(name);
  if (handler === undefined) throw new Error(`${name} is not loaded`);
  const latenciesMs: number[] = [];
  const responses: Record<string, number> = {};
  const call = async (event: unknown, dueMs: number): Promise<void> => {
    const deadlineMs = performance.now() + TIMEOUT_MS;
    const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => deadlineMs - performance.now() };
    const status = await handler(event, context).then(
      (response) => String(response?.statusCode ?? 'done'),
      (error: unknown) => (error instanceof Error ? error.name : 'Error'),
    );
    latenciesMs.push(performance.now() - dueMs);
    responses[status] = (responses[status] ?? 0) + 1;
  };
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work(call);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, latenciesMs, responses };
}

serve(verbs);
