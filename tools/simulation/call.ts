/** One call on its way, and what a fault may do to it: what the network carries and faults strike. */
import type { AwsResponse } from './embedded-aws.ts';
import type { SentRequest, SimulatedFunction } from './function.ts';
import type { Outsider } from './outsiders.ts';

/**
 * Who is called. The simulator's table stands for the processor: like the merchant's PSP and webhook receiver it is
 * beyond the SDK, so nothing there is retried.
 */
export type CallTarget = 'kms' | 'tables' | 'processor' | Outsider;

export interface SimulatedCall extends SentRequest {
  readonly from: SimulatedFunction;
  readonly target: CallTarget;
  /** `UpdateItem Ledger`, `Decrypt PanKey`, `POST psp`. */
  readonly name: string;
  respond(response: AwsResponse): void;
  fail(error: Error): void;
}

/** The network as a fault sees it. */
export interface Wire {
  /** Carries the call out; what was returned is not yet what the function hears. */
  perform(call: SimulatedCall): Promise<AwsResponse>;
  freeze(own: SimulatedFunction, until: number): void;
  /** A call that its function has not sent yet. */
  putBack(call: SimulatedCall): void;
  pass(durationMs: number): void;
}
