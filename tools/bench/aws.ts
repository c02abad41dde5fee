/**
 * AWS for the benchmarks, in a separate process so that its work is not counted as the vault's: the local KMS and
 * DynamoDB behind the permissions of the synthesized template. It also records every call with times and request units,
 * and can delay every response by a drawn latency.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { trailTime } from '../../local/cloudtrail/record.ts';
import { type Engine, startEngine } from '../../local/dynamodb/engine.ts';
import { dynamoDbService } from '../../local/dynamodb/handler.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import type { Service, ServiceCall, ServiceResponse } from '../../local/endpoint/service.ts';
import { contextOf, environmentOf } from '../../local/functions/environment.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import { type Credentials, functionPrincipal, type Principal, personPrincipal } from '../../local/iam/principal.ts';
import { kmsService } from '../../local/kms/handler.ts';
import { openKeyStore } from '../../local/kms/keys.ts';
import { readStack } from '../../local/template/stack.ts';
import { serve } from './rpc.ts';
import { type Chance, drawLatencyMs, type Percentiles, seededChance } from './statistics.ts';
import { type Units, unitsOf } from './units.ts';

/** One recorded call. */
export interface NotedCall extends Units {
  readonly service: 'kms' | 'dynamodb';
  readonly operation: string;
  /** `PanKey`, `Ledger`. */
  readonly resource: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Latencies {
  readonly kms: Percentiles;
  readonly dynamodb: Percentiles;
}

/** What Lambda gives one function. */
export interface Placement {
  readonly modulePath: string;
  readonly environment: Record<string, string>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly credentials: Credentials;
  readonly memoryMb: number;
}

export interface OpenedAws {
  readonly url: string;
  readonly region: string;
  readonly operator: Credentials;
  readonly functions: Readonly<Record<string, Placement>>;
  /** Name in shared/base/tables.ts → physical name, or ARN. */
  readonly tables: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
}

let latencies: Latencies | null = null;
let chance: Chance = seededChance(0);
let noted: NotedCall[] | null = null;
let engine: Engine | undefined;

const verbs = {
  open,
  /** Null means no delay. The same seed draws the same latencies again. */
  pace({ drawn, seed }: { readonly drawn: Latencies | null; readonly seed: number }): void {
    latencies = drawn;
    chance = seededChance(seed);
  },
  /** Starts recording calls. */
  note(): void {
    noted = [];
  },
  /** Stops recording and returns the calls. */
  calls(): NotedCall[] {
    const all = noted ?? [];
    noted = null;
    return all;
  },
  /** Processor time so far; close to wall time, the simulated AWS is the bottleneck. */
  cpuMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** Fills a table before the benchmark, without recording. */
  async fill({ table, items }: { readonly table: string; readonly items: readonly object[] }): Promise<void> {
    const puts = items.map((Item) => ({ PutRequest: { Item } }));
    for (let from = 0; from < puts.length; from += 25) {
      const response = await engine?.call(
        'BatchWriteItem',
        JSON.stringify({ RequestItems: { [table]: puts.slice(from, from + 25) } }),
      );
      if (response?.status !== 200) throw new Error(`the engine does not take items: ${response?.body}`);
    }
  },
};
export type AwsVerbs = typeof verbs;

async function open({ assembly, dir }: { readonly assembly: string; readonly dir: string }): Promise<OpenedAws> {
  const stack = readStack(assembly);
  const { accountId, region } = stack.account;
  engine = await startEngine(join(dir, 'dynamodb'), stack.tables);
  const keys = openKeyStore(join(dir, 'kms', 'keys.json'), stack.keys, randomBytes, Date.now());
  const authorizer = new Authorizer(accountId);
  const policy = stack.managedPolicies.get(stack.outputs.OperatorPolicyArn ?? '');
  if (policy === undefined) throw new Error('the template has no operator policy');
  const operator = personPrincipal('operator', policy, stack.account, randomBytes);
  const principals = new Map<string, Principal>([[operator.credentials.accessKeyId, operator]]);
  const named = namesOf(stack.outputs);
  const byTable = new Map(stack.tables.map((table) => [table.name, table]));
  const services = [
    dynamoDbService(engine, stack.tables, authorizer),
    kmsService({ keys, random: randomBytes }, authorizer),
  ];
  const endpoint = await startEndpoint({
    services: services.map((service) => watched(service, named.byPlace, (name) => byTable.get(name))),
    findPrincipal: (accessKeyId) => principals.get(accessKeyId),
    record: () => {},
    onFailure: (error) => console.error(error),
  });
  const functions = stack.functions.map((definition): [string, Placement] => {
    const role = stack.roles.find(({ arn }) => arn === definition.roleArn);
    if (role === undefined) throw new Error(`the template has no role for ${definition.entry}`);
    const created = trailTime(Date.now());
    const principal = functionPrincipal(definition, role, { account: stack.account, random: randomBytes, created });
    const { credentials } = principal;
    principals.set(credentials.accessKeyId, principal);
    return [
      definition.entry,
      {
        modulePath: join(definition.bundleDirectory, 'index.mjs'),
        environment: environmentOf(definition, credentials, {
          region,
          endpointUrl: endpoint.url,
          apiUrl: endpoint.url,
        }),
        context: contextOf(definition),
        credentials,
        memoryMb: definition.memoryMb,
      },
    ];
  });
  return {
    url: endpoint.url,
    region,
    operator: operator.credentials,
    functions: Object.fromEntries(functions),
    tables: named.tables,
    keys: named.keys,
  };
}

/** Maps the template's outputs to tables and keys. */
function namesOf(outputs: Readonly<Record<string, string>>) {
  const named = (pattern: RegExp) =>
    Object.entries(outputs).flatMap(([output, value]): [string, string][] => {
      const name = pattern.exec(output)?.[1];
      return name === undefined ? [] : [[name, value]];
    });
  const tables = named(/^(\w+)TableName$/);
  const keys = named(/^(\w+Key)Arn$/);
  return {
    tables: Object.fromEntries(tables),
    keys: Object.fromEntries(keys),
    byPlace: new Map([...tables, ...keys].map(([name, place]) => [place, name])),
  };
}

function watched(
  service: Service,
  nameOf: ReadonlyMap<string, string>,
  tableOf: (name: string) => Parameters<typeof unitsOf>[1],
): Service {
  const kind = service.target === 'TrentService' ? 'kms' : 'dynamodb';
  return {
    ...service,
    async call(call: ServiceCall): Promise<ServiceResponse> {
      const startMs = performance.now();
      const untilMs = startMs + (latencies === null ? 0 : drawLatencyMs(latencies[kind], chance));
      const calls = noted;
      const asked = calls && kind === 'dynamodb' ? askCapacity(call) : call;
      const response = await service.call(asked);
      const leftMs = untilMs - performance.now();
      if (leftMs >= 0.5) await new Promise((resolve) => setTimeout(resolve, Math.round(leftMs)));
      if (calls !== null) {
        const request = JSON.parse(call.body.toString()) as Record<string, unknown>;
        const place = String(request.TableName ?? request.KeyId ?? request.SourceKeyId ?? batchTable(request));
        const units =
          kind === 'dynamodb'
            ? unitsOf(call.operation, tableOf(place), request, JSON.parse(response.body.toString()))
            : { read: 0, write: 0 };
        const resource = nameOf.get(place) ?? place;
        calls.push({ service: kind, operation: call.operation, resource, startMs, endMs: performance.now(), ...units });
      }
      return response;
    },
  };
}

const batchTable = ({ RequestItems = {} }: Record<string, unknown>) => Object.keys(RequestItems as object)[0];

const askCapacity = (call: ServiceCall): ServiceCall => ({
  ...call,
  body: Buffer.from(JSON.stringify({ ...JSON.parse(call.body.toString()), ReturnConsumedCapacity: 'TOTAL' })),
});

serve(verbs);
