/**
 * An AWS that this project did not write: ministack from PyPI, in a virtual environment under .cache/, on loopback. Its
 * state is lost when it stops. It runs the functions on the Node of this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { listen, stopServer } from '../../local/base/http.ts';
import { pythonProgram } from '../../test/setup/python.ts';

export const REGION = 'ap-northeast-1';
export const ACCOUNT = '000000000000';

const START_TIMEOUT_MS = 60_000;
const CALL_TIMEOUT_MS = 60_000;

export interface StandIn extends AsyncDisposable {
  readonly endpoint: string;
  /** Environment for AWS SDKs, the CDK's command line and the vault's to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** A call of an AWS service's JSON protocol, by the value of its X-Amz-Target header. */
  ask(target: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  /** Invokes a function as AWS would on schedule; throws where it fails. */
  invoke(functionName: string): Promise<unknown>;
  memoryMbOf(functionName: string): Promise<number>;
}

/** Throws with a sentence without Python and pip, and with pip's message where it cannot install. */
export async function startStandIn(root: string): Promise<StandIn> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const program = pythonProgram(join(root, '.cache/rehearsal'), requirements, 'ministack');
  const home = mkdtempSync(join(tmpdir(), 'fuda-rehearsal-'));
  const port = await freePort();
  const child = spawn(program, [], {
    env: {
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      HOME: home,
      TMPDIR: home,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      S3_DATA_DIR: join(home, 's3'),
      STATE_DIR: join(home, 'state'),
      CLOUDTRAIL_RECORDING: '1',
      LAMBDA_EXECUTOR: 'local',
    },
    stdio: ['ignore', openSync(join(home, 'log'), 'w'), openSync(join(home, 'log'), 'a')],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await ready(endpoint, child, join(home, 'log'));
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    ask: (target, body) =>
      post(`${endpoint}/`, body, { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' }),
    invoke: (name) => post(`${endpoint}/2015-03-31/functions/${name}/invocations`, {}, {}),
    async memoryMbOf(name) {
      const response = await fetch(`${endpoint}/2015-03-31/functions/${name}/configuration`);
      return ((await response.json()) as { MemorySize: number }).MemorySize;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await stopServer(server);
  return port;
}

async function ready(endpoint: string, child: ChildProcess, log: string): Promise<void> {
  const giveUpAtMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < giveUpAtMs && child.exitCode === null) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill('SIGKILL');
  throw new Error(`the stand-in did not start:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
}

async function post(url: string, body: object, headers: Record<string, string>) {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
