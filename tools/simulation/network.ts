/**
 * The network that every call of every function goes through. It lets one call through at a time, and only when nothing
 * else can happen, so the network chooses the order of a story and a seed repeats it. It numbers the calls, and a fault
 * strikes the call of its number.
 */
import { KEYS, type KeyName } from '../../shared/base/tables.ts';
import { keyArn } from '../../test/setup/world.ts';
import type { CallTarget, SimulatedCall, Wire } from './call.ts';
import type { Chance } from './chance.ts';
import { type AwsResponse, type EmbeddedAws, outcomeOf } from './embedded-aws.ts';
import { FAULTS, type Fault } from './faults.ts';
import { type Outside, type SentRequest, SimulatedFunction } from './function.ts';
import { OUTSIDERS, type Outsider, type Outsiders } from './outsiders.ts';

/** Simulated duration of a call. */
const CALL_MS = 5;
/** A story without progress for this real time is stuck, by a bug of the simulation. */
const STUCK_MS = 5_000;

/** One line of a story. */
export interface Line {
  readonly number: number;
  readonly phase: string;
  readonly atMs: number;
  readonly by: string;
  readonly name: string;
  readonly target: CallTarget;
  readonly outcome: string;
}

export class SimulatedNetwork implements Outside, Wire {
  readonly chance: Chance;
  readonly lines: Line[] = [];
  readonly #aws: EmbeddedAws;
  readonly #outsiders: Outsiders;
  readonly #watch: (call: SimulatedCall) => Promise<void>;
  #functions: SimulatedFunction[] = [];
  #waiting: SimulatedCall[] = [];
  #faults: readonly Fault[] = [];
  #frozen: { readonly own: SimulatedFunction; readonly until: number }[] = [];
  #isShuffled = false;
  #count = 0;
  #nowMs: number;
  phase = 'arrange';
  /** Calls struck by faults. */
  struck = 0;

  /** `watch` gets each call before it takes effect. */
  constructor(
    { aws, outsiders, chance }: { aws: EmbeddedAws; outsiders: Outsiders; chance: Chance },
    startMs: number,
    watch: (call: SimulatedCall) => Promise<void>,
  ) {
    this.#aws = aws;
    this.#outsiders = outsiders;
    this.chance = chance;
    this.#nowMs = startMs;
    this.#watch = watch;
  }

