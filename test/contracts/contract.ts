/**
 * What the port promises (shared/payments/processors/processor.ts), said to a processor on its bench and checked in the
 * processor's own books: one authorization for each reference, one effect for each operation id, a refusal that stays
 * one, and for every lost response a way to the truth that does not need the card.
 */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/base/clock.ts';
import { Cvc } from '../../shared/card/cvc.ts';
import { Pan } from '../../shared/card/pan.ts';
import { DECLINES } from '../../shared/payments/processors/declines.ts';
import {
  type Approval,
  type Authorization,
  type AuthorizationRequest,
  type ClearCard,
  lookUp,
  type OperationRequest,
  orUnknown,
} from '../../shared/payments/processors/processor.ts';
import { use } from '../setup/use.ts';
import { type Bench, newOperation, newReference } from './benches.ts';

const requested = (differs: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  reference: newReference(),
  amountMinor: 4180,
  currency: 'JPY',
  capture: false,
  requestedAtMs: systemClock.nowMs(),
  credential: 'typed',
  initiator: 'customer',
  ...differs,
});

const card = (number: string): ClearCard => ({
  pan: Pan.parse(number),
  cvc: Cvc.parse('123', 3),
  expiry: { month: 12, year: 2030 },
});

const storedCard = (number: string): ClearCard => ({ pan: Pan.parse(number), expiry: { month: 12, year: 2030 } });

const known = (request: AuthorizationRequest, { authorizationCode, processorReference }: Approval): Authorization => ({
  ...request,
  ...(authorizationCode !== null && { authorizationCode }),
  ...(processorReference !== undefined && { processorReference }),
});

const about = (authorization: Authorization, operation: string, amountMinor = 4180): OperationRequest => ({
  reference: authorization.reference,
  authorization,
  operation,
  amountMinor,
  requestedAtMs: authorization.requestedAtMs + 1_000,
});

/** Registers the tests of one processor. */
export function contractOf({ name, open }: { readonly name: string; open(): Promise<Bench> }): void {
  describe(name, () => holdsContract(open));
}

