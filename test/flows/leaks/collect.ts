/** Turns what the vault left behind into sources: files, items, responses, and what processes printed. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LeakSource } from './search.ts';

/** Every file of a folder, and of each compressed one what it holds as well. */
export function filesOf(folder: string): LeakSource[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => statSync(join(folder, name)).isFile())
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      const kind = name.startsWith('logs/') ? 'function log' : 'file on disk';
      const stored: LeakSource = { kind, name, bytes };
      return name.endsWith('.gz') ? [stored, { kind: 'trail', name, bytes: gunzipSync(bytes) }] : [stored];
    });
}

/**
 * Every item of every table, and each of its values by itself: what the store compresses on disk is readable here, and
 * bytes are searched as bytes instead of as their base64.
 */
export function itemsOf(contents: Readonly<Record<string, Readonly<Record<string, unknown>>>>): LeakSource[] {
  return Object.entries(contents).flatMap(([table, items]) =>
    Object.values(items).flatMap((item, index) => {
      const name = `${table} ${index + 1}`;
      const whole = { kind: 'item', name, bytes: Buffer.from(JSON.stringify(item)) };
      return [whole, ...valuesOf(item, name)];
    }),
  );
}

function valuesOf(value: unknown, name: string): LeakSource[] {
  if (value instanceof Uint8Array) return [{ kind: 'value', name, bytes: Buffer.from(value) }];
  if (value instanceof Set) return valuesOf([...value], name);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => valuesOf(inner, `${name}.${key}`));
  }
  return [{ kind: 'value', name, bytes: Buffer.from(String(value)) }];
}

/** Everything a process prints, from the start. */
export function outputOf(child: ChildProcess, name: string): () => LeakSource[] {
  const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk: Buffer) => printed.stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => printed.stderr.push(chunk));
  return () =>
    Object.entries(printed).map(([stream, chunks]) => ({
      kind: 'process output',
      name: `${name} ${stream}`,
      bytes: Buffer.concat(chunks),
    }));
}

/** A response as it went over the wire: status, headers and body. */
export const responseSource = (
  name: string,
  response: { status: number; headers: Headers; text: string },
): LeakSource => ({
  kind: 'response',
  name,
  bytes: Buffer.from(`${response.status}\n${headerLines(response.headers)}\n\n${response.text}`),
});

/** As on the wire, so that a length is no quoted value. */
export const headerLines = (headers: Iterable<readonly [name: string, value: string]>): string =>
  [...headers].map(([name, value]) => `${name}: ${value}`).join('\n');
