/**
 * The script of `npm start`: synthesizes the stack, starts the embedded AWS, the vault and the demo shop from it, and
 * prints their addresses. `PORT` sets the API's port (the shop takes the next one), `--dir` the state folder, `--rough` an AWS
 * that is rougher than the real one.
 */
import { randomInt } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { startShop } from '../examples/shop/server.ts';
import { makePrivateDirectory, writePrivateFile } from '../local/base/private-files.ts';
import { refuseIfLocked } from '../local/lock.ts';
import { lockPath, type Runtime, startRuntime } from '../local/runtime.ts';
import { synthesize } from '../local/synth.ts';
import { systemClock } from '../shared/base/clock.ts';
import { fuda } from '../shared/base/command.ts';
import { readInventory } from '../shared/pages/inventory.ts';
import { demoMerchant } from './demo.ts';
import { portRefusal, readSettings, refuseTakenPorts, type Settings } from './settings.ts';
import { chance } from './simulation/chance.ts';

const root = resolve(import.meta.dirname, '..');
const SEED_LIMIT = 10 ** 9;

interface Vault {
  readonly runtime: Runtime;
  readonly shopUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  stop(): Promise<void>;
}

async function startVault({ port, dir, roughSeed }: Settings, assembly: string): Promise<Vault> {
  const log = (message: string) => process.stderr.write(`fuda: ${message}\n`);
  const rough = roughSeed === undefined ? undefined : chance(roughSeed).below;
  const runtime = await startRuntime({ dir, port, assembly, log, rough });
  try {
    const shopPort = port === 0 ? 0 : port + 1;
    const origins = [`http://127.0.0.1:${shopPort}`, `http://localhost:${shopPort}`];
    const { publishableKey, secretKey } = await demoMerchant(runtime, dir, origins);
    const fudaScript = pinnedScript(runtime.apiUrl);
    const shop = await startShop({ port: shopPort, apiUrl: runtime.apiUrl, publishableKey, secretKey, fudaScript });
    // With port 0 the origin is known only now.
    if (port === 0) await demoMerchant(runtime, dir, [shop.url]);
    const stop = async () => {
      await shop.stop();
      await runtime.stop();
    };
    return { runtime, shopUrl: shop.url, publishableKey, secretKey, stop };
  } catch (error) {
    await runtime.stop();
    throw error;
  }
}

/** The script by its hash, which pins the version as docs recommend to merchants. */
function pinnedScript(apiUrl: string): { address: string; integrity: string } {
  const { scripts } = readInventory(readFileSync(join(root, '.build/web/integrity.json'), 'utf8'));
  const script = scripts.find(({ name }) => name === 'fuda.js');
  if (script === undefined) throw new Error('the build has no fuda.js');
  return { address: apiUrl + script.pinned, integrity: script.integrity };
}

/** For scripts and tests. It contains secrets of this machine's vault, so only its owner may read it. */
function writeLocalFile(dir: string, { runtime, shopUrl, publishableKey, secretKey }: Vault): void {
  const { operator, auditor, exporter } = runtime;
  const content = {
    api_url: runtime.apiUrl,
    shop_url: shopUrl,
    publishable_key: publishableKey,
    secret_key: secretKey,
    trail_dir: runtime.trailDirectory,
    assembly_dir: join(dir, 'assembly'),
    aws_endpoint_url: runtime.awsEndpointUrl,
    region: runtime.region,
    account_id: runtime.accountId,
    operator: { access_key_id: operator.accessKeyId, secret_access_key: operator.secretAccessKey },
    ...(auditor && { auditor: { access_key_id: auditor.accessKeyId, secret_access_key: auditor.secretAccessKey } }),
    ...(exporter && {
      exporter: {
        access_key_id: exporter.accessKeyId,
        secret_access_key: exporter.secretAccessKey,
        function_name: exporter.functionName,
      },
    }),
    tables: runtime.tables,
    keys: runtime.keys,
    older_pan_keys: runtime.olderPanKeys,
    roles: runtime.stack.roles.map(({ name }) => name),
    opener_roles: runtime.openerRoles,
    operators: ['operator'],
  };
  writePrivateFile(join(dir, 'local.json'), `${JSON.stringify(content, null, 2)}\n`);
}

