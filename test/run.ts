/**
 * `npm test`: runs Jest with the flag that native ES modules need, on the Node that production runs. Arguments go to
 * Jest: `npm test -- test/payments/charges`. Says the seed of the run, and how to repeat it where a test failed.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandFor, planRun, type RunPlan } from './setup/seed.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const plan = planOrEnd();
process.stderr.write(`Seed ${plan.seed}, ${plan.order} order.\n`);
const args = [`--seed=${plan.seed}`, ...(plan.order === 'random-tests' ? ['--randomize'] : []), ...plan.jestArgs];
const run = spawnSync(process.execPath, [jest, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    FUDA_TEST_SEED: String(plan.seed),
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`,
  },
});
if (run.status !== 0) process.stderr.write(`\nTo repeat this run: ${commandFor(plan)}\n`);
process.exit(run.status ?? 1);

function planOrEnd(): RunPlan {
  try {
    return planRun(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}.\n`);
    process.exit(2);
  }
}
