/** Commands find a deployment by its stack’s outputs. CloudFormation’s responses are in its own XML. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { use } from '../setup/use.ts';
import { ALL_TABLES, openWorld } from '../setup/world.ts';
import { workplace } from './fuda.ts';

const NOT_FOUND = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
<Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>`;

const stackXml = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
<Stacks><member><StackName>Fuda</StackName><CreationTime>2026-11-23T00:00:00Z</CreationTime>
<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks>
</DescribeStacksResult></DescribeStacksResponse>`;
};

const world = use(openWorld);
const place = use(() => workplace());
let server: Server;
let settings: Record<string, string>;
/** What S3 was asked for. */
const asked: string[] = [];

beforeAll(async () => {
  const names = Object.fromEntries(ALL_TABLES.map((table) => [`${table}TableName`, world.deps.table(table)]));
  const stacks: Readonly<Record<string, string>> = {
    Fuda: stackXml({ ...names, PanKeyArn: world.deps.key('PanKey'), TrailBucketName: 'fuda-trail' }),
    Other: stackXml({ SiteUrl: 'https://x.example' }),
  };
  server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'GET') {
        asked.push(request.url ?? '');
        response.writeHead(404).end('<Error><Code>NoSuchBucket</Code><Message>None.</Message></Error>');
        return;
      }
      const found = stacks[new URLSearchParams(body).get('StackName') ?? ''];
      response.writeHead(found === undefined ? 400 : 200, { 'content-type': 'text/xml' });
      response.end(found ?? NOT_FOUND);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { config } = world.deps.dynamodb;
  const [endpoint, credentials] = [await config.endpoint?.(), await config.credentials()];
  settings = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://${endpoint?.hostname}:${endpoint?.port}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: await config.region(),
  };
});
afterAll(() => void server.close());

const run = (...args: readonly string[]) => place.runWith(settings, ...args);

describe('--stack', () => {
  test('works on the tables that the stack’s outputs name', async () => {
    const created = await run('merchant', 'create', '--name', 'Chaya', '--json', '--stack', 'Fuda');
    expect(created.stderr).toBe('');
    const { merchant } = JSON.parse(created.stdout);
    expect((await run('merchant', 'show', merchant.id, '--stack', 'Fuda')).stdout).toContain('Chaya');
  });

  test('of a stack that is not there ends with 1', async () => {
    const { exitCode, stderr } = await run('merchant', 'show', 'mer_a', '--stack', 'Missing');
    expect([exitCode, stderr.trim()]).toEqual([1, 'fuda: There is no such stack in this account and Region.']);
  });

  test('of a stack without a vault is refused', async () => {
    const { exitCode, stderr } = await run('merchant', 'show', 'mer_a', '--stack', 'Other');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('without a vault');
  });

  test('reads the trail from the bucket its outputs name, and says what S3 returns', async () => {
    const { exitCode, stderr } = await run('evidence', '--stack', 'Fuda');
    expect([exitCode, stderr.trim()]).toEqual([1, 'fuda: The trail cannot be read: there is no bucket of that name.']);
    expect(asked).toContainEqual(expect.stringMatching(/^\/fuda-trail\/?\?.*prefix=AWSLogs%2F/));
  });

  test('without credentials says so', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...without } = settings;
    const { exitCode, stderr } = await place.runWith(without, 'merchant', 'show', 'mer_a', '--stack', 'Fuda');
    expect([exitCode, stderr.trim()]).toEqual([1, 'fuda: There are no AWS credentials; sign in, or set AWS_PROFILE.']);
  });

  test('without a Region says so', async () => {
    const { AWS_REGION: _, ...without } = settings;
    const { exitCode, stderr } = await place.runWith(without, 'merchant', 'show', 'mer_a', '--stack', 'Fuda');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--region is missing');
  });
});
