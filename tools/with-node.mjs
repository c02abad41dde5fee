// Runs a script of this project on production's version of Node (devDependency `node`). Plain JavaScript, because it
// must start on any Node from 20 on. Usage: node tools/with-node.mjs [--install] <script> [arguments] `--install`
// installs missing or old packages; without it the script fails and asks for them.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { holdPackages, nodeBinary, PackagesError } from './packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const mayInstall = given[0] === '--install';
const [script, ...args] = mayInstall ? given.slice(1) : given;

try {
  await holdPackages(mayInstall);
} catch (error) {
  if (!(error instanceof PackagesError)) throw error;
  console.error(`fuda: ${error.message}`);
  process.exit(error.exitCode);
}
if (realpathSync(process.execPath) === realpathSync(nodeBinary)) {
  // Already on that Node: a second process would only cost time.
  const file = join(root, script);
  process.argv.splice(1, Number.POSITIVE_INFINITY, file, ...args);
  await import(pathToFileURL(file).href);
} else {
  const child = spawn(nodeBinary, [fileURLToPath(import.meta.url), ...given], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
