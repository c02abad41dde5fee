/** The digest chain and the hashes it seals: one sound trail, and each way of tampering with it (V12). */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { AuditOptions } from '../../audit/audit.ts';
import type { Evidence } from '../../audit/evidence.ts';
import { countFiles } from '../../audit/trail/files.ts';
import { examine as examineTrail } from './examine.ts';
import { ACCOUNT, HOUR_MS, kmsRecord, REGION, START_MS, signingPair, TestTrail } from './trail-maker.ts';

const NOW_MS = START_MS + 3 * HOUR_MS + 10 * 60_000;

/** Three hours: two log files and a digest in each. */
function soundTrail() {
  const trail = new TestTrail();
  const logs: string[] = [];
  const digests: string[] = [];
  for (let hour = 0; hour < 3; hour += 1) {
    const startMs = START_MS + hour * HOUR_MS;
    logs.push(trail.log(startMs + 5 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]));
    logs.push(trail.log(startMs + 25 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]));
    digests.push(trail.digest(startMs + HOUR_MS));
  }
  return { trail, logs, digests, at: (list: readonly string[], index: number) => list[index] ?? '' };
}

const examine = (trail: TestTrail, options: Partial<AuditOptions> = {}, nowMs = NOW_MS): Promise<Evidence> =>
  examineTrail(trail, { nowMs, ...options });

const invalid = ({ integrity }: Evidence) =>
  integrity.files.invalid.items.map(({ file, key, verdict }) => [file, key, verdict]);

describe('a sound trail', () => {
  test('passes, with every digest and log file valid', async () => {
    using made = soundTrail().trail;
    const evidence = await examine(made);
    expect(evidence.findings.items).toEqual([]);
    expect(evidence.passed).toBe(true);
    expect(countFiles(evidence.integrity.files, 'digest')).toEqual({ valid: 3, invalid: 0, unsealed: 0 });
    expect(countFiles(evidence.integrity.files, 'log')).toEqual({ valid: 6, invalid: 0, unsealed: 0 });
    expect(evidence.integrity.coverage.proven).toEqual([{ fromMs: START_MS, toMs: START_MS + 3 * HOUR_MS }]);
  });

  test('passes with log files that are newer than the last digest, and says so', async () => {
    const { trail } = soundTrail();
    using made = trail;
    made.log(START_MS + 3 * HOUR_MS + 60_000, [kmsRecord({ eventName: 'Encrypt' })]);
    const evidence = await examine(made);
    expect(evidence.passed).toBe(true);
    expect(countFiles(evidence.integrity.files, 'log').unsealed).toBe(1);
  });

  test('takes an older signature from the next digest when no object metadata was kept for it', async () => {
    const { trail, digests } = soundTrail();
    using made = trail;
    made.remove(`${digests[0]}.metadata.json`);
    expect((await examine(made)).findings.total).toBe(0);
  });

  test('is read within the period asked for, from the digests that can seal it', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    made.edit(at(logs, 0), (text) => text.replace('Encrypt', 'Decrypt'));
    const fromMs = START_MS + 3 * HOUR_MS - 60_000;
    expect((await examine(made, { fromMs, toMs: NOW_MS })).access.keyCalls).toEqual([]);
  });
});

