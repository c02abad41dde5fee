/**
 * Runs the real command line in a new folder: as a process, as an operator would, or in the process of the test, where
 * the many commands of one file take a tenth of the time.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
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

const runFuda = (folder: string, args: readonly string[], more: Partial<Program> = {}): Promise<Ended> =>
  runProgram({ program: BINARY, folder, args, ...more });

/** The Nodes on this machine's path: the one the tests run on, and the one they were started with where it is another. */
export const NODES: readonly string[] = [
  ...new Set(
    (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'node'))
      .filter((file) => existsSync(file))
      .map((file) => realpathSync(file)),
  ),
];

interface Program {
  /** This one unless said. */
  readonly node?: string;
  readonly program: string;
  readonly folder: string;
  readonly args: readonly string[];
  /** Added to an environment that has next to nothing. */
  readonly settings?: Environment;
  /** On standard input. */
  readonly input?: string;
}

export function runProgram({
  node = process.execPath,
  program,
  folder,
  args,
  settings = {},
  input = '',
}: Program): Promise<Ended> {
  // No AWS settings of this machine reach the command.
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...settings };
  return new Promise((resolve) => {
    const child = execFile(
      node,
      [program, ...args],
      { cwd: folder, env, timeout: PROGRAM_TIMEOUT_MS },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

/** What standard output can be that does not take everything: each is real, and refuses at the first byte or later. */
const OUTLETS = {
  'a full device': ({ args, ...options }: Start) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    return child;
  },
  'a file that may not grow': (start: Start) => intoFile(start, 0),
  // Of 512 or 1,024 bytes, as the shell counts.
  'a file that may grow by one block': (start: Start) => intoFile(start, 1),
  'a pipe without a reader': ({ args, ...options }: Start) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    return child;
  },
  'a pipe with a reader that leaves after the first byte': ({ args, ...options }: Start) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    return child;
  },
  nowhere: ({ args, ...options }: Start) =>
    spawn(process.execPath, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] }),
} as const;

export type OutletName = keyof typeof OUTLETS;

/** Systems without such a device have the others. */
export const hasFullDevice = existsSync('/dev/full');

interface Start {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeout: number;
}

const intoFile = ({ args, ...options }: Start, blocks: number) =>
  spawn('sh', ['-c', `ulimit -f ${blocks} && exec "$@" > out.txt`, 'sh', process.execPath, ...args], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });

async function runInto(outlet: OutletName, folder: string, args: readonly string[]): Promise<Omit<Ended, 'stdout'>> {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };
  const child = OUTLETS[outlet]({ args: [BINARY, ...args], cwd: folder, env, timeout: PROGRAM_TIMEOUT_MS });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { exitCode: code ?? -1, stderr };
}

const HOME = process.cwd();
let runningHere = 0;

/** In this process, which is in the folder meanwhile, and has the input of one command at a time. */
async function runHere(folder: string, args: readonly string[], input?: string): Promise<Ended> {
  // Only where it is asked for: it takes longer to load than a command to run.
  const { commandLine } = await import('../../cli/command-line.ts');
  const printed = { stdout: '', stderr: '' };
  using _ = input === undefined ? undefined : standardInput(input);
  runningHere += 1;
  process.chdir(folder);
  try {
    const exitCode = await commandLine(args, {
      out: {
        write: async (text) => {
          printed.stdout += text;
        },
        isNowhere: () => false,
      },
      error: (line) => {
        printed.stderr += `${line}\n`;
      },
    });
    return { exitCode, ...printed };
  } finally {
    runningHere -= 1;
    if (runningHere === 0) process.chdir(HOME);
  }
}

/** What a pipe would bring, until it is disposed of. */
function standardInput(text: string): Disposable {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(text)]), configurable: true });
  return { [Symbol.dispose]: () => Object.defineProperty(process, 'stdin', before) };
}

export interface Workplace extends Disposable {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ended>;
  /** The same in the process of the test. */
  runHere(...args: readonly string[]): Promise<Ended>;
  /** A process with this text on standard input. */
  runOn(input: string, ...args: readonly string[]): Promise<Ended>;
  runHereOn(input: string, ...args: readonly string[]): Promise<Ended>;
  /** A process with AWS settings in its environment. */
  runWith(settings: Environment, ...args: readonly string[]): Promise<Ended>;
  /** A process with a standard output that does not take everything. */
  runInto(outlet: OutletName, ...args: readonly string[]): Promise<Omit<Ended, 'stdout'>>;
  /** Writes a file of this folder. */
  write(name: string, content: object): string;
}

/** A folder, and in it the vault that commands work on where they name none. */
export function workplace(local?: object): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-cli-'));
  mkdirSync(join(folder, '.fuda'));
  if (local !== undefined) writeFileSync(join(folder, '.fuda/local.json'), JSON.stringify(local));
  return {
    folder,
    run: (...args) => runFuda(folder, args),
    runHere: (...args) => runHere(folder, args),
    runOn: (input, ...args) => runFuda(folder, args, { input }),
    runHereOn: (input, ...args) => runHere(folder, args, input),
    runWith: (settings, ...args) => runFuda(folder, args, { settings }),
    runInto: (outlet, ...args) => runInto(outlet, folder, args),
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the local runtime would write of a vault that a test has opened. */
export async function localFile(deps: Deps, more: object = {}): Promise<object> {
  const { config } = deps.dynamodb;
  const endpoint = await config.endpoint?.();
  const { accessKeyId, secretAccessKey } = await config.credentials();
  return {
    trail_dir: '.',
    aws_endpoint_url: `http://${endpoint?.hostname}:${endpoint?.port}`,
    region: await config.region(),
    operator: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    tables: Object.fromEntries(ALL_TABLES.map((table) => [table, deps.table(table)])),
    keys: Object.fromEntries((Object.keys(KEYS) as KeyName[]).map((key) => [key, deps.key(key)])),
    ...more,
  };
}
