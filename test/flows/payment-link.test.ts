/**
 * A payment by QR code, end to end: a till shows a code, a phone reads it, a shopper pays on the vault's own page in a real
 * browser, and the till learns it from the vault. Then everything that is done to shops with codes, links and screens.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import jsqr from 'jsqr';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../cli/core/browser.ts';
import { startTill } from '../../examples/till/server.ts';
import type { Session } from '../../examples/till/sessions.ts';
import { addEndpoint } from '../../shared/events/endpoint-store.ts';
import { setOrigins } from '../../shared/merchants/merchant-store.ts';
import type { CheckoutSessionView } from '../../shared/payments/checkout/responses.ts';
import { WORDS } from '../../shared/payments/checkout/words.ts';
import { openContext } from '../setup/browser.ts';
import { CARD, newKey } from '../setup/cards.ts';
import { eventually } from '../setup/eventually.ts';
import { use } from '../setup/use.ts';
import { accepted, startVault } from '../setup/vault.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const vault = use(startVault);
const shop = use(() => vault.merchant());
const browser = use(launchBrowser);
let webhookSecret = '';
const till = use(() => {
  const options = { apiUrl: vault.runtime.apiUrl, secretKey: shop.secretKey, webhookSecret: () => webhookSecret };
  return startTill({ port: 0, ...options, onPaid: (id) => void paid.push(id) });
});
const paid: string[] = [];
const contexts: BrowserContext[] = [];
const complaints: string[] = [];

afterEach(async () => void (await Promise.all(contexts.splice(0).map((context) => context.close()))));

beforeAll(async () => {
  await setOrigins(vault.operator, shop.id, [till.url]);
  const wanted = { merchantId: shop.id, mode: 'test', url: `${till.url}/hooks/fuda` } as const;
  webhookSecret = (await addEndpoint(vault.operator, wanted, { dangerouslyAllowLoopback: true })).secret.clearText();
});

/** Resolves once the till's webhook has received that this session is paid. */
async function heard(id: string): Promise<void> {
  await eventually('the till receives the payment', () => paid.includes(id));
  expect(paid.filter((each) => each === id)).toEqual([id]);
}

