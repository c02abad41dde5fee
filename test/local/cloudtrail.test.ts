/** The trail: records in CloudTrail's form and place, and digests that hold together and break when anything is altered. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toRecord } from '../../local/cloudtrail/record.ts';
import { isSelected } from '../../local/cloudtrail/selectors.ts';
import { Trail } from '../../local/cloudtrail/trail.ts';
import type { CallOrigin, ServiceEvent } from '../../local/endpoint/event.ts';
import type { TrailDefinition } from '../../local/template/storage.ts';
import type { Clock } from '../../shared/base/clock.ts';
import { drawBytes } from '../setup/draws.ts';

const ACCOUNT = { accountId: '000000000000', region: 'ap-northeast-1' };
const START_MS = Date.UTC(2026, 10, 23, 8, 15, 30);
const DEFINITION: TrailDefinition = {
  name: 'paper-trail',
  bucket: 'paper-bucket',
  prefix: '',
  logging: true,
  validation: true,
  selectors: {},
};
const TABLE = 'arn:aws:dynamodb:ap-northeast-1:000000000000:table/Tokens';

const event = (more: Partial<ServiceEvent> = {}): ServiceEvent => ({
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  category: 'Management',
  readOnly: true,
  requestParameters: { keyId: 'k' },
  resources: [],
  ...more,
});
const caller: CallOrigin = {
  userIdentity: { type: 'IAMUser' },
  userAgent: 'test',
  sourceIp: '127.0.0.1',
  requestId: 'r-1',
};

let dir: string;
let nowMs: number;
const clock: Clock = { nowMs: () => nowMs, sleep: async () => {} };
const openTrail = (definition = DEFINITION) =>
  new Trail({ dir, definition, account: ACCOUNT, clock, random: drawBytes });
const record = (eventId: string) => toRecord(event(), caller, ACCOUNT, { eventId, timeMs: nowMs });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fuda-trail-'));
  nowMs = START_MS;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const filesUnder = (part: string): string[] =>
  readdirSync(join(dir, 'trail'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes(part) && name.endsWith('.json.gz'))
    .sort();
const logFiles = () => filesUnder('/CloudTrail/');
const digestFiles = () => filesUnder('/CloudTrail-Digest/');
const unzipped = (name: string): string => gunzipSync(readFileSync(join(dir, 'trail', name))).toString();
const eventIds = (): string[] =>
  logFiles().flatMap((name) => JSON.parse(unzipped(name)).Records.map(({ eventID }: { eventID: string }) => eventID));

/**
 * The rules of `aws cloudtrail validate-logs`, written once more and independently: every digest in its place, signed
 * by a listed key, following the one before, and every log file it names unchanged. Returns what is wrong.
 */
function problems(): string[] {
  const keys = JSON.parse(readFileSync(join(dir, 'trail/public-keys.json'), 'utf8')).PublicKeyList;
  const found: string[] = [];
  let previous: { name: string; hash: string; signature: string } | null = null;
  for (const name of digestFiles()) {
    const body = unzipped(name);
    const digest = JSON.parse(body);
    const hash = createHash('sha256').update(body).digest('hex');
    const { signature } = JSON.parse(readFileSync(join(dir, 'trail', `${name}.metadata.json`), 'utf8'));
    if (digest.digestS3Object !== name) found.push(`moved ${name}`);
    const key = keys.find(
      ({ Fingerprint }: { Fingerprint: string }) => Fingerprint === digest.digestPublicKeyFingerprint,
    );
    const der = Buffer.from(key.Value, 'base64');
    if (createHash('md5').update(der).digest('hex') !== key.Fingerprint) found.push('fingerprint');
    const text = `${digest.digestEndTime}\n${digest.digestS3Bucket}/${digest.digestS3Object}\n${hash}\n${digest.previousDigestSignature ?? 'null'}`;
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
    if (!verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'hex'))) found.push(`signature ${name}`);
    if (digest.previousDigestS3Object !== (previous?.name ?? null)) found.push(`chain ${name}`);
    if (digest.previousDigestHashValue !== (previous?.hash ?? null)) found.push(`hash of the digest before ${name}`);
    if (digest.previousDigestSignature !== (previous?.signature ?? null)) found.push(`signature before ${name}`);
    for (const { s3Object, hashValue } of digest.logFiles) {
      if (createHash('sha256').update(unzipped(s3Object)).digest('hex') !== hashValue) found.push(`log ${s3Object}`);
    }
    previous = { name, hash, signature };
  }
  return found;
}

