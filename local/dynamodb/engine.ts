/**
 * DynamoDB itself: dynalite in this process, its data in one folder. It listens on a Unix socket that only this user
 * can open, because it checks no permissions: the one way in is the endpoint, which does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateDirectory } from '../private-files.ts';
import type { TableDefinition } from '../template/storage.ts';

const require = createRequire(import.meta.url);
const CONTENT_TYPE = 'application/x-amz-json-1.0';
const REQUEST_TIMEOUT_MS = 20_000;
/** Requests in flight; more wait their turn. */
const MAX_CONNECTIONS = 64;
/** dynalite wants the form of a signature and checks none; the endpoint has checked the real one. */
const INTERNAL_AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f';

export interface EngineAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Engine {
  call(operation: string, body: Buffer | string): Promise<EngineAnswer>;
  stop(): Promise<void>;
}

/** Opens the store in `directory` and makes the tables that it does not have yet. */
export async function startEngine(directory: string, tables: readonly TableDefinition[]): Promise<Engine> {
  makePrivateDirectory(directory);
  const dynalite = require('dynalite') as (options: Record<string, unknown>) => Server;
  const server = dynalite({ path: join(directory, 'data'), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  // A folder of its own below the system's temporary one (mode 0700): a socket's path may have 104 bytes at most.
  const socketDirectory = mkdtempSync(join(tmpdir(), 'fuda-'));
  const socketPath =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\${socketDirectory.split('\\').at(-1)}`
      : join(socketDirectory, 'dynamodb');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const underWay = new Set<Promise<EngineAnswer>>();
  const engine: Engine = {
    call: (operation, body) => {
      const call = callEngine({ agent, socketPath }, operation, body).finally(() => underWay.delete(call));
      underWay.add(call);
      return call;
    },
    stop: async () => {
      // Also those nobody waits for any more, which dynalite would go on with after its store is closed.
      await Promise.allSettled(underWay);
      agent.destroy();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
      rmSync(socketDirectory, { recursive: true, force: true });
    },
  };
  await createMissingTables(engine, tables).catch((error: unknown) => engine.stop().then(() => Promise.reject(error)));
  return engine;
}

async function createMissingTables(engine: Engine, tables: readonly TableDefinition[]): Promise<void> {
  for (const { name, schema } of tables) {
    const described = await engine.call('DescribeTable', JSON.stringify({ TableName: name }));
    if (described.status === 200) {
      refuseOtherSchema(name, schema, described.body);
      continue;
    }
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = schema;
    const answer = await engine.call(
      'CreateTable',
      JSON.stringify({
        TableName: name,
        KeySchema,
        AttributeDefinitions,
        BillingMode: 'PAY_PER_REQUEST',
        ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
      }),
    );
    if (answer.status !== 200) throw new Error(`table ${name} could not be made: ${answer.body.toString()}`);
    await untilActive(engine, name);
  }
}

/** A table keeps the keys and indexes it was made with, so state of another version would answer questions wrongly. */
function refuseOtherSchema(name: string, wanted: TableDefinition['schema'], described: Buffer): void {
  const { Table } = JSON.parse(described.toString()) as { Table: Partial<TableDefinition['schema']> };
  const keyOf = (key: TableDefinition['schema']['KeySchema'] = []) =>
    key.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  const keysOf = ({ KeySchema, GlobalSecondaryIndexes = [] }: Partial<TableDefinition['schema']>) =>
    [
      keyOf(KeySchema),
      ...GlobalSecondaryIndexes.map((index) => index.IndexName + keyOf(index.KeySchema)).sort(),
    ].join();
  if (keysOf(Table) === keysOf(wanted)) return;
  throw new Error(
    `the state folder was written by another version of the vault (table ${name}); delete it to start over`,
  );
}

/** dynalite makes a table a moment after it has answered; ten seconds would mean it never will. */
async function untilActive(engine: Engine, name: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const { body } = await engine.call('DescribeTable', JSON.stringify({ TableName: name }));
    if (body.includes('"TableStatus":"ACTIVE"')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`table ${name} does not become active`);
}

function callEngine(
  { agent, socketPath }: { agent: Agent; socketPath: string },
  operation: string,
  body: Buffer | string,
): Promise<EngineAnswer> {
  const headers = {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20000101T000000Z',
    authorization: INTERNAL_AUTHORIZATION,
  };
  return new Promise((resolve, reject) => {
    const call = request({ agent, socketPath, method: 'POST', path: '/', headers, timeout: REQUEST_TIMEOUT_MS });
    call.on('timeout', () => call.destroy(new Error(`dynalite did not answer ${operation} in time`)));
    call.on('error', reject);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const checksum = response.headers['x-amz-crc32'];
        resolve({
          status: response.statusCode ?? 500,
          headers: checksum === undefined ? {} : { 'x-amz-crc32': String(checksum) },
          body: Buffer.concat(chunks),
        });
      });
    });
    call.end(body);
  });
}
