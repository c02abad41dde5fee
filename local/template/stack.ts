/**
 * The stack as the local runtime needs it: tables, keys, roles, functions, schedules, the API and the trail, each read
 * from its CloudFormation resource with all names resolved. It reads nothing from our source code, so a resource that
 * is missing in the template is missing locally too.
 */
import { type ApiDefinition, readApi } from './api.ts';
import { type Assembly, readAssembly } from './assembly.ts';
import {
  type FunctionDefinition,
  type NamedPolicy,
  type RoleDefinition,
  readFunctions,
  readManagedPolicies,
  readRoles,
  readSchedules,
  type ScheduleDefinition,
} from './compute.ts';
import type { Account } from './resolve.ts';
import { TemplateSource } from './source.ts';
import {
  type BucketDefinition,
  type KeyDefinition,
  type ParameterDefinition,
  readBuckets,
  readKeys,
  readParameters,
  readTables,
  readTrail,
  type TemplateTable,
  type TrailDefinition,
} from './storage.ts';

export interface Stack {
  readonly name: string;
  readonly account: Account;
  readonly tables: readonly TemplateTable[];
  readonly keys: readonly KeyDefinition[];
  readonly buckets: readonly BucketDefinition[];
  readonly parameters: readonly ParameterDefinition[];
  readonly roles: readonly RoleDefinition[];
  readonly functions: readonly FunctionDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly api: ApiDefinition;
  readonly trail: TrailDefinition;
  /** Managed policies by ARN, for principals outside the template. */
  readonly managedPolicies: ReadonlyMap<string, NamedPolicy>;
  /** The stack's outputs, for other programs. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A fictional account in Tokyo, the region that the vault is made for. */
export const LOCAL_ACCOUNT: Account = { accountId: '000000000000', region: 'ap-northeast-1' };

export const readStack = (assemblyDirectory: string, account: Account = LOCAL_ACCOUNT): Stack =>
  stackOf(readAssembly(assemblyDirectory), account);

export function stackOf(assembly: Assembly, account: Account = LOCAL_ACCOUNT): Stack {
  const source = new TemplateSource(assembly, account);
  // The auditors' resources exist locally too: the trail's bucket, its key, and the auditor's policy.
  const sources = [
    source,
    ...assembly.others.map((other) => new TemplateSource({ ...assembly, ...other, others: [] }, account)),
  ];
  return {
    name: assembly.stackName,
    account,
    tables: readTables(source),
    keys: sources.flatMap(readKeys),
    buckets: sources.flatMap(readBuckets),
    parameters: readParameters(source),
    roles: readRoles(source),
    functions: readFunctions(source),
    schedules: readSchedules(source),
    api: readApi(source),
    trail: readTrail(source),
    managedPolicies: new Map(sources.flatMap((each) => [...readManagedPolicies(each)])),
    outputs: Object.assign({}, ...sources.toReversed().map(outputsOf)),
  };
}

const outputsOf = (source: TemplateSource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(source.assembly.template.Outputs).map(([name, { Value }]) => [
      name,
      String(source.resolve(Value, name)),
    ]),
  );
