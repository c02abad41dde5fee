/**
 * The other companies on the network of a story: the merchant's own PSP, which accepts every payment and keeps a
 * ledger, and the merchant's webhook receiver. Their TLS and connections are tested over real sockets
 * (test/payments/forward, test/events).
 */
import type { OutgoingRequest } from '../../shared/base/net/safe-fetch.ts';
import type { AwsResponse } from './embedded-aws.ts';

export const OUTSIDERS = ['psp', 'receiver'] as const;
export type Outsider = (typeof OUTSIDERS)[number];

/** One payment in the PSP's ledger, with the merchant's reference. */
export interface Payment {
  readonly reference: string;
  readonly number: string;
}

/** One message to the receiver, with any response. */
export interface HeardMessage {
  readonly id: string;
  readonly body: string;
  readonly status: number;
}

export class Outsiders {
  readonly payments: Payment[] = [];
  readonly messages: HeardMessage[] = [];
  /** The receiver's next responses; 200 afterwards. */
  readonly responses: number[] = [];
  #count = 0;

  call(who: Outsider, sent: Buffer): AwsResponse {
    this.#count += 1;
    const request = JSON.parse(sent.toString()) as OutgoingRequest & { readonly body: string };
    return who === 'psp' ? this.#pay(request.body) : this.#hear(request);
  }

  /** Repeats the card in its response, as some PSPs do. */
  #pay(body: string): AwsResponse {
    const payment = JSON.parse(body) as Payment;
    this.payments.push(payment);
    return this.#response(200, { id: `pay_${this.#count}`, card: payment.number });
  }

  #hear({ headers, body }: OutgoingRequest & { readonly body: string }): AwsResponse {
    const status = this.responses.shift() ?? 200;
    this.messages.push({ id: headers['webhook-id'] ?? '', body, status });
    return this.#response(status, {});
  }

  #response = (status: number, body: object): AwsResponse => ({
    status,
    body: JSON.stringify(body),
    requestId: `outside-${this.#count}`,
  });
}
