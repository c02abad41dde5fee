// Runs a script of this project on the Node that production runs (devDependency `node`), installing first what is
// missing. It is the one file that must work on whatever Node >= 20 the machine has, so it is plain JavaScript.
// Usage: node local/with-node.mjs <script> [arguments]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const nodeBinary = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
// npm writes this file at the end of a complete install, so its age tells whether the lockfile changed since.
const installed = join(root, 'node_modules/.package-lock.json');

function installIsStale() {
  if (!existsSync(installed) || !existsSync(nodeBinary)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

if (installIsStale()) {
  console.error('fuda: installing packages (npm ci) …');
  // npm's own output goes to stderr, so that a command's stdout stays its own.
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) {
    console.error('fuda: npm ci failed; see above.');
    process.exit(1);
  }
}

const [script, ...args] = process.argv.slice(2);
const file = join(root, script);
if (realpathSync(process.execPath) === realpathSync(nodeBinary)) {
  // This is that Node: a second one would only take its time.
  process.argv.splice(1, Number.POSITIVE_INFINITY, file, ...args);
  await import(pathToFileURL(file).href);
} else {
  const child = spawn(nodeBinary, [file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
