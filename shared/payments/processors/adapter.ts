/**
 * The interface by which an operator sets up a merchant's processor: the settings of an adapter, their validation, and
 * the processor made of them.
 */
import type { Deps } from '../../base/deps.ts';
import type { Receiver } from '../../base/destinations.ts';
import type { ProcessorRecord } from '../../merchants/merchant.ts';
import type { Mode } from '../../merchants/mode.ts';
import type { Secret } from '../../merchants/secret.ts';
import type { sendHttp } from './http.ts';
import type { Processor } from './processor.ts';

export interface Adapter {
  readonly secret: 'required' | 'optional';
  /** Setting → what it is, for people. */
  readonly settings: Readonly<Record<string, string>>;
  /** What is wrong with the settings, as a sentence; null where they are valid. */
  fault(mode: Mode, settings: Readonly<Record<string, string>>): string | null;
  /** The receiver of a card; its account is null where the secret's fingerprint names it. */
  receiver(settings: Readonly<Record<string, string>>): Omit<Receiver, 'merchantId'>;
  /**
   * The account that a live secret opens, as the processor itself says, so that a new key of the same account needs no
   * deployment. Null where the secret has not the processor's form, or it does not say. Absent where it cannot be asked.
   */
  readonly account?: (secret: Secret, send: typeof sendHttp) => Promise<string | null>;
  /**
   * The processor; null where it cannot use the secret. The settings were validated before. The protocol is loaded
   * here, on first use, so that an instance does not load protocols its merchants never use.
   */
  open(deps: Deps, record: ProcessorRecord, secret: Secret | null): Promise<Processor | null>;
}
