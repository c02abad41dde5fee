/**
 * The operator's own list of honey records, the only readable one, because the vault's is encrypted. In a file that
 * only its owner may read, because a token in it is valid until it expires.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { HoneyRecord } from '../../../shared/base/honey.ts';
import { UsageError } from '../../core/command.ts';

/** Beside the state of the local runtime, which git ignores. */
export const HONEY_FILE = '.fuda/honey.json';

const Planted = z.object({
  /** `card_…`, or the live `tok_…`. */
  id: z.string(),
  merchant: z.string(),
  mode: z.enum(['test', 'live']),
  /** RFC 3339. */
  planted_at: z.string(),
  honey: z.custom<HoneyRecord>((value) => HoneyRecord.safeParse(value).success),
});
const HoneyFile = z.object({ planted: z.array(Planted) });

export type Planted = z.infer<typeof Planted>;

/** The list; undefined where there is no such file. */
export function readHoneyFile(file: string): readonly Planted[] | undefined {
  const path = resolve(file);
  if (!existsSync(path)) return undefined;
  try {
    return HoneyFile.parse(JSON.parse(readFileSync(path, 'utf8'))).planted;
  } catch {
    // Without the cause, which could quote live tokens from the file.
    throw new UsageError('The file of honey records is not what honey plant writes.');
  }
}

/** Replaces the file at once, so that a stop leaves the old or the new one. */
export function addToHoneyFile(file: string, planted: readonly Planted[]): void {
  const path = resolve(file);
  const known = readHoneyFile(path) ?? [];
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify({ planted: [...known, ...planted] }, null, 2)}\n`;
  writeFileSync(`${path}.unfinished`, text, { mode: 0o600 });
  renameSync(`${path}.unfinished`, path);
}
