// Protects node_modules: each process that runs from it leaves a note with its process id, and packages are never
// installed while such a process lives, nor twice at once. Plain JavaScript, because it runs before there are packages.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const nodeBinary = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
// Folders of notes: empty files named by process id, one per process that runs or installs.
const running = join(root, '.cache/running');
const installing = join(root, '.cache/installing');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const POLL_MS = 200;
/** Waits ten minutes for another process's installation. */
const POLLS_MAX = 3_000;
/** A process that finds a running installation removes its note at once; one that keeps it is in use. */
const LEAVE_POLLS_MAX = 10;

/** The packages cannot be used; the message is for a person. */
export class PackagesError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Resolves once the packages of package-lock.json are installed, and prevents their replacement while this process
 * lives. Each process first leaves its note and then looks for others, so of two at once at least one sees the other
 * and yields.
 */
export async function holdPackages(mayInstall) {
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const leave = enter(running);
    const [installer] = othersIn(installing);
    if (installer === undefined && !areStale()) return;
    leave();
    if (installer === undefined && !mayInstall) {
      throw new PackagesError(
        'Packages are missing or older than package-lock.json. Run npm ci (with no vault running).',
      );
    }
    if (installer === undefined) await install();
    else if (poll === 0) console.error(`fuda: process ${installer} installs packages; waiting for it …`);
    // A different pause per process, so that two that yield to each other do not stay in step.
    await sleep(POLL_MS + (process.pid % POLL_MS));
  }
  throw new PackagesError(
    `Another process installs packages without end; its id is the name of a file in ${installing}.`,
  );
}

/**
 * Compares the lockfile with npm's record of the installed packages, which leaves out optional packages for other
 * systems.
 */
function areStale() {
  const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  try {
    const [wanted, there] = [read('package-lock.json'), read('node_modules/.package-lock.json')];
    const isStale = ([path, { version, optional }]) =>
      path !== '' && there[path]?.version !== version && !(optional && there[path] === undefined);
    return !existsSync(nodeBinary) || Object.entries(wanted).some(isStale);
  } catch {
    return true;
  }
}

async function install() {
  const leave = enter(installing);
  try {
    if (othersIn(installing).length > 0 || !areStale()) return;
    for (let poll = 0; othersIn(running).length > 0; poll += 1) {
      if (poll >= LEAVE_POLLS_MAX) throw new PackagesError(inUse(othersIn(running)));
      await sleep(POLL_MS);
    }
    await runNpm();
  } finally {
    leave();
  }
}

const inUse = (ids) =>
  `Packages are missing or older than package-lock.json, and process ${ids.join(', ')} runs from them. Stop it first (or, if it is something else, delete its file in ${running}).`;

/** npm's own output goes to stderr, so that a command's stdout has only the command's output. */
async function runNpm() {
  let npm;
  let stoppedBy;
  const stop = (signal) => {
    stoppedBy = signal;
    npm?.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  console.error('fuda: installing packages (npm ci) …');
  npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  // npm may outlive this process.
  const leave = enter(installing, npm.pid ?? process.pid);
  const code = await new Promise((resolve) => npm.once('error', ({ code }) => resolve(code)).once('close', resolve));
  leave();
  for (const signal of SIGNALS) process.off(signal, stop);
  if (stoppedBy !== undefined) {
    const exitCode = 128 + constants.signals[stoppedBy];
    throw new PackagesError('Stopped while installing packages. The next start installs them anew.', exitCode);
  }
  if (code !== 0) throw new PackagesError(`npm ci failed (${code}).`);
}

/** Leaves a note. The returned function removes it; a normal exit of this process does too. */
function enter(folder, processId = process.pid) {
  const note = join(folder, String(processId));
  const leave = () => rmSync(note, { force: true });
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(note, '');
  } catch {
    // A user who cannot write here cannot install either.
    return () => {};
  }
  process.once('exit', leave);
  return () => {
    process.off('exit', leave);
    leave();
  };
}

/** Ids of living processes; removes the notes of ended ones. */
function othersIn(folder) {
  const ids = existsSync(folder) ? readdirSync(folder).filter((name) => name !== String(process.pid)) : [];
  for (const id of ids) if (!isAlive(Number(id))) rmSync(join(folder, id), { force: true });
  return ids.filter((id) => isAlive(Number(id)));
}

/** Signal 0 tests whether a process exists and has no effect on it. */
function isAlive(processId) {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
