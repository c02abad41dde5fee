/**
 * The embedded AWS, put together from a synthesized template: keys, tables, trail, endpoint, functions, gateway and
 * schedules, with all state in one folder. `npm start` runs one; tests run as many as they like, each in a folder and
 * on ports of its own.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, systemClock } from '../shared/base/clock.ts';
import type { Caller, ServiceEvent } from './cloudtrail/record.ts';
import { toRecord, trailTime } from './cloudtrail/record.ts';
import { isSelected } from './cloudtrail/selectors.ts';
import { Trail } from './cloudtrail/trail.ts';
import { startEngine } from './dynamodb/engine.ts';
import { dynamoDbService } from './dynamodb/handler.ts';
import { newEventId, startEndpoint } from './endpoint/endpoint.ts';
import { Functions } from './functions/functions.ts';
import type { Outcome } from './functions/instance.ts';
import { startGateway } from './gateway/gateway.ts';
import { Authorizer } from './iam/authorizer.ts';
import { type Credentials, functionPrincipal, operatorPrincipal, type Principal } from './iam/principal.ts';
import { kmsService } from './kms/handler.ts';
import { openKeyStore } from './kms/keys.ts';
import { makePrivateDirectory } from './private-files.ts';
import { Scheduler } from './scheduler.ts';
import type { FunctionDefinition, NamedPolicy } from './template/compute.ts';
import { readStack, type Stack } from './template/stack.ts';

const DELIVERY_MS = 2_000;
const DIGEST_MS = 10_000;

export interface RuntimeOptions {
  /** Where all state lies; made when it is not there. */
  readonly dir: string;
  /** Port of the API; 0 takes any free one. */
  readonly port: number;
  /** The folder `cdk synth` wrote. */
  readonly assembly: string;
  readonly clock?: Clock;
  /** Told of failures inside the runtime itself; functions write to their own logs. */
  log?(message: string): void;
}

export interface Runtime {
  readonly apiUrl: string;
  readonly awsEndpointUrl: string;
  readonly region: string;
  readonly accountId: string;
  readonly operator: Credentials;
  /** Table and key names of shared/base/tables.ts → physical names and ARNs, from the template's outputs. */
  readonly tables: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly trailDirectory: string;
  readonly stack: Stack;
  /** Runs a function by its entry in infra/routes.ts or its logical id. */
  invoke(name: string, event: unknown): Promise<Outcome>;
  /** Runs a scheduled function now, as its schedule would. */
  runSchedule(entry: string): Promise<Outcome>;
  /** Credentials that work as one function's role until the runtime stops. */
  assume(name: string): Credentials;
  /** Delivers every record so far and signs a digest over it. */
  flushTrail(): void;
  stop(): Promise<void>;
}

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { dir, clock = systemClock, log = () => {} } = options;
  makePrivateDirectory(dir);
  const stack = readStack(options.assembly);
  const onFailure = (error: unknown) => log(error instanceof Error ? (error.stack ?? error.message) : String(error));

  // The store first: its lock keeps a second runtime out of this folder before anything is written.
  const engine = await startEngine(join(dir, 'dynamodb'), stack.tables);
  const keys = openKeyStore(join(dir, 'kms', 'keys.json'), stack.keys, randomBytes, clock.nowMs());
  const trail = new Trail({ dir, definition: stack.trail, account: stack.account, clock, random: randomBytes });
  const authorizer = new Authorizer(stack.account.accountId);
  const sessions = new Sessions(stack, clock);
  const endpoint = await startEndpoint({
    services: [
      kmsService({ keys, random: randomBytes }, authorizer),
      dynamoDbService(engine, stack.tables, authorizer),
    ],
    findPrincipal: (accessKeyId) => sessions.find(accessKeyId),
    record: (event: ServiceEvent, caller: Caller) => {
      if (!isSelected(stack.trail, event)) return;
      trail.add(toRecord(event, caller, stack.account, newEventId(), clock.nowMs()));
    },
    onFailure,
  });
  const functions = new Functions({
    definitions: stack.functions,
    region: stack.account.region,
    endpointUrl: endpoint.url,
    logDirectory: join(dir, 'logs'),
    openSession: (definition) => sessions.open(definition),
    closeSession: (principal) => sessions.close(principal),
    nowMs: () => clock.nowMs(),
  });
  const scheduler = new Scheduler({ stack, functions, authorizer, clock, onFailure });
  const timers = trailTimers(trail, onFailure);

  const stop = once(async () => {
    for (const timer of timers) clearInterval(timer);
    await gateway.stop();
    await scheduler.stop();
    await functions.stop();
    await endpoint.stop();
    trail.digest();
    await engine.stop();
  });
  const { accountId, region } = stack.account;
  const gateway = await startGateway({
    api: stack.api,
    functions,
    accountId,
    port: options.port,
    nowMs: () => clock.nowMs(),
    onFailure,
  });
  await scheduler.start();
  return {
    apiUrl: gateway.url,
    awsEndpointUrl: endpoint.url,
    region,
    accountId,
    operator: sessions.operator.credentials,
    tables: outputs(stack, /^(\w+)TableName$/),
    keys: outputs(stack, /^(\w+Key)Arn$/),
    trailDirectory: trail.directory,
    stack,
    invoke: (name, event) => functions.invoke(required(functions.find(name), name), event),
    runSchedule: (entry) => scheduler.run(entry),
    assume: (name) => sessions.open(required(functions.find(name), name)).credentials,
    flushTrail: () => trail.digest(),
    stop,
  };
}

