/** A shopper pays once, in spite of any fault: the shop against a vault that responds as each test says. */
import { describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import { useInEach } from '../setup/use.ts';
import { OTHER_TOKEN, openShop, TOKEN } from './shop-fixture.ts';
import { charge, problem } from './vault-stand-in.ts';

const shop = useInEach(openShop);

const captured = { status: 201, body: charge('captured') };
const declined = (code: string) => ({ status: 402, body: charge('declined', { decline_code: code }) });
const keysSent = ({ vault } = shop) => vault.received.map(({ idempotencyKey }) => idempotencyKey);

describe('a payment', () => {
  test('sends the token, the shop’s own price and the order’s key to the vault, once', async () => {
    shop.vault.responses = [captured];
    const id = await shop.order(2);
    expect(await shop.pay(id)).toEqual({ status: 'paid', order_url: `/orders/${id}` });
    expect(shop.vault.received).toEqual([
      {
        method: 'POST',
        path: '/v1/charges',
        idempotencyKey: `order-${id}-1`,
        authorization: 'Bearer sk_test_of_the_shop',
        body: { source: TOKEN, amount: 8360, currency: 'JPY', metadata: { order_id: id } },
      },
    ]);
  });

  test('shows order number, brand and last four on the result page, in both languages', async () => {
    shop.vault.responses = [captured];
    const id = await shop.order();
    await shop.pay(id);
    const number = `NM-${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase();
    const japanese = await shop.page(`/orders/${id}?lang=ja`);
    for (const text of ['ありがとうございました', number, 'Visa', '末尾 4242', '4,180円'])
      expect(japanese).toContain(text);
    const english = await shop.page(`/orders/${id}?lang=en`);
    for (const text of ['Thank you', number, 'Visa', 'ending in 4242', '¥4,180']) expect(english).toContain(text);
  });

  test('counts an authorized charge as paid', async () => {
    shop.vault.responses = [{ status: 201, body: charge('authorized') }];
    expect((await shop.pay(await shop.order())).status).toBe('paid');
  });

  test('is made once for a double click, even when the two clicks made two tokens', async () => {
    shop.vault.responses = [captured];
    const id = await shop.order();
    const responses = await Promise.all([shop.pay(id, TOKEN), shop.pay(id, OTHER_TOKEN), shop.pay(id, TOKEN)]);
    expect(responses.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
    expect(keysSent()).toEqual([`order-${id}-1`]);
  });

  test('is not made again for an order that is paid, nor does its checkout open again', async () => {
    shop.vault.responses = [captured];
    const id = await shop.order();
    await shop.pay(id);
    expect((await shop.pay(id, OTHER_TOKEN)).status).toBe('paid');
    expect(keysSent()).toHaveLength(1);
    expect((await fetch(`${shop.url}/checkout?order=${id}`)).url).toContain(`/orders/${id}`);
  });
});

describe('a decline', () => {
  test.each([
    ['insufficient_funds', 'does not have enough funds'],
    ['expired_card', 'has expired'],
    ['incorrect_cvc', 'did not match'],
    ['card_velocity_exceeded', 'over the card’s limit'],
    ['issuer_unavailable', 'could not be reached'],
    ['a_code_from_the_future', 'did not approve'],
  ])('for %s says what to do next', async (code, words) => {
    shop.vault.responses = [declined(code)];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('declined');
    const page = await shop.page(`/orders/${id}?lang=en`);
    expect(page).toContain(words);
    expect(page).toContain('was not charged');
    expect(page).toContain('Use another card');
  });

  test.each(['lost_card', 'stolen_card', 'suspected_fraud'])(
    'for %s says no more than for a plain refusal',
    async (code) => {
      shop.vault.responses = [declined('generic_decline'), declined(code)];
      const [plain, suspicious] = [await shop.order(), await shop.order()];
      await shop.pay(plain);
      await shop.pay(suspicious);
      const [one, other] = [
        await shop.page(`/orders/${plain}?lang=en`),
        await shop.page(`/orders/${suspicious}?lang=en`),
      ];
      const number = (id: string) => `NM-${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase();
      expect(other.replaceAll(suspicious, plain).replaceAll(number(suspicious), number(plain))).toBe(one);
    },
  );

  test('lets another card try, as a new payment with a new key', async () => {
    shop.vault.responses = [declined('do_not_honor'), captured];
    const id = await shop.order();
    await shop.pay(id, TOKEN);
    expect(await shop.page(`/checkout?order=${id}&lang=en`)).toContain('Please enter another one');
    expect((await shop.pay(id, OTHER_TOKEN)).status).toBe('paid');
    expect(keysSent()).toEqual([`order-${id}-1`, `order-${id}-2`]);
  });

  test('is only repeated, not asked again, for the token that was declined', async () => {
    shop.vault.responses = [declined('do_not_honor')];
    const id = await shop.order();
    await shop.pay(id);
    expect((await shop.pay(id)).status).toBe('declined');
    expect(keysSent()).toHaveLength(1);
  });

  test('ends after ten payments, so that an order cannot be used to test cards', async () => {
    shop.vault.responses = [declined('do_not_honor')];
    const id = await shop.order();
    for (const letter of 'abcdefghijklm') await shop.pay(id, `tok_${letter.repeat(26)}`);
    expect(keysSent()).toHaveLength(10);
  });
});

describe('a vault in trouble', () => {
  test('that fails once is asked again under the same key with the same body', async () => {
    shop.vault.responses = [problem(503, 'busy'), captured];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('paid');
    const [first, second] = shop.vault.received;
    expect(keysSent()).toEqual([`order-${id}-1`, `order-${id}-1`]);
    expect(second?.body).toEqual(first?.body);
  });

  test('that keeps silent leaves the order open until a response is found, under the same key', async () => {
    const impatient = await openShop({ vaultTimeoutMs: 150 });
    impatient.vault.responses = ['silent', 'silent', 'silent', 'silent', captured];
    const id = await impatient.order();
    expect((await impatient.pay(id)).status).toBe('processing');
    const page = await impatient.page(`/orders/${id}?lang=en`);
    expect(page).toContain('You will not be charged twice');
    expect(page).not.toContain('Use another card');
    await eventually('the response is found', async () => (await impatient.status(id)) === 'paid');
    expect(new Set(keysSent(impatient))).toEqual(new Set([`order-${id}-1`]));
    await impatient.stop();
  });

  test.each([
    ['cuts the connection', 'cut' as const],
    ['returns 500', problem(500, 'internal')],
    ['returns a page instead of JSON', { status: 502, body: '<html>Bad gateway</html>' }],
    ['returns JSON other than a charge', { status: 201, body: { object: 'token' } }],
    ['returns null', { status: 200, body: null }],
    ['has another operation under way', problem(409, 'charge_busy')],
    ['asks for patience', problem(429, 'rate_limited')],
  ])('that %s twice is never taken for a decline', async (_what, response) => {
    shop.vault.responses = [response];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('processing');
    expect(keysSent()).toEqual([`order-${id}-1`, `order-${id}-1`]);
  });

  test('does not let a second card in while the first payment is unknown', async () => {
    shop.vault.responses = ['cut', 'cut', captured];
    const id = await shop.order();
    await shop.pay(id, TOKEN);
    expect((await shop.pay(id, OTHER_TOKEN)).status).toBe('paid');
    expect(shop.vault.received.map(({ body }) => (body as { source: string }).source)).toEqual([TOKEN, TOKEN, TOKEN]);
  });

  test('that is down is an open order, not an error page', async () => {
    await shop.vault.stop();
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('processing');
    expect(shop.log).toEqual([`order ${id}: the vault did not respond`]);
  });

  test('that names the charge in a passing problem is asked about that charge', async () => {
    const busy = { status: 503, body: { code: 'busy', request_id: 'req_a', charge: 'ch_named' } };
    shop.vault.responses = [busy, busy, { status: 200, body: charge('failed', { failure_code: 'busy' }) }];
    const id = await shop.order();
    await shop.pay(id);
    expect(await shop.status(id)).toBe('refused');
    expect(shop.vault.received.at(-1)?.path).toBe('/v1/charges/ch_named');
  });

  test('that is slow does not keep the page of the order waiting', async () => {
    const patient = await openShop();
    patient.vault.responses = [{ status: 202, body: charge('processing') }, 'silent'];
    const id = await patient.order();
    await patient.pay(id);
    const startedMs = performance.now();
    expect(await patient.page(`/orders/${id}?lang=en`)).toContain('Confirming your payment');
    // Half the time that it gives its vault.
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    await patient.stop();
  });

  test('that revokes the key after a lost response proves nothing about the charge', async () => {
    shop.vault.responses = ['cut', problem(401, 'key_revoked')];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('processing');
  });
});

describe('a charge in processing', () => {
  test('is read by its id until it is known, never sent again', async () => {
    const processing = { status: 202, body: charge('processing', { card: null }) };
    shop.vault.responses = [processing, processing, processing, captured];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('processing');
    expect(await shop.page(`/orders/${id}?lang=en`)).toContain('waiting for your card company');
    expect(await shop.status(id)).toBe('processing');
    expect(await shop.status(id)).toBe('paid');
    expect(shop.vault.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/charges',
      'GET /v1/charges/ch_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      'GET /v1/charges/ch_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      'GET /v1/charges/ch_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    ]);
  });

  test.each([
    ['refunded', 'paid'],
    ['partially_refunded', 'paid'],
    ['canceled', 'refused'],
    ['failed', 'refused'],
    ['a_status_from_the_future', 'processing'],
  ])('that is found %s leaves the order %s', async (found, outcome) => {
    shop.vault.responses = [
      { status: 202, body: charge('processing') },
      { status: 200, body: charge(found) },
    ];
    const id = await shop.order();
    await shop.pay(id);
    expect(await shop.status(id)).toBe(outcome);
  });

  test('is asked about whenever its page is opened, so that it needs no script', async () => {
    shop.vault.responses = [{ status: 202, body: charge('processing') }, captured];
    const id = await shop.order();
    await shop.pay(id);
    expect(await shop.page(`/orders/${id}?lang=en`)).toContain('Thank you');
  });

  test('stays open when reading it is refused', async () => {
    shop.vault.responses = [{ status: 202, body: charge('processing') }, problem(404, 'charge_not_found')];
    const id = await shop.order();
    await shop.pay(id);
    expect(await shop.status(id)).toBe('processing');
  });
});

describe('a refusal by the vault', () => {
  test.each([
    ['token_expired', 410, 'entered too long ago'],
    ['key_unknown', 401, 'cannot take this payment right now'],
    ['invalid_field', 422, 'cannot take this payment right now'],
  ])('as %s is not sent again, charges nothing and lets another card try', async (code, status, words) => {
    shop.vault.responses = [problem(status, code), captured];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('refused');
    expect(keysSent()).toHaveLength(1);
    expect(await shop.page(`/orders/${id}?lang=en`)).toContain(words);
    expect((await shop.pay(id, OTHER_TOKEN)).status).toBe('paid');
  });

  test('is logged with its code and request id, and without the secret key or the token', async () => {
    shop.vault.responses = [problem(401, 'key_unknown')];
    const id = await shop.order();
    await shop.pay(id);
    expect(shop.log).toEqual([`order ${id}: vault returned 401 key_unknown (req_for_the_log)`]);
  });

  test('as a failed charge lets another card try', async () => {
    shop.vault.responses = [{ status: 201, body: charge('failed', { failure_code: 'processor_rejected' }) }, captured];
    const id = await shop.order();
    expect((await shop.pay(id)).status).toBe('refused');
    expect((await shop.pay(id, OTHER_TOKEN)).status).toBe('paid');
  });
});