/** Three digests over three log files, ten seconds apart. */
function threeDigests(): void {
  const trail = openTrail();
  for (const id of ['one', 'two', 'three']) {
    trail.add(record(id));
    nowMs += 10_000;
    trail.digest();
  }
}

describe('log files', () => {
  test('lie where CloudTrail puts them, under names of its form', () => {
    threeDigests();
    expect(logFiles()[0]).toMatch(
      /^AWSLogs\/000000000000\/CloudTrail\/ap-northeast-1\/2026\/11\/23\/000000000000_CloudTrail_ap-northeast-1_20261123T0815Z_\w{16}\.json\.gz$/,
    );
    expect(digestFiles()[0]).toBe(
      'AWSLogs/000000000000/CloudTrail-Digest/ap-northeast-1/2026/11/23/000000000000_CloudTrail-Digest_ap-northeast-1_paper-trail_ap-northeast-1_20261123T081540Z.json.gz',
    );
  });

  test('hold each record once, in the current form', () => {
    const trail = openTrail();
    trail.add(record('one'));
    trail.deliver();
    trail.deliver();
    const [name = ''] = logFiles();
    expect(JSON.parse(unzipped(name))).toEqual({
      Records: [
        {
          eventVersion: '1.11',
          userIdentity: { type: 'IAMUser' },
          eventTime: '2026-11-23T08:15:30Z',
          eventSource: 'kms.amazonaws.com',
          eventName: 'Decrypt',
          awsRegion: 'ap-northeast-1',
          sourceIPAddress: '127.0.0.1',
          userAgent: 'test',
          requestParameters: { keyId: 'k' },
          responseElements: null,
          requestID: 'r-1',
          eventID: 'one',
          readOnly: true,
          eventType: 'AwsApiCall',
          managementEvent: true,
          recipientAccountId: '000000000000',
          eventCategory: 'Management',
        },
      ],
    });
    expect(logFiles()).toHaveLength(1);
  });

  test('lose no record to a process that dies before delivery, and drop a line it had half written', () => {
    openTrail().add(record('kept'));
    const batches = join(dir, 'cloudtrail/batches');
    appendFileSync(join(batches, readdirSync(batches)[0] ?? ''), '{"eventID":"ha');
    openTrail();
    expect(eventIds()).toEqual(['kept']);
  });

  test('are written once, though the process dies between writing one and forgetting its batch', () => {
    openTrail().add(record('once'));
    const before = `${dir}-before`;
    cpSync(join(dir, 'cloudtrail/batches'), before, { recursive: true });
    openTrail();
    cpSync(before, join(dir, 'cloudtrail/batches'), { recursive: true });
    rmSync(before, { recursive: true });
    const trail = openTrail();
    nowMs += 1000;
    trail.digest();
    expect([eventIds(), problems()]).toEqual([['once'], []]);
  });

  test('can be read by their owner alone', () => {
    threeDigests();
    for (const name of [...logFiles(), ...digestFiles()])
      expect(statSync(join(dir, 'trail', name)).mode & 0o077).toBe(0);
    expect(statSync(join(dir, 'cloudtrail/signing-key.pem')).mode & 0o777).toBe(0o600);
  });
});

describe('digests', () => {
  test('verify as a chain, and go on after a restart', () => {
    threeDigests();
    threeDigests();
    expect([digestFiles().length, problems()]).toEqual([6, []]);
    const keys = JSON.parse(readFileSync(join(dir, 'trail/public-keys.json'), 'utf8')).PublicKeyList;
    expect(keys).toHaveLength(1);
  });

  test('leave no time uncovered, and each log file lies in exactly one', () => {
    threeDigests();
    nowMs += 3_600_000;
    threeDigests();
    const digests = digestFiles().map((name) => JSON.parse(unzipped(name)));
    for (const [index, digest] of digests.entries()) {
      if (index > 0) expect(digest.digestStartTime).toBe(digests[index - 1].digestEndTime);
    }
    const named = digests.flatMap(({ logFiles: files }) => files.map(({ s3Object }: { s3Object: string }) => s3Object));
    expect(named.sort()).toEqual(logFiles());
  });

  test('never share a name, however fast they follow', () => {
    const trail = openTrail();
    for (const id of ['one', 'two', 'three']) {
      trail.add(record(id));
      trail.digest();
    }
    expect([digestFiles().length, problems()]).toEqual([3, []]);
  });

  test('are not written when there is nothing new in no time, nor for a trail without validation', () => {
    const trail = openTrail();
    trail.digest();
    expect(digestFiles()).toEqual([]);
    const unvalidated = openTrail({ ...DEFINITION, validation: false });
    unvalidated.add(record('one'));
    nowMs += 1000;
    unvalidated.digest();
    expect([logFiles().length, digestFiles().length]).toEqual([1, 0]);
  });

  test('continue from a digest that was written just before a crash', () => {
    const trail = openTrail();
    trail.add(record('one'));
    trail.deliver();
    const before = readFileSync(join(dir, 'cloudtrail/state.json'));
    nowMs += 1000;
    trail.digest();
    writeFileSync(join(dir, 'cloudtrail/state.json'), before);
    const next = openTrail();
    next.add(record('two'));
    nowMs += 1000;
    next.digest();
    expect([digestFiles().length, problems()]).toEqual([2, []]);
  });
});

