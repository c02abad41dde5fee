/** Runs the real command line as a child process, as an operator would, in a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deps } from '../../shared/base/deps.ts';
import { KEYS, type KeyName } from '../../shared/base/tables.ts';
import { PROGRAM_TIMEOUT_MS } from '../setup/limits.ts';
import { ALL_TABLES } from '../setup/world.ts';

const BINARY = join(import.meta.dirname, '../../cli/fuda.mjs');

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

function runFuda(folder: string, args: readonly string[], settings: Environment = {}, input = ''): Promise<Ended> {
  // No AWS settings of this machine reach the command.
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...settings };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [BINARY, ...args],
      { cwd: folder, env, timeout: PROGRAM_TIMEOUT_MS },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

export interface Workplace extends Disposable {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ended>;
  /** The same with this text on standard input. */
  runOn(input: string, ...args: readonly string[]): Promise<Ended>;
  /** The same with AWS settings in the environment. */
  runWith(settings: Environment, ...args: readonly string[]): Promise<Ended>;
  /** Writes a file of this folder. */
  write(name: string, content: object): string;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-cli-'));
  return {
    folder,
    run: (...args) => runFuda(folder, args),
    runOn: (input, ...args) => runFuda(folder, args, {}, input),
    runWith: (settings, ...args) => runFuda(folder, args, settings),
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the local runtime would write of a vault that a test has opened. */
export async function localFile(deps: Deps, trailFolder: string): Promise<object> {
  const { config } = deps.dynamodb;
  const endpoint = await config.endpoint?.();
  const { accessKeyId, secretAccessKey } = await config.credentials();
  return {
    trail_dir: trailFolder,
    aws_endpoint_url: `http://${endpoint?.hostname}:${endpoint?.port}`,
    region: await config.region(),
    operator: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    tables: Object.fromEntries(ALL_TABLES.map((table) => [table, deps.table(table)])),
    keys: Object.fromEntries((Object.keys(KEYS) as KeyName[]).map((key) => [key, deps.key(key)])),
  };
}
