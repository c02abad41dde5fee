/**
 * The trail read from S3 against the trail read from a folder: the same files give the same verdicts and findings. The
 * bucket is the local runtime's, under policies written here; what S3 does when it fails is a server of a few lines.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import { GetBucketLocationCommand, ListObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type AuditDeps, audit } from '../../audit/audit.ts';
import { fetchPublicKeys } from '../../audit/trail/public-keys-aws.ts';
import { openTrailBucket, readBucketUrl } from '../../audit/trail/trail-bucket.ts';
import type { TrailReader } from '../../audit/trail/trail-folder.ts';
import { cloudTrailService } from '../../local/cloudtrail/handler.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import { personPrincipal } from '../../local/iam/principal.ts';
import { s3Service } from '../../local/s3/handler.ts';
import { Objects } from '../../local/s3/objects.ts';
import type { KeyDefinition } from '../../local/template/storage.ts';
import { FROM_AWS } from './examine.ts';
import { ACCOUNT, BUCKET, HOUR_MS, kmsRecord, REGION, RESOURCES, START_MS, TestTrail } from './trail-maker.ts';

const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/55555555-5555-4555-8555-555555555555`;
const NOW_MS = START_MS + 4 * HOUR_MS;

const statement = (Action: string, Resource: string) => ({ Effect: 'Allow' as const, Action, Resource });
const LIST = statement('s3:ListBucket', BUCKET_ARN);
const READ = statement('s3:GetObject', `${BUCKET_ARN}/*`);
const DECRYPT = statement('kms:Decrypt', KEY_ARN);
const KEYS = statement('cloudtrail:ListPublicKeys', '*');
const document = (Statement: object[]) => ({ Version: '2012-10-17', Statement: Statement as never[] });

const KEY = {
  arn: KEY_ARN,
  policy: document([{ ...statement('kms:Decrypt', '*'), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }]),
} as unknown as KeyDefinition;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** S3 and CloudTrail over a trail's folder, for an auditor with these rights. */
async function aws(trail: TestTrail, rights = [LIST, READ, DECRYPT, KEYS]) {
  const authorizer = new Authorizer(ACCOUNT);
  const account = { accountId: ACCOUNT, region: REGION };
  const policy = { name: 'auditor', document: document(rights) };
  const auditor = personPrincipal('auditor', policy, account, (length) => new Uint8Array(length).fill(7));
  const bucket = { name: BUCKET, arn: BUCKET_ARN, keyArn: KEY_ARN, policy: undefined };
  const publicKeys = () => [{ Value: trail.pair.der.toString('base64'), Fingerprint: trail.pair.fingerprint }];
  const endpoint = await startEndpoint({
    services: [
      s3Service([{ definition: bucket, objects: new Objects(trail.folder), key: KEY }], authorizer, REGION),
      cloudTrailService({ publicKeys }, authorizer),
    ],
    findPrincipal: (id) => (id === auditor.credentials.accessKeyId ? auditor : undefined),
    record: () => {},
    onFailure: (error) => console.error(error),
  });
  open.push(() => endpoint.stop());
  return clients(endpoint.url, auditor.credentials);
}

const NOBODY = { accessKeyId: 'AKIA', secretAccessKey: 'none' };

function clients(endpoint: string, credentials = NOBODY, requestTimeout = 10_000) {
  const config = {
    endpoint,
    credentials,
    region: REGION,
    maxAttempts: 1,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  };
  return { s3: new S3Client(config), cloudTrail: (region: string) => new CloudTrailClient({ ...config, region }) };
}

/** Three hours of one log file and one digest each. */
function threeHours(): TestTrail {
  const trail = new TestTrail();
  for (const hour of [0, 1, 2]) {
    trail.log(START_MS + hour * HOUR_MS + 10 * 60_000, [kmsRecord(), kmsRecord()]);
    trail.digest(START_MS + (hour + 1) * HOUR_MS);
  }
  return trail;
}

async function auditOf(trail: TrailReader, keys: Pick<AuditDeps, 'publicKeys' | 'keySource'>) {
  const { integrity, findings } = await audit(
    {
      clock: { nowMs: () => NOW_MS, sleep: async () => {} },
      trail,
      ...keys,
      resources: RESOURCES,
      readReasons: () => [],
    },
    { deliveryLagMs: 60_000 },
  );
  return { integrity, findings };
}

