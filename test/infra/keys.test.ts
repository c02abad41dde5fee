import { describe, expect, test } from '@jest/globals';
import { KEYS, type KeyName } from '../../shared/base/tables.ts';
import { ADMINISTRATOR, isAllowed } from './evaluate.ts';
import {
  ACCOUNT,
  arnOf,
  key,
  keyPolicy,
  list,
  ofType,
  policyOf,
  REGION,
  ROWS,
  roleOf,
  type SynthesizedPolicy,
} from './template.ts';

const CARD_KEYS = Object.keys(KEYS) as (keyof typeof KEYS)[];
const PAN = { purpose: 'pan', merchant: 'mer_a', record: 'r1' };
const CVC = { purpose: 'cvc', merchant: 'mer_a', record: 'r1' };
/** Everything that would open, make or hand on what a key protects. */
const USES = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateMac',
  'kms:CreateGrant',
];

/** Whether the function's role may do `action` with the key, both locks considered. */
const may = (entry: string, action: string, name: KeyName, encryptionContext: Readonly<Record<string, string>>) =>
  isAllowed({
    principalArn: arnOf(roleOf(entry)),
    identityPolicies: [policyOf(entry)],
    action,
    resourceArn: arnOf(key(name)),
    resourcePolicy: keyPolicy(name),
    encryptionContext,
  });

const without = (context: Readonly<Record<string, string>>, name: string) =>
  Object.fromEntries(Object.entries(context).filter(([key]) => key !== name));

