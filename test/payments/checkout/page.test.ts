/** The payment page of each state, as text: what is said, in which language, and that nothing a merchant wrote is markup. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Merchant } from '../../../shared/merchants/merchant.ts';
import { amountText, isVouchedFor, paymentPage } from '../../../shared/payments/checkout/page.ts';
import type { CheckoutItem, CheckoutStatus } from '../../../shared/payments/checkout/session.ts';
import { pageLocale, WORDS } from '../../../shared/payments/checkout/words.ts';
import { START_MS } from '../../setup/world.ts';

const template = readFileSync(join(import.meta.dirname, '../../../web/pay/pay.html'), 'utf8');
const merchant = { name: 'Chaya', allowed_origins: ['https://shop.example'] } as unknown as Merchant;
const session = (changes: object = {}): CheckoutItem =>
  ({
    entry_id: `cs_${'a'.repeat(26)}`,
    mode: 'test',
    status: 'open',
    amount_minor: 4180,
    currency: 'JPY',
    success_url: 'https://shop.example/orders/1?from=vault',
    expires_at_ms: START_MS + 1,
    payments: [],
    ...changes,
  }) as unknown as CheckoutItem;
const pageOf = (changes: object = {}, language = 'ja', owner = merchant) =>
  paymentPage(template, { item: session(changes), merchant: owner }, START_MS, language);
/** What a reader is shown of an element. */
const sectionOf = (html: string, id: string) => new RegExp(`id="${id}" data-shown="(yes|no)"`).exec(html)?.[1];

describe('a page', () => {
  test('shows the merchant and the amount before it asks for anything', () => {
    const html = pageOf({ description: 'Sencha' });
    const places = ['Chaya', 'shop.example', '4,180円', 'Sencha', 'id="card"'].map((text) => html.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(html).toContain(WORDS.ja.check);
    expect([sectionOf(html, 'ask'), sectionOf(html, 'result')]).toEqual(['yes', 'no']);
  });

  test.each<[CheckoutStatus, object]>([
    ['processing', {}],
    ['paid', {}],
    ['expired', {}],
    ['canceled', { canceled_because: 'merchant' }],
  ])('of a session that is %s says so in both languages, and asks for nothing', (status, changes) => {
    for (const locale of ['ja', 'en'] as const) {
      const html = pageOf({ status, ...changes }, locale);
      const { title, text } = WORDS[locale].results[status as 'paid'];
      expect(html).toContain(`<html lang="${locale}"`);
      expect(html).toContain(title);
      expect(html).toContain(text);
      expect([sectionOf(html, 'ask'), sectionOf(html, 'result')]).toEqual(['no', 'yes']);
    }
  });

  test('of a session that refused too many cards says that it takes no more', () => {
    const html = pageOf({ status: 'canceled', canceled_because: 'payments_used_up' }, 'en');
    expect(html).toContain(WORDS.en.results.used_up.title);
  });

  test('of an open session past its expiry says that it has expired', () => {
    expect(pageOf({ expires_at_ms: START_MS }, 'en')).toContain(WORDS.en.results.expired.title);
  });

  test('of a session that does not exist names no merchant and no amount', () => {
    const html = paymentPage(template, null, START_MS, 'en');
    expect(html).toContain(WORDS.en.results.unknown.title);
    expect(html).toContain('data-status="unknown"');
    expect(html).not.toMatch(/Chaya|shop\.example|4,180/);
    expect(sectionOf(html, 'ask')).toBe('no');
  });

  test('leads back with only the session’s id, and only once it is paid or about to be', () => {
    const back = (changes: object) => /class="back" data-shown="(\w+)"><a href="([^"]*)"/.exec(pageOf(changes));
    const success = `https://shop.example/orders/1?from=vault&amp;checkout_session=cs_${'a'.repeat(26)}`;
    expect(back({ status: 'paid' })?.slice(1)).toEqual(['yes', success]);
    expect(back({ status: 'processing' })?.slice(1)).toEqual(['yes', success]);
    expect(back({ status: 'expired' })?.slice(1)).toEqual(['no', '']);
    const cancel_url = 'https://shop.example/cart';
    expect(back({ status: 'expired', cancel_url })?.slice(1)).toEqual(['yes', cancel_url]);
  });

  test.each([
    ['JPY', 'ja', '4,180円を支払う', 'Chayaへのお支払い'],
    ['USD', 'ja', '41.80米ドルを支払う', 'Chayaへのお支払い'],
    ['JPY', 'en', 'Pay ¥4,180', 'Payment: Chaya'],
    ['KWD', 'en', 'Pay KWD 4.180', 'Payment: Chaya'],
  ])('of %s in %s has a sentence on its button and in its title: %s, %s', (currency, locale, button, title) => {
    const html = pageOf({ currency }, locale).replaceAll('\u00a0', ' ');
    expect(/<button[^>]*>([^<]*)/.exec(html)?.[1]).toBe(button);
    expect(/<title>([^<]*)/.exec(html)?.[1]).toBe(title);
  });

  test('speaks the session’s language, although the browser asks for another', () => {
    expect(pageOf({ locale: 'ja' }, 'en')).toContain('<html lang="ja"');
  });

  test.each(['"><script>alert(1)</script>', "' onload='x", '<img src=x onerror=alert(1)>', '&lt;b&gt;', '{{pay}}'])(
    'keeps %s a text, as a name and as a description',
    (text) => {
      const html = pageOf({ description: text }, 'en', { ...merchant, name: text });
      const plain = html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name) =>
        String({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }[name as string]),
      );
      expect(plain.split(text).length - 1).toBe(3);
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(html).toContain(`<h1>${escaped.replaceAll('"', '&quot;').replaceAll("'", '&#39;')}</h1>`);
      expect(html.match(/<script/g)).toHaveLength(1);
    },
  );

  test('with a gap that nothing fills is refused, rather than shown', () => {
    expect(() => paymentPage('<p>{{surprise}}</p>', null, START_MS, 'en')).toThrow(/surprise/);
  });

  test('is not shown once its merchant no longer has the origin that it leads back to', () => {
    const item = session();
    expect(isVouchedFor({ item, merchant })).toBe(true);
    expect(isVouchedFor({ item, merchant: { ...merchant, allowed_origins: ['https://new.example'] } })).toBe(false);
  });
});

