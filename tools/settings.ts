/** The settings of `npm start`: its options and port, checked before anything starts. */
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { listen } from '../local/base/http.ts';

export interface Settings {
  /** Port of the API; the shop takes the next one. 0 takes any free ones. */
  readonly port: number;
  /** The folder of all state. */
  readonly dir: string;
  /** Of a local AWS that is rougher than the real one (local/endpoint/rough.ts). */
  readonly roughSeed: number | undefined;
}

const DEFAULT_PORT = 8080;
/** One less than the last port, because the shop takes the next one. */
const PORT_MAX = 65_534;
const OTHER_PORT = 'Choose another with PORT=9000 npm start; the shop takes the one after it';

/**
 * Throws a message for the person who typed the command. An empty PORT counts as absent; a rough AWS without a seed gets
 * one from `drawSeed`.
 */
export function readSettings(
  args: readonly string[],
  portText: string | undefined,
  root: string,
  drawSeed: () => number,
): Settings {
  const port = portText === undefined || portText === '' ? DEFAULT_PORT : Number(portText);
  if (!/^\d*$/.test(portText ?? '') || port > PORT_MAX) {
    throw new Error(`PORT must be a whole number from 0 to ${PORT_MAX}; 0 takes any free port`);
  }
  const { dir, rough, seed } = readOptions(args);
  const roughSeed = seed === undefined ? (rough ? drawSeed() : undefined) : Number(seed);
  return { port, dir: resolve(dir ?? join(root, '.fuda')), roughSeed };
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { dir: { type: 'string' }, rough: { type: 'boolean' }, seed: { type: 'string' } },
    });
    const isWhole = values.seed === undefined || (values.rough && /^\d{1,9}$/.test(values.seed));
    if (values.dir !== '' && isWhole) return values;
  } catch {
    // parseArgs's message would repeat the argument.
  }
  throw new Error(
    'npm start takes --dir and --rough, and --seed for the latter, as in: npm start -- --dir vault --rough --seed 7',
  );
}

/** Throws if the API's or the shop's port is not free. */
export async function refuseTakenPorts(port: number): Promise<void> {
  if (port === 0) return;
  for (const wanted of [port, port + 1]) {
    const server = createServer();
    try {
      await listen(server, wanted);
    } finally {
      server.close();
    }
  }
}

/** The message for a port that could not be opened; undefined for any other failure. */
export function portRefusal(error: unknown): string | undefined {
  const { code, port } = error as { readonly code?: unknown; readonly port?: unknown };
  if (code === 'EADDRINUSE') return `port ${port} is taken. ${OTHER_PORT}`;
  if (code === 'EACCES' && port !== undefined) return `port ${port} may not be used by this user. ${OTHER_PORT}`;
  return undefined;
}
