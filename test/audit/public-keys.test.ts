/** The root of trust: a key is what its bytes are, and a Region that lists no keys leaves only its own digests unchecked. */
import { readFileSync } from 'node:fs';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, test } from '@jest/globals';
import { countFiles } from '../../audit/trail/files.ts';
import { readPublicKeys } from '../../audit/trail/public-keys.ts';
import { fetchPublicKeys } from '../../audit/trail/public-keys-aws.ts';
import { examine } from './examine.ts';
import { ACCOUNT, HOUR_MS, kmsRecord, REGION, START_MS, signingPair, TestTrail } from './trail-maker.ts';

const NOW_MS = START_MS + HOUR_MS + 60_000;
const listOf = (...keys: readonly { readonly Value: string; readonly Fingerprint: string }[]) => ({
  PublicKeyList: keys,
});
const listed = ({ der, fingerprint }: ReturnType<typeof signingPair>, Fingerprint = fingerprint) => ({
  Value: der.toString('base64'),
  Fingerprint,
});

/** One hour with one log file. */
function oneHour(trail: TestTrail): TestTrail {
  trail.log(START_MS + 5 * 60_000, [kmsRecord({ eventName: 'Encrypt' })]);
  trail.digest(START_MS + HOUR_MS);
  return trail;
}

describe('a public key', () => {
  const genuine = signingPair();
  const forged = signingPair();

  test('is known by the MD5 of its bytes, as AWS’s own sample states it', () => {
    const text = readFileSync(new URL('../vectors/cloudtrail/public-keys.json', import.meta.url), 'utf8');
    const { byFingerprint, misnamed } = readPublicKeys(JSON.parse(text));
    expect([...byFingerprint.keys()]).toContain('8eba5db5bea9b640d1c96a77256fe7f2');
    expect(misnamed).toEqual([]);
  });

  test('under the genuine one’s fingerprint signs nothing, and is a finding', async () => {
    using trail = oneHour(new TestTrail({ ...forged, fingerprint: genuine.fingerprint }));
    trail.write('public-keys.json', JSON.stringify(listOf(listed(forged, genuine.fingerprint))));
    const { findings, sources, verdict } = await examine(trail, { nowMs: NOW_MS });
    expect(findings.items.map(({ code, subject, reason }) => [code, subject, reason])).toEqual([
      ['public_key_differs', genuine.fingerprint, forged.fingerprint],
      ['no_digests', `${ACCOUNT}/${REGION}`, undefined],
      ['digest_invalid', expect.any(String), 'bad_public_key'],
      ['log_invalid', expect.any(String), 'unlisted'],
    ]);
    expect([sources.publicKeys.fingerprints, verdict]).toEqual([[], 'fail']);
  });

  test.each(['before', 'after'])('listed %s a forged one of its fingerprint is still used', async (place) => {
    using trail = oneHour(new TestTrail(genuine));
    const keys = [listed(genuine), listed(forged, genuine.fingerprint)];
    trail.write('public-keys.json', JSON.stringify(listOf(...(place === 'before' ? keys : keys.toReversed()))));
    const { findings, sources } = await examine(trail, { nowMs: NOW_MS });
    expect(findings.byCode).toEqual({ public_key_differs: 1 });
    expect(sources.publicKeys.fingerprints).toEqual([genuine.fingerprint]);
  });

  test('is the same with a fingerprint in upper case', () => {
    const { byFingerprint, misnamed } = readPublicKeys(listOf(listed(genuine, genuine.fingerprint.toUpperCase())));
    expect([[...byFingerprint.keys()], misnamed]).toEqual([[genuine.fingerprint], []]);
  });

  test.each([
    ['aws', 'pass'],
    ['file', 'pass'],
    ['trail', 'unvouched'],
  ] as const)('from %s gives the verdict %s to a sound trail', async (origin, verdict) => {
    using trail = oneHour(new TestTrail());
    const found = await examine(trail, { nowMs: NOW_MS, keySource: { origin, refusedRegions: [] } });
    expect([found.verdict, found.passed, found.findings.total]).toEqual([verdict, verdict === 'pass', 0]);
  });

  test('from the trail’s own folder does not make a Fail better', async () => {
    using trail = new TestTrail();
    const { verdict } = await examine(trail, { nowMs: NOW_MS, keySource: { origin: 'trail', refusedRegions: [] } });
    expect(verdict).toBe('fail');
  });
});