  nowMs(): number {
    return this.#nowMs;
  }
  pass(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** Starts numbering calls and striking faults. */
  begin(faults: readonly Fault[], isShuffled: boolean): void {
    this.#faults = faults.map((fault) => ({ ...fault }));
    this.#isShuffled = isShuffled;
    this.#count = 0;
    this.lines.length = 0;
  }

  /** Ends all faults. */
  calm(): void {
    this.#faults = [];
    this.#isShuffled = false;
  }

  /** Starts a function; its result is known after `run`, unless it was stopped. */
  start<T>(name: string, timeoutSeconds: number, verb: (own: SimulatedFunction) => Promise<T>): Started<T> {
    const own = new SimulatedFunction(name, this, timeoutSeconds);
    const started: Started<T> = { own, result: null };
    this.#functions.push(own);
    verb(own).then(
      (value) => {
        started.result = { value };
        own.finish();
      },
      (error: unknown) => {
        started.result = { error };
        own.finish();
      },
    );
    return started;
  }

  send(from: SimulatedFunction, request: SentRequest): Promise<AwsResponse> {
    from.waiting += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        ...request,
        from,
        ...nameOf(request),
        respond: (response) => from.deliver(() => resolve(response)),
        fail: (error) => from.deliver(() => reject(error)),
      });
    });
  }

  /** Runs until every function is done, stopped or frozen. */
  async run(): Promise<void> {
    for (;;) {
      await this.#rest();
      const call = this.#choose();
      if (call === undefined) return;
      this.#count += 1;
      this.pass(CALL_MS);
      for (const { own, until } of this.#frozen.splice(0)) {
        if (until <= this.#count) own.thaw();
        else this.#frozen.push({ own, until });
      }
      await this.#letThrough(call, this.#count);
    }
  }

  freeze(own: SimulatedFunction, until: number): void {
    own.freeze();
    this.#frozen.push({ own, until });
  }

  /** A call that its function has not sent yet. */
  putBack(call: SimulatedCall): void {
    this.#waiting.unshift(call);
  }

  /** Thaws every frozen function. */
  thaw(): void {
    for (const { own } of this.#frozen.splice(0)) own.thaw();
  }

  /** Carries the call out; what was returned is not yet what the function hears. */
  async perform(call: SimulatedCall): Promise<AwsResponse> {
    await this.#watch(call);
    const { service, operation, body, from } = call;
    if (isOutsider(service)) return this.#outsiders.call(service, body);
    return this.#aws.call(service, operation, body, {
      nowMs: this.#nowMs,
      by: from.name,
      isOverdue: from.isBeyondItsTime,
    });
  }

  async #letThrough(call: SimulatedCall, number: number): Promise<void> {
    const fault = this.#faults.find(
      ({ at, kind, invocation }) =>
        (at === number && isOn(FAULTS[kind].on, call.target)) || (invocation ?? '') === call.invocation,
    );
    if (fault !== undefined) this.struck += 1;
    const outcome = fault === undefined ? await this.#pass(call) : await FAULTS[fault.kind].strike(call, fault, this);
    const line = { number, phase: this.phase, atMs: this.#nowMs, by: call.from.name, name: call.name };
    this.lines.push({ ...line, target: call.target, outcome });
    if (call.from.isRunning && call.from.isOverdue) call.from.stop();
  }

  async #pass(call: SimulatedCall): Promise<string> {
    const response = await this.perform(call);
    call.respond(response);
    return outcomeOf(response);
  }

  async #rest(): Promise<void> {
    const stuckAtMs = performance.now() + STUCK_MS;
    do {
      await new Promise((resolve) => setImmediate(resolve));
      if (performance.now() > stuckAtMs)
        throw new Error(`the story is stuck: ${this.#functions.filter((o) => !o.isAtRest).map((o) => o.name)}`);
    } while (!this.#functions.every((own) => own.isAtRest));
    this.#functions = this.#functions.filter((own) => own.isRunning || own.isFrozen);
    this.#waiting = this.#waiting.filter(({ from }) => from.isRunning || from.isFrozen);
  }

  /** The first waiting call, or with `isShuffled` the first call of a function that the seed chooses. */
  #choose(): SimulatedCall | undefined {
    const ready = this.#waiting.filter(({ from }) => from.isRunning);
    const callers = [...new Set(ready.map(({ from }) => from))];
    const caller = this.#isShuffled && callers.length > 1 ? this.chance.pick(callers) : callers[0];
    const call = ready.find(({ from }) => from === caller);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== call);
    return call;
  }
}

export interface Started<T> {
  readonly own: SimulatedFunction;
  /** Null until the function has ended. */
  result: { readonly value: T } | { readonly error: unknown } | null;
}

const isOutsider = (service: SentRequest['service']): service is Outsider =>
  (OUTSIDERS as readonly string[]).includes(service);

const isOn = (targets: readonly CallTarget[], target: CallTarget): boolean => targets.includes(target);

const KEY_NAMES = Object.keys(KEYS) as KeyName[];

function nameOf({ service, operation, body }: SentRequest): { name: string; target: CallTarget } {
  if (isOutsider(service)) return { name: `${operation} ${service}`, target: service };
  const request = JSON.parse(body.toString()) as Record<string, string>;
  if (service === 'kms') {
    const keyId = request.KeyId ?? request.SourceKeyId ?? 'none';
    const key = KEY_NAMES.find((name) => keyArn(name).endsWith(keyId));
    return { name: `${operation} ${key}`, target: 'kms' };
  }
  const table = request.TableName?.split('-')[0] ?? 'batch';
  return { name: `${operation} ${table}`, target: table === 'Simulator' ? 'processor' : 'tables' };
}
