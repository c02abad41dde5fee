/**
 * The second review of each hour, over the local runtime's S3: it finds what came a day late, once, and goes on where it
 * stopped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { type ReviewDeps, reviewHours } from '../../audit/review.ts';
import { openTrailBucket } from '../../audit/trail/trail-bucket.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import { personPrincipal } from '../../local/iam/principal.ts';
import { s3Service } from '../../local/s3/handler.ts';
import { Objects } from '../../local/s3/objects.ts';
import { useInEach } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';
import { ACCOUNT, BUCKET, HOUR_MS, kmsRecord, REGION, RESOURCES, START_MS, TestTrail } from './trail-maker.ts';

const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
const iso = (timeMs: number) => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

/** S3 over a trail's folder, with the rights of the function that reviews. */
async function serve(folder: string) {
  const authorizer = new Authorizer(ACCOUNT);
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource }) as const;
  const Statement = [
    allow('s3:ListBucket', BUCKET_ARN),
    allow('s3:GetObject', `${BUCKET_ARN}/AWSLogs/*`),
    allow('s3:PutObject', `${BUCKET_ARN}/reviews/*`),
  ];
  const policy = { name: 'reviewer', document: { Version: '2012-10-17', Statement: Statement as never[] } };
  const account = { accountId: ACCOUNT, region: REGION };
  const reviewer = personPrincipal('reviewer', policy, account, (length) => new Uint8Array(length).fill(7));
  const definition = { name: BUCKET, arn: BUCKET_ARN, keyArn: undefined, policy: undefined };
  const endpoint = await startEndpoint({
    services: [s3Service([{ definition, objects: new Objects(folder), key: undefined }], authorizer, REGION)],
    findPrincipal: (id) => (id === reviewer.credentials.accessKeyId ? reviewer : undefined),
    record: () => {},
    onFailure: (error) => console.error(error),
  });
  const { credentials } = reviewer;
  return { s3: new S3Client({ endpoint: endpoint.url, region: REGION, credentials }), stop: () => endpoint.stop() };
}

/** Forty hours of a trail with a digest each; a rogue decryption of the eleventh hour came twenty hours late. */
function longTrail(): TestTrail {
  const trail = new TestTrail();
  for (let hour = 0; hour < 40; hour += 1) {
    const atMs = START_MS + hour * HOUR_MS + 60_000;
    const use = kmsRecord({ eventName: 'DescribeKey', eventTime: iso(atMs) });
    trail.log(atMs, [use], { fromMs: atMs, toMs: atMs });
    if (hour === 31) {
      const lateMs = START_MS + 11 * HOUR_MS + 30 * 60_000;
      trail.log(atMs, [kmsRecord({ eventTime: iso(lateMs) })], { fromMs: lateMs, toMs: lateMs });
    }
    trail.digest(START_MS + (hour + 1) * HOUR_MS);
  }
  return trail;
}

describe('a review', () => {
  const world = useInEach(openWorld);
  const trail = useInEach(longTrail);
  const bucket = useInEach(() => serve(trail.folder));

  const goTo = (hour: number) => world.clock.advance(START_MS + hour * HOUR_MS - world.clock.nowMs());
  const deps = (): ReviewDeps => ({
    deps: world.deps,
    resources: RESOURCES,
    honey: [],
    store: { s3: bucket.s3, bucket: BUCKET },
    open: async (period) => ({
      trail: await openTrailBucket(bucket.s3, { bucket: BUCKET, prefix: '' }, period),
      publicKeys: trail.publicKeys,
      keySource: { origin: 'aws', refusedRegions: [] },
    }),
  });
  const review = (minutes = 15, from = deps()) => reviewHours(from, world.clock.nowMs() + minutes * 60_000);
  const fileOf = (hour: number): string => {
    const [, day = '', time = ''] = /^(.{10})T(..)/.exec(iso(START_MS + hour * HOUR_MS)) ?? [];
    return join(trail.folder, 'reviews', ...day.split('-'), `${time}.json`);
  };

  test('takes an hour when it ended 28 hours ago, and no hour twice', async () => {
    goTo(37);
    expect(await review()).toMatchObject({ found: [{ findings: 0 }], left: 0, behindSeconds: 0 });
    expect([8, 9].map((hour) => existsSync(fileOf(hour)))).toEqual([true, false]);
    expect(await review()).toEqual({ found: [], left: 0, behindSeconds: 0 });
    goTo(38);
    expect((await review()).found).toHaveLength(1);
    expect(existsSync(fileOf(9))).toBe(true);
  });

  test('finds a decryption whose record came twenty hours late, and keeps what it found', async () => {
    goTo(40);
    const { found } = await review();
    expect(found).toMatchObject([{ decryptions: 1, unexplained: 1, findings: 1 }]);
    expect(JSON.parse(readFileSync(fileOf(11), 'utf8'))).toEqual({
      decryptions: 1,
      proven: 0,
      interrupted: 0,
      interrupted_over_limit: 0,
      claimed: 0,
      unexplained: 1,
      decryptions_unseen: 0,
      trail_broken: 0,
      digests_missing: 0,
      honey_touched: 0,
      findings: 1,
    });
  });

  test('after an outage goes on with the oldest hour, and says how far it is behind', async () => {
    goTo(33);
    await review();
    goTo(39);
    expect(await review(0)).toEqual({ found: [], left: 6, behindSeconds: 33 * 3_600 });
    expect((await review()).found).toHaveLength(6);
    expect([5, 6, 7, 8, 9, 10].map((hour) => existsSync(fileOf(hour)))).toEqual(Array(6).fill(true));
  });

  test('that runs out of time in the middle of an hour leaves it to the next run', async () => {
    goTo(33);
    await review();
    goTo(35);
    const { open, ...rest } = deps();
    let opened = 0;
    const slow = {
      ...rest,
      open: (period: Parameters<typeof open>[0]) => {
        opened += 1;
        if (opened === 2) world.clock.advance(20 * 60_000);
        return open(period);
      },
    };
    expect(await review(15, slow)).toMatchObject({ found: [{}], left: 1 });
    expect([5, 6].map((hour) => existsSync(fileOf(hour)))).toEqual([true, false]);
    expect((await review()).found).toHaveLength(1);
  });

  test('of a vault that is younger than the hour begins later, without a finding', async () => {
    goTo(2);
    expect(await review()).toEqual({ found: [], left: 0, behindSeconds: 0 });
    expect(existsSync(join(trail.folder, 'reviews'))).toBe(false);
  });

  test('of a trail that is gone is a finding once there was one', async () => {
    goTo(39);
    await review();
    const { open, ...rest } = deps();
    const emptied = {
      ...rest,
      open: async (period: Parameters<typeof open>[0]) => {
        const { trail: whole, ...keys } = await open(period);
        return { trail: { ...whole, keys: [] }, ...keys };
      },
    };
    goTo(40);
    expect((await review(15, emptied)).found).toMatchObject([{ digestsMissing: 1 }]);
  });

  test('that S3 refuses to keep fails, and its hour stays due', async () => {
    goTo(39);
    const refused = { ...deps(), store: { s3: bucket.s3, bucket: 'another-bucket' } };
    await expect(review(15, refused)).rejects.toThrow();
    expect((await review()).found).toHaveLength(1);
  });
});
