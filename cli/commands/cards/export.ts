/**
 * `fuda cards export`: exports the stored cards page by page, encrypted to the vault they move to, and writes each page
 * as a file beside a manifest. This program receives only ciphertext and cannot decrypt it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import type { Exporter } from '../../core/connection.ts';

const cursorSchema = z.object({ shard: z.number(), after: z.record(z.string(), z.string()).optional() });
const pageSchema = z.union([
  z.object({ jwe: z.string().nullable(), count: z.number(), next: cursorSchema.nullable() }),
  z.object({ refused: z.string() }),
]);
const manifestSchema = z.object({
  format: z.literal('fuda/export/v1'),
  owner: z.string().nullable(),
  recipient: z.unknown(),
  count: z.number(),
  files: z.array(z.object({ name: z.string(), count: z.number(), sha256: z.string() })),
  next: cursorSchema.nullable(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Fifty cards a page make fifty million cards. */
const PAGES_MAX = 1_000_000;

export const cardsExport: PlainCommand = {
  name: 'cards export',
  summary: 'Export stored cards, encrypted to the public key of the vault they move to.',
  positionals: [],
  options: {
    recipient: { value: 'file', about: 'the recipient’s public key as a JWK: P-256, or RSA of at least 2048 bits' },
    out: { value: 'folder', about: 'where manifest.json and the pages go (default: card-export)' },
    owner: { value: 'mer_…/live', about: 'only this merchant’s cards, in this mode (default: all)' },
  },
  notes: [
    'Works only where the vault was deployed with a destination of kind export and that key’s thumbprint, and with the',
    'rights of the stack’s CardExporterPolicy. Each card is decrypted for the export and is in the evidence as such.',
    'After a stop, the same command continues.',
  ],
  examples: ['cards export --recipient their-key.jwk --out card-export --stack Fuda'],
  async run(input, connect) {
    const recipient = readRecipient(input.required('recipient'));
    const owner = input.optional('owner');
    const out = resolve(input.optional('out') ?? 'card-export');
    const { exporter } = await connect();
    if (exporter === undefined) {
      throw new UsageError('This vault exports no cards: it was deployed without a destination of kind export.');
    }
    mkdirSync(out, { recursive: true, mode: 0o700 });
    let manifest = readManifest(out) ?? newManifest(recipient, owner);
    if (JSON.stringify(manifest.recipient) !== JSON.stringify(recipient) || manifest.owner !== (owner ?? null)) {
      throw new UsageError('--out holds another export: another recipient or owner.');
    }
    for (let page = 0; manifest.next !== null && page < PAGES_MAX; page += 1) {
      manifest = await takePage(exporter, manifest, out);
      writeManifest(out, manifest);
    }
    const { count, files } = manifest;
    return {
      text: `${count} card${count === 1 ? '' : 's'} in ${files.length} file${files.length === 1 ? '' : 's'}\n${join(out, 'manifest.json')}`,
      json: { count, files: files.length, manifest: join(out, 'manifest.json') },
    };
  },
};

function readRecipient(path: string): unknown {
  if (!existsSync(path)) throw new UsageError('--recipient names a file that does not exist.');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    throw new UsageError('--recipient names a file that is not JSON.');
  }
}

const newManifest = (recipient: unknown, owner: string | undefined): Manifest => ({
  format: 'fuda/export/v1',
  owner: owner ?? null,
  recipient,
  count: 0,
  files: [],
  next: { shard: 0 },
});

function readManifest(out: string): Manifest | undefined {
  const path = join(out, 'manifest.json');
  if (!existsSync(path)) return undefined;
  const read = manifestSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!read.success) throw new UsageError('--out holds a manifest.json that this command did not write.');
  return read.data;
}

const writeManifest = (out: string, manifest: Manifest): void =>
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });

/**
 * Writes the page before the manifest that names it, so that after a stop between the two the next run writes the same
 * file again.
 */
async function takePage({ lambda, functionName }: Exporter, manifest: Manifest, out: string): Promise<Manifest> {
  const { recipient, owner, next: cursor } = manifest;
  const request = { recipient, cursor, ...(owner !== null && { owner }) };
  const response = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
  );
  if (response.FunctionError !== undefined) throw new RangeError('the export function failed; its log says why');
  const page = pageSchema.parse(JSON.parse(Buffer.from(response.Payload ?? []).toString()));
  if ('refused' in page) throw new UsageError(`The vault refused: ${page.refused}.`);
  if (page.jwe === null) return { ...manifest, next: page.next };
  const name = `cards-${String(manifest.files.length + 1).padStart(6, '0')}.jwe`;
  writeFileSync(join(out, name), page.jwe, { mode: 0o600 });
  const sha256 = createHash('sha256').update(page.jwe).digest('hex');
  return {
    ...manifest,
    count: manifest.count + page.count,
    files: [...manifest.files, { name, count: page.count, sha256 }],
    next: page.next,
  };
}
