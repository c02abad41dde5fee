/** Records in, typed events out: AWS's own examples, and any other content of a log file. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type KeyEvent, readEvent, type TrailEvent } from '../../audit/trail/events.ts';
import { type LogKey, newLogTally, readLogFiles } from '../../audit/trail/log-files.ts';
import { readPublicKeys } from '../../audit/trail/public-keys.ts';
import { readTrailKey } from '../../audit/trail/trail-keys.ts';
import type { FileVerdict } from '../../audit/trail/verdicts.ts';
import { kmsRecord, RESOURCES, START_MS, TestTrail } from './trail-maker.ts';

const vector = (name: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/cloudtrail/${name}.json`, import.meta.url), 'utf8'));
const { keys, records } = vector('kms-records');
const AWS_RESOURCES = { keyArns: { PanKey: keys.first, CvcKey: keys.second }, tableNames: {} };

const keyEvent = (record: unknown, resources = AWS_RESOURCES): KeyEvent => {
  const event = readEvent(record, resources, 'log');
  if (typeof event === 'string' || event.service !== 'kms') throw new Error(`no key event: ${JSON.stringify(event)}`);
  return event;
};

describe('AWS’s own examples', () => {
  test('Decrypt gives key, context, caller and request id', () => {
    expect(keyEvent(records.decrypt)).toMatchObject({
      key: 'PanKey',
      name: 'Decrypt',
      timeMs: Date.UTC(2020, 6, 27, 22, 58, 24),
      requestId: '12345126-30d5-4b28-98b9-9153da559963',
      caller: 'Alice',
      context: { Department: 'Engineering', Project: 'Alpha' },
      errorCode: undefined,
      reEncryption: undefined,
    });
  });

  test('ReEncrypt names its source only in resources, and its destination by a bare key id', () => {
    expect(keyEvent(records.reEncrypt)).toMatchObject({
      key: 'PanKey',
      context: { Project: 'Alpha', Department: 'Engineering' },
      reEncryption: { source: 'PanKey', destination: 'CvcKey', destinationContext: { Level: '3A' } },
    });
  });

  test('ReEncrypt to a key outside the vault has no destination', () => {
    const resources = { keyArns: { PanKey: keys.first as string, CvcKey: 'arn:other' }, tableNames: {} };
    expect(keyEvent(records.reEncrypt, resources).reEncryption?.destination).toBeUndefined();
  });

  test('the public keys load, and their fingerprints are MD5 over the DER bytes', () => {
    const list = vector('public-keys');
    const { byFingerprint, misnamed } = readPublicKeys(list);
    expect([byFingerprint.size, misnamed]).toEqual([3, []]);
    for (const { Value, Fingerprint } of list.publicKeyList) {
      expect(byFingerprint.get(Fingerprint)?.key?.asymmetricKeyDetails?.modulusLength).toBe(2048);
      expect(createHash('md5').update(Buffer.from(Value, 'base64')).digest('hex')).toBe(Fingerprint);
    }
  });
});

describe('records that give no event', () => {
  test.each([
    ['of another service', kmsRecord({ eventSource: 'sqs.amazonaws.com' }), 'elsewhere'],
    [
      'on another key',
      kmsRecord({ requestParameters: { keyId: 'arn:x' }, resources: [{ ARN: 'arn:x' }] }),
      'elsewhere',
    ],
    ['without any key', kmsRecord({ requestParameters: null, resources: null }), 'elsewhere'],
    ['of a coming major version', kmsRecord({ eventVersion: '2.0' }), 'unknown_version'],
    ['of a nonsense version', kmsRecord({ eventVersion: '1.x' }), 'unknown_version'],
    ['without a version', kmsRecord({ eventVersion: undefined }), 'bad_record'],
    ['without an event id', kmsRecord({ eventID: undefined }), 'bad_record'],
    ['with an invalid time', kmsRecord({ eventTime: 'yesterday' }), 'bad_record'],
    ['with an invalid identity', kmsRecord({ userIdentity: 'root' }), 'bad_record'],
    ['that is null', null, 'bad_record'],
    ['that is a list', [], 'bad_record'],
  ])('a record %s', (_name, record, outcome) => {
    expect(readEvent(record, RESOURCES, 'log')).toBe(outcome);
  });
});

describe('records that are odd and still count', () => {
  test('a refused call that names its key only in the message', () => {
    const message = `User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: ${RESOURCES.keyArns.PanKey} because …`;
    const record = kmsRecord({
      requestParameters: null,
      resources: undefined,
      errorCode: 'AccessDenied',
      errorMessage: message,
    });
    expect(readEvent(record, RESOURCES, 'log')).toMatchObject({
      key: 'PanKey',
      errorCode: 'AccessDenied',
      context: {},
    });
  });

  test('a key named by an alias, resolved by resources', () => {
    const record = kmsRecord({ requestParameters: { keyId: 'alias/pan' } });
    expect(readEvent(record, RESOURCES, 'log')).toMatchObject({ key: 'PanKey' });
  });

  test('a context of the wrong type is no context, and does not hide the decryption', () => {
    const record = kmsRecord({
      requestParameters: { encryptionContext: { merchant: 7 }, keyId: RESOURCES.keyArns.PanKey },
    });
    expect(readEvent(record, RESOURCES, 'log')).toMatchObject({ key: 'PanKey', context: {} });
  });

  test('text of strangers is cut to a bounded length', () => {
    const record = kmsRecord({ userAgent: 'x'.repeat(100_000) });
    expect((readEvent(record, RESOURCES, 'log') as TrailEvent).userAgent).toHaveLength(512);
  });

  test('a table call by name, by ARN and in a batch', () => {
    const table = (requestParameters: object, resources: object[] = []) =>
      readEvent(kmsRecord({ eventSource: 'dynamodb.amazonaws.com', requestParameters, resources }), RESOURCES, 'log');
    const arn = 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/Fuda-Tokens-1';
    expect(table({ tableName: 'Fuda-Tokens-1' })).toMatchObject({ table: 'Tokens' });
    expect(table({ tableName: arn })).toMatchObject({ table: 'Tokens' });
    expect(table({ requestItems: { 'Fuda-Ledger-1': {} } })).toMatchObject({ table: 'Ledger' });
    expect(table({}, [{ ARN: `${arn}/index/due` }])).toMatchObject({ table: 'Tokens' });
    expect(table({ tableName: 'Fuda-Tokens-10' })).toBe('elsewhere');
  });
});

describe('log files', () => {
  async function read(trail: TestTrail, opened?: (key: string, content: Readable) => Readable) {
    const verdicts: FileVerdict[] = [];
    const tally = newLogTally((verdict) => verdicts.push(verdict));
    const folder = await trail.open();
    const reader = { ...folder, open: (key: string) => opened?.(key, folder.open(key)) ?? folder.open(key) };
    const logs = reader.keys.map(readTrailKey).filter((key): key is LogKey => key.kind === 'log');
    const events: TrailEvent[] = [];
    const seals = {
      sealed: new Map(),
      sealedToByScope: new Map(),
      uncheckedScopes: new Set<string>(),
      hasDigests: false,
      deliveryLagMs: 0,
    };
    for await (const some of readLogFiles({ trail: reader, logs, seals, resources: RESOURCES, tally }))
      events.push(...some);
    return { events, tally, verdicts };
  }

  test('an event that was delivered twice counts once', async () => {
    using trail = new TestTrail();
    const record = kmsRecord();
    trail.log(START_MS, [record, record]);
    trail.log(START_MS + 60_000, [record]);
    const { events, tally } = await read(trail);
    expect(events).toHaveLength(1);
    expect(tally.duplicates).toBe(2);
  });

  test('are opened ahead, at most eight at once, and read in their order', async () => {
    using trail = new TestTrail();
    for (let minute = 0; minute < 20; minute += 1)
      trail.log(START_MS + minute * 60_000, [kmsRecord({ eventID: `event-of-${minute}` })]);
    const open = new Set<string>();
    let mostOpen = 0;
    const { events } = await read(trail, (key, content) => {
      open.add(key);
      mostOpen = Math.max(mostOpen, open.size);
      return content.on('close', () => open.delete(key));
    });
    expect(events.map(({ eventId }) => eventId)).toEqual(Array.from({ length: 20 }, (_, at) => `event-of-${at}`));
    expect(mostOpen).toBe(8);
    expect(open.size).toBe(0);
  });

  test('that fail while another is read fail in their turn, and the others are closed', async () => {
    using trail = new TestTrail();
    const keys = [0, 1, 2, 3].map((minute) => trail.log(START_MS + minute * 60_000, [kmsRecord()]));
    const contents: Readable[] = [];
    const seen = read(trail, (key, content) => {
      contents.push(content);
      return key === keys[2] ? content.destroy(new Error('S3 refused it')) : content;
    });
    await expect(seen).rejects.toThrow('S3 refused it');
    expect(contents.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true]);
  });

  test('another call that borrows an event id is not taken for a duplicate', async () => {
    using trail = new TestTrail();
    trail.log(START_MS, [kmsRecord({ eventID: 'e' }), kmsRecord({ eventID: 'e' })]);
    expect((await read(trail)).events).toHaveLength(2);
  });

  test('what cannot be read is counted by its reason, and the rest is still read', async () => {
    using trail = new TestTrail();
    const folder = trail.log(START_MS, [kmsRecord(), null, kmsRecord({ eventVersion: '3.1' })]).replace(/[^/]+$/, '');
    trail.write(`${folder}bad.json.gz`, 'no gzip');
    trail.write(`${folder}json.json.gz`, gzipSync('{"Records":'));
    trail.write(`${folder}shape.json.gz`, gzipSync('{"Records":{}}'));
    const { events, tally } = await read(trail);
    expect(events).toHaveLength(1);
    expect(tally.skipped).toEqual({ bad_gzip: 1, too_large: 0, bad_json: 2, bad_record: 1, unknown_version: 1 });
  });

  test('a file that unpacks to gigabytes is refused at the limit', async () => {
    using trail = new TestTrail();
    const folder = trail.log(START_MS, []).replace(/[^/]+$/, '');
    trail.write(`${folder}bomb.json.gz`, gzipSync(Buffer.alloc(129 * 1024 * 1024)));
    const { tally, verdicts } = await read(trail);
    expect(tally.skipped.too_large).toBe(1);
    expect(verdicts.map(({ verdict }) => verdict)).toContain('too_large');
  });
});
