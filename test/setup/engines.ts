/**
 * The DynamoDB engine that everything which talks to DynamoDB is tested on: dynalite, which `npm start` uses, or with
 * FUDA_TEST_ENGINE=dynamodb-local Amazon's DynamoDB Local, as `npm run check` and CI do for the files that say
 * `describe.each(ENGINES)`.
 */
import { type Engine, startEngine } from '../../local/dynamodb/engine.ts';
import type { TemplateTable } from '../../local/template/storage.ts';
import { REQUEST_TIMEOUT_MS } from './limits.ts';

export interface EngineKind {
  readonly name: string;
  start(tables: readonly TemplateTable[]): Promise<Engine>;
}

const dynalite: EngineKind = { name: 'dynalite', start: (tables) => startEngine(null, tables) };

/** Signed with anything: DynamoDB Local checks no signatures. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

const dynamoDbLocal = (url: string): EngineKind => ({
  name: 'DynamoDB Local',
  async start(tables) {
    const engine: Engine = {
      async call(operation, body) {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': `DynamoDB_20120810.${operation}`,
            'x-amz-date': '20260101T000000Z',
            authorization: AUTHORIZATION,
          },
          body: typeof body === 'string' ? body : new Uint8Array(body),
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        const checksum = response.headers.get('x-amz-crc32');
        return {
          status: response.status,
          headers: checksum === null ? {} : { 'x-amz-crc32': checksum },
          body: Buffer.from(await response.arrayBuffer()),
        };
      },
      async stop() {
        for (const table of tables) await engine.call('DeleteTable', JSON.stringify({ TableName: table.name }));
      },
    };
    for (const { name, schema } of tables) {
      const { GlobalSecondaryIndexes: indexes, ...rest } = schema;
      const request = {
        TableName: name,
        ...rest,
        ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
        BillingMode: 'PAY_PER_REQUEST',
      };
      const response = await engine.call('CreateTable', JSON.stringify(request));
      if (response.status !== 200) throw new Error(`DynamoDB Local refused ${name}: ${response.body.toString()}`);
    }
    return engine;
  },
});

const localUrl = process.env.FUDA_DYNAMODB_LOCAL_URL;

export const ENGINES: readonly [EngineKind] = [localUrl ? dynamoDbLocal(localUrl) : dynalite];