interface Device {
  readonly locale?: string;
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

async function open(url: string, { locale = 'ja-JP', width = 390, colorScheme = 'light' }: Device = {}): Promise<Page> {
  const context = await openContext(browser, { viewport: { width, height: 844 }, locale, colorScheme });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}

const create = async (wanted: object = {}): Promise<CheckoutSessionView> => {
  const order = { amount: 4180, currency: 'JPY', success_url: `${till.url}/thanks`, ...wanted };
  return accepted(await shop.post('/v1/checkout_sessions', order, newKey()));
};
const read = async (id: string) => accepted<CheckoutSessionView>(await shop.get(`/v1/checkout_sessions/${id}`));
const linkOf = async (wanted: object = {}): Promise<string> => String((await create(wanted)).url);
const stateOf = (page: Page) => page.locator('main').getAttribute('data-status');
const becomes = (page: Page, status: Session['status']) => page.locator(`main[data-status="${status}"]`).waitFor();
const overflows = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');

describe('a link, however a messenger or a person has changed it', () => {
  const UNKNOWN = `cs_${'q'.repeat(26)}`;
  const fetched = (url: string, method: string) =>
    fetch(url, { method, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

  test.each<[what: string, change: (link: string) => string, status: number]>([
    ['as it is', (link) => link, 200],
    ['with a parameter of an advertiser', (link) => `${link}?fbclid=x`, 200],
    ['with several', (link) => `${link}?utm_source=mail&utm_source=again&gclid=`, 200],
    ['with a slash at its end', (link) => `${link}/`, 200],
    ['with both', (link) => `${link}/?fbclid=x`, 200],
    ['with the full stop of its sentence', (link) => `${link}.`, 404],
    ['cut short', (link) => link.slice(0, -1), 404],
    ['of no session', (link) => link.replace(/cs_.*/, UNKNOWN), 404],
  ])('%s opens a page, for GET and HEAD alike', async (_what, change, status) => {
    const url = change(await linkOf());
    const [got, headed] = [await fetched(url, 'GET'), await fetched(url, 'HEAD')];
    for (const response of [got, headed]) {
      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    }
    const page = await got.text();
    expect([page.startsWith('<!doctype html>'), await headed.text()]).toEqual([true, '']);
    expect(headed.headers.get('content-length')).toBe(String(Buffer.byteLength(page)));
    expect(page.includes('data-shown="yes" aria-labelledby="check"')).toBe(status === 200);
  });

  test.each(['/js/fuda.js', '/js/integrity.json', '/v1/openapi.json', '/v1/capture-keys'])(
    'leads to what HEAD says of %s',
    async (path) => {
      const [got, headed] = await Promise.all(
        ['GET', 'HEAD'].map((method) => fetch(`${vault.runtime.apiUrl}${path}`, { method })),
      );
      for (const name of ['content-type', 'cache-control', 'content-length']) {
        expect([name, headed?.headers.get(name)]).toEqual([name, got?.headers.get(name)]);
      }
      expect([got?.status, headed?.status, await headed?.text()]).toEqual([200, 200, '']);
    },
  );

  test('is read with HEAD by its key alone', async () => {
    const { id } = await create();
    const head = (key?: string) =>
      fetch(`${vault.runtime.apiUrl}/v1/checkout_sessions/${id}`, {
        method: 'HEAD',
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      });
    expect([(await head(shop.secretKey)).status, (await head()).status]).toEqual([200, 401]);
  });
});

const cardOf = (number: string) => ({ number, expiry: '1230', cvc: '837' });

async function typeCard(page: Page, number: string): Promise<void> {
  for (const [id, text] of Object.entries(cardOf(number))) await page.locator(`#${id}`).pressSequentially(text);
}

/** Gives the card as a browser that remembers it does, each field at once. */
async function giveCard(page: Page, number: string): Promise<void> {
  for (const [id, text] of Object.entries(cardOf(number))) await page.locator(`#${id}`).fill(text);
}

async function payWith(page: Page, number: string): Promise<void> {
  await giveCard(page, number);
  await page.locator('#pay').click();
}

/** What a phone's camera makes of what stands on a screen. */
async function scan(page: Page, selector: string): Promise<string | undefined> {
  const png = (await page.locator(selector).screenshot()).toString('base64');
  const blank = await open('about:blank');
  // As one text: the driver of the browser looks at each number of a list.
  const { pixels, width, height } = await blank.evaluate<{
    pixels: string;
    width: number;
    height: number;
  }>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { pixels: new Uint8Array(data.buffer).toBase64(), width, height };
  })()`);
  return jsqr.default(new Uint8ClampedArray(Buffer.from(pixels, 'base64')), width, height)?.data;
}

test('a sale at a till: the code is scanned, one card is declined, another pays, and the till hears it', async () => {
  const clerk = await open(till.url, { width: 800 });
  await clerk.locator('[name="amount"]').fill('4180');
  await clerk.locator('[name="description"]').fill('煎茶 二缶');
  await clerk.locator('button').click();
  const link = String(await clerk.locator('a.link').getAttribute('href'));
  expect(await scan(clerk, '.code svg')).toBe(link);

  const shopper = await open(link);
  const [name, domain, amount] = ['h1', '.host', '.figure'].map((part) => shopper.locator(part));
  expect(await Promise.all([name, domain, amount].map((part) => part?.textContent()))).toEqual([
    'Chaya',
    new URL(till.url).host,
    '4,180円',
  ]);
  expect(await shopper.locator('.check').textContent()).toBe(WORDS.ja.check);
  expect(await overflows(shopper)).toBe(false);

  await payWith(shopper, CARD.insufficientFunds);
  await shopper.locator('#refused').waitFor({ state: 'visible' });
  expect(await shopper.locator('#refused').textContent()).toBe(WORDS.ja.refused);
  expect(await shopper.locator('#number').inputValue()).toBe('');
  await clerk.locator('.status', { hasText: 'Not paid' }).waitFor();

  await typeCard(shopper, CARD.approve);
  await shopper.locator('#pay').click();
  await becomes(shopper, 'paid');
  const [id = ''] = /cs_[a-z2-7]{26}/.exec(link) ?? [];
  expect(await read(id)).toMatchObject({ status: 'paid', payments: 2, charge: expect.stringMatching(/^ch_/) });
  // No schedule runs here: the payment itself has started the deliverer.
  await heard(id);
  await clerk.locator('.status.paid').waitFor();

  await shopper.locator('.back a').click();
  await shopper.waitForURL(`${till.url}/thanks?checkout_session=${id}`);
  expect(await shopper.locator('h1').textContent()).toMatch(/we have your payment/);
});

describe('the page', () => {
  test.each<[Device, string]>([
    [{ width: 320, colorScheme: 'dark' }, 'ja'],
    [{ width: 1280, locale: 'en-GB' }, 'en'],
  ])('on a device of %j speaks %s, fits, and has nothing that axe would find', async (device, locale) => {
    const page = await open(await linkOf({ description: 'x'.repeat(200), cancel_url: `${till.url}/` }), device);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    expect(await overflows(page)).toBe(false);
    expect(await faultsOf(page)).toEqual([]);
    await payWith(page, CARD.declined);
    await page.locator('#refused').waitFor({ state: 'visible' });
    expect([await faultsOf(page), await overflows(page)]).toEqual([[], false]);
    await payWith(page, CARD.approve);
    await becomes(page, 'paid');
    expect([await faultsOf(page), await overflows(page)]).toEqual([[], false]);
  });

  test('is held by no other page, loads nothing from anywhere, and lets only its own script run', async () => {
    const { headers } = await fetch(await linkOf());
    const policy = String(headers.get('content-security-policy'));
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).toMatch(/default-src 'none'.*script-src 'sha384-[^']+'.*connect-src 'self'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('does not show in a frame', async () => {
    const holder = await (await openContext(browser)).newPage();
    const refused = holder.waitForEvent('console', (message) => message.text().includes("frame-ancestors 'none'"));
    await holder.setContent(`<iframe src="${await linkOf()}"></iframe>`);
    await refused;
    expect(holder.frames().map((frame) => frame.url())).not.toContainEqual(expect.stringContaining('/pay/'));
    await holder.context().close();
  });

  test('tells a mistake at its field, and sends nothing', async () => {
    const link = await linkOf();
    const page = await open(link, { locale: 'en-GB' });
    await typeCard(page, `${CARD.approve.slice(0, -1)}1`);
    await page.locator('#pay').click();
    expect(await page.locator('#number-fault').textContent()).not.toBe('');
    expect(await read(link.slice(link.lastIndexOf('/') + 1))).toMatchObject({ status: 'open', payments: 0 });
  });
});

describe('a session is paid once', () => {
  test('by a shopper who presses twice', async () => {
    const link = await linkOf({ save_card: true });
    const page = await open(link);
    await giveCard(page, CARD.approve);
    await page.locator('#pay').dblclick();
    await becomes(page, 'paid');
    const { payments, charge } = await read(link.slice(-29));
    expect(payments).toBe(1);
    expect(accepted(await shop.get(`/v1/charges/${charge}`))).toMatchObject({
      saved_card: expect.stringMatching(/^card_/),
    });
  });

  test('by a shopper who loads the page again, goes back, or has it open in a second tab', async () => {
    const link = await linkOf();
    const [page, second] = [await open(link), await open(link)];
    await payWith(page, CARD.approve);
    await becomes(page, 'paid');
    await page.reload();
    expect(await stateOf(page)).toBe('paid');
    await page.locator('.back a').click();
    await page.waitForURL(/\/thanks/);
    await page.goBack();
    await becomes(page, 'paid');
    expect(await page.locator('#card').isVisible()).toBe(false);
    await payWith(second, CARD.approve);
    await becomes(second, 'paid');
    expect((await read(link.slice(-29))).payments).toBe(1);
  });

  test('and not by a photograph of a used or expired code', async () => {
    const [used, late] = [await create(), await create()];
    const payer = await open(String(used.url));
    await payWith(payer, CARD.approve);
    await becomes(payer, 'paid');
    expect(await stateOf(await open(String(used.url)))).toBe('paid');
    await vault.edit('Ledger', late.id, { expires_at_ms: Date.now() - 1 });
    const [first, second] = [await open(String(late.url)), await open(String(late.url), { locale: 'en-GB' })];
    expect(await first.locator('h2').textContent()).toBe(WORDS.ja.results.expired.title);
    expect(await second.locator('h2').textContent()).toBe(WORDS.en.results.expired.title);
    expect(await second.locator('#card').isVisible()).toBe(false);
  });

  test('and not again while its outcome is unknown, and the page says so', async () => {
    const session = await create();
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(String(session.url));
    await payWith(page, CARD.lostResponse);
    await becomes(page, 'processing');
    expect(await page.locator('h2').textContent()).toBe(WORDS.ja.results.processing.title);
    expect(await page.locator('#card').isVisible()).toBe(false);
    // The sweep asks the processor once the request is certainly over; the page then turns by itself.
    const longAgo = Date.now() - 3_600_000;
    const { charge } = await read(session.id);
    await vault.edit('Ledger', session.id, { open_since_ms: longAgo });
    await vault.edit('Ledger', String(charge), { open_since_ms: longAgo, created_at_ms: longAgo });
    await vault.runtime.runSchedule('scheduled/sweep');
    await page.clock.fastForward(3_000);
    await becomes(page, 'paid');
    await heard(session.id);
  });
});

describe('the till does not take a sale as paid', () => {
  test('by a browser that comes to the return URL by itself', async () => {
    const { id } = await create();
    const page = await open(`${till.url}/thanks?checkout_session=${id}`);
    expect(await page.locator('h1').textContent()).toMatch(/no payment/);
  });

  test('by a message that the vault did not sign', async () => {
    const { id } = await create();
    const event = { object: 'event', id: 'evt_x', type: 'checkout_session.paid', data: { object: { id } } };
    const headers = { 'webhook-id': 'evt_x', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
    const forged = { ...headers, 'webhook-signature': 'v1,bm90IHNpZ25lZA==', 'content-type': 'application/json' };
    const sent = await fetch(`${till.url}/hooks/fuda`, {
      method: 'POST',
      headers: forged,
      body: JSON.stringify(event),
    });
    expect(sent.status).toBe(400);
    expect(paid).not.toContain(id);
  });
});

test('a page no longer vouches for a merchant without its domain', async () => {
  const gone = await vault.merchant();
  const order = { amount: 4180, currency: 'JPY', success_url: 'https://shop.example/' };
  const { url } = accepted<CheckoutSessionView>(await gone.post('/v1/checkout_sessions', order, newKey()));
  await setOrigins(vault.operator, gone.id, []);
  const page = await fetch(String(url), { headers: { 'accept-language': 'en' } });
  expect([page.status, await page.text()]).toEqual([404, expect.stringContaining(WORDS.en.results.unknown.title)]);
});

test('no page had anything to complain about', () => {
  // What the back button and a page that is gone say of themselves.
  expect(complaints.filter((text) => !/404|409|410|Permissions-Policy/.test(text))).toEqual([]);
});

/** WCAG 2.2 AA and best practice, by axe-core. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run()`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
