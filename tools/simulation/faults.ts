/**
 * The faults of one call, as a table. `strike` decides what happens to the call and which response its function gets;
 * it returns the line of the story's log.
 */
import { SafeFetchError } from '../../shared/base/net/safe-fetch.ts';
import type { CallTarget, SimulatedCall, Wire } from './call.ts';
import { outcomeOf } from './embedded-aws.ts';

export interface Fault {
  /** Number of the call it strikes. */
  readonly at: number;
  readonly kind: FaultKind;
  /** Freezing: the number of the call before which the function thaws; only at the end of the story unless given. */
  readonly until?: number;
  /** Set by a fault that strikes every try of one SDK call. */
  invocation?: string;
}

interface Definition {
  readonly says: string;
  readonly on: readonly CallTarget[];
  strike(call: SimulatedCall, fault: Fault, network: Wire): Promise<string>;
}

const EVERYWHERE = ['kms', 'tables', 'processor', 'psp', 'receiver'] as const;
const RETRIED = ['kms', 'tables'] as const;
/** Other companies: the processor, the merchant's own PSP, its webhook receiver. */
const OUTSIDE = ['processor', 'psp', 'receiver'] as const;

/** Jump of an instance's clock: more than RESOLVE_AFTER_MS, less than the lifetime of a token. */
const STEP_MS = 10 * 60_000;
/** Longer than API Gateway's limit for any function (29 s). */
const SILENCE_MS = 30_000;
const SLOW_MS = 12_000;

/** A broken connection, which the SDK retries. */
const broken = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
/**
 * Calls to other companies are not retried. `stood` says whether the connection had been made, as safe-fetch reports
 * it.
 */
const noResponse = (stood: boolean): Error => new SafeFetchError('connection_failed', undefined, stood);

async function effect(call: SimulatedCall, network: Wire, then: () => void): Promise<string> {
  const outcome = outcomeOf(await network.perform(call));
  then();
  return outcome;
}

function throttle(call: SimulatedCall): string {
  const [status, type] =
    call.service === 'kms' ? [400, 'ThrottlingException'] : [400, 'ProvisionedThroughputExceededException'];
  call.respond({ status, body: JSON.stringify({ __type: type, message: 'Rate exceeded' }), requestId: 'throttled' });
  return 'throttled';
}

export const FAULTS = {
  stop_before: {
    says: 'the function dies before the call',
    on: EVERYWHERE,
    strike: async (call) => {
      call.from.stop();
      return 'not made: the function died';
    },
  },
  stop_after: {
    says: 'the function dies after the call took effect, before its response',
    on: EVERYWHERE,
    strike: (call, _, network) => effect(call, network, () => call.from.stop()),
  },
  freeze_before: {
    says: 'time is up before the call is sent; the instance thaws later and goes on',
    on: EVERYWHERE,
    strike: async (call, { until = Number.POSITIVE_INFINITY }, network) => {
      network.freeze(call.from, until);
      network.putBack(call);
      return 'not made yet: the function froze';
    },
  },
  freeze_after: {
    says: 'time is up before the response is read; the instance thaws later and goes on',
    on: EVERYWHERE,
    strike: async (call, { until = Number.POSITIVE_INFINITY }, network) => {
      const response = await network.perform(call);
      network.freeze(call.from, until);
      call.respond(response);
      return `${outcomeOf(response)}, unread: the function froze`;
    },
  },
  throttled_once: { says: 'throttled, then served', on: RETRIED, strike: async (call) => throttle(call) },
  throttled: {
    says: 'throttled until the SDK gives up',
    on: RETRIED,
    strike: async (call, fault) => {
      fault.invocation = call.invocation;
      return throttle(call);
    },
  },
  request_lost_once: {
    says: 'the request is lost, the SDK sends it again',
    on: RETRIED,
    strike: async (call) => {
      call.fail(broken());
      return 'request lost';
    },
  },
  response_lost_once: {
    says: 'the response is lost, the SDK sends the request again',
    on: RETRIED,
    strike: (call, _, network) =>
      effect(call, network, () => call.fail(broken())).then((was) => `${was}, response lost`),
  },
  response_lost: {
    says: 'every response is lost until the SDK gives up',
    on: RETRIED,
    strike: (call, fault, network) => {
      fault.invocation = call.invocation;
      return effect(call, network, () => call.fail(broken())).then((was) => `${was}, response lost`);
    },
  },
  outside_down: {
    says: 'no connection comes about',
    on: OUTSIDE,
    strike: async (call) => {
      call.fail(noResponse(false));
      return 'not reached';
    },
  },
  outside_request_lost: {
    says: 'the connection breaks with the request on it, unread',
    on: OUTSIDE,
    strike: async (call) => {
      call.fail(noResponse(true));
      return 'request lost';
    },
  },
  outside_response_lost: {
    says: 'the other side acts and its response is lost',
    on: OUTSIDE,
    strike: (call, _, network) =>
      effect(call, network, () => call.fail(noResponse(true))).then((was) => `${was}, response lost`),
  },
  outside_slow: {
    says: 'the other side responds late, but in time',
    on: OUTSIDE,
    strike: async (call, _, network) => {
      network.pass(SLOW_MS);
      const response = await network.perform(call);
      call.respond(response);
      return `${outcomeOf(response)}, slow`;
    },
  },
  timed_out: {
    says: 'the call takes effect so late that Lambda has ended the function',
    on: EVERYWHERE,
    strike: async (call, _, network) => {
      network.pass(SILENCE_MS);
      return effect(call, network, () => call.from.stop());
    },
  },
  clock_forward: {
    says: "the function's clock jumps forward",
    on: EVERYWHERE,
    strike: (call, _, network) => step(call, network, STEP_MS),
  },
  clock_back: {
    says: "the function's clock jumps back",
    on: EVERYWHERE,
    strike: (call, _, network) => step(call, network, -STEP_MS),
  },
} as const satisfies Record<string, Definition>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

async function step(call: SimulatedCall, network: Wire, byMs: number): Promise<string> {
  call.from.skewMs += byMs;
  const response = await network.perform(call);
  call.respond(response);
  return `${outcomeOf(response)}, clock ${byMs > 0 ? 'forward' : 'back'}`;
}