describe('a trail that was tampered with fails (V12)', () => {
  test('when a log file was altered (V12)', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    made.edit(at(logs, 2), (text) => text.replace('192.0.2.10', '192.0.2.11'));
    expect(invalid(await examine(made))).toEqual([['log', at(logs, 2), 'hash_mismatch']]);
  });

  test('when a log file is missing', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    made.remove(at(logs, 3));
    expect(invalid(await examine(made))).toEqual([['log', at(logs, 3), 'not_found']]);
  });

  test('when two log files changed places', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    const [first, second] = [made.read(at(logs, 0)), made.read(at(logs, 1))];
    made.write(at(logs, 0), second);
    made.write(at(logs, 1), first);
    const verdicts = invalid(await examine(made));
    expect(verdicts).toEqual([
      ['log', at(logs, 0), 'hash_mismatch'],
      ['log', at(logs, 1), 'hash_mismatch'],
    ]);
  });

  test('when the records of a log file were reordered', async () => {
    using made = new TestTrail();
    const key = made.log(START_MS + 60_000, [kmsRecord({ eventName: 'Encrypt' }), kmsRecord({ eventName: 'Encrypt' })]);
    made.digest(START_MS + HOUR_MS);
    made.edit(key, (text) => JSON.stringify({ Records: JSON.parse(text).Records.reverse() }));
    expect(invalid(await examine(made))).toEqual([['log', key, 'hash_mismatch']]);
  });

  test('when a log file is a truncated gzip', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    made.write(at(logs, 1), made.read(at(logs, 1)).subarray(0, 40));
    const evidence = await examine(made);
    expect(invalid(evidence)).toEqual([['log', at(logs, 1), 'hash_mismatch']]);
    expect(evidence.reading.skipped.bad_gzip).toBe(1);
    expect(evidence.findings.items.map(({ code }) => code)).toEqual(['log_invalid', 'records_unreadable']);
  });

  test('when a log file was added that no digest lists', async () => {
    const { trail } = soundTrail();
    using made = trail;
    const name = `${ACCOUNT}_CloudTrail_${REGION}_20261123T1010Z_planted000000000.json.gz`;
    const key = `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/2026/11/23/${name}`;
    made.write(key, gzipSync(JSON.stringify({ Records: [] })));
    expect(invalid(await examine(made))).toEqual([['log', key, 'unlisted']]);
  });

  test('when an added log file hides its age by its name', async () => {
    const { trail } = soundTrail();
    using made = trail;
    const key = `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/2026/11/23/extra.json.gz`;
    made.write(key, gzipSync(JSON.stringify({ Records: [] })));
    expect(invalid(await examine(made))).toEqual([['log', key, 'unlisted']]);
  });

  test('when a file that CloudTrail never writes looks like one of its files', async () => {
    const { trail } = soundTrail();
    using made = trail;
    const key = `AWSLogs/${ACCOUNT}/CloudTrail-Digest/${REGION}/2026/11/23/notes.json.gz`;
    made.write(key, gzipSync('{}'));
    expect(invalid(await examine(made))).toEqual([['other', key, 'foreign']]);
  });

  test('when a digest was altered', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    made.edit(at(digests, 2), (text) => text.replace('"logFiles":[', '"logFiles":  ['));
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 2), 'signature_failed']);
  });

  test('when a digest in the middle was altered', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    made.edit(at(digests, 1), (text) => text.replace('"logFiles":[', '"logFiles":  ['));
    const verdicts = invalid(await examine(made));
    expect(verdicts[0]).toEqual(['digest', at(digests, 1), 'signature_failed']);
    // Its own log files are then sealed by nothing; those of the digest before still are.
    expect(verdicts.slice(1).map(([, , verdict]) => verdict)).toEqual(['unlisted', 'unlisted']);
  });

  test('when a digest in the middle is missing (V12)', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    made.remove(at(digests, 1));
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 1), 'not_found']);
  });

  test('when the oldest digest is missing', async () => {
    const { trail, digests, logs, at } = soundTrail();
    using made = trail;
    for (const key of [at(digests, 0), at(logs, 0), at(logs, 1)]) made.remove(key);
    expect(invalid(await examine(made))).toEqual([['digest', at(digests, 0), 'not_found']]);
  });

  test('when two digests changed places', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    const [first, second] = [made.read(at(digests, 0)), made.read(at(digests, 1))];
    made.write(at(digests, 0), second);
    made.write(at(digests, 1), first);
    const digestVerdicts = invalid(await examine(made)).filter(([file]) => file === 'digest');
    expect(digestVerdicts).toEqual([
      ['digest', at(digests, 1), 'moved'],
      ['digest', at(digests, 0), 'moved'],
    ]);
  });

  test('when a digest was moved to another name', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    const moved = at(digests, 2).replace('T120000Z', 'T120001Z');
    made.write(moved, made.read(at(digests, 2)));
    made.write(`${moved}.metadata.json`, made.read(`${at(digests, 2)}.metadata.json`));
    made.remove(at(digests, 2));
    expect(invalid(await examine(made))[0]).toEqual(['digest', moved, 'moved']);
  });

  test('when a digest was signed with a key that is not in the list', async () => {
    using made = new TestTrail(signingPair());
    made.digest(START_MS + HOUR_MS);
    made.write('public-keys.json', JSON.stringify({ PublicKeyList: [] }));
    const evidence = await examine(made);
    expect(invalid(evidence).map(([, , verdict]) => verdict)).toEqual(['unknown_public_key']);
    expect(evidence.findings.items.map(({ code }) => code)).toEqual(['no_digests', 'digest_invalid']);
  });

  test('when the signer only claims the fingerprint of a listed key', async () => {
    const { trail } = soundTrail();
    using made = trail;
    using forger = new TestTrail({ ...signingPair(), fingerprint: made.pair.fingerprint });
    const key = forger.digest(START_MS + 3 * HOUR_MS);
    made.write(key, forger.read(key));
    made.write(`${key}.metadata.json`, forger.read(`${key}.metadata.json`));
    expect(invalid(await examine(made))[0]).toEqual(['digest', key, 'signature_failed']);
  });

  test('when the listed key is no RSA key', async () => {
    const { trail } = soundTrail();
    using made = trail;
    const key = { Value: Buffer.from('not a key').toString('base64'), Fingerprint: made.pair.fingerprint };
    made.write('public-keys.json', JSON.stringify({ PublicKeyList: [key] }));
    expect(invalid(await examine(made))[0]?.[2]).toBe('bad_public_key');
  });

  test('when the newest digest has lost the metadata with its signature', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    made.remove(`${at(digests, 2)}.metadata.json`);
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 2), 'signature_missing']);
  });

  test('when the metadata of an older digest holds another signature', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    const other = { signature: 'ab'.repeat(256), 'signature-algorithm': 'SHA256withRSA' };
    made.write(`${at(digests, 1)}.metadata.json`, JSON.stringify(other));
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 1), 'signature_failed']);
  });

  test('when a genuine digest took the place of another that the next one recorded', async () => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    using other = new TestTrail();
    other.digest(START_MS + HOUR_MS);
    const key = other.digest(START_MS + 2 * HOUR_MS);
    made.write(key, other.read(key));
    made.write(`${key}.metadata.json`, other.read(`${key}.metadata.json`));
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 1), 'link_mismatch']);
  });

  test('when bytes were put behind a log file', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    made.write(at(logs, 0), Buffer.concat([made.read(at(logs, 0)), gzipSync('{"Records":[]}')]));
    expect(invalid(await examine(made))).toEqual([['log', at(logs, 0), 'trailing_data']]);
  });

  test('when a log file is damaged where it unpacks', async () => {
    const { trail, logs, at } = soundTrail();
    using made = trail;
    const bytes = made.read(at(logs, 0));
    // In the checksum of the content.
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 0xff, bytes.length - 6);
    made.write(at(logs, 0), bytes);
    expect(invalid(await examine(made))).toEqual([['log', at(logs, 0), 'invalid_format']]);
  });

  test('when a genuine digest of another chain was put between', async () => {
    const { trail } = soundTrail();
    using made = trail;
    using other = new TestTrail();
    const key = other.digest(START_MS + HOUR_MS + 30 * 60_000);
    made.write(key, other.read(key));
    made.write(`${key}.metadata.json`, other.read(`${key}.metadata.json`));
    expect(invalid(await examine(made))).toEqual([['digest', key, 'not_in_chain']]);
  });

  test('when logging was off between two digests', async () => {
    using made = new TestTrail();
    made.digest(START_MS + HOUR_MS);
    made.digest(START_MS + 3 * HOUR_MS, { isStart: true });
    const evidence = await examine(made);
    expect(evidence.integrity.gaps.items).toMatchObject([{ fromMs: START_MS + HOUR_MS, toMs: START_MS + 2 * HOUR_MS }]);
    expect(evidence.findings.items.map(({ code }) => code)).toEqual(['chain_gap']);
  });

  test('when a log file waits for its digest longer than two hours', async () => {
    const { trail } = soundTrail();
    using made = trail;
    const key = made.log(START_MS + 3 * HOUR_MS + 60_000, []);
    const evidence = await examine(made, {}, START_MS + 6 * HOUR_MS);
    expect(evidence.findings.items.map(({ code, subject }) => [code, subject])).toEqual([
      ['coverage_hole', '2026-11-23T12:00:00.000Z'],
      ['log_overdue', key],
    ]);
  });

  test('when there is nothing in it at all', async () => {
    using made = new TestTrail();
    expect((await examine(made)).findings.items.map(({ code }) => code)).toEqual(['no_digests']);
  });
});