describe('the chain breaks', () => {
  const rewrite = (name: string, change: (body: string) => string) =>
    writeFileSync(join(dir, 'trail', name), gzipSync(change(unzipped(name))));

  beforeEach(() => {
    threeDigests();
    expect(problems()).toEqual([]);
  });

  test('when a record is changed', () => {
    rewrite(logFiles()[1] ?? '', (body) => body.replace('Decrypt', 'Encrypt'));
    expect(problems()).toEqual([expect.stringMatching(/^log /)]);
  });

  test('when a digest is changed, even to forget a log file', () => {
    rewrite(digestFiles()[1] ?? '', (body) => JSON.stringify({ ...JSON.parse(body), logFiles: [] }));
    expect(problems()).toEqual([
      expect.stringMatching(/^signature /),
      expect.stringMatching(/^hash of the digest before /),
    ]);
  });

  test('when a digest is taken out of the middle', () => {
    rmSync(join(dir, 'trail', digestFiles()[1] ?? ''));
    expect(problems()).toContainEqual(expect.stringMatching(/^chain /));
  });

  test('when a digest is signed by another key', () => {
    const name = digestFiles()[2] ?? '';
    const path = join(dir, 'trail', `${name}.metadata.json`);
    const metadata = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...metadata, signature: drawBytes(256).toString('hex') }));
    expect(problems()).toEqual([expect.stringMatching(/^signature /)]);
  });
});

describe('a trail selects', () => {
  const data = event({ category: 'Data', readOnly: false, resources: [{ type: 'AWS::DynamoDB::Table', arn: TABLE }] });
  const selectors = (given: TrailDefinition['selectors']): TrailDefinition => ({ ...DEFINITION, selectors: given });
  const field = (Field: string, rest: object) => ({ Field, ...rest });
  const tables = { DataResources: [{ Type: 'AWS::DynamoDB::Table', Values: [TABLE] }] };
  const basic = {
    IncludeManagementEvents: true,
    ExcludeManagementEventSources: [],
    ReadWriteType: 'All' as const,
    DataResources: [],
  };

  test.each([
    ['management events only, without selectors', selectors({}), [true, false]],
    ['nothing when it does not log', { ...DEFINITION, logging: false }, [false, false]],
    ['a table it names', selectors({ EventSelectors: [{ ...basic, ...tables }] }), [true, true]],
    [
      'no KMS when that is excluded',
      selectors({ EventSelectors: [{ ...basic, ExcludeManagementEventSources: ['kms.amazonaws.com'] }] }),
      [false, false],
    ],
    [
      'writes only',
      selectors({ EventSelectors: [{ ...basic, ...tables, ReadWriteType: 'WriteOnly' }] }),
      [false, true],
    ],
    [
      'by advanced fields',
      selectors({ AdvancedEventSelectors: [{ FieldSelectors: [field('resources.ARN', { Equals: [TABLE] })] }] }),
      [false, true],
    ],
    [
      'by beginning',
      selectors({
        AdvancedEventSelectors: [{ FieldSelectors: [field('resources.ARN', { StartsWith: ['arn:aws:dynamodb'] })] }],
      }),
      [false, true],
    ],
    [
      'by exclusion',
      selectors({ AdvancedEventSelectors: [{ FieldSelectors: [field('eventName', { NotEquals: ['Decrypt'] })] }] }),
      [false, false],
    ],
  ])('%s', (_name, definition, expected) => {
    expect([isSelected(definition, event()), isSelected(definition, data)]).toEqual(expected);
  });

  test('only by fields it knows', () => {
    const unknown = selectors({
      AdvancedEventSelectors: [{ FieldSelectors: [field('userIdentity.arn', { Equals: ['x'] })] }],
    });
    expect(() => isSelected(unknown, event())).toThrow(/not understood/);
  });
});
