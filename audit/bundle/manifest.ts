/**
 * The manifest of an evidence bundle: every file with its length and SHA-256, what the report concluded, and who signed.
 * The signature covers the manifest's bytes, and through the hashes every byte of every file (V12, PCI DSS 4.0.1 10.3.4).
 */
import type { Dirent } from 'node:fs';
import { z } from 'zod';
import type { Period } from '../trail/digest-chain.ts';

/** The signed list, its Ed25519 signature (64 raw bytes), and the public key. All others are listed in the first. */
export const SEAL = { manifest: 'manifest.json', signature: 'manifest.sig', signer: 'signer.pem' } as const;
export const SEAL_NAMES: ReadonlySet<string> = new Set(Object.values(SEAL));

/** Plain names only: a manifest can lead nobody out of its folder. */
export const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
export const MAX_FILES = 100;

/** What file browsers leave in a folder that a person opened: macOS, and Windows twice. They say nothing of a bundle. */
const LEFT_BY_BROWSERS: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** True for a plain file of such a name; a folder or a link of that name is a stranger like any other. */
export const isLeftByBrowser = (entry: Dirent): boolean => entry.isFile() && LEFT_BY_BROWSERS.has(entry.name);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

const fileSchema = z.strictObject({
  name: z.string().regex(FILE_NAME),
  bytes: count,
  sha256,
  /** Rows below the heading of a CSV file; absent in others. */
  records: count.optional(),
});

const manifestSchema = z.strictObject({
  object: z.literal('evidence_manifest'),
  version: z.literal(1),
  created_at: z.iso.datetime(),
  period: z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }),
  passed: z.boolean(),
  findings: count,
  signer: z.strictObject({ algorithm: z.literal('Ed25519'), fingerprint: sha256 }),
  files: z.array(fileSchema).max(MAX_FILES),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** What a bundle says of itself, beside its files. */
export interface Statement {
  readonly createdAtMs: number;
  readonly period: Period;
  readonly passed: boolean;
  readonly findings: number;
}

/** Reads untrusted bytes; undefined when they are no manifest of this version. */
export function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;