function holdsContract(open: () => Promise<Bench>): void {
  const bench = use(open);

  const authorized = async (differs: Partial<AuthorizationRequest> = {}): Promise<Authorization> => {
    const request = requested(differs);
    const response = await bench.processor.authorize(request, card(bench.cards.approve));
    if (response.outcome !== 'approved') throw new Error(`it returned ${response.outcome}`);
    return known(request, response);
  };

  describe('authorize', () => {
    test('holds the amount once and takes nothing', async () => {
      const { reference } = await authorized();
      expect(await bench.booked(reference)).toEqual({ authorizations: 1, isReleased: false, captured: 0, refunded: 0 });
    });

    test('takes the amount at once where it captures', async () => {
      const { reference } = await authorized({ capture: true });
      expect(await bench.booked(reference)).toMatchObject({ authorizations: 1, captured: 4180 });
    });

    test('takes a stored card, which has no security code', async () => {
      const request = requested({ credential: 'stored' });
      const response = await bench.processor.authorize(request, storedCard(bench.cards.approve));
      expect(response).toMatchObject({ outcome: 'approved' });
    });

    test('says of a typed card nothing about keeping it', async () => {
      const { reference } = await authorized();
      const told = { initiator: 'customer', isOnFile: false, initialTransactionId: null };
      expect(await bench.told(reference)).toEqual(told);
    });

    test('says that a card is to be kept', async () => {
      const { reference } = await authorized({ credential: 'to_be_stored' });
      expect(await bench.told(reference)).toMatchObject({ initiator: 'customer', isOnFile: true });
    });

    test('says that the merchant starts a payment, and which one it follows where the protocol can carry it', async () => {
      const request = requested({
        credential: 'stored',
        initiator: 'merchant',
        initialTransactionId: 'MCC1INITIAL0601',
      });
      await bench.processor.authorize(request, storedCard(bench.cards.approve));
      const initialTransactionId = bench.namesInitial ? 'MCC1INITIAL0601' : null;
      expect(await bench.told(request.reference)).toEqual({
        initiator: 'merchant',
        isOnFile: true,
        initialTransactionId,
      });
    });

    test('declines in the vault’s words and keeps the network’s code', async () => {
      const request = requested();
      const response = await bench.processor.authorize(request, card(bench.cards.insufficientFunds));
      expect(response).toEqual({
        outcome: 'declined',
        declineCode: 'insufficient_funds',
        rawCode: bench.cards.rawCode,
      });
      expect(Object.keys(DECLINES)).toContain('insufficient_funds');
      expect(await bench.booked(request.reference)).toMatchObject({ isReleased: false, captured: 0 });
    });

    test('uses up the security code, so that no second use can happen', async () => {
      const used = card(bench.cards.approve);
      await bench.processor.authorize(requested(), used);
      expect(() => used.cvc?.take()).toThrow('already taken');
    });
  });

  describe('capture', () => {
    test('takes a part, once, for any number of requests under one id', async () => {
      const authorization = await authorized();
      const request = about(authorization, newOperation('cap'), 1000);
      expect(await bench.processor.capture(request)).toEqual({ outcome: 'done' });
      expect(await bench.processor.capture(request)).toEqual({ outcome: 'done' });
      expect(await bench.booked(authorization.reference)).toMatchObject({ captured: 1000 });
    });

    test('is refused after a cancellation', async () => {
      const authorization = await authorized();
      await bench.processor.cancel(about(authorization, newOperation('can')));
      expect(await bench.processor.capture(about(authorization, newOperation('cap')))).toEqual({ outcome: 'refused' });
      expect(await bench.booked(authorization.reference)).toMatchObject({ captured: 0 });
    });
  });

  describe('cancel', () => {
    test('releases an authorization, and is done when it is done again', async () => {
      const authorization = await authorized();
      const request = about(authorization, newOperation('can'));
      expect(await bench.processor.cancel(request)).toEqual({ outcome: 'done' });
      expect(await bench.processor.cancel(request)).toEqual({ outcome: 'done' });
      expect(await bench.booked(authorization.reference)).toMatchObject({ isReleased: true, captured: 0 });
    });

    test('is refused after a capture', async () => {
      const authorization = await authorized();
      await bench.processor.capture(about(authorization, newOperation('cap')));
      expect(await bench.processor.cancel(about(authorization, newOperation('can')))).toEqual({ outcome: 'refused' });
      expect(await bench.booked(authorization.reference)).toMatchObject({ captured: 4180 });
    });

    test('of what the processor has never seen is done, and a late authorization is not approved', async () => {
      const request = requested();
      expect(await bench.processor.cancel(about(request, request.reference))).toEqual({ outcome: 'done' });
      const late = await orUnknown(bench.processor.authorize(request, card(bench.cards.approve)));
      expect(late.outcome).not.toBe('approved');
      expect(await bench.booked(request.reference)).toMatchObject({ authorizations: 0, captured: 0 });
    });
  });

  describe('refund', () => {
    test('gives back a part, once for each id', async () => {
      const authorization = await authorized({ capture: true });
      const [first, second] = [newOperation('re'), newOperation('re')].map((id) => about(authorization, id, 1000));
      if (first === undefined || second === undefined) throw new Error('there are two');
      for (const request of [first, first, second]) {
        expect(await bench.processor.refund(request)).toEqual({ outcome: 'done' });
      }
      expect(await bench.booked(authorization.reference)).toMatchObject({ captured: 4180, refunded: 2000 });
    });

    test('of what was not captured is refused', async () => {
      const authorization = await authorized();
      expect(await bench.processor.refund(about(authorization, newOperation('re')))).toEqual({ outcome: 'refused' });
      expect(await bench.booked(authorization.reference)).toMatchObject({ refunded: 0 });
    });
  });

  describe('an authorization with a lost response', () => {
    const lost = async (differs: Partial<AuthorizationRequest> = {}): Promise<AuthorizationRequest> => {
      const request = requested(differs);
      const response = await orUnknown(bench.processor.authorize(request, card(bench.loseResponse())));
      expect(response).toEqual({ outcome: 'unknown' });
      return request;
    };

    test('is found by lookup, or is reversed where there is no lookup', async () => {
      const request = await lost();
      expect((await bench.booked(request.reference)).authorizations).toBe(1);
      const found = await lookUp(bench.processor, request);
      if (bench.processor.lookup !== null) {
        expect(found).toMatchObject({ outcome: 'approved' });
        return;
      }
      expect(found).toEqual({ outcome: 'none' });
      expect(await bench.processor.cancel(about(request, request.reference))).toEqual({ outcome: 'done' });
      expect(await bench.booked(request.reference)).toMatchObject({ isReleased: true, captured: 0 });
    });

    test('that took the money at once is found, or is reversed too', async () => {
      const request = await lost({ capture: true });
      if (bench.processor.lookup !== null) {
        expect(await lookUp(bench.processor, request)).toMatchObject({ outcome: 'approved' });
        return;
      }
      expect(await bench.processor.cancel(about(request, request.reference))).toEqual({ outcome: 'done' });
      expect(await bench.booked(request.reference)).toMatchObject({ isReleased: true, captured: 0 });
    });
  });

  test('an authorization that never arrived is not found, and canceling it moves nothing', async () => {
    const request = requested();
    const response = await orUnknown(bench.processor.authorize(request, card(bench.loseRequest())));
    expect(response).toEqual({ outcome: 'unknown' });
    expect(await lookUp(bench.processor, request)).toEqual({ outcome: 'none' });
    expect(await bench.processor.cancel(about(request, request.reference))).toEqual({ outcome: 'done' });
    expect(await bench.booked(request.reference)).toMatchObject({ authorizations: 0, captured: 0, refunded: 0 });
  });
}
