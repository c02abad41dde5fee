/** Programs from PyPI, in one version each, for what Node's registry has not: installed once, under `.cache/`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Answers where `program` of the list `requirements` lies, in a virtual environment under `folder` that is made once for
 * each list. Throws with a sentence when there is no Python with pip, and with pip's own words when it cannot install.
 */
export function pythonProgram(folder: string, requirements: string, program: string): string {
  const mark = join(folder, 'requirements.txt');
  const path = join(folder, 'venv/bin', program);
  const isFresh = () => existsSync(mark) && readFileSync(mark, 'utf8') === readFileSync(requirements, 'utf8');
  if (existsSync(path) && isFresh()) return path;
  const environment = ['-m', 'venv', '--clear', join(folder, 'venv')];
  run('python3', environment, 'Python 3.10 or newer, with venv and pip, is not here.');
  run(join(folder, 'venv/bin/pip'), ['install', '--quiet', '-r', requirements], `pip could not install ${program}.`);
  writeFileSync(mark, readFileSync(requirements));
  return path;
}

function run(command: string, args: readonly string[], failure: string): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS });
  if (status !== 0) throw new Error(`${failure}\n${stderr ?? ''}`);
}
