/** An evidence bundle verifies offline, and any later change makes that fail with a sentence (V12). */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Statement } from '../../audit/bundle/manifest.ts';
import { loadSigningKey, type SigningKey } from '../../audit/bundle/signing-key.ts';
import { verifyBundle } from '../../audit/bundle/verify.ts';
import { BundleWriter } from '../../audit/bundle/writer.ts';
import { START_MS } from './trail-maker.ts';

const NAMES = new Set(['report.json', 'decryptions.csv', 'files.csv']);
const STATEMENT: Statement = {
  createdAtMs: START_MS,
  period: { fromMs: START_MS, toMs: START_MS + 1 },
  verdict: 'pass',
  findings: 0,
} as const;

let home: string;
let folder: string;
let key: SigningKey;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fuda-bundle-'));
  folder = join(home, 'report');
  key = loadSigningKey(join(home, 'keys/evidence.pem'));
  writeBundle(key);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function writeBundle(signer: SigningKey): void {
  const writer = new BundleWriter(folder, NAMES);
  writer.write('report.json', '{"passed":true}\n');
  for (const name of ['decryptions.csv', 'files.csv']) {
    const file = writer.open(name);
    file.write('time,event_id\n');
    for (const id of ['a', 'b', 'c']) file.writeRow(`2026-11-23T09:00:00Z,${id}`);
    file.close();
  }
  writer.seal(signer, STATEMENT);
}

