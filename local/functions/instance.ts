/**
 * One instance of a function: a worker thread that handles many events at once. It retires after a timeout or a crash,
 * as Lambda discards an execution environment that failed.
 */
import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Invocation, WorkerMessage, WorkerSettings } from './worker.ts';

/** For loading a function. Lambda gives ten seconds; a machine that is busy with other work may need more. */
const INIT_TIMEOUT_MS = 60_000;
/**
 * Events handled at once; others queue. An event makes up to two calls to one service at once and the SDK has 50
 * sockets per service, so no call waits for a socket, which the SDK would count as connection time.
 */
const MAX_AT_ONCE = 25;

export type InvocationOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly errorType: string }
  | { readonly kind: 'timed out' };

export interface InstanceOptions extends WorkerSettings {
  readonly environment: Record<string, string>;
  readonly memoryMb: number;
  /** Where Node keeps what it compiled; what is there starts in half the time. */
  readonly compiledDirectory?: string | undefined;
  readonly logPath: string;
  /** Called once, when the thread has ended. */
  onStopped(): void;
}

export class Instance {
  readonly #worker: Worker;
  readonly #ready: Promise<boolean>;
  readonly #pending = new Map<string, (outcome: InvocationOutcome) => void>();
  readonly #stopped: Promise<void>;
  readonly #waiting: (() => void)[] = [];
  #working = 0;
  #retired = false;

  constructor(options: InstanceOptions) {
    const { environment, memoryMb, compiledDirectory, logPath, modulePath, exportName, context } = options;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: compiledDirectory === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: compiledDirectory },
      workerData: { modulePath, exportName, context } satisfies WorkerSettings,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 4 },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    this.#keepLog(logPath);
    this.#ready = new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), INIT_TIMEOUT_MS);
      const begin = (ready: boolean) => {
        clearTimeout(late);
        resolve(ready);
      };
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') begin(true);
        else this.#finish(message.id, message);
      });
      this.#worker.once('exit', () => begin(false));
    });
    this.#stopped = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#retired = true;
        for (const id of [...this.#pending.keys()])
          this.#finish(id, { kind: 'failed', errorType: 'Runtime.ExitError' });
        options.onStopped();
        resolve();
      });
    });
  }

  /** It takes no further events. */
  get retired(): boolean {
    return this.#retired;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  async invoke({ id, event, timeoutMs }: Invocation): Promise<InvocationOutcome> {
    const outcome = new Promise<InvocationOutcome>((resolve) => this.#pending.set(id, resolve));
    if (!(await this.#ready)) {
      this.#retire();
      this.#finish(id, { kind: 'failed', errorType: 'Runtime.InitError' });
      return outcome;
    }
    await this.#takeTurn();
    // The thread may have ended in the meantime.
    if (this.#pending.has(id)) this.#post({ id, event, timeoutMs });
    return outcome.finally(() => this.#passTurn());
  }

  #post({ id, event, timeoutMs }: Invocation): void {
    const timer = setTimeout(() => {
      this.#retire();
      this.#finish(id, { kind: 'timed out' });
    }, timeoutMs);
    const finish = this.#pending.get(id);
    this.#pending.set(id, (outcome) => {
      clearTimeout(timer);
      finish?.(outcome);
    });
    this.#worker.postMessage({ id, event, timeoutMs } satisfies Invocation);
  }

  async #takeTurn(): Promise<void> {
    if (this.#working >= MAX_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#working += 1;
  }

  /** The next turn goes to the event that has waited longest. */
  #passTurn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#working -= 1;
  }

  async stop(): Promise<void> {
    this.#retired = true;
    await this.#worker.terminate();
    await this.#stopped;
  }

  /** Takes no further events, and ends with the last one in flight. */
  #retire(): void {
    this.#retired = true;
    if (this.#pending.size === 0) void this.#worker.terminate();
  }

  #finish(id: string, outcome: InvocationOutcome): void {
    this.#pending.get(id)?.(outcome);
    this.#pending.delete(id);
    if (this.#retired && this.#pending.size === 0) void this.#worker.terminate();
  }

  /** A function's output goes to its log only. */
  #keepLog(path: string): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    let written = Promise.resolve();
    const keep = (text: Buffer | string) => {
      written = written.then(() => appendFile(path, text, { mode: 0o600 })).catch(() => undefined);
    };
    this.#worker.stdout.on('data', keep);
    this.#worker.stderr.on('data', keep);
    this.#worker.on('error', (error) => keep(`${error instanceof Error ? error.stack : String(error)}\n`));
  }
}