describe('hostile content', () => {
  test.each([
    ['no JSON', 'nonsense'],
    ['an array', '[]'],
    ['a digest with a number for a time', '{"digestEndTime":7}'],
    ['deeply nested JSON', '['.repeat(5_000)],
  ])('a digest that holds %s is invalid, not an error', async (_name, body) => {
    const { trail, digests, at } = soundTrail();
    using made = trail;
    made.write(at(digests, 2), gzipSync(body));
    expect(invalid(await examine(made))[0]).toEqual(['digest', at(digests, 2), 'invalid_format']);
  });

  test('a digest cannot send the reader outside the folder', async () => {
    using made = new TestTrail();
    const outside = '../../../../../../etc/hostname';
    expect(existsSync('/etc')).toBe(true);
    const trail = await made.open();
    expect(trail.has(outside)).toBe(false);
    expect(() => trail.open(outside)).toThrow('not a listed object');
  });

  test('a symbolic link in the folder is not followed', async () => {
    using made = new TestTrail();
    symlinkSync('/etc', join(made.folder, 'AWSLogs'));
    expect((await made.open()).keys).toEqual([]);
  });

  test('a digest that names itself as the one before does not hold the audit', async () => {
    using made = new TestTrail();
    const key = made.digest(START_MS + HOUR_MS);
    made.edit(key, (text) =>
      text
        .replace('"previousDigestS3Bucket":null', '"previousDigestS3Bucket":"x"')
        .replace('"previousDigestS3Object":null', `"previousDigestS3Object":"${key}"`),
    );
    expect(invalid(await examine(made))).toEqual([['digest', key, 'signature_failed']]);
  });
});