const at = (name: string): string => join(folder, name);
const edit = (name: string, change: (text: string) => string): void => {
  const text = readFileSync(at(name), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('the edit changed nothing, so the test would prove nothing');
  writeFileSync(at(name), changed);
};
const problems = async (expected?: string) =>
  (await verifyBundle(folder, expected)).problems.map(({ file, fault }) => `${file} ${fault}`);

describe('a bundle as it was written', () => {
  test('verifies, and says what was signed and by which key (V12)', async () => {
    const { problems: none, fingerprint, manifest } = await verifyBundle(folder, key.fingerprint);
    expect(none).toEqual([]);
    expect(fingerprint).toBe(key.fingerprint);
    expect(manifest?.files.map(({ name, records }) => [name, records])).toEqual([
      ['decryptions.csv', 3],
      ['files.csv', 3],
      ['report.json', undefined],
    ]);
  });

  test('can be verified without this project, by OpenSSL and sha256sum', () => {
    const openssl = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', 'signer.pem', '-sigfile', 'manifest.sig'];
    const said = execFileSync('openssl', [...openssl, '-in', 'manifest.json'], { cwd: folder, encoding: 'utf8' });
    expect(said).toContain('Signature Verified Successfully');
    const { files } = JSON.parse(readFileSync(at('manifest.json'), 'utf8'));
    const sums = files.map(({ sha256, name }: { sha256: string; name: string }) => `${sha256}  ${name}\n`).join('');
    execFileSync('sha256sum', ['--check', '--strict'], { cwd: folder, input: sums });
  });

  test('opened in a file browser still verifies, naming what that left, and can be written again', async () => {
    const left = ['.DS_Store', 'Thumbs.db', 'desktop.ini', '._report.json'];
    for (const name of left) writeFileSync(at(name), '\0\0\0\u0001Bud1');
    const { problems: none, ignored } = await verifyBundle(folder, key.fingerprint);
    expect([none, [...ignored].sort()]).toEqual([[], left.sort()]);
    writeBundle(key);
    expect(await problems()).toEqual([]);
  });

  test('can be written again into its own folder, and then holds the new files only', async () => {
    const writer = new BundleWriter(folder, NAMES);
    writer.write('report.json', '{}');
    writer.seal(key, STATEMENT);
    expect((await verifyBundle(folder)).manifest?.files.map(({ name }) => name)).toEqual(['report.json']);
  });
});

const TAMPERINGS: readonly (readonly [what: string, how: () => void, problem: string])[] = [
  [
    'one byte of the report changed',
    () => edit('report.json', (text) => text.replace('true', 'True')),
    'report.json changed',
  ],
  [
    'a record changed',
    () => edit('decryptions.csv', (text) => text.replace(',b', ',x')),
    'decryptions.csv records_changed',
  ],
  [
    'two records in each other’s place',
    () => edit('decryptions.csv', (text) => text.replace(/(.+,a\n)(.+,b\n)/, '$2$1')),
    'decryptions.csv records_changed',
  ],
  [
    'a record removed',
    () => edit('decryptions.csv', (text) => text.replace(/.+,b\n/, '')),
    'decryptions.csv records_removed',
  ],
  [
    'a record added',
    () => appendFileSync(at('decryptions.csv'), '2026-11-23T09:00:00Z,d\n'),
    'decryptions.csv records_added',
  ],
  ['a file cut off', () => truncateSync(at('files.csv'), 40), 'files.csv records_removed'],
  ['a file missing', () => rmSync(at('files.csv')), 'files.csv missing'],
  ['a file added', () => writeFileSync(at('extra.csv'), ''), 'extra.csv added'],
  ['a folder added', () => mkdirSync(at('more')), 'more added'],
  ['a hidden file added', () => writeFileSync(at('.note'), ''), '.note added'],
  ['a file named almost as a file browser does', () => writeFileSync(at('.ds_store'), ''), '.ds_store added'],
  ['a file named as a file browser begins', () => writeFileSync(at('._'), ''), '._ added'],
  ['a folder named as macOS names a fork', () => mkdirSync(at('._more')), '._more added'],
  ['a folder named as a file browser names a file', () => mkdirSync(at('.DS_Store')), '.DS_Store added'],
  ['a link named as a file browser names a file', () => symlinkSync(home, at('Thumbs.db')), 'Thumbs.db added'],
  [
    'a file replaced by a link to its like',
    () => {
      renameSync(at('files.csv'), join(home, 'elsewhere.csv'));
      symlinkSync(join(home, 'elsewhere.csv'), at('files.csv'));
    },
    'files.csv not_a_file',
  ],
  [
    'the verdict in the manifest changed',
    () => edit('manifest.json', (text) => text.replace('true', 'false')),
    'manifest.sig signature_invalid',
  ],
  [
    'a hash in the manifest changed',
    () => edit('manifest.json', (text) => text.replace(/"sha256": "./, '"sha256": "g')),
    'manifest.sig signature_invalid',
  ],
  [
    'files in another order in the manifest',
    () => edit('manifest.json', reorderFiles),
    'manifest.sig signature_invalid',
  ],
  ['a space added to the manifest', () => appendFileSync(at('manifest.json'), ' '), 'manifest.sig signature_invalid'],
  ['the manifest missing', () => rmSync(at('manifest.json')), 'manifest.json manifest_missing'],
  ['the signature missing', () => rmSync(at('manifest.sig')), 'manifest.sig signature_missing'],
  ['the signature cut off', () => truncateSync(at('manifest.sig'), 63), 'manifest.sig signature_invalid'],
  ['the public key missing', () => rmSync(at('signer.pem')), 'signer.pem signer_missing'],
  ['the public key replaced by text', () => writeFileSync(at('signer.pem'), 'key'), 'signer.pem signer_missing'],
  [
    'the public key replaced by another',
    () => writeFileSync(at('signer.pem'), otherKey().publicPem),
    'manifest.sig signature_invalid',
  ],
  ['an RSA key for the public key', () => writeFileSync(at('signer.pem'), rsaPem()), 'signer.pem signer_missing'],
  [
    'a manifest too long to be one',
    () => writeFileSync(at('manifest.json'), ' '.repeat(1024 * 1024 + 1)),
    'manifest.json manifest_missing',
  ],
];

const otherKey = (): SigningKey => loadSigningKey(join(home, 'other.pem'));
const rsaPem = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const reorderFiles = (text: string): string => {
  const manifest = JSON.parse(text);
  return `${JSON.stringify({ ...manifest, files: manifest.files.toReversed() }, null, 2)}\n`;
};

describe('is refused (V12)', () => {
  test.each(TAMPERINGS)('with %s', async (_, tamper, problem) => {
    tamper();
    expect(await problems()).toEqual([problem]);
  });

  test('with two files in each other’s place, naming both', async () => {
    renameSync(at('report.json'), join(home, 'aside'));
    renameSync(at('files.csv'), at('report.json'));
    renameSync(join(home, 'aside'), at('files.csv'));
    expect(await problems()).toEqual(['files.csv records_removed', 'report.json changed']);
  });

  test('with a file renamed, as missing and as added', async () => {
    renameSync(at('files.csv'), at('logs.csv'));
    expect(await problems()).toEqual(['files.csv missing', 'logs.csv added']);
  });

  test('when it was signed again by someone else, once the right signer is known', async () => {
    edit('report.json', (text) => text.replace('true', 'false'));
    writeBundle(otherKey());
    expect(await problems()).toEqual([]);
    expect(await problems(key.fingerprint)).toEqual(['signer.pem signer_differs']);
  });

  test.each([
    ['leads out of its folder', { name: '../signing.pem' }],
    ['lists a file twice', { name: 'report.json' }],
    ['lists a part of the seal', { name: 'signer.pem' }],
    ['has a member this version does not know', { name: 'a.csv', mode: 7 }],
  ])('when its manifest, though signed, %s', async (_, extra) => {
    const { files } = JSON.parse(readFileSync(at('manifest.json'), 'utf8'));
    const bad = { ...files.at(-1), ...extra };
    edit('manifest.json', (text) => JSON.stringify({ ...JSON.parse(text), files: [...files, bad] }));
    const sign = ['pkeyutl', '-sign', '-rawin', '-inkey', join(home, 'keys/evidence.pem'), '-out', 'manifest.sig'];
    execFileSync('openssl', [...sign, '-in', 'manifest.json'], { cwd: folder });
    expect(await problems()).toEqual(['manifest.json manifest_invalid']);
  });

  test('when there is no folder at all', async () => {
    await expect(verifyBundle(join(home, 'nowhere'))).rejects.toThrow('There is no such folder.');
    await expect(verifyBundle(at('report.json'))).rejects.toThrow('There is no such folder.');
  });
});

describe('the signing key', () => {
  test('is made once, for its owner alone, and is the same afterwards', () => {
    const path = join(home, 'keys/evidence.pem');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = loadSigningKey(path);
    expect([key.isNew, again.isNew, again.fingerprint]).toEqual([true, false, key.fingerprint]);
  });

  test('has the fingerprint that OpenSSL and sha256sum give it', () => {
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', at('signer.pem'), '-outform', 'DER']);
    expect(execFileSync('sha256sum', { input: der, encoding: 'utf8' }).slice(0, 64)).toBe(key.fingerprint);
  });

  // RFC 8032 section 7.1, test 1, in the encodings of RFC 8410.
  test('of RFC 8032 is read, with the public key the RFC gives it', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
    const path = join(home, 'rfc8032.pem');
    writeFileSync(path, `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`, {
      mode: 0o600,
    });
    const spki = Buffer.from(loadSigningKey(path).publicPem.replaceAll(/-----[^-]+-----|\n/g, ''), 'base64');
    expect(spki.subarray(-32).toString('hex')).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  });

  test.each([
    ['that others may read', (path: string) => chmodSync(path, 0o644), 'Set its mode to 0600.'],
    ['that is text', (path: string) => writeFileSync(path, 'secret'), 'must be an unencrypted Ed25519 private key'],
    [
      'of another kind',
      (path: string) => writeFileSync(path, rsaPrivate()),
      'must be an unencrypted Ed25519 private key',
    ],
    [
      'that is only the public half',
      (path: string) => writeFileSync(path, readFileSync(at('signer.pem'))),
      'must be an unencrypted',
    ],
    [
      'that is a folder',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
      'is not a key file',
    ],
  ])('%s is refused without repeating it', (_, spoil, message) => {
    const path = join(home, 'keys/evidence.pem');
    spoil(path);
    expect(() => loadSigningKey(path)).toThrow(message);
    expect(() => loadSigningKey(path)).not.toThrow('secret');
  });

  const rsaPrivate = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
});

describe('a folder for a bundle', () => {
  test('with other files in it is refused, and nothing in it is touched', () => {
    writeFileSync(at('thesis.doc'), 'years of work');
    expect(() => new BundleWriter(folder, NAMES)).toThrow('holds other files');
    expect(readFileSync(at('thesis.doc'), 'utf8')).toBe('years of work');
    expect(statSync(at('manifest.json')).isFile()).toBe(true);
  });

  test('cannot be sealed while a file is being written, nor hold one twice or one that leads out', () => {
    const writer = new BundleWriter(folder, NAMES);
    writer.open('files.csv');
    expect(() => writer.seal(key, STATEMENT)).toThrow('still being written');
    expect(() => writer.write('files.csv', '')).toThrow('has this file already');
    expect(() => writer.write('../files.csv', '')).toThrow('not a name');
    expect(() => writer.write('manifest.json', '')).toThrow('not a name');
  });

  test('run that is cut off leaves no manifest', async () => {
    new BundleWriter(folder, NAMES).write('report.json', '{}');
    expect(await problems()).toEqual(['manifest.json manifest_missing']);
  });
});
