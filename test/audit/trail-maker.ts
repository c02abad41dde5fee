/**
 * Makes trails for tests: records, log files and signed digests in CloudTrail's own format, with keys of the test's own,
 * by code that shares nothing with what is tested. Each test then spoils one thing.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openTrailFolder, type TrailReader } from '../../audit/trail/trail-folder.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-northeast-1';
export const BUCKET = 'vault-trail';
export const START_MS = Date.UTC(2026, 10, 23, 9, 0, 0);
export const HOUR_MS = 60 * 60_000;

export const RESOURCES = {
  keyArns: {
    PanKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-1111-4111-8111-111111111111`,
    CvcKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/22222222-2222-4222-8222-222222222222`,
    CaptureKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/33333333-3333-4333-8333-333333333333`,
    FingerprintKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/44444444-4444-4444-8444-444444444444`,
  },
  tableNames: { Tokens: 'Fuda-Tokens-1', Cards: 'Fuda-Cards-1', Ledger: 'Fuda-Ledger-1' },
  openerRoles: {
    'cde/create-charge': 'Fuda-CreateCharge',
    'cde/forward-request': 'Fuda-ForwardRequest',
    'cde/export-cards': 'Fuda-ExportCards',
  },
} as const;

interface SigningPair {
  readonly privateKey: KeyObject;
  readonly der: Buffer;
  readonly fingerprint: string;
}

/** RSA generation is slow, so the tests of a process share two pairs. */
export function signingPair(): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'pkcs1', format: 'der' });
  return { privateKey, der, fingerprint: createHash('md5').update(der).digest('hex') };
}

const PAIR = signingPair();
export const GENERATED = 'backfill-generation-timestamp';

/** The content of a digest file before it is signed. */
export type DigestBody = Readonly<Record<string, unknown>> & { readonly logFiles: readonly object[] };

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const iso = (timeMs: number) => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
const compact = (timeMs: number) => iso(timeMs).replaceAll(/[-:]/g, '');
const day = (timeMs: number) => iso(timeMs).slice(0, 10).replaceAll('-', '/');

/** Where a trail writes: several may share a folder, as several trails, Regions and accounts share a bucket. */
export interface TrailFolder {
  readonly folder: string;
  readonly account: string;
  readonly region: string;
  readonly trailName: string;
  /** What comes before `AWSLogs/`, with its slash. */
  readonly prefix: string;
}

export class TestTrail {
  readonly folder: string;
  readonly pair: SigningPair;
  readonly place: TrailFolder;
  #serial = 0;
  #pending: object[] = [];
  #previous: { bucket: string; key: string; hash: string; signature: string } | undefined;
  #sealedToMs = START_MS;
  #bucket: string;

  constructor(pair = PAIR, { bucket = BUCKET, ...place }: Partial<TrailFolder> & { readonly bucket?: string } = {}) {
    this.pair = pair;
    this.#bucket = bucket;
    this.folder = place.folder ?? mkdtempSync(join(tmpdir(), 'fuda-trail-'));
    this.place = { account: ACCOUNT, region: REGION, trailName: 'vault', prefix: '', ...place, folder: this.folder };
    if (place.folder === undefined) this.#savePublicKeys();
  }

