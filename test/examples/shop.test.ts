/** The shop's pages and its door: two languages, strict headers, and no way in for a card number. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Orders, taxIncluded } from '../../examples/shop/orders.ts';
import { startShop } from '../../examples/shop/server.ts';
import { chooseLocale } from '../../examples/shop/texts.ts';
import { use } from '../setup/use.ts';
import { openShop, TOKEN } from './shop-fixture.ts';

const CARD_NUMBER = '4242424242424242'; // A published test card.

const shop = use(openShop);

describe('the door to payment', () => {
  interface Refused {
    readonly body: unknown;
    readonly headers?: Record<string, string>;
    readonly status: number;
    readonly code: string;
  }
  const refused: readonly [string, Refused][] = [
    [
      'a card beside the token',
      { body: { order_id: 'x', token: TOKEN, number: CARD_NUMBER }, status: 422, code: 'unknown_field' },
    ],
    [
      'a card instead of the token',
      { body: { order_id: 'x', token: CARD_NUMBER }, status: 422, code: 'token_invalid' },
    ],
    [
      'a card hidden behind a token',
      { body: { order_id: 'x', token: TOKEN + CARD_NUMBER }, status: 422, code: 'token_invalid' },
    ],
    [
      'an amount from the browser',
      { body: { order_id: 'x', token: TOKEN, amount: 1 }, status: 422, code: 'unknown_field' },
    ],
    ['a missing token', { body: { order_id: 'x' }, status: 422, code: 'missing_field' }],
    ['a token other than text', { body: { order_id: 'x', token: 4242 }, status: 422, code: 'missing_field' }],
    ['an unknown order', { body: { order_id: 'x', token: TOKEN }, status: 404, code: 'order_not_found' }],
    [
      'a prototype as field',
      { body: '{"__proto__": {}, "order_id": "x", "token": "x"}', status: 422, code: 'unknown_field' },
    ],
    ['a list', { body: [TOKEN], status: 400, code: 'malformed_json' }],
    ['broken JSON', { body: '{"order_id":', status: 400, code: 'malformed_json' }],
    [
      'a body over the limit',
      { body: { order_id: 'x', token: 'x'.repeat(5_000) }, status: 413, code: 'body_too_large' },
    ],
    [
      'a form',
      {
        body: `token=${CARD_NUMBER}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        status: 415,
        code: 'json_required',
      },
    ],
    [
      'another site',
      {
        body: { order_id: 'x', token: TOKEN },
        headers: { 'sec-fetch-site': 'cross-site' },
        status: 403,
        code: 'cross_site_request',
      },
    ],
  ];
  test.each(refused)(
    'refuses %s, repeats nothing of it and calls no vault',
    async (_what, { body, headers = {}, status, code }) => {
      const response = await shop.post('/pay', body, headers);
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({ code });
      expect(shop.vault.received).toEqual([]);
      expect(shop.log).toEqual([]);
    },
  );

  test('is a POST only', async () => {
    expect((await fetch(`${shop.url}/pay`)).status).toBe(404);
  });
});

describe('the delivery fields', () => {
  const contact = {
    name: '山田 花子',
    email: 'hanako@namima.example',
    postal_code: '771-1203',
    address: '徳島県 1-2-3',
  };

  test('are kept for the order and shown escaped', async () => {
    const id = await shop.order();
    const saved = await shop.post(`/orders/${id}/contact`, { ...contact, name: '<b>"花子"</b>' });
    expect(await saved.json()).toEqual({ status: 'saved' });
    const page = await shop.page(`/checkout?order=${id}`);
    expect(page).toContain('&lt;b&gt;&quot;花子&quot;&lt;/b&gt;');
    expect(page).not.toContain('<b>');
  });

  test.each([
    CARD_NUMBER,
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '4242424242424242',
    '花子 4242  4242\t42424242',
  ])('refuse a card number written as %j', async (name) => {
    const id = await shop.order();
    const response = await shop.post(`/orders/${id}/contact`, { ...contact, name });
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ code: 'card_number_refused' });
    expect(await shop.page(`/checkout?order=${id}`)).not.toContain('花子');
  });

  test.each([
    ['too long', { ...contact, name: 'x'.repeat(201) }, 'field_too_long'],
    ['left out', { ...contact, email: '' }, 'missing_field'],
    ['not asked for', { ...contact, cvc: '123' }, 'unknown_field'],
  ])('refuse what is %s', async (_what, body, code) => {
    const response = await shop.post(`/orders/${await shop.order()}/contact`, body);
    expect(await response.json()).toEqual({ code });
  });
});

describe('every page', () => {
  const paths = async () => [
    '/',
    `/checkout?order=${await shop.order()}`,
    '/orders/none',
    '/none',
    '/assets/server.ts',
  ];

  test('allows scripts and frames of the shop and its vault only, and has nothing inline', async () => {
    for (const path of await paths()) {
      const response = await fetch(shop.url + path);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`script-src 'self' ${shop.vault.url};`);
      expect(policy).toContain(`frame-src ${shop.vault.url};`);
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(response.headers.get('referrer-policy')).toBe('same-origin');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(await response.text()).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/i);
    }
  });

  test('loads the vault’s script by its hash, where it is configured with one', async () => {
    const fudaScript = { address: 'https://vault.example/js/fuda.1.js', integrity: 'sha384-abc' };
    const careful = await openShop({ fudaScript });
    const html = await careful.page(`/checkout?order=${await careful.order()}`);
    await careful.stop();
    expect(html).toContain(`<script src="${fudaScript.address}" integrity="sha384-abc" crossorigin="anonymous" defer>`);
  });

  test('never holds the secret key', async () => {
    for (const path of await paths()) expect(await shop.page(path)).not.toContain('sk_test_of_the_shop');
  });

  test('speaks the language asked for, else the browser’s, else Japanese', async () => {
    expect(await shop.page('/?lang=en')).toContain('<html lang="en">');
    expect(await shop.page('/', { 'accept-language': 'en-GB,en;q=0.9' })).toContain('<html lang="en">');
    expect(await shop.page('/', { 'accept-language': 'fr' })).toContain('<html lang="ja">');
    expect(await shop.page('/?lang=fr')).toContain('<html lang="ja">');
  });

  test.each([
    [null, 'ja,en;q=0.8', 'ja'],
    [null, 'fr, en;q=0.5, ja;q=0.6', 'ja'],
    [null, 'en;q=0, ja;q=0.1', 'ja'],
    [null, undefined, 'ja'],
    ['en', 'ja', 'en'],
  ])('asked for %j by a browser that accepts %j, is in %s', (asked, accepted, locale) => {
    expect(chooseLocale(asked, accepted)).toBe(locale);
  });

  test('keeps the order when the language is switched', async () => {
    const id = await shop.order();
    expect(await shop.page(`/checkout?order=${id}&lang=ja`)).toContain(`href="/checkout?order=${id}&amp;lang=en"`);
  });
});

describe('orders', () => {
  test.each(['0', '6', '1.5', 'many', '-1'])('of %s cloths are refused', async (quantity) => {
    expect((await fetch(`${shop.url}/checkout?quantity=${quantity}`)).status).toBe(422);
  });

  test('show price, tax and total that add up', async () => {
    const page = await shop.page(`/checkout?order=${await shop.order(3)}&lang=en`);
    for (const amount of ['¥11,400', '¥1,140', '¥12,540']) expect(page).toContain(amount);
    expect(taxIncluded(4_180)).toBe(380);
    expect(taxIncluded(1)).toBe(0);
  });

  test('beyond the limit push out the oldest without a payment', () => {
    const orders = new Orders();
    const tried = orders.create(1);
    tried.payments.push({
      token: TOKEN,
      idempotencyKey: 'order-1',
      outcome: { kind: 'processing', chargeId: null },
      responseLost: false,
    });
    const abandoned = orders.create(1);
    for (let count = 2; count <= 1_000; count++) orders.create(1);
    expect(orders.get(tried.id)).toBe(tried);
    expect(orders.get(abandoned.id)).toBeUndefined();
  });
});

describe('test mode', () => {
  test('is marked on every page and lists published test cards at the checkout', async () => {
    expect(await shop.page('/?lang=en')).toContain('Nothing is charged');
    expect(await shop.page(`/checkout?order=${await shop.order()}`)).toContain('4242 4242 4242 4242');
  });

  test('can keep its test cards to itself', async () => {
    const quiet = await openShop({ testCardHints: false });
    expect(await quiet.page(`/checkout?order=${await quiet.order()}`)).not.toContain('4242 4242');
    await quiet.stop();
  });

  test('leaves no trace with a live key', async () => {
    const live = await openShop({ publishableKey: 'pk_live_of_the_shop' });
    expect(await live.page('/?lang=en')).not.toMatch(/test/i);
    expect(await live.page(`/checkout?order=${await live.order()}&lang=en`)).not.toMatch(/\btest\b|sample/i);
    await live.stop();
  });
});

describe('the README', () => {
  const read = (name: string) => readFileSync(new URL(`../../examples/shop/${name}`, import.meta.url), 'utf8');
  const flat = (code: string) => code.replace(/\s+/g, ' ').trim();

  test('shows code that the shop runs, word for word', () => {
    const blocks = [...read('../../README.md').matchAll(/```[jt]s\n(.*?)```/gs)].map(([, code = '']) => flat(code));
    expect(blocks).toHaveLength(3);
    const sources = [flat(read('public/pay.js')), flat(read('charge.ts'))];
    for (const block of blocks) expect(sources.filter((source) => source.includes(block))).toHaveLength(1);
  });
});

test('a port in use is an error, not a second shop', async () => {
  const port = Number(new URL(shop.url).port);
  const settings = { port, apiUrl: shop.vault.url, publishableKey: 'pk_test_x', secretKey: 'sk_test_x' };
  await expect(startShop(settings)).rejects.toThrow('EADDRINUSE');
});
