/**
 * The operations of the local KMS as a table: the keys a request uses, the permission it needs on each, its CloudTrail
 * record, and its effect. Errors have AWS's names. Source: KMS API reference, and the developer guide's CloudTrail
 * examples for the record of each operation.
 */
import type { RandomBytes } from '../../shared/base/ids.ts';
import { AwsError } from '../base/aws-error.ts';
import { type KmsContext, mac, macMatches, open, readHeader, seal } from './core.ts';
import type { Key, KeyStore } from './keys.ts';
import type { KmsOperation, RequestOf } from './request.ts';

export interface Kms {
  readonly keys: KeyStore;
  readonly random: RandomBytes;
}

/** One permission a request needs. */
export interface KeyUse {
  readonly action: string;
  readonly key: Key;
  readonly context: KmsContext;
}

interface Definition<Name extends KmsOperation> {
  /** The permissions needed, in the order in which CloudTrail lists their keys. */
  uses(kms: Kms, request: RequestOf<Name>): KeyUse[];
  requestParameters(request: RequestOf<Name>, uses: readonly KeyUse[]): Record<string, unknown>;
  run(kms: Kms, request: RequestOf<Name>, keys: readonly Key[]): Record<string, unknown>;
}

const NO_CONTEXT: KmsContext = {};
const IV_BYTES = 12;

/** An empty encryption context does not appear in a record. */
const logged = (context: KmsContext) => (Object.keys(context).length > 0 ? context : undefined);

export const OPERATIONS: { readonly [Name in KmsOperation]: Definition<Name> } = {
  Encrypt: {
    uses: (kms, request) => [
      { action: 'kms:Encrypt', key: findKey(kms, request.KeyId), context: request.EncryptionContext },
    ],
    requestParameters: (request, [use]) => ({
      encryptionContext: logged(request.EncryptionContext),
      keyId: use?.key.arn ?? request.KeyId,
      encryptionAlgorithm: request.EncryptionAlgorithm,
    }),
    run: (kms, request, keys) => {
      const key = usable(keys[0], 'ENCRYPT_DECRYPT');
      const by = { keyId: key.keyId, material: key.current };
      const sealed = seal(by, kms.random(IV_BYTES), request.EncryptionContext, request.Plaintext);
      return { CiphertextBlob: sealed, KeyId: key.arn, EncryptionAlgorithm: request.EncryptionAlgorithm };
    },
  },
  Decrypt: {
    uses: (kms, request) => [
      {
        action: 'kms:Decrypt',
        key: sourceKey(kms, request.CiphertextBlob, request.KeyId),
        context: request.EncryptionContext,
      },
    ],
    requestParameters: (request, [use]) => ({
      encryptionAlgorithm: request.EncryptionAlgorithm,
      keyId: use?.key.arn ?? request.KeyId,
      encryptionContext: logged(request.EncryptionContext),
    }),
    run: (_kms, request, keys) => {
      const { key, materialId, plaintext } = unseal(keys[0], request.CiphertextBlob, request.EncryptionContext);
      return {
        Plaintext: plaintext,
        KeyId: key.arn,
        KeyMaterialId: materialId,
        EncryptionAlgorithm: request.EncryptionAlgorithm,
      };
    },
  },
  ReEncrypt: {
    uses: (kms, request) => [
      {
        action: 'kms:ReEncryptFrom',
        key: sourceKey(kms, request.CiphertextBlob, request.SourceKeyId),
        context: request.SourceEncryptionContext,
      },
      {
        action: 'kms:ReEncryptTo',
        key: findKey(kms, request.DestinationKeyId),
        context: request.DestinationEncryptionContext,
      },
    ],
    requestParameters: (request, [, to]) => ({
      sourceEncryptionAlgorithm: request.SourceEncryptionAlgorithm,
      sourceEncryptionContext: logged(request.SourceEncryptionContext),
      sourceKeyId: request.SourceKeyId,
      destinationEncryptionAlgorithm: request.DestinationEncryptionAlgorithm,
      destinationEncryptionContext: logged(request.DestinationEncryptionContext),
      destinationKeyId: to?.key.arn ?? request.DestinationKeyId,
    }),
    run: (kms, request, keys) => {
      const source = unseal(keys[0], request.CiphertextBlob, request.SourceEncryptionContext);
      const target = usable(keys[1], 'ENCRYPT_DECRYPT');
      const by = { keyId: target.keyId, material: target.current };
      const sealed = seal(by, kms.random(IV_BYTES), request.DestinationEncryptionContext, source.plaintext);
      return {
        CiphertextBlob: sealed,
        SourceKeyId: source.key.arn,
        SourceKeyMaterialId: source.materialId,
        DestinationKeyMaterialId: target.current.id,
        KeyId: target.arn,
        SourceEncryptionAlgorithm: request.SourceEncryptionAlgorithm,
        DestinationEncryptionAlgorithm: request.DestinationEncryptionAlgorithm,
      };
    },
  },
  GenerateMac: {
    uses: (kms, request) => [{ action: 'kms:GenerateMac', key: findKey(kms, request.KeyId), context: NO_CONTEXT }],
    requestParameters: (request, [use]) => ({
      macAlgorithm: request.MacAlgorithm,
      keyId: use?.key.arn ?? request.KeyId,
    }),
    run: (_kms, request, keys) => {
      const key = usable(keys[0], 'GENERATE_VERIFY_MAC');
      return { Mac: mac(key.current, request.Message), KeyId: key.arn, MacAlgorithm: request.MacAlgorithm };
    },
  },
  VerifyMac: {
    uses: (kms, request) => [{ action: 'kms:VerifyMac', key: findKey(kms, request.KeyId), context: NO_CONTEXT }],
    requestParameters: (request, [use]) => ({
      macAlgorithm: request.MacAlgorithm,
      keyId: use?.key.arn ?? request.KeyId,
    }),
    run: (_kms, request, keys) => {
      const key = usable(keys[0], 'GENERATE_VERIFY_MAC');
      if (!macMatches(key.current, request.Message, request.Mac)) {
        throw new AwsError('KMSInvalidMacException', 'The HMAC does not match the message and key.');
      }
      return { MacValid: true, KeyId: key.arn, MacAlgorithm: request.MacAlgorithm };
    },
  },
  DescribeKey: {
    uses: (kms, request) => [{ action: 'kms:DescribeKey', key: findKey(kms, request.KeyId), context: NO_CONTEXT }],
    requestParameters: (request) => ({ keyId: request.KeyId }),
    run: (_kms, _request, [key]) => ({ KeyMetadata: key && describe(key) }),
  },
};

