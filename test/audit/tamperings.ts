/**
 * Ways to spoil a trail, each on the same sound one: three hours of a trail with two log files and a digest an hour, the
 * same trail in a second Region, and another trail beside it. Both AWS's validator and ours are asked about each
 * (aws-verdicts.test.ts).
 */
import { gzipSync } from 'node:zlib';
import { type DigestBody, GENERATED, HOUR_MS, kmsRecord, START_MS, signingPair, TestTrail } from './trail-maker.ts';

export interface Spoiled {
  readonly trail: TestTrail;
  readonly logs: readonly string[];
  readonly digests: readonly string[];
}

const TRAILS = [
  { trailName: 'vault', region: 'ap-northeast-1' },
  { trailName: 'vault', region: 'us-east-1' },
  { trailName: 'other', region: 'ap-northeast-1' },
] as const;

export function soundTrails(): Spoiled {
  const trail = new TestTrail();
  const made = TRAILS.map((place, index) =>
    threeHours(index === 0 ? trail : new TestTrail(trail.pair, { ...place, folder: trail.folder })),
  );
  return { trail, logs: made[0]?.logs ?? [], digests: made[0]?.digests ?? [] };
}

function threeHours(trail: TestTrail): Omit<Spoiled, 'trail'> {
  const logs: string[] = [];
  const digests: string[] = [];
  for (let hour = 0; hour < 3; hour += 1) {
    const startMs = START_MS + hour * HOUR_MS;
    logs.push(trail.log(startMs + 5 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]));
    logs.push(trail.log(startMs + 25 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]));
    digests.push(trail.digest(startMs + HOUR_MS));
  }
  return { logs, digests };
}

const nth = (keys: readonly string[], index: number): string => keys[index] ?? '';

function swap(trail: TestTrail, left: string, right: string): void {
  const [first, second] = [trail.read(left), trail.read(right)];
  trail.write(left, second);
  trail.write(right, first);
}

function append(trail: TestTrail, key: string, more: string | Buffer): void {
  trail.write(key, Buffer.concat([trail.read(key), Buffer.from(more)]));
}

function moveTo(trail: TestTrail, key: string, other: string): void {
  trail.write(other, trail.read(key));
  trail.write(`${other}.metadata.json`, trail.read(`${key}.metadata.json`));
  trail.remove(key);
}

/** A fourth hour, with one log file. CloudTrail signs its digest with this change in it. */
function fourthHour(trail: TestTrail, change: (digest: DigestBody) => DigestBody, isStart = false): string {
  trail.log(START_MS + 3 * HOUR_MS + 5 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]);
  return trail.digest(START_MS + 4 * HOUR_MS, { change, isStart });
}

/** Of each log file in the list. */
const ofLogFiles = (change: (file: Readonly<Record<string, unknown>>) => object) => (digest: DigestBody) => ({
  ...digest,
  logFiles: digest.logFiles.map((file) => change(file as Readonly<Record<string, unknown>>)),
});

/** The digest without the members of these names. */
const lacking =
  (...names: readonly string[]) =>
  (digest: DigestBody): DigestBody =>
    Object.fromEntries(Object.entries(digest).filter(([name]) => !names.includes(name))) as DigestBody;

/** Changes the object metadata of a digest. */
function keep(trail: TestTrail, digest: string, change: (metadata: Readonly<Record<string, unknown>>) => object): void {
  const file = `${digest}.metadata.json`;
  trail.write(file, JSON.stringify(change(JSON.parse(trail.read(file).toString()))));
}

/** The bucket that the trail wrote to before; AWS's validator is given both, as the folder holds both. */
const OLDER_BUCKET = 'vault-trail-before';

/** The trail's three hours lie in the older bucket, and two more in its bucket. */
function changeBucket(trail: TestTrail): readonly string[] {
  const younger = new TestTrail(trail.pair, { folder: trail.folder, trailName: 'moving', bucket: OLDER_BUCKET });
  const older = [1, 2, 3].map((hour) => younger.digest(START_MS + hour * HOUR_MS));
  younger.useBucket('vault-trail');
  for (const hour of [4, 5]) younger.digest(START_MS + hour * HOUR_MS);
  return older;
}

const SIGNATURE = JSON.stringify({ signature: 'ab'.repeat(256), 'signature-algorithm': 'SHA256withRSA' });

