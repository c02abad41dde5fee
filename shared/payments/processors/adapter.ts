/**
 * What an adapter says of itself, so that an operator can set up a merchant's processor with it: the settings it takes,
 * what is wrong with given ones, and how to make the processor of them.
 */
import type { Deps } from '../../base/deps.ts';
import type { ProcessorRecord } from '../../merchants/merchant.ts';
import type { Mode } from '../../merchants/mode.ts';
import type { Secret } from '../../merchants/secret.ts';
import type { Processor } from './processor.ts';

export interface Adapter {
  readonly secret: 'required' | 'optional';
  /** Setting → what it is, for people. */
  readonly settings: Readonly<Record<string, string>>;
  /** What is wrong with settings, as a sentence; null for nothing. */
  fault(mode: Mode, settings: Readonly<Record<string, string>>): string | null;
  /**
   * The processor; null where the secret is not one it can work with. Settings have been found without fault. What it
   * speaks is loaded here, on first use, so that an instance does not start with protocols its merchants never use.
   */
  open(deps: Deps, record: ProcessorRecord, secret: Secret | null): Promise<Processor | null>;
}
