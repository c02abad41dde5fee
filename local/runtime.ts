/**
 * The embedded AWS, assembled from a synthesized template: keys, tables, trail, endpoint, functions, gateway and
 * schedules, with all state in one folder. `npm start` runs one; tests run several, each with its own folder and ports.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, systemClock } from '../shared/base/clock.ts';
import { openerRoles, roleOutput } from '../shared/base/entries.ts';
import { cloudTrailService } from './cloudtrail/handler.ts';
import { toRecord, trailTime } from './cloudtrail/record.ts';
import { isSelected } from './cloudtrail/selectors.ts';
import { Trail } from './cloudtrail/trail.ts';
import { startEngine } from './dynamodb/engine.ts';
import { dynamoDbService } from './dynamodb/handler.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import type { Draw } from './endpoint/rough.ts';
import { Functions } from './functions/functions.ts';
import type { InvocationOutcome } from './functions/instance.ts';
import { type Gateway, startGateway } from './gateway/gateway.ts';
import { Authorizer, type Observer } from './iam/authorizer.ts';
import { type Credentials, functionPrincipal, type Principal, personPrincipal } from './iam/principal.ts';
import { kmsService } from './kms/handler.ts';
import { openKeyStore } from './kms/keys.ts';
import { lambdaService } from './lambda/handler.ts';
import { takeLock } from './lock.ts';
import { type ServedBucket, s3Service } from './s3/handler.ts';
import { Objects } from './s3/objects.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedListing } from './simulated-listing.ts';
import { ssmService } from './ssm/handler.ts';
import type { FunctionDefinition, NamedPolicy } from './template/compute.ts';
import { readStack, type Stack } from './template/stack.ts';

/** Keeps what `npm start` costs in memory small; one shopper needs no more functions at once. */
const THREADS_MAX = 5;
const DELIVERY_MS = 1_000;
const DIGEST_MS = 2_000;

export interface RuntimeOptions {
  /** The folder of all state; created if it is missing. */
  readonly dir: string;
  /** Port of the API; 0 takes any free one. */
  readonly port: number;
  /** The output folder of `cdk synth`. */
  readonly assembly: string;
  readonly clock?: Clock;
  /** Where threads keep what Node compiled of the bundles; nowhere unless given. */
  readonly compiledDirectory?: string | undefined;
  /** Most threads of functions at once; five unless given. */
  readonly threadsMax?: number;
  /**
   * Entries of the schedules that run once at start. Each runs only by `runSchedule` then, so that a test controls it;
   * unless given, all run at start and at their rates.
   */
  readonly schedulesAtStart?: readonly string[];
  /** Called with every call on KMS and DynamoDB, and whether the template allows it. */
  readonly onCall?: Observer | undefined;
  /** Makes KMS and DynamoDB rougher than AWS (endpoint/rough.ts), by what is drawn. */
  readonly rough?: Draw | undefined;
  /** Gets failures inside the runtime itself; functions write to their own logs. */
  log?(message: string): void;
}

export interface Runtime {
  readonly apiUrl: string;
  readonly awsEndpointUrl: string;
  readonly region: string;
  readonly accountId: string;
  readonly operator: Credentials;
  /** Undefined if the template has no auditor's policy. */
  readonly auditor: Credentials | undefined;
  /** Credentials that may call the export function, and its name; undefined if the template allows no export. */
  readonly exporter: (Credentials & { readonly functionName: string }) | undefined;
  /** Table and key names of shared/base/tables.ts → physical names and ARNs, from the template's outputs. */
  readonly tables: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  /** Function that opens cards → the name of its role. */
  readonly openerRoles: Readonly<Record<string, string>>;
  /** By ARN, oldest first. */
  readonly olderPanKeys: readonly string[];
  readonly trailDirectory: string;
  /** What the simulated processor lists, as auditors get it from a processor. */
  readonly listing: SimulatedListing;
  readonly stack: Stack;
  /** Runs a function by its entry in infra/routes.ts or its logical id. */
  invoke(name: string, event: unknown): Promise<InvocationOutcome>;
  /** Runs a scheduled function now, as its schedule would. */
  runSchedule(entry: string): Promise<InvocationOutcome>;
  /** Credentials of one function's role, valid until the runtime stops. */
  assume(name: string): Credentials;
  /** Delivers every record so far and signs a digest over it. */
  flushTrail(): void;
  stop(): Promise<void>;
}