test.each([
  ['JPY', 4180, 'en', '¥4,180'],
  ['JPY', 999_999_999_999, 'ja', '999,999,999,999円'],
  ['USD', 1, 'en', '$0.01'],
  ['USD', 123_456, 'ja', '1,234.56米ドル'],
  ['KRW', 500, 'ja', '500韓国ウォン'],
  ['EUR', 999_999_999_999, 'ja', '9,999,999,999.99ユーロ'],
  ['KWD', 41_800, 'en', 'KWD 41.800'],
  ['CLF', 12_345, 'en', 'CLF 1.2345'],
  ['HUF', 5, 'en', 'HUF 0.05'],
  ['EUR', 999_999_999_999, 'en', '€9,999,999,999.99'],
] as const)('%s %d is written in %s as %s, to the last minor unit (ISO 4217)', (currency, amount, locale, text) => {
  expect(amountText(amount, currency, locale).replaceAll('\u00a0', ' ')).toBe(text);
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['ja', 'ja'],
  ['ja-JP,en;q=0.8', 'ja'],
  ['en-GB,ja;q=0.9', 'en'],
  ['fr-FR, ja;q=0.5, en;q=0.4', 'ja'],
  ['de', 'en'],
  ['ja;q=0, en;q=0.1', 'en'],
  ['ja;q=x', 'ja'],
  ['*', 'en'],
  [`${'a'.repeat(5_000)},ja`, 'en'],
])('a browser that asks for %j gets %s (RFC 9110 §12.5.4)', (wanted, locale) => {
  expect(pageLocale(wanted)).toBe(locale);
});