  /** Writes one log file; it waits for the next digest, which tells the times of its events where they are given. */
  log(
    timeMs: number,
    records: readonly unknown[],
    events?: { readonly fromMs: number; readonly toMs: number },
  ): string {
    const { account, region, prefix, trailName } = this.place;
    this.#serial += 1;
    const unique = `${trailName.slice(0, 4)}${String(this.#serial).padStart(12, '0')}`;
    const name = `${account}_CloudTrail_${region}_${compact(timeMs).slice(0, 13)}Z_${unique}.json.gz`;
    const key = `${prefix}AWSLogs/${account}/CloudTrail/${region}/${day(timeMs)}/${name}`;
    const body = JSON.stringify({ Records: records });
    const told = events && { oldestEventTime: iso(events.fromMs), newestEventTime: iso(events.toMs) };
    this.write(key, gzipSync(body));
    this.#pending.push({
      s3Bucket: this.#bucket,
      s3Object: key,
      hashValue: sha256(body),
      hashAlgorithm: 'SHA-256',
      ...told,
    });
    return key;
  }

  /** Further log files and digests go there, as after a change of the trail's bucket. */
  useBucket(name: string): void {
    this.#bucket = name;
  }

  /**
   * Signs a digest over the log files since the last one. `isStart` begins a new chain, as after StopLogging. `change` is
   * made before it is signed.
   */
  digest(endMs: number, { isStart = false, change = (digest: DigestBody) => digest } = {}): string {
    const { account, region, prefix, trailName } = this.place;
    const previous = isStart ? undefined : this.#previous;
    const name = `${account}_CloudTrail-Digest_${region}_${trailName}_${REGION}_${compact(endMs)}.json.gz`;
    const key = `${prefix}AWSLogs/${account}/CloudTrail-Digest/${region}/${day(endMs)}/${name}`;
    const bucket = this.#bucket;
    const content: DigestBody = {
      awsAccountId: account,
      digestStartTime: iso(isStart ? endMs - HOUR_MS : this.#sealedToMs),
      digestEndTime: iso(endMs),
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: this.pair.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: null,
      oldestEventTime: null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
      previousDigestSignature: previous?.signature ?? null,
      logFiles: this.#pending,
    };
    const changed = change(content);
    const body = JSON.stringify(changed);
    const text = [changed.digestEndTime, `${bucket}/${key}`, sha256(body), previous?.signature ?? 'null'].join('\n');
    const signature = sign('sha256', Buffer.from(text), this.pair.privateKey).toString('hex');
    this.write(key, gzipSync(body));
    this.write(`${key}.metadata.json`, JSON.stringify({ signature, 'signature-algorithm': 'SHA256withRSA' }));
    this.#previous = { bucket, key, hash: sha256(body), signature };
    this.#pending = [];
    this.#sealedToMs = endMs;
    return key;
  }

  /** Signs a backfill digest of one log file that was late for the hour before `endMs`; returns the keys of both. */
  backfill(
    endMs: number,
    { generatedMs = endMs + 240 * HOUR_MS } = {},
  ): { readonly digest: string; readonly log: string } {
    const { account, region, prefix, trailName } = this.place;
    const pending = this.#pending;
    this.#pending = [];
    const log = this.log(endMs - HOUR_MS / 2, [kmsRecord({ eventName: 'Encrypt' })]);
    const logFiles = this.#pending;
    this.#pending = pending;
    const name = `${account}_CloudTrail-Digest_${region}_${trailName}_${REGION}_${compact(endMs)}_backfill.json.gz`;
    const digest = `${prefix}AWSLogs/${account}/CloudTrail-Digest/${region}/${day(endMs)}/${name}`;
    const body = JSON.stringify({
      awsAccountId: account,
      digestStartTime: iso(endMs - HOUR_MS),
      digestEndTime: iso(endMs),
      digestS3Bucket: this.#bucket,
      digestS3Object: digest,
      digestPublicKeyFingerprint: this.pair.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: null,
      oldestEventTime: null,
      previousDigestS3Bucket: null,
      previousDigestS3Object: null,
      previousDigestHashValue: null,
      previousDigestHashAlgorithm: null,
      previousDigestSignature: null,
      logFiles,
    });
    const text = [iso(endMs), `${this.#bucket}/${digest}`, sha256(body), 'null'].join('\n');
    const signature = sign('sha256', Buffer.from(text), this.pair.privateKey).toString('hex');
    const metadata = { signature, 'signature-algorithm': 'SHA256withRSA', [GENERATED]: iso(generatedMs) };
    this.write(digest, gzipSync(body));
    this.write(`${digest}.metadata.json`, JSON.stringify(metadata));
    return { digest, log };
  }

  write(key: string, content: string | Buffer): void {
    const path = join(this.folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  read(key: string): Buffer {
    return readFileSync(join(this.folder, key));
  }

  /** Replaces a gzip object's content and packs it again. */
  edit(key: string, change: (text: string) => string): void {
    const text = gunzipSync(this.read(key)).toString();
    const changed = change(text);
    if (changed === text) throw new Error('the edit changed nothing, so the test would prove nothing');
    this.write(key, gzipSync(changed));
  }

  remove(key: string): void {
    rmSync(join(this.folder, key));
  }

  open(): Promise<TrailReader> {
    return openTrailFolder(this.folder);
  }

  get publicKeys(): unknown {
    return JSON.parse(this.read('public-keys.json').toString());
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #savePublicKeys(): void {
    const { der, fingerprint } = this.pair;
    const key = { Value: der.toString('base64'), Fingerprint: fingerprint };
    this.write('public-keys.json', JSON.stringify({ PublicKeyList: [key] }));
  }
}

let serial = 0;

/** A KMS record as CloudTrail writes it (event version 1.11), except the members that a test replaces. */
export function kmsRecord(differs: Record<string, unknown> = {}): Record<string, unknown> {
  serial += 1;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Fuda-CreateCharge/Fuda-CreateCharge`,
      sessionContext: { sessionIssuer: { type: 'Role', userName: 'Fuda-CreateCharge' } },
    },
    eventTime: iso(START_MS + 10 * 60_000),
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: REGION,
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-sdk-js/3',
    requestParameters: {
      encryptionContext: { purpose: 'pan', merchant: 'mer_a', record: 'hash_a' },
      keyId: RESOURCES.keyArns.PanKey,
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    responseElements: null,
    requestID: `request-${serial}`,
    eventID: `event-${serial}`,
    readOnly: true,
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: RESOURCES.keyArns.PanKey }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    ...differs,
  };
}

/** A data event of DynamoDB on a table of the vault, as its developer guide shows them. */
export function tableRecord(
  table: keyof typeof RESOURCES.tableNames,
  eventName: string,
  parameters: object,
  differs: Record<string, unknown> = {},
): Record<string, unknown> {
  const tableName = RESOURCES.tableNames[table];
  return kmsRecord({
    eventSource: 'dynamodb.amazonaws.com',
    eventName,
    requestParameters: { tableName, ...parameters },
    readOnly: false,
    resources: [
      {
        accountId: ACCOUNT,
        type: 'AWS::DynamoDB::Table',
        ARN: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${tableName}`,
      },
    ],
    managementEvent: false,
    eventCategory: 'Data',
    ...differs,
  });
}

/** What a run writes around its decryption, in the same second: the put of its entry, the spend of a token, the note. */
export function runRecords(entry: string, record: string, differs: Record<string, unknown> = {}): object[] {
  const key = { entry_id: entry };
  const note = 'SET #events = list_append(#events, :event), #status = :status, #decryptions = :decryptions';
  const names = { '#events': 'events', '#status': 'status', '#decryptions': 'decryptions' };
  return [
    tableRecord('Ledger', 'PutItem', { key }, differs),
    ...(record.startsWith('card_') ? [] : [spendRecord(record, differs)]),
    tableRecord('Ledger', 'UpdateItem', { key, updateExpression: note, expressionAttributeNames: names }, differs),
  ];
}

export const SPEND = 'SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard';
export const spendRecord = (record: string, differs: Record<string, unknown> = {}) =>
  tableRecord('Tokens', 'UpdateItem', { key: { token_hash: record }, updateExpression: SPEND }, differs);
