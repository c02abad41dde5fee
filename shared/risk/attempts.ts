/**
 * Attempts to make a token, counted before anybody knows how they end: one whose card is wrong counts as one whose card is
 * right, so that the vault is no place to try cards out. Counting runs beside what the attempt does anyway and decides
 * before its one write (decision 0019).
 *
 *   begin ── count merchant ∥ count network ∥ open the JWE ── count BIN ∥ KMS ── admitted? ── put
 *
 * A count that cannot be had counts as none: a shop must be able to sell while its counters are out of reach.
 */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { type CountedBy, limitsOf } from '../merchants/limits.ts';
import type { Caller, Merchant } from '../merchants/merchant.ts';
import { COUNT_TIMEOUT_MS, Counters, windowEndMs } from './counters.ts';
import { networkOf } from './network.ts';
import { isProof } from './proof.ts';

/** What an attempt brings besides its fields: the JWE, where there is one, and the proof of work on it. */
export interface Proof {
  readonly jwe: string | undefined;
  readonly proof: string | undefined;
}

interface Counting {
  readonly by: CountedBy;
  readonly what: string;
  /** Null where it could not be counted. */
  readonly count: Promise<number | null>;
}

/** Sources that are over a ceiling, of which an instance remembers so many. */
const CLOSED_MAX = 10_000;

export class Attempts {
  readonly #deps: Deps;
  readonly #counters: Counters;
  readonly #uncounted: (error: unknown) => void;
  /** What is over its ceiling, until its window ends: refused without a call to anything. */
  readonly #closed = new Map<string, number>();

  /** `uncounted` is told of each count that could not be had. */
  constructor(deps: Deps, uncounted: (error: unknown) => void, timeoutMs = COUNT_TIMEOUT_MS) {
    this.#deps = deps;
    this.#counters = new Counters(deps, timeoutMs);
    this.#uncounted = uncounted;
  }

  /** Counts one more of this caller and address. Throws `too_many_attempts` where that is known already. */
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

  /** Remembers that this window takes no more of it. */
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

  /** Counts it by its card's BIN too. Throws `too_many_attempts` where that is known already. */
  ofBin(bin: string): void {
    this.#countings.push(this.#attempts.count('bin', this.#caller, bin));
  }

  /**
   * Returns where the attempt may go on. Throws `too_many_attempts`, or `proof_required` with the difficulty where a count
   * nears its ceiling and no good proof came along.
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
