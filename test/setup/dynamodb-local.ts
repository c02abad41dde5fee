/**
 * DynamoDB Local, Amazon's own engine, for tests. Its jar is inside the npm package `amplify-dynamodb-simulator`; only
 * that folder is used, not the package's code or its dependencies, so it is fetched as a tarball and checked against a
 * pinned hash. Needs Java 17.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const TARBALL_SHA512 = 'xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';
const JAVA_MAJOR_MIN = 17;
const FETCH_TIMEOUT_MS = 120_000;
const START_TIMEOUT_MS = 60_000;
const PORTS_TRIED_MAX = 3;

export interface DynamoDbLocal {
  readonly url: string;
  stop(): void;
}

/** The running engine, or the sentence that says why there is none. */
export async function startDynamoDbLocal(cacheDirectory: string): Promise<DynamoDbLocal | string> {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (major < JAVA_MAJOR_MIN) return `Java ${JAVA_MAJOR_MIN} or newer is not installed.`;
  const fetched = fetchEmulator(cacheDirectory);
  if ('reason' in fetched) return fetched.reason;
  for (let tried = 0; tried < PORTS_TRIED_MAX; tried += 1) {
    const engine = await startOn(await freePort(), fetched.folder);
    if (engine !== null) return engine;
  }
  return 'it did not start.';
}

/** Null where it ended or was not up in time: another program may have taken the port, for it cannot choose its own. */
async function startOn(port: number, folder: string): Promise<DynamoDbLocal | null> {
  const child = spawn(
    'java',
    [
      '-Xmx256m',
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-sharedDb',
      '-port',
      String(port),
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = (): void => void child.kill();
  if (await isUp(url, child)) return { url, stop };
  stop();
  return null;
}

function fetchEmulator(cacheDirectory: string): { folder: string } | { reason: string } {
  const target = join(cacheDirectory, PACKAGE);
  const folder = join(target, 'package/emulator');
  if (existsSync(folder)) return { folder };
  mkdirSync(cacheDirectory, { recursive: true });
  const aside = mkdtempSync(`${target}.`);
  try {
    return fetchInto(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function fetchInto(aside: string, target: string): { folder: string } | { reason: string } {
  const folder = join(target, 'package/emulator');
  const options = { cwd: aside, encoding: 'utf8', timeout: FETCH_TIMEOUT_MS } as const;
  const pack = spawnSync('npm', ['pack', PACKAGE, '--silent'], options);
  const tarball = pack.stdout?.trim().split('\n').at(-1) ?? '';
  if (pack.status !== 0 || tarball === '') return { reason: `npm could not fetch ${PACKAGE}.` };
  const hash = createHash('sha512')
    .update(readFileSync(join(aside, tarball)))
    .digest('base64');
  if (hash !== TARBALL_SHA512) return { reason: `${PACKAGE} has not the pinned hash.` };
  if (spawnSync('tar', ['-xzf', tarball, 'package/emulator'], options).status !== 0) return { reason: 'tar failed.' };
  rmSync(join(aside, tarball));
  try {
    renameSync(aside, target);
  } catch (error) {
    // Another run was faster; its copy stays and ours goes.
    if (!existsSync(folder)) throw error;
  }
  return { folder };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function isUp(url: string, child: ChildProcess): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && child.exitCode === null; waitedMs += 200) {
    // Any HTTP response will do; an unsigned request is refused, which shows that the engine is up.
    if (
      await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
        () => true,
        () => false,
      )
    )
      return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
