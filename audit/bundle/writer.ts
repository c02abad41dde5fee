/**
 * Writes an evidence bundle: a folder of files, hashed as they are written, and finally a signed manifest. Appendices
 * are written row by row through a small buffer, so that their length costs no memory.
 */
import { createHash, type Hash, sign } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { toRfc3339 } from '../../shared/base/clock.ts';
import {
  FILE_NAME,
  isLeftByBrowser,
  type ManifestFile,
  manifestText,
  SEAL,
  SEAL_NAMES,
  type Statement,
} from './manifest.ts';
import { BundleError, type SigningKey } from './signing-key.ts';

const BUFFER_CHARACTERS = 64 * 1024;

/**
 * Refuses a folder that holds other files, so that none is deleted; the folder may be missing. Throws `BundleError`.
 */
export function refuseOtherFiles(folder: string, names: ReadonlySet<string>): void {
  const found = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  if (found.some((entry) => !names.has(entry.name) && !SEAL_NAMES.has(entry.name) && !isLeftByBrowser(entry))) {
    throw new BundleError('The folder for the report holds other files. Name an empty one, or one with a report.');
  }
}

/** One file while it is written. */
export interface BundleFile {
  write(text: string): void;
  /** One row of a CSV file, counted in the manifest. */
  writeRow(text: string): void;
  close(): void;
}

export class BundleWriter {
  readonly folder: string;
  readonly #files = new Map<string, ManifestFile>();
  #open = 0;

  /** Empties `folder` of the bundle it may hold; `names` are the files a bundle can have. Throws `BundleError`. */
  constructor(folder: string, names: ReadonlySet<string>) {
    this.folder = folder;
    refuseOtherFiles(folder, names);
    mkdirSync(folder, { recursive: true });
    // The seal is removed first, so that an interrupted run leaves no bundle that looks complete.
    for (const name of [...SEAL_NAMES, ...readdirSync(folder)]) rmSync(join(folder, name), { force: true });
  }

  /** The files written so far. */
  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Buffer): void {
    const file = this.#create(name);
    file.append(Buffer.from(content));
    file.close();
  }

  open(name: string): BundleFile {
    const file = this.#create(name);
    const parts: string[] = [];
    let length = 0;
    let records: number | undefined;
    const flush = () => {
      file.append(Buffer.from(parts.join('')));
      parts.length = 0;
      length = 0;
    };
    const write = (text: string) => {
      parts.push(text);
      length += text.length;
      if (length >= BUFFER_CHARACTERS) flush();
    };
    return {
      write,
      writeRow(text) {
        records = (records ?? 0) + 1;
        write(`${text}\n`);
      },
      close() {
        flush();
        file.close(records ?? 0);
      },
    };
  }

  /** The last step: nothing can be added to a signed bundle. */
  seal(key: SigningKey, { createdAtMs, period, verdict, findings }: Statement): void {
    if (this.#open > 0) throw new Error('a file of the bundle is still being written');
    const manifest = manifestText({
      object: 'evidence_manifest',
      version: 1,
      created_at: toRfc3339(createdAtMs),
      period: { from: toRfc3339(period.fromMs), to: toRfc3339(period.toMs) },
      passed: verdict === 'pass',
      verdict,
      findings,
      signer: { algorithm: 'Ed25519', fingerprint: key.fingerprint },
      files: [...this.#files.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    });
    writeFileSync(this.path(SEAL.signer), key.publicPem);
    writeFileSync(this.path(SEAL.signature), sign(null, Buffer.from(manifest), key.privateKey));
    writeFileSync(this.path(SEAL.manifest), manifest);
  }

  #create(name: string): HashedFile {
    if (!FILE_NAME.test(name) || SEAL_NAMES.has(name)) throw new Error('not a name for a file of a bundle');
    if (existsSync(this.path(name))) throw new Error('the bundle has this file already');
    this.#open += 1;
    return new HashedFile(this.path(name), (written) => {
      this.#files.set(name, { name, ...written });
      this.#open -= 1;
    });
  }
}

/** Hashes what it writes, so that the manifest covers what the audit wrote rather than what is on disk later. */
class HashedFile {
  readonly #descriptor: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #done: (written: Omit<ManifestFile, 'name'>) => void;
  #bytes = 0;

  constructor(path: string, done: (written: Omit<ManifestFile, 'name'>) => void) {
    this.#descriptor = openSync(path, 'wx');
    this.#done = done;
  }

  append(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
  }

  close(records?: number): void {
    closeSync(this.#descriptor);
    this.#done({ bytes: this.#bytes, sha256: this.#hash.digest('hex'), ...(records !== undefined && { records }) });
  }
}