describe('who may use a card key', () => {
  test('create-charge decrypts a card number and a security code that it names', async () => {
    expect(await may('cde/create-charge', 'kms:Decrypt', 'PanKey', PAN)).toBe(true);
    expect(await may('cde/create-charge', 'kms:Decrypt', 'CvcKey', CVC)).toBe(true);
  });

  test.each([
    ['PanKey', PAN],
    ['CvcKey', CVC],
  ] as const)('create-token encrypts under %s and can never decrypt', async (name, context) => {
    expect(await may('cde/create-token', 'kms:Encrypt', name, context)).toBe(true);
    expect(await may('cde/create-token', 'kms:Decrypt', name, context)).toBe(false);
    expect(await may('cde/create-token', 'kms:ReEncryptFrom', name, context)).toBe(false);
  });

  test('create-card moves a ciphertext inside KMS and never sees what is in it', async () => {
    expect(await may('cde/create-card', 'kms:ReEncryptFrom', 'PanKey', PAN)).toBe(true);
    expect(await may('cde/create-card', 'kms:ReEncryptTo', 'PanKey', PAN)).toBe(true);
    expect(await may('cde/create-card', 'kms:Decrypt', 'PanKey', PAN)).toBe(false);
  });

  test('no function outside functions/cde uses the keys of card numbers, security codes and fingerprints', async () => {
    for (const { entry } of ROWS.filter((row) => !row.entry.startsWith('cde/'))) {
      for (const action of USES) {
        expect([entry, action, await may(entry, action, 'PanKey', PAN)]).toEqual([entry, action, false]);
        expect([entry, action, await may(entry, action, 'CvcKey', CVC)]).toEqual([entry, action, false]);
        expect([entry, action, await may(entry, action, 'FingerprintKey', {})]).toEqual([entry, action, false]);
      }
    }
  });

  test('a function without the key in its own policy is refused even if the key’s policy named it', async () => {
    const widened = JSON.parse(
      JSON.stringify(keyPolicy('PanKey')).replaceAll(
        roleOf('cde/create-charge').logicalId,
        roleOf('api/get-card').logicalId,
      ),
    );
    const question = {
      principalArn: arnOf(roleOf('api/get-card')),
      action: 'kms:Decrypt',
      resourceArn: arnOf(key('PanKey')),
      resourcePolicy: widened,
      encryptionContext: PAN,
    };
    expect(await isAllowed({ ...question, identityPolicies: [policyOf('api/get-card')] })).toBe(false);
    expect(await isAllowed({ ...question, identityPolicies: [policyOf('cde/create-charge')] })).toBe(true);
  });

  test.each(CARD_KEYS)(
    'administrators and the account root cannot use %s, even with every grant of IAM',
    async (name) => {
      const context = { purpose: KEYS[name].purpose, merchant: 'mer_a', record: 'r1' };
      for (const principalArn of [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:role/Administrator`]) {
        // IAM may allow any principal to seal a secret, such as the operator: sealing opens nothing.
        for (const action of USES.filter((use) => name !== 'SecretKey' || use !== 'kms:Encrypt')) {
          const allowed = await isAllowed({
            principalArn,
            identityPolicies: principalArn.endsWith(':root') ? [] : [ADMINISTRATOR],
            action,
            resourceArn: arnOf(key(name)),
            resourcePolicy: keyPolicy(name),
            encryptionContext: context,
            context: { 'kms:MacAlgorithm': 'HMAC_SHA_256' },
          });
          expect([principalArn, action, allowed]).toEqual([principalArn, action, false]);
        }
      }
    },
  );

  test.each([...CARD_KEYS, 'DataKey'])('administrators can manage %s: an unmanaged key would be lost', async (name) => {
    for (const action of ['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:ScheduleKeyDeletion']) {
      const allowed = await isAllowed({
        principalArn: `arn:aws:iam::${ACCOUNT}:role/Administrator`,
        identityPolicies: [ADMINISTRATOR],
        action,
        resourceArn: arnOf(key(name)),
        resourcePolicy: keyPolicy(name),
      });
      expect([action, allowed]).toEqual([action, true]);
    }
  });
});

describe('the encryption context of a decryption', () => {
  test.each(['purpose', 'merchant', 'record'])('is refused without %s', async (name) => {
    expect(await may('cde/create-charge', 'kms:Decrypt', 'PanKey', without(PAN, name))).toBe(false);
    expect(await may('cde/create-charge', 'kms:Decrypt', 'CvcKey', without(CVC, name))).toBe(false);
  });

  test('is refused when empty', async () => {
    expect(await may('cde/create-charge', 'kms:Decrypt', 'PanKey', {})).toBe(false);
  });

  test('is refused with a name beyond the known ones', async () => {
    expect(await may('cde/create-charge', 'kms:Decrypt', 'PanKey', { ...PAN, note: 'x' })).toBe(false);
  });

  test('is refused with the purpose of another key', async () => {
    expect(await may('cde/create-charge', 'kms:Decrypt', 'PanKey', CVC)).toBe(false);
    expect(await may('cde/create-token', 'kms:Encrypt', 'CvcKey', PAN)).toBe(false);
    expect(await may('cde/create-token', 'kms:Decrypt', 'CaptureKey', PAN)).toBe(false);
  });

  test('is required by every statement that lets anyone use a card key', () => {
    const statements = [
      ...CARD_KEYS.flatMap((name) => keyPolicy(name).Statement),
      ...ROWS.flatMap((row) => policyOf(row.entry).Statement),
    ];
    const uses = statements.filter(
      ({ Action, Resource }) =>
        list(Action).some((action) => /^kms:(Encrypt|Decrypt|ReEncrypt)/.test(action)) &&
        !list(Resource).includes(arnOf(key('TrailKey'))),
    );
    expect(uses.length).toBeGreaterThan(0);
    for (const { Condition } of uses) {
      const purpose = Condition?.StringEquals?.['kms:EncryptionContext:purpose'];
      const names = Condition?.['ForAllValues:StringEquals']?.['kms:EncryptionContextKeys'];
      const definition = Object.values(KEYS).find((candidate) => candidate.purpose === purpose);
      expect(names).toEqual(definition?.context);
      expect(Condition?.Null).toMatchObject({
        'kms:EncryptionContextKeys': 'false',
        'kms:EncryptionContext:record': 'false',
      });
    }
  });
});

describe('the keys themselves', () => {
  test('symmetric keys rotate; the HMAC key makes codes with one algorithm only', async () => {
    for (const { path, properties } of ofType('AWS::KMS::Key')) {
      expect([path, properties.EnableKeyRotation ?? false]).toEqual([path, !path.endsWith('FingerprintKey')]);
    }
    expect(key('FingerprintKey').properties).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const mac = (algorithm: string) =>
      isAllowed({
        principalArn: arnOf(roleOf('cde/create-token')),
        identityPolicies: [policyOf('cde/create-token')],
        action: 'kms:GenerateMac',
        resourceArn: arnOf(key('FingerprintKey')),
        resourcePolicy: keyPolicy('FingerprintKey'),
        context: { 'kms:MacAlgorithm': algorithm },
      });
    expect(await mac('HMAC_SHA_256')).toBe(true);
    expect(await mac('HMAC_SHA_512')).toBe(false);
  });

  test('every key is made in KMS, and its material goes nowhere', () => {
    for (const { path, properties } of ofType('AWS::KMS::Key')) {
      // Left out: made by KMS, and in one Region.
      expect([path, properties.Origin ?? 'AWS_KMS', properties.MultiRegion ?? false]).toEqual([path, 'AWS_KMS', false]);
      expect(JSON.stringify(properties.KeyPolicy)).not.toMatch(/ImportKeyMaterial|GetParametersForImport|ReplicateKey/);
    }
  });

  test('every key outlives its stack, and waits the longest time before deletion', () => {
    for (const { deletionPolicy, properties } of ofType('AWS::KMS::Key')) {
      expect([deletionPolicy, properties.PendingWindowInDays]).toEqual(['Retain', 30]);
    }
  });

  test('no statement on a key grants by wildcard', () => {
    for (const { properties } of ofType('AWS::KMS::Key')) {
      const { Statement } = properties.KeyPolicy as SynthesizedPolicy;
      for (const { Action } of Statement) for (const action of list(Action)) expect(action).not.toContain('*');
    }
  });

  test('the data key serves people only through DynamoDB, the trail’s only through S3', async () => {
    const decrypt = (name: string, context: Readonly<Record<string, string>>) =>
      isAllowed({
        principalArn: `arn:aws:iam::${ACCOUNT}:role/Administrator`,
        identityPolicies: [ADMINISTRATOR],
        action: 'kms:Decrypt',
        resourceArn: arnOf(key(name)),
        resourcePolicy: keyPolicy(name),
        context,
      });
    const through = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
    for (const [name, service] of [
      ['DataKey', 'dynamodb'],
      ['TrailKey', 's3'],
    ] as const) {
      expect([name, await decrypt(name, {})]).toEqual([name, false]);
      expect([name, await decrypt(name, through('logs'))]).toEqual([name, false]);
      expect([name, await decrypt(name, through(service))]).toEqual([name, true]);
    }
    expect(await decrypt('DataKey', through('s3'))).toBe(false);
    expect(await decrypt('TrailKey', through('dynamodb'))).toBe(false);
  });
});