export const TAMPERINGS: Readonly<Record<string, (spoiled: Spoiled) => void>> = {
  'nothing is wrong': () => {},
  'a log file was altered': ({ trail, logs }) =>
    trail.edit(nth(logs, 2), (text) => text.replace('192.0.2.10', '192.0.2.11')),
  'a log file is missing': ({ trail, logs }) => trail.remove(nth(logs, 3)),
  'two log files changed places': ({ trail, logs }) => swap(trail, nth(logs, 0), nth(logs, 1)),
  'a log file was packed again, unchanged': ({ trail, logs }) =>
    trail.write(nth(logs, 0), gzipSync(JSON.stringify({ Records: recordsOf(trail, nth(logs, 0)) }), { level: 1 })),
  'a log file is no gzip': ({ trail, logs }) => trail.write(nth(logs, 0), 'plain text'),
  'a log file is empty': ({ trail, logs }) => trail.write(nth(logs, 0), ''),
  'a log file was cut off': ({ trail, logs }) => trail.write(nth(logs, 0), trail.read(nth(logs, 0)).subarray(0, 60)),
  'a log file lost its checksum only': ({ trail, logs }) =>
    trail.write(nth(logs, 0), trail.read(nth(logs, 0)).subarray(0, -8)),
  'a log file has a wrong checksum': ({ trail, logs }) => {
    const bytes = trail.read(nth(logs, 0));
    bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 8) ^ 1, bytes.length - 8);
    trail.write(nth(logs, 0), bytes);
  },
  'a log file has text behind its end': ({ trail, logs }) => append(trail, nth(logs, 0), 'more'),
  'a log file has a second member': ({ trail, logs }) => append(trail, nth(logs, 0), gzipSync('{"Records":[]}')),
  'the newest digest was altered': ({ trail, digests }) =>
    trail.edit(nth(digests, 2), (text) => text.replace('"logFiles":[', '"logFiles":  [')),
  'a digest in the middle was altered': ({ trail, digests }) =>
    trail.edit(nth(digests, 1), (text) => text.replace('"logFiles":[', '"logFiles":  [')),
  'the oldest digest was altered': ({ trail, digests }) =>
    trail.edit(nth(digests, 0), (text) => text.replace('"logFiles":[', '"logFiles":  [')),
  'a digest in the middle is missing': ({ trail, digests }) => trail.remove(nth(digests, 1)),
  'the oldest digest is missing': ({ trail, digests }) => trail.remove(nth(digests, 0)),
  'the newest digest is missing': ({ trail, digests }) => trail.remove(nth(digests, 2)),
  'two digests changed places': ({ trail, digests }) => swap(trail, nth(digests, 0), nth(digests, 1)),
  'the newest digest was moved': ({ trail, digests }) =>
    moveTo(trail, nth(digests, 2), nth(digests, 2).replace('T120000Z', 'T120001Z')),
  'a digest is no gzip': ({ trail, digests }) => trail.write(nth(digests, 1), 'plain text'),
  'a digest was cut off': ({ trail, digests }) =>
    trail.write(nth(digests, 1), trail.read(nth(digests, 1)).subarray(0, 60)),
  'a digest has text behind its end': ({ trail, digests }) => append(trail, nth(digests, 1), 'more'),
  'a digest is no JSON': ({ trail, digests }) => trail.write(nth(digests, 1), gzipSync('{')),
  'a digest lacks a field': ({ trail, digests }) =>
    trail.edit(nth(digests, 2), (text) => text.replace('digestStartTime', 'digestStart')),
  'a digest names another bucket': ({ trail, digests }) =>
    trail.edit(nth(digests, 2), (text) => text.replace('"digestS3Bucket":"vault', '"digestS3Bucket":"thief')),
  'the newest digest has another signature': ({ trail, digests }) =>
    trail.write(`${nth(digests, 2)}.metadata.json`, SIGNATURE),
  'an older digest has another signature': ({ trail, digests }) =>
    trail.write(`${nth(digests, 1)}.metadata.json`, SIGNATURE),
  'the newest digest has no signature': ({ trail, digests }) => trail.write(`${nth(digests, 2)}.metadata.json`, '{}'),
  'a digest is signed by an unlisted key': ({ trail }) => {
    const forger = new TestTrail(signingPair(), { folder: trail.folder });
    forger.digest(START_MS + 3 * HOUR_MS);
  },
  'a digest claims the fingerprint of a listed key': ({ trail }) => {
    const forger = new TestTrail({ ...signingPair(), fingerprint: trail.pair.fingerprint }, { folder: trail.folder });
    forger.digest(START_MS + 3 * HOUR_MS);
  },
  'the listed key is no key': ({ trail }) => {
    const key = { Value: Buffer.from('not a key').toString('base64'), Fingerprint: trail.pair.fingerprint };
    trail.write('public-keys.json', JSON.stringify({ PublicKeyList: [key] }));
  },
  'the newest digest has no algorithm of its signature': ({ trail, digests }) =>
    keep(trail, nth(digests, 2), ({ signature }) => ({ signature })),
  'an older digest has no algorithm of its signature': ({ trail, digests }) =>
    keep(trail, nth(digests, 1), ({ signature }) => ({ signature })),
  'a digest gives a hash in upper case': ({ trail }) =>
    void fourthHour(
      trail,
      ofLogFiles((file) => ({ ...file, hashValue: String(file.hashValue).toUpperCase() })),
    ),
  'a digest gives a hash that is no hexadecimal number': ({ trail }) =>
    void fourthHour(
      trail,
      ofLogFiles((file) => ({ ...file, hashValue: 'none' })),
    ),
  'a digest lists a log file in another bucket': ({ trail }) =>
    void fourthHour(
      trail,
      ofLogFiles((file) => ({ ...file, s3Bucket: 'another-bucket' })),
    ),
  'a digest names no algorithm of signatures': ({ trail }) =>
    void fourthHour(trail, lacking('digestSignatureAlgorithm')),
  'a digest names no algorithm of hashes': ({ trail }) =>
    void fourthHour(
      trail,
      ofLogFiles(({ hashAlgorithm: _, ...file }) => file),
    ),
  'a digest gives no hash of the one before': ({ trail }) => void fourthHour(trail, lacking('previousDigestHashValue')),
  'a digest gives no signature of the one before': ({ trail }) =>
    void fourthHour(trail, lacking('previousDigestSignature')),
  'a first digest says nothing of where one before is': ({ trail }) =>
    void fourthHour(trail, lacking('previousDigestS3Bucket', 'previousDigestS3Object'), true),
  'a digest has members of a later version': ({ trail }) =>
    void fourthHour(trail, (digest) => ({ ...digest, digestVersion: '2.0' })),
  'a digest writes its times with +00:00': ({ trail }) =>
    void fourthHour(trail, (digest) => ({
      ...digest,
      digestStartTime: String(digest.digestStartTime).replace('Z', '+00:00'),
      digestEndTime: String(digest.digestEndTime).replace('Z', '+00:00'),
    })),
  'the chain goes on in an older bucket': ({ trail }) => void changeBucket(trail),
  'the chain goes on in an older bucket, which is not there': ({ trail }) => {
    for (const key of changeBucket(trail)) trail.remove(key);
  },
  'a backfill digest lists a late log file': ({ trail }) => void trail.backfill(START_MS + 2 * HOUR_MS),
  'two backfill digests list late log files of hours apart': ({ trail }) => {
    trail.backfill(START_MS + HOUR_MS);
    trail.backfill(START_MS + 3 * HOUR_MS);
  },
  'a backfill digest does not say when it was made': ({ trail }) =>
    keep(trail, trail.backfill(START_MS + 2 * HOUR_MS).digest, ({ [GENERATED]: _, ...others }) => others),
  'a backfill digest was altered': ({ trail }) =>
    trail.edit(trail.backfill(START_MS + 2 * HOUR_MS).digest, (text) => text.replace('"logFiles":[', '"logFiles":  [')),
  'a backfill digest is missing': ({ trail }) => trail.remove(trail.backfill(START_MS + 2 * HOUR_MS).digest),
  'a late log file was altered': ({ trail }) =>
    trail.edit(trail.backfill(START_MS + 2 * HOUR_MS).log, (text) => text.replace('192.0.2.10', '192.0.2.11')),
  'a late log file is missing': ({ trail }) => trail.remove(trail.backfill(START_MS + 2 * HOUR_MS).log),
  'logging was off for an hour': ({ trail }) => {
    trail.log(START_MS + 4 * HOUR_MS + 5 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]);
    trail.digest(START_MS + 5 * HOUR_MS, { isStart: true });
  },
};

const recordsOf = (trail: TestTrail, key: string): readonly unknown[] => {
  let records: readonly unknown[] = [];
  trail.edit(key, (text) => {
    records = JSON.parse(text).Records;
    return `${text} `;
  });
  return records;
};
