/** Which processors a merchant's mode has. Test keys reach the simulator and nothing else. */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import type { Mode } from '../merchants/merchant.ts';
import type { Processor } from './processor.ts';
import { simulator } from './simulator.ts';

/** Throws `processor_unavailable` for a name the mode does not have. */
export function processorFor(deps: Deps, mode: Mode, name: string | undefined): Processor {
  if (mode === 'test' && (name === undefined || name === 'simulator')) return simulator(deps);
  throw new VaultError('processor_unavailable', { param: 'processor' });
}
