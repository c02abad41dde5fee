/**
 * Reads the tables and keys that a function asks for from its environment. All missing names are reported together, so
 * one deployment corrects them.
 */
import { openerRoles, roleVariable } from './entries.ts';
import {
  KEYS,
  type KeyName,
  keyVariable,
  OLDER_PAN_KEYS_VARIABLE,
  TABLES,
  type TableName,
  tableVariable,
} from './tables.ts';

export interface Resources {
  readonly tables: readonly TableName[];
  readonly keys: readonly KeyName[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface ResourceNames {
  table(name: TableName): string;
  key(name: KeyName): string;
}

/** Throws an Error that lists every variable that is missing or empty. */
export function resourceNames(environment: Environment, wanted: Resources): ResourceNames {
  const variables = [...wanted.tables.map(tableVariable), ...wanted.keys.map(keyVariable)];
  const missing = variables.filter((variable) => !environment[variable]);
  if (missing.length > 0) throw new Error(`missing in the environment: ${missing.join(', ')}`);
  const values = new Map(variables.map((variable) => [variable, environment[variable] ?? '']));
  const read = (variable: string): string => {
    const value = values.get(variable);
    if (value === undefined) throw new Error(`this function did not ask for ${variable}`);
    return value;
  };
  return { table: (name) => read(tableVariable(name)), key: (name) => read(keyVariable(name)) };
}

/** A variable other than a table or key; throws where it is missing or empty. */
export function setting(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`missing in the environment: ${name}`);
  return value;
}

/** Every table, key and role that the environment names, whether or not the function may use it. */
export function knownResources(environment: Environment): {
  readonly tableNames: Readonly<Partial<Record<TableName, string>>>;
  readonly keyArns: Readonly<Partial<Record<KeyName, string>>>;
  readonly openerRoles: Readonly<Record<string, string>>;
  readonly olderPanKeyArns: readonly string[];
} {
  const named = <Name extends string>(names: readonly Name[], variableOf: (name: Name) => string) =>
    Object.fromEntries(
      names.flatMap((name) => (environment[variableOf(name)] ? [[name, environment[variableOf(name)]]] : [])),
    );
  return {
    tableNames: named(Object.keys(TABLES) as TableName[], tableVariable),
    keyArns: named([...(Object.keys(KEYS) as KeyName[]), 'FormerPanKey'], keyVariable),
    openerRoles: openerRoles((opener) => environment[roleVariable(opener)]),
    olderPanKeyArns: environment[OLDER_PAN_KEYS_VARIABLE]?.split(',') ?? [],
  };
}

/**
 * Whether the function runs in the local runtime. The template sets no endpoint, and this address reaches no AWS
 * service from Lambda, so a deployed function never takes itself for local.
 */
export function isLocalRuntime(environment: Environment): boolean {
  const endpoint = environment.AWS_ENDPOINT_URL ?? '';
  return URL.canParse(endpoint) && new URL(endpoint).hostname === '127.0.0.1';
}
