/**
 * A bucket as a folder: each object is a file at its key, with its user metadata in a file beside it. Lists like S3, in
 * the order of UTF-8 bytes, page by page. Source: S3 API reference, ListObjectsV2.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '../base/private-files.ts';

/** Files in the folder that are not objects: metadata, files being written, and the keys that sign the trail. */
const NO_OBJECT = /\.metadata\.json$|\.unfinished$|^public-keys\.json$/;
const MAX_PAGE = 1000;
const Metadata = z.record(z.string(), z.string());

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly after: string;
  readonly maxKeys: number;
}

export interface ListPage {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly modifiedMs: number }[];
  readonly folders: readonly string[];
  /** The last name of a page, if another page follows. */
  readonly next: string | undefined;
}

export interface StoredObject {
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedMs: number;
}

export class Objects {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  list({ prefix, delimiter, after, maxKeys }: ListRequest): ListPage {
    const objects: { key: string; size: number; modifiedMs: number }[] = [];
    const folders = new Set<string>();
    let last: string | undefined;
    for (const key of this.#keys()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const name = end < 0 ? key : key.slice(0, end + delimiter.length);
      if (byBytes(name, after) <= 0 || folders.has(name)) continue;
      if (objects.length + folders.size >= Math.min(maxKeys, MAX_PAGE))
        return { objects, folders: [...folders], next: last };
      last = name;
      if (end >= 0) folders.add(name);
      else {
        const { size, mtimeMs } = statSync(join(this.#folder, key));
        objects.push({ key, size, modifiedMs: mtimeMs });
      }
    }
    return { objects, folders: [...folders], next: undefined };
  }

  /** Undefined if the object does not exist, or if the key leads out of the folder. */
  get(key: string): StoredObject | undefined {
    if (!this.#keys().includes(key)) return undefined;
    const path = join(this.#folder, key);
    const beside = `${path}.metadata.json`;
    const metadata = existsSync(beside) ? Metadata.parse(JSON.parse(readFileSync(beside, 'utf8'))) : {};
    return { bytes: readFileSync(path), metadata, modifiedMs: statSync(path).mtimeMs };
  }

  /** Writes a new object; false if it exists. `key` must be a plain path of letters, digits, `=_.-`. */
  putNew(key: string, bytes: Buffer): boolean {
    if (!/^[\w=.-]+(\/[\w=.-]+)*$/.test(key) || key.split('/').includes('..'))
      throw new Error('not a plain object key');
    const path = join(this.#folder, key);
    if (existsSync(path)) return false;
    writePrivateFile(path, bytes);
    return true;
  }

  #keys(): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(this.#folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((key) => !NO_OBJECT.test(key))
      .sort(byBytes);
  }
}

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
