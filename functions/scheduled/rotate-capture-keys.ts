/** Runs every hour: makes a new capture key pair when the current one is a day old, and drops the oldest. */
import { type Rotation, rotateCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';

const deps = makeDeps({ tables: ['CaptureKeys'], keys: ['CaptureKey'] }, makeKms());

export const handler = async (): Promise<Rotation> => {
  const rotation = await rotateCaptureKeys(deps);
  const fields = {
    event: 'rotate_capture_keys',
    function: 'scheduled/rotate-capture-keys',
    count: Number(rotation.rotated),
  };
  report('info', deps.clock.nowMs(), fields, { Runs: 1, CaptureKeyAgeSeconds: rotation.ageSeconds });
  return rotation;
};
