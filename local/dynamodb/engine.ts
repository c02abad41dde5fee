/**
 * DynamoDB's engine: dynalite in this process, with its data in one folder or in memory. Dynalite's own HTTP server is
 * not used, because the endpoint has already read each call, checked its signature and authorized it.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { makePrivateDirectory } from '../base/private-files.ts';
import type { TemplateTable } from '../template/storage.ts';

const require = createRequire(import.meta.url);
const CALL_TIMEOUT_MS = 60_000;

interface EngineResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Engine {
  call(operation: string, body: Buffer | string): Promise<EngineResponse>;
  stop(): Promise<void>;
}

/** Opens the store in `directory`, or in memory if it is null, and creates missing tables. */
export async function startEngine(directory: string | null, tables: readonly TemplateTable[]): Promise<Engine> {
  if (directory !== null) makePrivateDirectory(directory);
  const store = openStore(directory === null ? undefined : join(directory, 'data'));
  const underWay = new Set<Promise<EngineResponse>>();
  const engine: Engine = {
    call: (operation, body) => {
      const call = run(store, operation, body.toString()).finally(() => underWay.delete(call));
      underWay.add(call);
      return call;
    },
    stop: async () => {
      // A caller may have given up on a call that the store still works on.
      await Promise.allSettled(underWay);
      await new Promise<void>((resolve, reject) =>
        store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve())),
      );
    },
  };
  await createMissingTables(engine, tables).catch((error: unknown) => engine.stop().then(() => Promise.reject(error)));
  return engine;
}

/** The parts of dynalite that are used. Each operation is a file of `actions/` and one of `validations/`. */
interface Store {
  readonly lifecycleManager: { gracefulClose(done: (error?: Error | null) => void): void };
}
interface DynaliteError extends Error {
  readonly statusCode?: number;
  readonly body?: object;
}
type Action = (store: Store, request: object, done: (error: DynaliteError | null, response?: object) => void) => void;
interface Validations {
  toLowerFirst(operation: string): string;
  checkTypes(request: object, types: object): object;
  checkValidations(request: object, types: object, custom: unknown, store: Store): void;
}

interface Operation {
  readonly types: object;
  readonly custom?: unknown;
  readonly action: Action;
}

const validations = require('dynalite/validations') as Validations;
const operations = new Map<string, Operation>();

function openStore(path: string | undefined): Store {
  const { create } = require('dynalite/db') as { create(options: object): Store };
  return create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
}

function operationOf(operation: string): Operation {
  const known = operations.get(operation);
  if (known) return known;
  const name = validations.toLowerFirst(operation);
  const { types, custom } = require(`dynalite/validations/${name}`) as Omit<Operation, 'action'>;
  const found = { types, custom, action: require(`dynalite/actions/${name}`) as Action };
  operations.set(operation, found);
  return found;
}

async function run(store: Store, operation: string, body: string): Promise<EngineResponse> {
  const { types, custom, action } = operationOf(operation);
  try {
    const request = validations.checkTypes(JSON.parse(body) as object, types);
    validations.checkValidations(request, types, custom, store);
    return responseOf(200, await finished(action, store, request, operation));
  } catch (error) {
    const { statusCode, body: refusal } = error as DynaliteError;
    if (statusCode === undefined || refusal === undefined) throw error;
    return responseOf(statusCode, refusal);
  }
}

function finished(action: Action, store: Store, request: object, operation: string): Promise<object> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`dynalite did not respond to ${operation} in time`));
    const timer = setTimeout(late, CALL_TIMEOUT_MS).unref();
    action(store, request, (error, response = {}) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(response);
    });
  });
}

function responseOf(status: number, response: object): EngineResponse {
  const body = Buffer.from(JSON.stringify(response));
  return { status, headers: { 'x-amz-crc32': String(crc32(body)) }, body };
}

const createMissingTables = (engine: Engine, tables: readonly TemplateTable[]): Promise<unknown> =>
  Promise.all(tables.map((table) => createIfMissing(engine, table)));

async function createIfMissing(engine: Engine, { name, schema }: TemplateTable): Promise<void> {
  const described = await engine.call('DescribeTable', JSON.stringify({ TableName: name }));
  if (described.status === 200) return refuseOtherSchema(name, schema, described.body);
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = schema;
  const response = await engine.call(
    'CreateTable',
    JSON.stringify({
      TableName: name,
      KeySchema,
      AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
    }),
  );
  if (response.status !== 200) throw new Error(`table ${name} could not be made: ${response.body.toString()}`);
  await untilActive(engine, name);
}

/** A table keeps its original keys and indexes, so a store of another version would give wrong results. */
function refuseOtherSchema(name: string, wanted: TemplateTable['schema'], described: Buffer): void {
  const { Table } = JSON.parse(described.toString()) as { Table: Partial<TemplateTable['schema']> };
  const keyOf = (key: TemplateTable['schema']['KeySchema'] = []) =>
    key.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  const keysOf = ({ KeySchema, GlobalSecondaryIndexes = [] }: Partial<TemplateTable['schema']>) =>
    [
      keyOf(KeySchema),
      ...GlobalSecondaryIndexes.map((index) => index.IndexName + keyOf(index.KeySchema)).sort(),
    ].join();
  if (keysOf(Table) === keysOf(wanted)) return;
  throw new Error(
    `the state folder was written by another version of the vault (table ${name}); delete it to start over`,
  );
}

/** dynalite creates a table shortly after its response; after ten seconds it has failed. */
async function untilActive(engine: Engine, name: string): Promise<void> {
  for (let tried = 0; tried < 2_000; tried++) {
    const { body } = await engine.call('DescribeTable', JSON.stringify({ TableName: name }));
    if (body.includes('"TableStatus":"ACTIVE"')) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`table ${name} does not become active`);
}
