/** Calls from the bench to its child processes, over Node's own channel. */
import { type ChildProcess, fork } from 'node:child_process';

type Verbs = Record<string, (...argument: never[]) => unknown>;

interface Question {
  readonly id: number;
  readonly verb: string;
  readonly argument: unknown;
}

type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** In the child: handles each call with one of the verbs. */
export function serve(verbs: Verbs): void {
  process.on('message', async ({ id, verb, argument }: Question) => {
    const reply: Reply = await Promise.resolve()
      .then(() => verbs[verb]?.(argument as never))
      .then(
        (result) => ({ id, result }),
        (error: unknown) => ({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
    process.send?.(reply);
  });
}

export interface Child<Offered extends Verbs> {
  ask<Name extends keyof Offered & string>(
    verb: Name,
    ...argument: Parameters<Offered[Name]>
  ): Promise<Awaited<ReturnType<Offered[Name]>>>;
  stop(): Promise<void>;
}

/** In the bench: starts a script that serves these verbs. Its output is dropped, its errors are shown. */
export function startChild<Offered extends Verbs>(script: URL, environment: NodeJS.ProcessEnv): Child<Offered> {
  const child: ChildProcess = fork(script, {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (reply: Reply) => {
    const asker = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) asker?.reject(new Error(reply.error));
    else asker?.resolve(reply.result);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${script.pathname} ended before it responded`));
  });
  return {
    ask: (verb, ...[argument]) => {
      const id = ++asked;
      const response = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, verb, argument } satisfies Question);
      return response as Promise<never>;
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