/** The principals that may call the endpoint, by access key id. */
class Sessions {
  readonly operator: Principal;
  readonly #stack: Stack;
  readonly #clock: Clock;
  readonly #open = new Map<string, Principal>();

  constructor(stack: Stack, clock: Clock) {
    this.#stack = stack;
    this.#clock = clock;
    this.operator = operatorPrincipal(operatorPolicy(stack), stack.account, randomBytes);
    this.#open.set(this.operator.credentials.accessKeyId, this.operator);
  }

  find(accessKeyId: string): Principal | undefined {
    return this.#open.get(accessKeyId);
  }

  open(definition: FunctionDefinition): Principal {
    const role = required(
      this.#stack.roles.find(({ arn }) => arn === definition.roleArn),
      definition.roleArn,
    );
    const created = trailTime(this.#clock.nowMs());
    const principal = functionPrincipal(definition, role, this.#stack.account, randomBytes, created);
    this.#open.set(principal.credentials.accessKeyId, principal);
    return principal;
  }

  close({ credentials }: Principal): void {
    this.#open.delete(credentials.accessKeyId);
  }
}

/** The template says what an operator may do; the local operator may do that and no more. */
function operatorPolicy({ outputs, managedPolicies }: Stack): NamedPolicy {
  return required(managedPolicies.get(outputs.OperatorPolicyArn ?? ''), 'OperatorPolicyArn');
}

const outputs = (stack: Stack, pattern: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stack.outputs).flatMap(([name, value]) => {
      const short = pattern.exec(name)?.[1];
      return short === undefined ? [] : [[short, value]];
    }),
  );

function trailTimers(trail: Trail, onFailure: (error: unknown) => void): NodeJS.Timeout[] {
  const every = (intervalMs: number, step: () => void) =>
    setInterval(() => {
      try {
        step();
      } catch (error) {
        onFailure(error);
      }
    }, intervalMs).unref();
  return [
    every(DELIVERY_MS, () => trail.deliver()),
    every(DIGEST_MS, () => {
      if (trail.hasUndigested) trail.digest();
    }),
  ];
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the template has no ${name}`);
  return value;
}

/** Every caller after the first gets the first one's promise: Ctrl-C twice stops once. */
function once(step: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined;
  return () => {
    going ??= step();
    return going;
  };
}