function summary({ dir, roughSeed }: Settings, { runtime, shopUrl, publishableKey, secretKey }: Vault): string {
  const shown = (path: string) => (path.startsWith(process.cwd()) ? `${relative(process.cwd(), path)}/` : `${path}/`);
  // The command finds the default folder by itself; others need the option.
  const local = dir === resolve('.fuda') ? '' : ` --local ${shown(dir)}local.json`;
  const lines: readonly (readonly [label: string, text: string])[] = [
    ['Shop', `${shopUrl}   a checkout to try`],
    ['API', runtime.apiUrl],
    ['Test card', '4242 4242 4242 4242   any future date, any CVC'],
    ['', '4000 0000 0000 0002   is declined'],
    ['Publishable key', publishableKey],
    ['Secret key', secretKey],
    ['State', `${shown(dir)}   kept when you stop; delete it to start over`],
    ['Audit trail', `${shown(runtime.trailDirectory)}   CloudTrail's own files: ${fuda(`evidence${local}`)}`],
    [
      'Processor',
      `${shown(runtime.listing.path).slice(0, -1)}   what it lists; the evidence takes it with --processor`,
    ],
    ...(roughSeed === undefined
      ? []
      : [['Rough AWS', `calls wait, are throttled and lose responses; seed ${roughSeed}`] as const]),
    ['Stop', 'Ctrl-C'],
  ];
  const body = lines.map(([label, text]) => `  ${label.padEnd(17)}${text}`).join('\n');
  return `\n  札 Fuda is running on this machine, from the template that would be deployed.\n\n${body}\n\n`;
}

/**
 * Handles Ctrl-C, `kill` and a closed terminal. A signal can arrive twice, because npm passes on a signal that the
 * whole group gets.
 */
class Interruption {
  readonly #abort = new AbortController();
  /** The exit code that shells use for the signal; undefined until one arrived. */
  exitCode: number | undefined;

  constructor(onFirst: () => void) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (this.exitCode !== undefined) return;
        this.exitCode = 128 + constants.signals[name];
        process.stdout.write('\n  Stopping …\n');
        this.#abort.abort();
        onFirst();
      });
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }
}

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env.PORT, root, () => randomInt(SEED_LIMIT));
  const { dir, port } = settings;
  // Checked before the synthesis, which takes seconds and overwrites the assembly of a running vault.
  refuseIfLocked(lockPath(dir));
  await refuseTakenPorts(port);
  makePrivateDirectory(dir);
  let vault: Vault | undefined;
  const interruption = new Interruption(() => void vault?.stop().then(stopped));

  const beganMs = systemClock.nowMs();
  process.stdout.write('  Synthesizing the stack …\n');
  const assembly = join(dir, 'assembly');
  rmSync(assembly, { recursive: true, force: true });
  await synthesize(root, assembly, interruption.signal);
  const started = interruption.exitCode === undefined ? await startVault(settings, assembly) : undefined;
  if (started === undefined || interruption.exitCode !== undefined) {
    await started?.stop();
    process.stdout.write('  Stopped before the vault had started. Nothing is left running; all state is kept.\n\n');
    process.exit(interruption.exitCode);
  }
  vault = started;
  writeLocalFile(dir, vault);
  const seconds = ((systemClock.nowMs() - beganMs) / 1000).toFixed(1);
  process.stdout.write(`${summary(settings, vault)}  Ready after ${seconds} s.\n`);
}

function stopped(): never {
  process.stdout.write('  Stopped. Everything is kept.\n\n');
  process.exit(0);
}

// Writing to a closed terminal fails, and the vault must still stop in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  await main();
} catch (error) {
  process.stderr.write(`fuda: ${portRefusal(error) ?? (error as Error).message}\n`);
  process.exit(1);
}
