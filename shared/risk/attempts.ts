/**
 * Counts attempts to make a token, before their outcome is known: a wrong card counts as a right one, so that the vault
 * cannot be used to test stolen cards. Counting runs in parallel with the work of the attempt and decides before its
 * one write (decision 0019).
 *
 *   begin ── count network ∥ open the JWE ── count merchant ∥ count BIN ∥ KMS ── admitted? ── put
 *
 * Every attempt counts for its own network. Merchant and BIN are counters that others share, so only an attempt that makes
 * a token counts for them: what brings no card never does, and what is refused is taken back. An attacker could otherwise
 * close a shop for its shoppers with requests that the vault refuses him.
 *
 * A count that fails is taken as zero, so that shops can sell while the counters are unavailable.
 */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { type CountedBy, limitsOf } from '../merchants/limits.ts';
import type { Caller, Merchant } from '../merchants/merchant.ts';
import { COUNT_TIMEOUT_MS, type CountedAttempt, Counters, windowEndMs } from './counters.ts';
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
  readonly counted: Promise<CountedAttempt | null>;
}

/** Sources over a ceiling that one instance remembers. */
const CLOSED_MAX = 10_000;
/**
 * How long an instance refuses a merchant or BIN without counting. Attempts that are about to be taken back can lift a
 * shared counter over its ceiling for a moment, and must not close it for longer.
 */
const SHARED_CLOSED_MS = 5_000;

export class Attempts {
  readonly #deps: Deps;
  readonly #counters: Counters;
  readonly #uncounted: (error: unknown) => void;
  /** Sources over a ceiling, and until when they are refused without a call to AWS. */
  readonly #closed = new Map<string, number>();

  /** Calls `uncounted` with the error of each count that failed. */
  constructor(deps: Deps, uncounted: (error: unknown) => void, timeoutMs = COUNT_TIMEOUT_MS) {
    this.#deps = deps;
    this.#counters = new Counters(deps, timeoutMs);
    this.#uncounted = uncounted;
  }

  /** Counts an attempt of this network. Throws `too_many_attempts` where it is known to be over its ceiling. */
  begin(caller: Caller, sourceIp: string): Attempt {
    return new Attempt(this, caller, networkOf(sourceIp));
  }

  count(by: CountedBy, { owner }: Caller, value: string): Counting {
    const what = [owner, by, value].join('|');
    if (this.#deps.clock.nowMs() < (this.#closed.get(what) ?? 0)) throw this.tooMany();
    return { by, what, counted: this.unlessItFails(this.#counters.count(what)) };
  }

  unlessItFails<T>(counting: Promise<T>): Promise<T | null> {
    return counting.catch((error: unknown) => {
      this.#uncounted(error);
      return null;
    });
  }

  /** Refuses this source for a while: a network until the window ends. */
  close({ by, what }: Counting): VaultError {
    const { clock } = this.#deps;
    if (this.#closed.size >= CLOSED_MAX) this.#closed.clear();
    const endMs = windowEndMs(clock);
    this.#closed.set(what, by === 'network' ? endMs : Math.min(endMs, clock.nowMs() + SHARED_CLOSED_MS));
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
  readonly #own: Counting;
  readonly #shared: Counting[] = [];

  constructor(attempts: Attempts, caller: Caller, network: string) {
    this.#attempts = attempts;
    this.#caller = caller;
    this.#own = attempts.count('network', caller, network);
  }

  /**
   * Counts the attempt for its merchant and, where it brings a whole card, for the card's BIN. Throws `too_many_attempts`
   * where one is known to be over its ceiling.
   */
  bringsCard(bin: string): void {
    this.bringsCode();
    this.#shared.push(this.#attempts.count('bin', this.#caller, bin));
  }

  /** The same for a security code, which has no BIN. */
  bringsCode(): void {
    this.#shared.push(this.#attempts.count('merchant', this.#caller, ''));
  }

  /**
   * Returns where the attempt may go on. Throws `too_many_attempts`, or `proof_required` with the difficulty where a
   * count nears its ceiling and the attempt has no valid proof.
   */
  async admitted(merchant: Merchant | Promise<Merchant>, { jwe, proof }: Proof): Promise<void> {
    const { proofBits, ...ceilings } = limitsOf(await merchant, this.#caller.mode);
    let isNear = false;
    for (const counting of [this.#own, ...this.#shared]) {
      const { attempts } = (await counting.counted) ?? { attempts: 0 };
      const { proofAfter, most } = ceilings[counting.by];
      if (attempts > most) throw this.#attempts.close(counting);
      isNear ||= attempts > proofAfter;
    }
    if (!isNear || proofBits === 0) return;
    if (jwe === undefined || proof === undefined || !isProof(jwe, proof, proofBits)) {
      throw new VaultError('proof_required', { param: 'proof', difficultyBits: proofBits });
    }
  }

  /**
   * What `reading` gives. A refused card or code counts as an attempt of its network, and over that ceiling gets the same
   * response as an accepted one.
   */
  async reads<Read>(reading: Promise<Read>, admitted: () => Promise<void>): Promise<Read> {
    try {
      return await reading;
    } catch (refusal) {
      await admitted();
      throw refusal;
    }
  }

  /** What `token` gives; where it gives none, the attempt no longer counts for its merchant and BIN. */
  async countsWith<Token>(token: Promise<Token>): Promise<Token> {
    try {
      return await token;
    } catch (refusal) {
      await Promise.all(this.#shared.map(({ counted }) => this.#takeBack(counted)));
      throw refusal;
    }
  }

  async #takeBack(counted: Counting['counted']): Promise<void> {
    const { takeBack } = (await counted) ?? {};
    if (takeBack !== undefined) await this.#attempts.unlessItFails(takeBack());
  }
}
