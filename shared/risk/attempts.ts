/**
 * Counts attempts to make a token, before their outcome is known: a wrong card counts as a right one, so that the vault
 * cannot be used to test stolen cards. Counting runs in parallel with the work of the attempt and decides before its
 * one write (decision 0019).
 *
 *   begin ── count merchant ∥ count network ∥ open the JWE ── count BIN ∥ KMS ── admitted? ── put
 *
 * A count that fails is taken as zero, so that shops can sell while the counters are unavailable.
 */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { type CountedBy, limitsOf } from '../merchants/limits.ts';
import type { Caller, Merchant } from '../merchants/merchant.ts';
import { COUNT_TIMEOUT_MS, Counters, windowEndMs } from './counters.ts';
import { networkOf } from './network.ts';
import { isProof } from './proof.ts';

/** The JWE of an attempt, where there is one, and the proof of work on it. */
export interface Proof {
  readonly jwe: string | undefined;
  readonly proof: string | undefined;
}

interface Counting {
  readonly by: CountedBy;
  readonly what: string;
  /** Null where counting failed. */
  readonly count: Promise<number | null>;
}

/** Sources over a ceiling that one instance remembers. */
const CLOSED_MAX = 10_000;

export class Attempts {
  readonly #deps: Deps;
  readonly #counters: Counters;
  readonly #uncounted: (error: unknown) => void;
  /** Sources over a ceiling, until their window ends: refused without a call to AWS. */
  readonly #closed = new Map<string, number>();

  /** Calls `uncounted` with the error of each count that failed. */
  constructor(deps: Deps, uncounted: (error: unknown) => void, timeoutMs = COUNT_TIMEOUT_MS) {
    this.#deps = deps;
    this.#counters = new Counters(deps, timeoutMs);
    this.#uncounted = uncounted;
  }

  /**
   * Counts an attempt of this caller and network. Throws `too_many_attempts` where one is known to be over its ceiling.
   */
  begin(caller: Caller, sourceIp: string): Attempt {
    return new Attempt(this, caller, networkOf(sourceIp));
  }

  count(by: CountedBy, { owner }: Caller, value: string): Counting {
    const what = [owner, by, value].join('|');
    if (this.#deps.clock.nowMs() < (this.#closed.get(what) ?? 0)) throw this.tooMany();
    const count = this.#counters.count(what).catch((error: unknown) => {
      this.#uncounted(error);
      return null;
    });
    return { by, what, count };
  }

  /** Refuses this source until the window ends. */
  close({ what }: Counting): VaultError {
    if (this.#closed.size >= CLOSED_MAX) this.#closed.clear();
    this.#closed.set(what, windowEndMs(this.#deps.clock));
    return this.tooMany();
  }

  tooMany(): VaultError {
    const { clock } = this.#deps;
    const retryAfterSeconds = Math.ceil((windowEndMs(clock) - clock.nowMs()) / 1_000);
    return new VaultError('too_many_attempts', { retryAfterSeconds });
  }
}

export class Attempt {
  readonly #attempts: Attempts;
  readonly #caller: Caller;
  readonly #countings: Counting[];

  constructor(attempts: Attempts, caller: Caller, network: string) {
    this.#attempts = attempts;
    this.#caller = caller;
    this.#countings = [attempts.count('merchant', caller, ''), attempts.count('network', caller, network)];
  }

  /**
   * Counts the attempt by its card's BIN too. Throws `too_many_attempts` where the BIN is known to be over its ceiling.
   */
  ofBin(bin: string): void {
    this.#countings.push(this.#attempts.count('bin', this.#caller, bin));
  }

  /**
   * Returns where the attempt may go on. Throws `too_many_attempts`, or `proof_required` with the difficulty where a
   * count nears its ceiling and the attempt has no valid proof.
   */
  async admitted(merchant: Merchant | Promise<Merchant>, { jwe, proof }: Proof): Promise<void> {
    const { proofBits, ...ceilings } = limitsOf(await merchant, this.#caller.mode);
    let isNear = false;
    for (const counting of this.#countings) {
      const count = await counting.count;
      const { proofAfter, most } = ceilings[counting.by];
      if (count !== null && count > most) throw this.#attempts.close(counting);
      isNear ||= count !== null && count > proofAfter;
    }
    if (!isNear || proofBits === 0) return;
    if (jwe === undefined || proof === undefined || !isProof(jwe, proof, proofBits)) {
      throw new VaultError('proof_required', { param: 'proof', difficultyBits: proofBits });
    }
  }
}
