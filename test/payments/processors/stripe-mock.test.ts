/**
 * Our requests to Stripe against stripe-mock, Stripe's own server over its public API description, which refuses a
 * parameter that is unknown, missing or of the wrong type. It is installed once by a Go toolchain where there is one,
 * and kept under .cache/; without one this file says so and checks nothing.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../shared/base/clock.ts';
import { Cvc } from '../../../shared/card/cvc.ts';
import { Pan } from '../../../shared/card/pan.ts';
import { sendHttp } from '../../../shared/payments/processors/http.ts';
import type { AuthorizationRequest, OperationRequest } from '../../../shared/payments/processors/processor.ts';
import * as build from '../../../shared/payments/processors/stripe/requests.ts';
import {
  readAccount,
  readIntent,
  readPaymentMethod,
  readRefund,
  readRefundList,
  readSearch,
} from '../../../shared/payments/processors/stripe/responses.ts';
import { newOperation, newReference } from '../../contracts/benches.ts';

const VERSION = '0.197.0';
const INSTALL_MS = 240_000;
const START_MS = 60_000;
const folder = join(import.meta.dirname, '../../.cache', `stripe-mock-${VERSION}`);
const binary = join(folder, 'stripe-mock');

const request: AuthorizationRequest = {
  reference: newReference(),
  amountMinor: 4180,
  currency: 'JPY',
  capture: false,
  requestedAtMs: systemClock.nowMs(),
  credential: 'typed',
  initiator: 'customer',
};
const operation: OperationRequest = {
  reference: request.reference,
  authorization: request,
  operation: newOperation('re'),
  amountMinor: 1000,
  requestedAtMs: systemClock.nowMs(),
};
const card = () => ({
  pan: Pan.parse('4242424242424242'),
  cvc: Cvc.parse('123', 3),
  expiry: { month: 12, year: 2030 },
});

const confirmation = (differs: Partial<AuthorizationRequest>) =>
  build.buildConfirmation('pi_1', 'pm_1', { ...request, ...differs });

/** Each request, and what must be readable in the response to it. */
const REQUESTS: readonly (readonly [name: string, make: () => build.StripeRequest | null, read: Reader])[] = [
  ['an intent', () => build.buildIntent(request), readIntent],
  ['a payment method', () => build.buildPaymentMethod(card()), readPaymentMethod],
  ['a payment method of a stored card', () => build.buildPaymentMethod(withoutCvc(card())), readPaymentMethod],
  ['a confirmation', () => build.buildConfirmation('pi_1', 'pm_1', request), readIntent],
  ['a confirmation of a card to be kept', () => confirmation({ credential: 'to_be_stored' }), readIntent],
  [
    'a confirmation that the merchant starts',
    () => confirmation({ credential: 'stored', initiator: 'merchant' }),
    readIntent,
  ],
  ['a reading', () => build.buildReading('pi_1'), readIntent],
  ['a capture', () => build.buildCapture('pi_1', 1000, operation), readIntent],
  ['a cancellation', () => build.buildCancellation('pi_1'), readIntent],
  ['an account', () => build.buildAccount(), (response) => readAccount(response) ?? { outcome: 'unknown' }],
  ['a search', () => build.buildSearch(request.reference), readSearch],
  ['a refund', () => build.buildRefund('pi_1', 1000, operation), readRefund],
  [
    'a list of refunds',
    () => build.buildRefundList('pi_1'),
    (response) => readRefundList(response, operation.operation),
  ],
];
type Reader = (response: { readonly status: number; readonly text: string }) => unknown;
const withoutCvc = ({ pan, expiry }: ReturnType<typeof card>) => ({ pan, expiry });

const missing = whyMissing();
if (missing === null) testRequests();
else test(`stripe-mock is not asked: ${missing}`, () => expect(existsSync(binary)).toBe(false));

function testRequests(): void {
  let server: ChildProcessByStdio<null, Readable, null> | undefined;
  let url: string;
  beforeAll(async () => {
    // The system chooses both ports. One for HTTPS is opened in any case, always the same one unless said.
    server = spawn(binary, ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    url = `http://${await addressOf(server)}`;
  }, START_MS);
  afterAll(() => void server?.kill());

  test.each(REQUESTS)('%s is as Stripe describes it, and its response can be read', async (_, make, read) => {
    const made = make();
    if (made === null) throw new Error('the amount can be said');
    const response = await send(url, made);
    expect([response.status, response.status === 200 ? '' : response.text]).toEqual([200, '']);
    expect(read(response)).not.toEqual({ outcome: 'unknown' });
  });

  test('a parameter that Stripe does not know is noticed: the check checks', async () => {
    const intent = build.buildIntent(request);
    if (intent === null) throw new Error('the amount can be said');
    const response = await send(url, { ...intent, form: [...(intent.form ?? []), ['colour', 'red']] });
    expect(response.status).toBe(400);
  });
}

const send = (url: string, { method, path, form, timeoutMs }: build.StripeRequest) =>
  sendHttp({
    method,
    url: url + path,
    headers: {
      authorization: 'Bearer sk_test_123',
      'stripe-version': build.STRIPE_VERSION,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form && { body: new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString() }),
    timeoutMs,
  });

/** Installs it where that is possible; a sentence where it is not. */
function whyMissing(): string | null {
  if (existsSync(binary)) return null;
  if (spawnSync('go', ['version']).status !== 0) return 'there is no Go toolchain to install it';
  mkdirSync(folder, { recursive: true });
  // Aside, so that another run finds the whole program or none.
  const aside = mkdtempSync(join(folder, 'install-'));
  try {
    const env = { ...process.env, GOBIN: aside };
    const install = ['install', `github.com/stripe/stripe-mock@v${VERSION}`];
    const { status } = spawnSync('go', install, { env, timeout: INSTALL_MS, stdio: 'ignore' });
    if (status !== 0) return 'go install failed, perhaps for want of a network';
    renameSync(join(aside, 'stripe-mock'), binary);
    return null;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Where it listens for HTTP, which it prints once it does. What it prints after that is read too, and let go. */
function addressOf({ stdout }: { readonly stdout: Readable }): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(stdout)
      .on('line', (line) => {
        const address = /^Listening for HTTP at address: (\S+)$/.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      })
      .once('close', () => reject(new Error('stripe-mock ended before it listened')));
  });
}