/** One runtime at a time may use a state folder. */
export const lockPath = (dir: string): string => join(dir, 'lock');

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const started: Stoppable[] = [];
  const stop = once(async () => {
    for (const part of started.toReversed()) await part.stop();
  });
  try {
    return { ...(await startParts(options, (part) => started.push(part))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Stoppable {
  stop(): Promise<void> | void;
}

/** Starts each part after those it needs; `stop` stops them in the opposite order. */
async function startParts(options: RuntimeOptions, started: (part: Stoppable) => void): Promise<Omit<Runtime, 'stop'>> {
  const { dir, clock = systemClock, log = () => {} } = options;
  const onFailure = (error: unknown) => log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const nowMs = () => clock.nowMs();
  const stack = readStack(options.assembly);
  const { accountId, region } = stack.account;

  const lock = takeLock(lockPath(dir));
  started({ stop: () => lock.release() });
  const engine = await startEngine(join(dir, 'dynamodb'), stack.tables);
  started(engine);
  const keys = openKeyStore(join(dir, 'kms', 'keys.json'), stack.keys, randomBytes, nowMs());
  const trail = new Trail({ dir, definition: stack.trail, account: stack.account, clock, random: randomBytes });
  started(trailTimers(trail, onFailure));
  const listing = new SimulatedListing(engine, stack.outputs.SimulatorTableName, dir);
  started(listing.keepUp(onFailure));
  const authorizer = new Authorizer(accountId, options.onCall);
  const principals = new Principals(stack, clock);
  const endpoint = await startEndpoint({
    services: [
      kmsService({ keys, random: randomBytes }, authorizer),
      dynamoDbService(engine, stack.tables, authorizer),
      s3Service(servedBuckets(stack, trail), authorizer, region),
      cloudTrailService(trail, authorizer),
      ssmService(stack.parameters, authorizer, nowMs()),
      lambdaService(() => functions, authorizer, `arn:aws:lambda:${region}:${accountId}:function:`, onFailure),
    ],
    findPrincipal: (accessKeyId) => principals.find(accessKeyId),
    record: (event, caller) => {
      listing.see(event);
      if (!isSelected(stack.trail, event)) return;
      trail.add(toRecord(event, caller, stack.account, { eventId: randomUUID(), timeMs: nowMs() }));
    },
    onFailure,
    rough: options.rough,
  });
  started(endpoint);
  let gateway: Gateway | undefined;
  const functions = new Functions({
    definitions: stack.functions,
    region,
    endpointUrl: endpoint.url,
    apiUrl: () => gateway?.url ?? '',
    logDirectory: join(dir, 'logs'),
    compiledDirectory: options.compiledDirectory,
    threadsMax: options.threadsMax ?? THREADS_MAX,
    addPrincipal: (definition) => principals.open(definition),
    removePrincipal: (principal) => principals.close(principal),
    nowMs,
  });
  started(functions);
  const scheduler = new Scheduler({ stack, functions, authorizer, clock, onFailure });
  started(scheduler);
  await scheduler.runOnce(options.schedulesAtStart);
  if (options.schedulesAtStart === undefined) scheduler.start();
  gateway = await startGateway({ api: stack.api, functions, accountId, port: options.port, nowMs, onFailure });
  started(gateway);
  return {
    apiUrl: gateway.url,
    awsEndpointUrl: endpoint.url,
    region,
    accountId,
    operator: principals.operator.credentials,
    auditor: principals.auditor?.credentials,
    exporter: principals.exporter && {
      ...principals.exporter.credentials,
      functionName: stack.outputs.CardExportFunctionName ?? '',
    },
    tables: outputs(stack, /^(\w+)TableName$/),
    keys: outputs(stack, /^(\w+Key)Arn$/),
    openerRoles: openerRoles((opener) => stack.outputs[roleOutput(opener)]),
    olderPanKeys: Object.values(outputs(stack, /^(PanKey\d+)Arn$/)),
    trailDirectory: trail.directory,
    listing,
    stack,
    invoke: (name, event) => functions.invoke(required(functions.find(name), name), event),
    runSchedule: (entry) => scheduler.run(entry),
    assume: (name) => principals.open(required(functions.find(name), name)).credentials,
    flushTrail: () => trail.digest(),
  };
}

/** The principals that may call the endpoint, by access key id. */
class Principals {
  readonly operator: Principal;
  readonly auditor: Principal | undefined;
  readonly exporter: Principal | undefined;
  readonly #stack: Stack;
  readonly #clock: Clock;
  readonly #open = new Map<string, Principal>();

  constructor(stack: Stack, clock: Clock) {
    this.#stack = stack;
    this.#clock = clock;
    const person = (name: string, policy: NamedPolicy): Principal => {
      const principal = personPrincipal(name, policy, stack.account, randomBytes);
      this.#open.set(principal.credentials.accessKeyId, principal);
      return principal;
    };
    this.operator = person('operator', operatorPolicy(stack));
    const optional = (name: string, arn: string | undefined): Principal | undefined => {
      const policy = stack.managedPolicies.get(arn ?? '');
      return policy && person(name, policy);
    };
    this.auditor = optional('auditor', stack.outputs.AuditorPolicyArn);
    this.exporter = optional('exporter', stack.outputs.CardExporterPolicyArn);
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
    const principal = functionPrincipal(definition, role, {
      account: this.#stack.account,
      random: randomBytes,
      created,
    });
    this.#open.set(principal.credentials.accessKeyId, principal);
    return principal;
  }

  close({ credentials }: Principal): void {
    this.#open.delete(credentials.accessKeyId);
  }
}

/** Only the trail's bucket has objects locally. */
function servedBuckets({ buckets, keys, trail }: Stack, { directory }: Trail): ServedBucket[] {
  return buckets
    .filter(({ name }) => name === trail.bucket)
    .map((definition) => ({
      definition,
      objects: new Objects(directory),
      key: keys.find(({ arn }) => arn === definition.keyArn),
    }));
}

/** The local operator has the template's operator policy. */
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

/** Delivers and digests at fixed intervals, and once more at the end. */
function trailTimers(trail: Trail, onFailure: (error: unknown) => void): Stoppable {
  const every = (intervalMs: number, step: () => void) =>
    setInterval(() => {
      try {
        step();
      } catch (error) {
        onFailure(error);
      }
    }, intervalMs).unref();
  const timers = [
    every(DELIVERY_MS, () => trail.deliver()),
    every(DIGEST_MS, () => {
      if (trail.hasUndigested) trail.digest();
    }),
  ];
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      trail.digest();
    },
  };
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the template has no ${name}`);
  return value;
}

/** Later calls get the promise of the first: Ctrl-C twice stops once. */
function once(step: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined;
  return () => {
    going ??= step();
    return going;
  };
}
