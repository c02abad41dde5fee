/**
 * Verifies an evidence bundle offline (V12): the signature over the manifest, and each file against it. Everything in
 * the folder is untrusted, the manifest too until its signature is valid: names are plain, links are not followed, and
 * lengths are bounded. docs/reference/evidence-bundle.md verifies with OpenSSL and sha256sum.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { createReadStream, type Dirent, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  isLeftByBrowser,
  MAX_FILES,
  type Manifest,
  type ManifestFile,
  parseManifest,
  SEAL,
  SEAL_NAMES,
} from './manifest.ts';
import { BundleError, fingerprintOf } from './signing-key.ts';

/** Faults of a bundle, each a sentence after the file's name. */
export const FAULTS = {
  manifest_missing: 'is missing, so the files of the bundle are not known.',
  manifest_invalid: 'is not a manifest of an evidence bundle.',
  signature_missing: 'is missing, so the bundle is not signed.',
  signer_missing: 'is missing or holds no Ed25519 public key.',
  signer_differs: 'is not the key that was expected to sign this bundle.',
  signature_invalid: 'does not hold: the manifest was changed after it was signed, or another key signed it.',
  missing: 'is listed in the manifest and missing from the bundle.',
  added: 'is in the bundle and not listed in the manifest.',
  not_a_file: 'is no plain file.',
  changed: 'was changed after the bundle was signed.',
  records_added: 'holds more records than were signed.',
  records_removed: 'holds fewer records than were signed.',
  records_changed: 'holds as many records as were signed, but one was changed or moved.',
} as const;

type Fault = keyof typeof FAULTS;

interface Problem {
  readonly file: string;
  readonly fault: Fault;
}

export interface Verification {
  readonly problems: readonly Problem[];
  /** Files of file browsers, which are ignored. */
  readonly ignored: readonly string[];
  /** Of the key in the bundle; undefined without one. */
  readonly fingerprint: string | undefined;
  /** Undefined unless its signature is valid. */
  readonly manifest: Manifest | undefined;
}

const MAX_SEAL_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** `expected` is a fingerprint from another source; without it the bundle proves only that it is consistent. */
export async function verifyBundle(folder: string, expected?: string): Promise<Verification> {
  const found = listFolder(folder);
  const ignored = found.filter(isLeftByBrowser).map(({ name }) => name);
  const seal = { ...verifySeal(folder, expected), ignored };
  if (seal.manifest === undefined) return seal;
  const entries = found.filter(({ name }) => !ignored.includes(name));
  return { ...seal, problems: [...seal.problems, ...(await verifyFiles(folder, entries, seal.manifest))] };
}

function listFolder(folder: string): Dirent[] {
  const isFolder = existsSync(folder) && lstatSync(folder).isDirectory();
  if (!isFolder) throw new BundleError('There is no such folder.');
  return readdirSync(folder, { withFileTypes: true });
}

/** The checks in order; each later one relies on those before it. */
function verifySeal(folder: string, expected: string | undefined): Omit<Verification, 'ignored'> {
  const refused = (file: string, fault: Fault, fingerprint?: string): Omit<Verification, 'ignored'> => ({
    problems: [{ file, fault }],
    fingerprint,
    manifest: undefined,
  });
  const bytes = readSmall(join(folder, SEAL.manifest));
  if (bytes === undefined) return refused(SEAL.manifest, 'manifest_missing');
  const publicKey = readPublicKey(readSmall(join(folder, SEAL.signer)));
  if (publicKey === undefined) return refused(SEAL.signer, 'signer_missing');
  const fingerprint = fingerprintOf(publicKey);
  if (expected !== undefined && expected !== fingerprint) return refused(SEAL.signer, 'signer_differs', fingerprint);
  const signature = readSmall(join(folder, SEAL.signature));
  if (signature === undefined) return refused(SEAL.signature, 'signature_missing', fingerprint);
  if (!verify(null, bytes, publicKey, signature)) return refused(SEAL.signature, 'signature_invalid', fingerprint);
  const manifest = parseManifest(bytes);
  if (manifest === undefined || !isConsistent(manifest)) return refused(SEAL.manifest, 'manifest_invalid', fingerprint);
  if (manifest.signer.fingerprint !== fingerprint) return refused(SEAL.signer, 'signer_differs', fingerprint);
  return { problems: [], fingerprint, manifest };
}

/** Lists each file once, and none of the seal. */
function isConsistent({ files }: Manifest): boolean {
  const names = files.map(({ name }) => name);
  return new Set(names).size === names.length && !names.some((name) => SEAL_NAMES.has(name));
}

async function verifyFiles(folder: string, entries: readonly Dirent[], { files }: Manifest): Promise<Problem[]> {
  const listed = new Set(files.map(({ name }) => name));
  const added = entries
    .filter(({ name }) => !listed.has(name) && !SEAL_NAMES.has(name))
    .slice(0, MAX_FILES)
    .map(({ name }): Problem => ({ file: name, fault: 'added' }));
  const problems: Problem[] = [];
  for (const file of files) {
    const entry = entries.find(({ name }) => name === file.name);
    const fault = entry === undefined ? 'missing' : await faultOf(folder, entry, file);
    if (fault !== undefined) problems.push({ file: file.name, fault });
  }
  return [...problems, ...added];
}

async function faultOf(folder: string, entry: Dirent, file: ManifestFile): Promise<Fault | undefined> {
  if (!entry.isFile()) return 'not_a_file';
  const { sha256, lines } = await read(join(folder, file.name));
  if (sha256 === file.sha256) return undefined;
  if (file.records === undefined) return 'changed';
  // Minus the heading. With an equal count a record was altered, or two were swapped.
  const records = lines - 1;
  if (records === file.records) return 'records_changed';
  return records > file.records ? 'records_added' : 'records_removed';
}

/** SHA-256 and number of lines of a file of any length. */
async function read(path: string): Promise<{ sha256: string; lines: number }> {
  const hash = createHash('sha256');
  let lines = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      for (const byte of chunk) if (byte === LINE_FEED) lines += 1;
    }
  });
  return { sha256: hash.digest('hex'), lines };
}

/** Undefined without a plain file of a plausible size. */
function readSmall(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const stats = lstatSync(path);
  return stats.isFile() && stats.size <= MAX_SEAL_BYTES ? readFileSync(path) : undefined;
}

function readPublicKey(pem: Buffer | undefined): KeyObject | undefined {
  try {
    const key = pem && createPublicKey(pem);
    return key?.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
