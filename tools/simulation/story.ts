/**
 * One story: set up, run errands while faults strike, retry those without a response, let time pass and run the sweep,
 * thaw frozen functions, and repeat each errand once more. Then every promise is checked against the tables, the
 * processor's ledger and the trail.
 */
import { ERRORS, VaultError } from '../../shared/base/errors.ts';
import { RESOLVE_AFTER_MS } from '../../shared/ledger/entry.ts';
import { Attempts } from '../../shared/risk/attempts.ts';
import { createToken, type Sender } from '../../shared/vault/create-token.ts';
import { createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { captureKeyRing, rotateCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import { encrypted, plainCard } from '../../test/setup/cards.ts';
import { START_MS } from '../../test/setup/world.ts';
import { chance } from './chance.ts';
import { type EmbeddedAws, openEmbeddedAws } from './embedded-aws.ts';
import type { Fault } from './faults.ts';
import type { StoryDeps } from './function.ts';
import { type Line, SimulatedNetwork, type Started } from './network.ts';
import { type Broken, brokenPromises, type HeardResponse, watcher } from './oracle.ts';
import { Outsiders } from './outsiders.ts';
import { deliveryOf, type Errand, SCENARIOS, type Setting, sweepOf, VERBS, type Verbs } from './scenarios.ts';
import { SHOP } from './shop.ts';

export interface Plan {
  readonly scenario: string;
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Whether the seed interleaves the calls of several functions. */
  readonly isShuffled: boolean;
}

/** The difference from production: a planted bug. */
export interface Variant {
  readonly verbs?: Partial<Verbs>;
  readonly wrap?: (deps: StoryDeps) => StoryDeps;
}

export interface Story {
  readonly plan: Plan;
  readonly lines: readonly Line[];
  readonly responses: readonly HeardResponse[];
  readonly broken: readonly Broken[];
}

/** The shortest time-out of a route, and that of the sweep (infra/routes.ts). */
const TIMEOUT_SECONDS = { merchant: 15, schedule: 60 } as const;
const TRIES = 3;
const LATER_MS = 60 * 60_000;
/** Runs for the first retries of a delivery, which are within an hour, and for the copying before. */
const DELIVERIES_MAX = 6;

export async function play(plan: Plan, variant: Variant = {}): Promise<Story> {
  const luck = chance(plan.seed);
  const aws = await openEmbeddedAws(luck);
  const outsiders = new Outsiders();
  const broken: Broken[] = [];
  const network = new SimulatedNetwork({ aws, outsiders, chance: luck }, START_MS, watcher(aws, broken));
  const teller = new Teller(aws, outsiders, network, variant);
  const scenario = SCENARIOS[plan.scenario];
  if (scenario === undefined) throw new RangeError(`no scenario is called ${plan.scenario}`);
  const errands = await scenario.arrange(teller.setting);
  network.begin(plan.faults, plan.isShuffled);
  await teller.act(errands);
  broken.push(...(await teller.sweepTwice()));
  await teller.end(errands);
  broken.push(...(await brokenPromises(aws, outsiders, teller.responses, network.nowMs())));
  return { plan, lines: network.lines, responses: teller.responses, broken };
}

/** The setup has no faults, so every attempt must be counted. */
function senderOf(deps: StoryDeps): Sender {
  const attempts = new Attempts(deps, (error) => {
    throw error;
  });
  const { publishable: caller, merchant } = SHOP;
  return { caller, merchant, attempt: attempts.begin(caller, '203.0.113.7') };
}

class Teller {
  readonly responses: HeardResponse[] = [];
  readonly setting: Setting;
  readonly #aws: EmbeddedAws;
  readonly #network: SimulatedNetwork;
  readonly #wrap: (deps: StoryDeps) => StoryDeps;
  #started = 0;

  constructor(
    aws: EmbeddedAws,
    outsiders: Outsiders,
    network: SimulatedNetwork,
    { verbs = {}, wrap = (deps) => deps }: Variant,
  ) {
    this.#aws = aws;
    this.#network = network;
    this.#wrap = wrap;
    const cleanly: Setting['cleanly'] = async (verb) => {
      const started = network.start('arranging', 60, ({ deps }) => verb(deps));
      await network.run();
      const { result } = started;
      if (result === null || !('value' in result))
        throw new Error('the world could not be arranged', { cause: result?.error });
      return result.value;
    };
    const untilItSends: Setting['untilItSends'] = async (verb) => {
      network.start('arranging', 60, (own) => {
        const stop = () => {
          own.stop();
          return new Promise<never>(() => undefined);
        };
        return verb({ ...own.deps, send: stop, sendNearby: stop });
      });
      await network.run();
    };
    this.setting = {
      verbs: { ...VERBS, ...verbs },
      cleanly,
      untilItSends,
      receiverResponses: (...statuses) => void outsiders.responses.push(...statuses),
      pass: (durationMs) => network.pass(durationMs),
      tokenize: async (number) => {
        const request = { card: plainCard(number) };
        return (await cleanly((deps) => createToken(deps, captureKeyRing(deps), senderOf(deps), request))).id;
      },
      tokenizeCvc: () =>
        cleanly(async (deps) => {
          await rotateCaptureKeys(deps);
          const jwe = await encrypted(deps, { cvc: '123', aud: SHOP.publishable.apiKey });
          return (await createCvcToken(deps, captureKeyRing(deps), senderOf(deps), { encrypted_cvc: jwe })).id;
        }),
    };
  }

  /** Runs the errands concurrently; then retries those without a final response, one after the other. */
  async act(errands: readonly Errand[]): Promise<void> {
    this.#network.phase = 'act';
    const started = errands.map((errand) => this.#start(errand));
    await this.#network.run();
    errands.forEach((errand, index) => void this.#hear(errand, started[index]));
    this.#network.phase = 'retry';
    for (const errand of new Set(errands.filter(({ by }) => by === 'merchant'))) await this.#repeat(errand, TRIES);
  }

  /** Sweeps twice; afterwards no entry that was old enough may be open (V8), unless a fault struck the sweeps too. */
  async sweepTwice(): Promise<Broken[]> {
    this.#network.phase = 'sweep';
    this.#network.pass(RESOLVE_AFTER_MS);
    const dueMs = this.#network.nowMs() - RESOLVE_AFTER_MS;
    const before = this.#network.struck;
    for (let run = 0; run < 2; run += 1) await this.#sweep();
    if (this.#network.struck > before) return [];
    const open = (await this.#aws.items('Ledger')).filter(
      ({ item }) => Number(item.open_since_ms ?? dueMs + 1) <= dueMs,
    );
    return open.map(({ item }) => ({ promise: 'V8', says: `${item.entry_id} is not resolved after two sweeps` }));
  }

  /** Thaws frozen functions, lets everything expire, sweeps, and repeats each errand once more. */
  async end(errands: readonly Errand[]): Promise<void> {
    this.#network.phase = 'end';
    this.#network.thaw();
    await this.#network.run();
    this.#network.calm();
    this.#network.pass(LATER_MS);
    for (let run = 0; run < 2; run += 1) await this.#sweep();
    for (const errand of new Set(errands.filter(({ by }) => by === 'merchant'))) {
      await this.#repeat(errand, 1);
      await this.#repeat(errand, 1);
    }
    await this.#deliver();
  }

  /** Runs the deliverer until nothing waits, as it would within three days. */
  async #deliver(): Promise<void> {
    for (let run = 0; run < DELIVERIES_MAX; run += 1) {
      const items = [...(await this.#aws.items('Ledger')), ...(await this.#aws.items('Events'))];
      const endpoint = items.find(({ item }) => item.url !== undefined)?.item;
      const isWaiting = items.some(
        ({ item }) =>
          'outbox_shard' in item || (endpoint?.status === 'active' && String(item.queue).startsWith('due/')),
      );
      if (endpoint === undefined || !isWaiting) return;
      this.#start(deliveryOf(this.setting));
      await this.#network.run();
      this.#network.pass(LATER_MS);
    }
  }

  /** Skips a sweep with empty indexes, which would only be a dozen queries. */
  async #sweep(): Promise<void> {
    const items = [...(await this.#aws.items('Ledger')), ...(await this.#aws.items('Tokens'))];
    if (items.some(({ item }) => 'open_shard' in item || 'due_shard' in item)) {
      this.#start(sweepOf(this.setting));
      await this.#network.run();
    }
    this.#network.pass(RESOLVE_AFTER_MS);
  }

  async #repeat(errand: Errand, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const started = this.#start(errand);
      await this.#network.run();
      if (this.#hear(errand, started)?.isFinal) return;
    }
  }

  #start(errand: Errand): Started<unknown> {
    this.#started += 1;
    const name = `${errand.name} (${this.#started})`;
    return this.#network.start(name, TIMEOUT_SECONDS[errand.by], ({ deps }) => errand.run(this.#wrap(deps)));
  }

  #hear({ name, by, open = [] }: Errand, started: Started<unknown> | undefined): HeardResponse | null {
    if (started?.result == null || by === 'schedule') return null;
    const response = { errand: name, ...responseOf(started.result, open) };
    this.responses.push(response);
    return response;
  }
}

type Result = { readonly value: unknown } | { readonly error: unknown };

function responseOf(result: Result, open: readonly string[]): Omit<HeardResponse, 'errand'> {
  if ('value' in result) {
    const { status = '' } = result.value as { status?: string };
    return { isFinal: !open.includes(status), said: result.value };
  }
  const { error } = result;
  if (!(error instanceof VaultError)) return { isFinal: false, said: { error: String(error) } };
  const retryable = 'retryable' in ERRORS[error.code];
  return { isFinal: !retryable, said: { code: error.code, ...error.detail, cause: undefined } };
}
