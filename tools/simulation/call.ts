/** One call on its way, which the network carries and faults strike. */
import type { AwsResponse } from './embedded-aws.ts';
import type { SentRequest, SimulatedFunction } from './function.ts';
import type { Outsider } from './outsiders.ts';

/**
 * The receiver of a call. The simulator's table stands for the processor: like the merchant's PSP and webhook receiver
 * it is called without the SDK, so nothing there is retried.
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
  /** Carries the call out; the function may still get another response. */
  perform(call: SimulatedCall): Promise<AwsResponse>;
  freeze(own: SimulatedFunction, until: number): void;
  /** Returns a call to the queue as if its function had not sent it. */
  putBack(call: SimulatedCall): void;
  pass(durationMs: number): void;
}
