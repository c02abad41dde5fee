/**
 * Runs the functions of the stack. A function's thread starts at its first event, with its own credentials that end
 * with it, and stops after some time without events, to save memory.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Principal } from '../iam/principal.ts';
import type { FunctionDefinition } from '../template/compute.ts';
import { contextOf, environmentOf } from './environment.ts';
import { Instance, type InvocationOutcome } from './instance.ts';

const IDLE_MS = 60_000;
const SWEEP_MS = 5_000;
/** Events in flight per function; Lambda's default limit for a whole account. */
const MAX_IN_FLIGHT = 1000;

export interface FunctionsOptions {
  readonly definitions: readonly FunctionDefinition[];
  readonly region: string;
  readonly endpointUrl: string;
  /** The gateway's URL, which exists only after the first functions have run. */
  apiUrl(): string;
  readonly logDirectory: string;
  readonly compiledDirectory?: string | undefined;
  /** Most threads at once; the longest idle one stops for a new one. Each costs 25 to 40 MB. */
  readonly threadsMax: number;
  /** Adds the function's credentials to the endpoint, until `removePrincipal`. */
  addPrincipal(definition: FunctionDefinition): Principal;
  removePrincipal(principal: Principal): void;
  nowMs(): number;
}

interface Running {
  readonly instance: Instance;
  lastUsedMs: number;
}

export class Functions {
  readonly #options: FunctionsOptions;
  /** Function ARN → its current thread, in order of last use. */
  readonly #running = new Map<string, Running>();
  /** Every thread that has not ended, including retired ones. */
  readonly #alive = new Set<Instance>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.#sweeper = setInterval(() => this.#stopIdle(), SWEEP_MS).unref();
  }

  /** By ARN, by the entry of infra/routes.ts, or by logical id. */
  find(name: string): FunctionDefinition | undefined {
    return this.#options.definitions.find(({ arn, entry, logicalId }) => [arn, entry, logicalId].includes(name));
  }

  async invoke(definition: FunctionDefinition, event: unknown): Promise<InvocationOutcome> {
    const running = this.#runningOf(definition);
    if (running.instance.inFlight >= MAX_IN_FLIGHT) return { kind: 'failed', errorType: 'TooManyRequestsException' };
    running.lastUsedMs = this.#options.nowMs();
    const outcome = await running.instance.invoke({ id: randomUUID(), event, timeoutMs: definition.timeoutMs });
    running.lastUsedMs = this.#options.nowMs();
    return outcome;
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#alive].map((instance) => instance.stop()));
  }

  #runningOf(definition: FunctionDefinition): Running {
    const known = this.#running.get(definition.arn);
    this.#running.delete(definition.arn);
    if (!known || known.instance.retired) this.#makeRoom();
    const running = known && !known.instance.retired ? known : this.#start(definition);
    this.#running.set(definition.arn, running);
    return running;
  }

  #start(definition: FunctionDefinition): Running {
    const { region, endpointUrl, apiUrl, logDirectory, compiledDirectory, nowMs } = this.#options;
    const principal = this.#options.addPrincipal(definition);
    const [file = 'index', exportName = 'handler'] = definition.handler.split('.');
    const instance: Instance = new Instance({
      modulePath: join(definition.bundleDirectory, `${file}.mjs`),
      exportName,
      context: contextOf(definition),
      environment: environmentOf(definition, principal.credentials, { region, endpointUrl, apiUrl: apiUrl() }),
      memoryMb: definition.memoryMb,
      logPath: join(logDirectory, `${definition.entry}.log`),
      compiledDirectory,
      onStopped: () => {
        this.#alive.delete(instance);
        this.#options.removePrincipal(principal);
      },
    });
    this.#alive.add(instance);
    return { instance, lastUsedMs: nowMs() };
  }

  /** At the limit, stops the thread that has been idle longest; busy threads stay. */
  #makeRoom(): void {
    if (this.#running.size < this.#options.threadsMax) return;
    const idle = [...this.#running].find(([, { instance }]) => instance.inFlight === 0);
    if (idle) this.#stop(idle[0]);
  }

  #stopIdle(): void {
    const before = this.#options.nowMs() - IDLE_MS;
    for (const [arn, { instance, lastUsedMs }] of this.#running) {
      if (instance.inFlight === 0 && lastUsedMs < before) this.#stop(arn);
    }
  }

  #stop(arn: string): void {
    const running = this.#running.get(arn);
    this.#running.delete(arn);
    void running?.instance.stop();
  }
}
