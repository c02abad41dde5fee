/** The local KMS through the real SDK: what it gives back, and everything it refuses. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  type KMSClient,
  ReEncryptCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { open, readHeader, seal } from '../../local/kms/core.ts';
import { drawBytes } from '../setup/draws.ts';
import { clientsOf, type PaperVault, startPaperVault } from './fixtures.ts';

const CONTEXT = { purpose: 'pan', merchant: 'mer_a', record: '01' };
const MOVED = { ...CONTEXT, record: '02' };
const TEXT = Buffer.from('not a card number');

let vault: PaperVault;
let kms: KMSClient;
let keys: Readonly<Record<string, string>>;

beforeAll(async () => {
  vault = await startPaperVault();
  kms = clientsOf(vault.runtime, vault.runtime.assume('api/echo')).kms;
  keys = vault.runtime.keys;
});
afterAll(async () => {
  await vault[Symbol.asyncDispose]();
});

const encrypt = async (
  KeyId = keys.PanKey,
  EncryptionContext: Record<string, string> = CONTEXT,
): Promise<Uint8Array> => {
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT, EncryptionContext }));
  return CiphertextBlob ?? new Uint8Array();
};
const decrypt = (CiphertextBlob: Uint8Array, EncryptionContext: Record<string, string> = CONTEXT, KeyId?: string) =>
  kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...(KeyId && { KeyId }) }));

describe('what is encrypted', () => {
  test('decrypts under the same context, with or without naming the key', async () => {
    const sealed = await encrypt();
    const { Plaintext, KeyId } = await decrypt(sealed);
    expect([Buffer.from(Plaintext ?? []), KeyId]).toEqual([TEXT, keys.PanKey]);
    expect((await decrypt(sealed, CONTEXT, keys.PanKey)).Plaintext).toBeDefined();
  });

  test('never looks the same twice', async () => {
    expect(Buffer.from(await encrypt())).not.toEqual(Buffer.from(await encrypt()));
  });

  test('does not decrypt for another record, merchant or order of names and values', async () => {
    const sealed = await encrypt();
    for (const context of [MOVED, { ...CONTEXT, merchant: 'mer_b' }, { ...CONTEXT, merchant: '01', record: 'mer_a' }]) {
      await expect(decrypt(sealed, context)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
  });

  test('does not decrypt when any single byte is changed', async () => {
    const sealed = await encrypt();
    for (const at of [0, 1, 10, sealed.length - 40, sealed.length - 1]) {
      const altered = Uint8Array.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await expect(decrypt(altered)).rejects.toMatchObject({ name: expect.stringMatching(/InvalidCiphertext/) });
    }
  });

  test('does not decrypt under a key that the caller names wrongly', async () => {
    await expect(decrypt(await encrypt(), CONTEXT, keys.SpareKey)).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
  });

  test('moves to another context by ReEncrypt, and then opens only there', async () => {
    const { CiphertextBlob = new Uint8Array() } = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: await encrypt(),
        SourceEncryptionContext: CONTEXT,
        DestinationKeyId: keys.PanKey,
        DestinationEncryptionContext: MOVED,
      }),
    );
    expect(Buffer.from((await decrypt(CiphertextBlob, MOVED)).Plaintext ?? [])).toEqual(TEXT);
    await expect(decrypt(CiphertextBlob)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });
});

describe('a request is refused', () => {
  const encryptBytes = (byteLength: number, KeyId = keys.SpareKey) =>
    kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(byteLength, 7) }));

  test('above 4096 bytes of plaintext, and not at 4096', async () => {
    await expect(encryptBytes(4096)).resolves.toBeDefined();
    await expect(encryptBytes(4097)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/'plaintext'.*less than or equal to 4096/),
    });
  });

  test('without any plaintext', async () => {
    await expect(encryptBytes(0)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('without ever repeating what was sent', async () => {
    const secret = '4242424242424242'.repeat(300);
    const error = await kms
      .send(new EncryptCommand({ KeyId: keys.SpareKey, Plaintext: Buffer.from(secret) }))
      .catch(String);
    expect(error).not.toContain('42424242');
    expect(error).not.toContain(Buffer.from('424242').toString('base64'));
  });

  test('for a key that does not exist', async () => {
    const KeyId = keys.PanKey?.replace(/.{4}$/, '0000');
    await expect(encryptBytes(8, KeyId)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('for a disabled key, and for a key of the other kind', async () => {
    await expect(encryptBytes(8, keys.LockedKey)).rejects.toMatchObject({ name: 'DisabledException' });
    await expect(encryptBytes(8, keys.MacKey)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
  });

  test('for bytes that no key here made', async () => {
    await expect(decrypt(drawBytes(200))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });
});

describe('a MAC', () => {
  const macOf = (Message: Uint8Array) =>
    kms.send(new GenerateMacCommand({ KeyId: keys.MacKey, Message, MacAlgorithm: 'HMAC_SHA_256' }));
  const verify = (Message: Uint8Array, Mac: Uint8Array | undefined) =>
    kms.send(new VerifyMacCommand({ KeyId: keys.MacKey, Message, Mac, MacAlgorithm: 'HMAC_SHA_256' }));

  test('is HMAC-SHA-256 under the key’s material', async () => {
    const { Mac } = await macOf(TEXT);
    const file = JSON.parse(readFileSync(join(vault.dir, 'kms/keys.json'), 'utf8'));
    const { secret } = file.keys[keys.MacKey?.split('/')[1] ?? ''].materials[0];
    const expected = createHmac('sha256', Buffer.from(secret, 'base64')).update(TEXT).digest();
    expect(Buffer.from(Mac ?? [])).toEqual(expected);
  });

  test('verifies for its message and for no other', async () => {
    const { Mac } = await macOf(TEXT);
    expect((await verify(TEXT, Mac)).MacValid).toBe(true);
    await expect(verify(Buffer.from('another'), Mac)).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
    await expect(verify(TEXT, Mac?.subarray(1))).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
  });

  test('is not made by an encryption key', async () => {
    const request = new GenerateMacCommand({ KeyId: keys.SpareKey, Message: TEXT, MacAlgorithm: 'HMAC_SHA_256' });
    await expect(kms.send(request)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
  });
});

test('a key describes itself without its material', async () => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keys.MacKey }));
  expect(KeyMetadata).toMatchObject({ KeySpec: 'HMAC_256', KeyState: 'Enabled', MacAlgorithms: ['HMAC_SHA_256'] });
});

describe('the core', () => {
  const material = { id: 'ab'.repeat(32), secret: drawBytes(32) };
  const key = { keyId: 'key-1', material };
  const sealed = seal(key, drawBytes(12), CONTEXT, TEXT);

  test('names key and material in the header', () => {
    expect(readHeader(sealed)).toMatchObject({ keyId: 'key-1', materialId: material.id });
  });

  test('keeps apart contexts that would read the same when run together', () => {
    const ciphertext = seal(key, drawBytes(12), { a: 'bc', d: 'e' }, TEXT);
    expect(open(material, { d: 'e', a: 'bc' }, ciphertext)).toEqual(TEXT);
    for (const context of [{ ab: 'c', d: 'e' }, { a: 'b', cd: 'e' }, { a: 'bc' }, {}]) {
      expect(open(material, context as Record<string, string>, ciphertext)).toBeNull();
    }
  });

  test('refuses an initialization vector of another size and a ciphertext cut short', () => {
    expect(() => seal(key, drawBytes(11), CONTEXT, TEXT)).toThrow(RangeError);
    for (const length of [0, 1, 2, 40, 60]) expect(open(material, CONTEXT, sealed.subarray(0, length))).toBeNull();
  });
});
