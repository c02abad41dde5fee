/**
 * The keys of the local KMS: definitions from the template, and material that is made once and stored in one file with
 * access for its owner only. Real KMS material never leaves an HSM; because of this file the local runtime accepts test
 * cards only.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RandomBytes } from '../../shared/base/ids.ts';
import { writePrivateFile } from '../base/private-files.ts';
import type { KeyDefinition } from '../template/storage.ts';
import type { KeyMaterial } from './core.ts';

const SECRET_BYTES = 32;

const KeyFile = z.object({
  keys: z.record(
    z.string(),
    z.object({ createdAtMs: z.number(), materials: z.array(z.object({ id: z.string(), secret: z.base64() })).min(1) }),
  ),
});

export interface Key extends KeyDefinition {
  readonly createdAtMs: number;
  readonly current: KeyMaterial;
  material(id: string): KeyMaterial | undefined;
}

/** Key id → key. */
export type KeyStore = ReadonlyMap<string, Key>;

/** Opens the key file, and adds material for keys of the template that have none yet. */
export function openKeyStore(
  path: string,
  definitions: readonly KeyDefinition[],
  random: RandomBytes,
  nowMs: number,
): KeyStore {
  const file = existsSync(path) ? KeyFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : { keys: {} };
  const missing = definitions.filter(({ keyId }) => file.keys[keyId] === undefined);
  for (const { keyId } of missing) {
    const secret = Buffer.from(random(SECRET_BYTES));
    // An id that distinguishes secrets and reveals nothing else about them.
    const id = createHash('sha256').update('fuda/key-material-id').update(secret).digest('hex');
    file.keys[keyId] = { createdAtMs: nowMs, materials: [{ id, secret: secret.toString('base64') }] };
  }
  if (missing.length > 0) writePrivateFile(path, `${JSON.stringify(file, null, 2)}\n`);
  return new Map(definitions.map((definition) => [definition.keyId, toKey(definition, file)]));
}

function toKey(definition: KeyDefinition, file: z.infer<typeof KeyFile>): Key {
  const entry = file.keys[definition.keyId];
  const materials = (entry?.materials ?? []).map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'base64') }));
  const current = materials.at(-1);
  if (!entry || !current) throw new Error(`the key file holds no material for ${definition.logicalId}`);
  return {
    ...definition,
    createdAtMs: entry.createdAtMs,
    current,
    material: (id) => materials.find((material) => material.id === id),
  };
}