const nth = (trail: TrailReader, kind: string, index: number): string =>
  trail.keys.filter((key) => key.includes(`/${kind}/`) && !key.endsWith('.metadata.json'))[index] ?? '';

const SPOILED: Readonly<Record<string, (trail: TestTrail, reader: TrailReader) => void>> = {
  'nothing is wrong': () => {},
  'a log file was altered': (trail, reader) =>
    trail.edit(nth(reader, 'CloudTrail', 1), (text) => text.replace('mer_a', 'mer_b')),
  'a log file is missing': (trail, reader) => trail.remove(nth(reader, 'CloudTrail', 1)),
  'a digest in the middle is missing': (trail, reader) => trail.remove(nth(reader, 'CloudTrail-Digest', 1)),
  'a digest was moved': (trail, reader) => {
    const key = nth(reader, 'CloudTrail-Digest', 2);
    trail.write(key.replace('T120000Z', 'T120001Z'), trail.read(key));
  },
  'a log file is cut off': (trail, reader) => {
    const key = nth(reader, 'CloudTrail', 0);
    trail.write(key, trail.read(key).subarray(0, 40));
  },
  'a strange file lies among them': (trail) => trail.write(`AWSLogs/${ACCOUNT}/CloudTrail/stray.json.gz`, 'x'),
};

describe('a trail in its bucket', () => {
  test.each(Object.keys(SPOILED))('where %s gets the verdicts of its folder', async (name) => {
    using trail = threeHours();
    SPOILED[name]?.(trail, await trail.open());
    const { s3, cloudTrail } = await aws(trail);
    const reader = await openTrailBucket(s3, { bucket: BUCKET, prefix: '' }, {});
    const fromBucket = await auditOf(reader, await fetchPublicKeys(cloudTrail, reader.keys, {}));
    const keys = { publicKeys: trail.publicKeys, keySource: FROM_AWS };
    expect(fromBucket).toEqual(await auditOf(await trail.open(), keys));
    expect(fromBucket.integrity.coverage.proven).not.toEqual([]);
  });

  test('of a period lists the days around it and no other', async () => {
    using trail = threeHours();
    const keyOf = (day: string) =>
      `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${day}/${ACCOUNT}_CloudTrail_${REGION}_x.json.gz`;
    for (const day of ['2026/11/20', '2026/11/21', '2026/11/26', '2026/12/01']) trail.write(keyOf(day), 'x');
    const { s3 } = await aws(trail);
    const period = { fromMs: START_MS, toMs: START_MS + HOUR_MS };
    const { keys } = await openTrailBucket(s3, { bucket: BUCKET, prefix: '' }, period);
    expect(keys).toHaveLength(6);
    const days = new Set(keys.map((key) => /\d{4}\/\d{2}\/\d{2}/.exec(key)?.[0]));
    expect([...days]).toEqual(['2026/11/23']);
  });

  test('is listed whole, over any number of pages', async () => {
    using trail = threeHours();
    for (let file = 0; file < 1_200; file += 1) trail.write(`AWSLogs/${ACCOUNT}/extra/${file}.txt`, '');
    const { s3 } = await aws(trail);
    const reader = await openTrailBucket(s3, { bucket: BUCKET, prefix: '' }, {});
    expect(reader.keys).toHaveLength(1_206);
  });
});

describe('a bucket that cannot be read is refused in one sentence', () => {
  const attempts: readonly [string, object[], string, RegExp][] = [
    ['of another name', [LIST, READ, DECRYPT, KEYS], 'another-bucket', /no bucket of that name/],
    ['without the right to list', [READ, DECRYPT, KEYS], BUCKET, /need s3:ListBucket/],
    ['without the right to read', [LIST, DECRYPT, KEYS], BUCKET, /need s3:ListBucket and s3:GetObject/],
    ['without the right to its key', [LIST, READ, KEYS], BUCKET, /kms:Decrypt on its key/],
    ['without the right to the public keys', [LIST, READ, DECRYPT], BUCKET, /need cloudtrail:ListPublicKeys/],
  ];
  test.each(attempts)('%s', async (_title, rights, bucket, sentence) => {
    using trail = threeHours();
    const { s3, cloudTrail } = await aws(trail, rights as never[]);
    const reading = async () => {
      const reader = await openTrailBucket(s3, { bucket, prefix: '' }, {});
      await auditOf(reader, await fetchPublicKeys(cloudTrail, reader.keys, {}));
    };
    await expect(reading()).rejects.toMatchObject({ name: 'TrailError', message: expect.stringMatching(sentence) });
  });

  test('that stays silent', async () => {
    const { s3 } = clients(await server(() => {}), NOBODY, 200);
    await expect(openTrailBucket(s3, { bucket: BUCKET, prefix: '' }, {})).rejects.toThrow(
      'AWS did not respond in time',
    );
  });
});