describe('a Region', () => {
  const { der, fingerprint } = signingPair();
  const digestIn = (region: string): string =>
    `AWSLogs/${ACCOUNT}/CloudTrail-Digest/${region}/2026/11/23/${ACCOUNT}_CloudTrail-Digest_${region}_vault_${REGION}_20261123T100000Z.json.gz`;
  const failure = (name: string) => Object.assign(new Error('refused'), { name });
  /** CloudTrail in which these Regions fail. */
  const clientOf = (failures: Readonly<Record<string, Error>>) => (region: string) =>
    ({
      send: async () => {
        if (failures[region]) throw failures[region];
        return { PublicKeyList: [{ Fingerprint: fingerprint, Value: der }] };
      },
    }) as unknown as CloudTrailClient;
  const REGIONS = [REGION, 'us-east-1', 'eu-west-1'];

  test.each(['AccessDeniedException', 'UnrecognizedClientException', 'OptInRequired'])(
    'that refuses with %s is named, and the keys of the others are fetched',
    async (name) => {
      const failures = { 'eu-west-1': failure(name) };
      const { publicKeys, keySource } = await fetchPublicKeys(clientOf(failures), REGIONS.map(digestIn), {});
      expect(keySource).toEqual({ origin: 'aws', refusedRegions: ['eu-west-1'] });
      expect(publicKeys.PublicKeyList).toHaveLength(2);
    },
  );

  test('that does not exist is named like one that refuses', async () => {
    const failures = { 'zz-nowhere-1': Object.assign(failure('Error'), { code: 'ENOTFOUND' }) };
    const keys = [REGION, 'zz-nowhere-1'].map(digestIn);
    const { keySource } = await fetchPublicKeys(clientOf(failures), keys, {});
    expect(keySource.refusedRegions).toEqual(['zz-nowhere-1']);
  });

  test.each([
    ['all refuse', { [REGION]: failure('AccessDeniedException') }, /need cloudtrail:ListPublicKeys/],
    ['one stays silent', { [REGION]: failure('TimeoutError') }, /did not respond in time/],
  ])('where %s the keys cannot be read', async (_title, failures, sentence) => {
    await expect(fetchPublicKeys(clientOf(failures), [digestIn(REGION)], {})).rejects.toThrow(sentence);
  });

  test('more of them than AWS has are refused', async () => {
    const keys = Array.from({ length: 101 }, (_, index) => digestIn(`xx-north-${index}`));
    await expect(fetchPublicKeys(clientOf({}), keys, {})).rejects.toThrow('more Regions than AWS has');
  });

  test('without keys is one finding, and its files are neither valid nor invalid', async () => {
    using trail = oneHour(new TestTrail());
    oneHour(new TestTrail(trail.pair, { folder: trail.folder, region: 'eu-west-1' }));
    const keySource = { origin: 'aws', refusedRegions: ['eu-west-1'] } as const;
    const { findings, integrity, passed } = await examine(trail, { nowMs: NOW_MS, keySource });
    expect(findings.items.map(({ code, subject }) => [code, subject])).toEqual([['keys_refused', 'eu-west-1']]);
    expect(countFiles(integrity.files, 'digest')).toEqual({ valid: 1, invalid: 0, unsealed: 0 });
    expect(integrity.files.counts.log).toEqual({ valid: 1, unchecked: 1 });
    expect(passed).toBe(false);
  });

  test('that the trail must cover proves nothing without keys', async () => {
    using trail = oneHour(new TestTrail());
    const keySource = { origin: 'aws', refusedRegions: [REGION] } as const;
    const { findings } = await examine(trail, { nowMs: NOW_MS, keySource });
    expect(findings.byCode).toEqual({ keys_refused: 1, no_digests: 1 });
  });
});
