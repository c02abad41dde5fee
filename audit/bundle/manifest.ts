/**
 * The manifest of an evidence bundle: every file with its length and SHA-256, the report's conclusion, and the signer.
 * The signature covers the manifest's bytes, and through the hashes every byte of every file (V12, PCI DSS 4.0.1
 * 10.3.4).
 */
import type { Dirent } from 'node:fs';
import { z } from 'zod';
import type { Period } from '../base/periods.ts';
import { REPORT_VERDICTS, type ReportVerdict } from '../base/verdict.ts';

/** The signed list, its Ed25519 signature (64 raw bytes), and the public key. The manifest lists all other files. */
export const SEAL = { manifest: 'manifest.json', signature: 'manifest.sig', signer: 'signer.pem' } as const;
export const SEAL_NAMES: ReadonlySet<string> = new Set(Object.values(SEAL));

/** Plain names only, so that no manifest leads a reader out of its folder. */
export const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
export const MAX_FILES = 100;

/** Files that macOS and Windows leave in a folder that a person opened. They do not belong to the bundle. */
const LEFT_BY_BROWSERS = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.{1,250})$/;

/** True for a plain file of such a name; a folder or link of that name is reported as unlisted. */
export const isLeftByBrowser = (entry: Dirent): boolean => entry.isFile() && LEFT_BY_BROWSERS.test(entry.name);

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
  /** Absent in the first bundles, which had two verdicts. */
  verdict: z.enum(REPORT_VERDICTS).optional(),
  findings: count,
  signer: z.strictObject({ algorithm: z.literal('Ed25519'), fingerprint: sha256 }),
  files: z.array(fileSchema).max(MAX_FILES),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** The bundle's own statements, beside the list of files. */
export interface Statement {
  readonly createdAtMs: number;
  readonly period: Period;
  readonly verdict: ReportVerdict;
  readonly findings: number;
}

/** Reads untrusted bytes; undefined where they are not a manifest of this version. */
export function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;