/** A key by id or ARN; the vault does not use aliases. */
function findKey(kms: Kms, keyId: string): Key {
  const key = kms.keys.get(keyId.startsWith('arn:') ? (keyId.split(':key/')[1] ?? '') : keyId);
  if (!key || (keyId.startsWith('arn:') && key.arn !== keyId)) {
    throw new AwsError('NotFoundException', 'The key named in the request does not exist.');
  }
  return key;
}

/** The key of a ciphertext; if the caller names a key, it must be this one. */
function sourceKey(kms: Kms, ciphertext: Buffer, expectedKeyId: string | undefined): Key {
  const expected = expectedKeyId === undefined ? undefined : findKey(kms, expectedKeyId);
  const header = readHeader(ciphertext);
  const key = header && kms.keys.get(header.keyId);
  if (expected) return expected;
  if (!key) throw invalidCiphertext();
  return key;
}

interface Unsealed {
  readonly key: Key;
  readonly materialId: string;
  readonly plaintext: Buffer;
}

function unseal(key: Key | undefined, ciphertext: Buffer, context: KmsContext): Unsealed {
  const usableKey = usable(key, 'ENCRYPT_DECRYPT');
  const header = readHeader(ciphertext);
  if (!header) throw invalidCiphertext();
  if (header.keyId !== usableKey.keyId) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  const material = usableKey.material(header.materialId);
  const plaintext = material && open(material, context, ciphertext);
  if (!plaintext) throw invalidCiphertext();
  return { key: usableKey, materialId: header.materialId, plaintext };
}

/** Wrong bytes and wrong context give the same error, as in AWS. */
const invalidCiphertext = () => new AwsError('InvalidCiphertextException', 'The ciphertext is not valid here.');

function usable(key: Key | undefined, usage: Key['usage']): Key {
  if (!key) throw new AwsError('NotFoundException', 'The key named in the request does not exist.');
  if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  if (key.usage !== usage) {
    throw new AwsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage} which is not valid here.`);
  }
  return key;
}

const describe = (key: Key) => ({
  KeyId: key.keyId,
  Arn: key.arn,
  AWSAccountId: key.arn.split(':')[4],
  CreationDate: key.createdAtMs / 1000,
  Description: key.description,
  Enabled: key.enabled,
  KeyState: key.enabled ? 'Enabled' : 'Disabled',
  KeyManager: 'CUSTOMER',
  KeySpec: key.spec,
  KeyUsage: key.usage,
  Origin: 'AWS_KMS',
  MultiRegion: false,
  CurrentKeyMaterialId: key.spec === 'SYMMETRIC_DEFAULT' ? key.current.id : undefined,
  EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? ['SYMMETRIC_DEFAULT'] : undefined,
  MacAlgorithms: key.usage === 'GENERATE_VERIFY_MAC' ? ['HMAC_SHA_256'] : undefined,
});
