/**
 * OpenBao, an open-source vault, as one server on loopback: values encrypted under a key that the server holds in its
 * memory, kept by its own Raft store on disk, every request in its audit file. API: openbao.org, "KV secrets engine,
 * version 1" and "/sys/init", "/sys/unseal".
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, stopServer } from '../../../local/base/http.ts';
import { pythonProgram } from '../../../test/setup/python.ts';

const START_TIMEOUT_MS = 30_000;
const CALL_TIMEOUT_MS = 10_000;
const CLOCK_TICK_MS = 10;

export interface OpenBao extends AsyncDisposable {
  put(token: string, card: object): Promise<void>;
  get(token: string): Promise<unknown>;
  /** Processor time of the server so far, from /proc; NaN where there is none. */
  cpuMs(): number;
}

/** Throws with a sentence where Python, or the package for this machine, is not available. */
export async function startOpenBao(root: string): Promise<OpenBao> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const program = pythonProgram(join(root, '.cache/peers'), requirements, 'bao');
  const home = mkdtempSync(join(tmpdir(), 'fuda-openbao-'));
  const [port, clusterPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}/v1`;
  writeFileSync(join(home, 'server.json'), JSON.stringify(settings(home, port, clusterPort)));
  const log = openSync(join(home, 'log'), 'w');
  const server = spawn(program, ['server', `-config=${join(home, 'server.json')}`], { stdio: ['ignore', log, log] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const close = async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const token = await unsealed(url);
    await call({ url, token }, 'POST', 'sys/mounts/cards', { type: 'kv', options: { version: '1' } });
    return {
      put: async (id, card) => void (await call({ url, token }, 'POST', `cards/${id}`, card)),
      get: async (id) => ((await call({ url, token }, 'GET', `cards/${id}`)) as { data: unknown }).data,
      cpuMs: () => cpuMsOf(server.pid),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    const said = readFileSync(join(home, 'log'), 'utf8').slice(-2_000);
    await close();
    throw new Error(`OpenBao did not start:\n${said}`, { cause: error });
  }
}

const settings = (home: string, port: number, clusterPort: number) => ({
  storage: { raft: { path: home, node_id: 'bench' } },
  listener: { tcp: { address: `127.0.0.1:${port}`, tls_disable: true } },
  audit: [{ type: 'file', path: 'file', options: { file_path: join(home, 'audit.log') } }],
  api_addr: `http://127.0.0.1:${port}`,
  cluster_addr: `http://127.0.0.1:${clusterPort}`,
});

/** Initializes and unseals the server, waits until it is active, and returns the root token. */
async function unsealed(url: string): Promise<string> {
  const init = (await patiently(() =>
    call({ url, token: '' }, 'PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 }),
  )) as {
    readonly keys_base64: readonly string[];
    readonly root_token: string;
  };
  await call({ url, token: '' }, 'PUT', 'sys/unseal', { key: init.keys_base64[0] });
  await patiently(() => call({ url, token: init.root_token }, 'GET', 'sys/mounts'));
  return init.root_token;
}

async function patiently(work: () => Promise<unknown>): Promise<unknown> {
  const giveUpAtMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > giveUpAtMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

interface Server {
  readonly url: string;
  readonly token: string;
}

async function call({ url, token }: Server, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { 'X-Vault-Token': token },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** proc(5): user and system time are fields 14 and 15, in ticks; the name in field 2 may hold spaces, hence the split. */
function cpuMsOf(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await stopServer(server);
  return port;
}