describe('an object with a broken stream', () => {
  const CONTENT = Buffer.from('0123456789');

  /** Lists one object and breaks off after a few bytes, `breaks` times. */
  const breaking = (breaks: number, byteCount = 4) => {
    const ranges: (string | undefined)[] = [];
    const respond = (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.includes('list-type')) {
        return response.end('<ListBucketResult><Contents><Key>AWSLogs/a</Key></Contents></ListBucketResult>');
      }
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const rest = CONTENT.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, etag: '"v1"' });
      if (ranges.length > breaks) return response.end(rest);
      return response.write(rest.subarray(0, byteCount), () => response.destroy());
    };
    return { respond, ranges };
  };

  async function readWhole(respond: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const { s3 } = clients(await server(respond));
    const reader = await openTrailBucket(s3, { bucket: BUCKET, prefix: '' }, {});
    const chunks: Buffer[] = [];
    for await (const chunk of reader.open('AWSLogs/a')) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  test('is taken up where it stopped', async () => {
    const { respond, ranges } = breaking(2);
    await expect(readWhole(respond)).resolves.toBe('0123456789');
    expect(ranges).toEqual([undefined, 'bytes=4-', 'bytes=8-']);
  });

  test('and breaks again and again is given up', async () => {
    const { respond, ranges } = breaking(100, 1);
    await expect(readWhole(respond)).rejects.toThrow();
    expect(ranges).toHaveLength(4);
  });
});

describe('what aws cloudtrail validate-logs asks for', () => {
  const LOCATION = statement('s3:GetBucketLocation', BUCKET_ARN);
  const where = { Bucket: BUCKET };

  test('is there: the bucket’s Region, and the older list, page by page', async () => {
    using trail = threeHours();
    const { s3 } = await aws(trail, [LIST, READ, DECRYPT, LOCATION]);
    expect((await s3.send(new GetBucketLocationCommand(where))).LocationConstraint).toBe(REGION);
    const keys: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.send(new ListObjectsCommand({ ...where, Prefix: 'AWSLogs/', MaxKeys: 2, Marker }));
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      Marker = page.IsTruncated ? keys.at(-1) : undefined;
    } while (Marker !== undefined);
    const files = (await trail.open()).keys.filter((key) => !key.endsWith('.metadata.json'));
    expect(keys).toEqual(files);
  });

  test.each([
    ['the bucket’s Region', GetBucketLocationCommand, [LIST, READ, DECRYPT]],
    ['the older list', ListObjectsCommand, [LOCATION, READ, DECRYPT]],
  ])('is refused without the right to it: %s', async (_title, Command, rights) => {
    using trail = threeHours();
    const { s3 } = await aws(trail, rights);
    await expect(s3.send(new Command(where) as GetBucketLocationCommand)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test.each(['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', 'CloudTrail_20131101'])(
    'is found under its target %s',
    async (target) => {
      using trail = threeHours();
      const client = (await aws(trail)).cloudTrail(REGION);
      client.middlewareStack.add(
        (next) => (args) => {
          const { headers } = args.request as { readonly headers: Record<string, string> };
          headers['x-amz-target'] = `${target}.ListPublicKeys`;
          return next(args);
        },
        { step: 'build', priority: 'low' },
      );
      expect((await client.send(new ListPublicKeysCommand({}))).PublicKeyList).toHaveLength(1);
    },
  );
});

test.each([
  ['s3://company-trail', { bucket: 'company-trail', prefix: '' }],
  ['s3://company-trail/', { bucket: 'company-trail', prefix: '' }],
  ['s3://company-trail/vault/2026/', { bucket: 'company-trail', prefix: 'vault/2026' }],
  ['s3://Company', undefined],
  ['s3:company-trail', undefined],
  ['https://company-trail/x', undefined],
])('%s names %o', (text, place) => {
  expect(readBucketUrl(text)).toEqual(place);
});

async function server(respond: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const http = createServer(respond);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
