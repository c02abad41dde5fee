/** Every hour: makes a new capture key pair when the current one is a day old, and drops the oldest. */
import { logLine } from '../../shared/base/log.ts';
import { rotateCaptureKeys } from '../../shared/vault/capture-keys.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';

const deps = makeDeps({ tables: ['Merchants'], keys: ['CaptureKey'] }, makeKms());

export const handler = async (): Promise<{ rotated: boolean }> => {
  const rotated = await rotateCaptureKeys(deps);
  process.stdout.write(
    `${logLine('info', deps.clock.nowMs(), { event: 'rotate_capture_keys', count: Number(rotated) })}\n`,
  );
  return { rotated };
};
