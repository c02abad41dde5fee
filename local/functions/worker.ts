/**
 * The script of a function's thread: loads the bundle, then calls its handler for each event with the context object of
 * Lambda. It has only the function's environment, and cannot reach the local runtime.
 */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../shared/base/clock.ts';

export interface WorkerSettings {
  readonly modulePath: string;
  readonly exportName: string;
  /** The parts of the context that are the same for every invocation. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly id: string; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: string; readonly errorType: string };

const port = parentPort;
if (!port) throw new Error('local/functions/worker.ts runs in a worker thread only');
const { modulePath, exportName, context } = workerData as WorkerSettings;
// Node has read it for this thread; the function has it nowhere in AWS.
delete process.env.NODE_COMPILE_CACHE;
const module = (await import(pathToFileURL(modulePath).href)) as Record<string, unknown>;
const handler = module[exportName];
if (typeof handler !== 'function') throw new Error(`${modulePath} does not export ${exportName}`);
const post = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', async ({ id, event, timeoutMs }: Invocation) => {
  const deadlineMs = systemClock.nowMs() + timeoutMs;
  try {
    const value: unknown = await handler(event, {
      ...context,
      awsRequestId: id,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - systemClock.nowMs()),
    });
    // Lambda returns JSON, so values that JSON cannot carry are lost here too.
    post({ kind: 'returned', id, value: value === undefined ? null : JSON.parse(JSON.stringify(value)) });
  } catch (error) {
    // As in Lambda, the whole error goes to the function's log and only its type to the caller.
    console.error(error);
    post({ kind: 'failed', id, errorType: error instanceof Error ? error.name : 'Error' });
  }
});
post({ kind: 'ready' });
