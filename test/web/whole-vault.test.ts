/**
 * The field against the whole vault: the bundles and permissions of the synthesized template, the real capture keys,
 * and a shop on another origin. What the field itself does is tried in its own tests, with less around it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchBrowser } from '../../cli/core/browser.ts';
import { fillCard } from '../../examples/testing/playwright.ts';
import { startRuntime } from '../../local/runtime.ts';
import { makeSafeFetch, resolveByDns } from '../../shared/base/net/safe-fetch.ts';
import { passesLuhn } from '../../shared/card/number.ts';
import { createMerchant, setLimits } from '../../shared/merchants/merchant-store.ts';
import { checkServed } from '../../shared/pages/check.ts';
import { readInventory } from '../../shared/pages/inventory.ts';
import { operatorDeps } from '../../tools/demo.ts';
import { comesTrue, openContext } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { synthesizedApp } from '../setup/synthesized.ts';
import { use } from '../setup/use.ts';
import { type CheckoutOptions, complaint, giveCard, openCheckout, tokenOf } from './checkout.ts';
import { openFields, typeFields } from './fields.ts';
import { startShopPage } from './test-vault.ts';

/** Production asks for 15, which are eight times the work. */
const PROOF_BITS = 12;
const dir = mkdtempSync(join(tmpdir(), 'fuda-web-vault-'));
const assembly = synthesizedApp();
const browser = use(launchBrowser);
const runtime = use(() => startRuntime({ dir, port: 0, assembly, compiledDirectory: process.env.FUDA_TEST_COMPILED }));
const shop = use(() => startShopPage(() => runtime.apiUrl));
const stranger = use(() => startShopPage(() => runtime.apiUrl));
let publishableKey: string;
let secretKey: string;

beforeAll(async () => {
  const { keys } = await createMerchant(operatorDeps(runtime), { name: 'Shop', allowedOrigins: [shop.origin] });
  const testKey = (kind: string) =>
    keys.find(({ record }) => record.kind === kind && record.mode === 'test')?.key.clearText() ?? '';
  publishableKey = testKey('publishable');
  secretKey = testKey('secret');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

const checkout = (options: CheckoutOptions = {}) =>
  openCheckout(browser, { shopUrl: shop.origin }, { locale: 'ja', key: publishableKey, ...options });

const hosted = (parameters: Record<string, string>) =>
  fetch(`${runtime.apiUrl}/hosted/card?${new URLSearchParams(parameters)}`);

test('near a ceiling the field proves its work unseen, and over it says to try again later', async () => {
  const operator = operatorDeps(runtime);
  const { merchant, keys } = await createMerchant(operator, { name: 'Crowd', allowedOrigins: [shop.origin] });
  // One attempt is asked for a proof, brings it and passes; of the next the third and fourth attempt are over.
  const limits = { network: { proofAfter: 0, most: 2 }, proofBits: PROOF_BITS };
  await setLimits(operator, { merchantId: merchant.merchant_id, mode: 'test', limits });
  const key = keys.find(({ record }) => record.kind === 'publishable' && record.mode === 'test')?.key.clearText() ?? '';
  const page = await checkout({ key });
  await giveCard(page);
  expect(tokenOf(await page.tokenize())).toMatchObject({ status: 'active' });
  expect((await page.tokenize()).error).toMatchObject({ code: 'too_many_attempts' });
});

test('a card typed into the field becomes a token that the shop’s server can read', async () => {
  const page = await checkout();
  await fillCard(page.page);
  const token = tokenOf(await page.tokenize());
  expect(token).toMatchObject({ object: 'token', status: 'active', card: { brand: 'visa', last4: '4242' } });
  const read = await fetch(`${runtime.apiUrl}/v1/tokens/lookup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ token: token.id }),
  });
  expect(await read.json()).toMatchObject({ id: token.id, card: token.card });
  expect(page.complaints).toEqual([]);
  await page.close();
});

test('a card typed into separate frames is stored, and charged later with its code typed alone', async () => {
  const post = async (path: string, body: object) => {
    const headers = {
      authorization: `Bearer ${secretKey}`,
      'content-type': 'application/json',
      'idempotency-key': `split-${path}`,
    };
    const response = await fetch(runtime.apiUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as { readonly id: string };
  };
  const split = await openFields(browser, { shopUrl: shop.origin }, { key: publishableKey });
  await typeFields(split, { number: '378282246310005', expiry: '1230', cvc: '8371' });
  const card = await post('/v1/cards', { token: tokenOf(await split.tokenize()).id });
  await split.page.evaluate(`(() => {
    fields.destroy();
    window.code = Fuda('${publishableKey}').cvc({ brand: 'amex' });
    code.mount('#card');
    return new Promise((resolve) => code.on('ready', resolve));
  })()`);
  await split.page.frameLocator('iframe').locator('#cvc').pressSequentially('8371');
  const cvcToken = await split.page.evaluate('code.tokenize().then(({ token }) => token.id)');
  const charge = await post('/v1/charges', { source: card.id, cvc_token: cvcToken, amount: 1200, currency: 'jpy' });
  expect(charge).toMatchObject({ status: 'captured', card: { brand: 'amex', last4: '0005' } });
  expect(split.complaints).toEqual([]);
  await split.close();
});

test('a card that no test takes is refused at its field, in the cardholder’s language', async () => {
  // Made here, because no card number but published test cards is written down in this repository.
  const digits = '0123456789'.split('').map((last) => `${'4'.repeat(14)}0${last}`);
  const page = await checkout();
  await giveCard(page, { number: digits.find(passesLuhn) ?? '', expiry: '1230', cvc: '837' });
  expect((await page.tokenize()).error).toMatchObject({ code: 'test_card_required' });
  expect(await page.frame.locator('#number-fault').textContent()).toMatch(/テスト用カード/);
  await page.close();
});

test('a page of an origin that is not registered learns so', async () => {
  const page = await checkout({ url: stranger.origin, awaitReady: false });
  await comesTrue(page.page, 'events.length > 0');
  expect(await page.events()).toMatchObject([['error', { code: 'origin_not_allowed' }]]);
  await page.close();
});

describe('GET /hosted/card', () => {
  const asking = () => ({ key: publishableKey, origin: shop.origin });

  test('lets only the asking origin hold the page', async () => {
    const response = await hosted({ key: publishableKey, origin: shop.origin });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(new RegExp(`frame-ancestors ${shop.origin}$`));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['no key', () => ({ origin: shop.origin }), 401, 'key_missing'],
    ['an unknown key', () => ({ origin: shop.origin, key: `pk_test_${'a'.repeat(26)}` }), 401, 'key_unknown'],
    ['a secret key', () => ({ origin: shop.origin, key: secretKey }), 403, 'secret_key_refused'],
    ['no origin', () => ({ key: publishableKey }), 403, 'origin_not_allowed'],
    ['another origin', () => ({ key: publishableKey, origin: stranger.origin }), 403, 'origin_not_allowed'],
    ['an origin and more', () => ({ key: publishableKey, origin: `${shop.origin}; *` }), 403, 'origin_not_allowed'],
    ['an unknown field set', () => ({ ...asking(), field_set: 'pan' }), 422, 'invalid_field'],
    ['a field set by an inherited name', () => ({ ...asking(), field_set: 'toString' }), 422, 'invalid_field'],
    ['an invalid group', () => ({ ...asking(), group: '4242424242424242' }), 422, 'card_data_refused'],
    ['an unknown brand', () => ({ ...asking(), brand: 'visa electron' }), 422, 'invalid_field'],
    ['an unknown parameter', () => ({ ...asking(), mode: 'live' }), 422, 'unknown_parameter'],
    ['an origin with a path', () => ({ key: publishableKey, origin: `${shop.origin}/` }), 403, 'origin_not_allowed'],
  ])('refuses %s', async (_what, parameters, status, code) => {
    const response = await hosted(parameters() as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('two keys in one address', () => {
  const rival = async () => {
    const { keys } = await createMerchant(operatorDeps(runtime), { name: 'Rival', allowedOrigins: [stranger.origin] });
    const isMine = ({ record }: (typeof keys)[number]) => record.kind === 'publishable' && record.mode === 'test';
    return keys.find(isMine)?.key.clearText() ?? '';
  };

  test.each([
    ['theirs first', (mine: string, theirs: string) => `key=${theirs}&key=${mine}`],
    ['theirs last', (mine: string, theirs: string) => `key=${mine}&key=${theirs}`],
    ['theirs under an escaped name', (mine: string, theirs: string) => `%6Bey=${theirs}&key=${mine}`],
    ['theirs behind a semicolon', (mine: string, theirs: string) => `key=${mine};key=${theirs}`],
  ])('give no field, %s, so that one shop’s page takes no card for another', async (_which, keysOf) => {
    const mine = await rival();
    const address = `${runtime.apiUrl}/hosted/card?${keysOf(mine, publishableKey)}&origin=${stranger.origin}`;
    const page = await checkout({ url: stranger.origin, awaitReady: false });
    await page.page.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
      return new Promise((resolve) => {
        frame.onload = resolve;
      });
    }, address);
    expect(await page.page.frames().at(-1)?.locator('#number').count()).toBe(0);
    const response = await fetch(address);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'repeated_field', param: 'key' }]);
    await page.close();
  });

  test('are never needed: the page holds what the vault read of the one', async () => {
    const page = await checkout();
    const { searchParams } = new URL(page.page.frames()[1]?.url() ?? '');
    expect(searchParams.get('key')).toBe(publishableKey);
    const settings = await page.frame.locator('#main').getAttribute('data-settings');
    expect(JSON.parse(settings ?? '')).toMatchObject({
      publishable_key: publishableKey,
      origin: shop.origin,
      is_test: true,
    });
    await page.close();
  });
});

describe('GET /js/{script}', () => {
  test.each([
    ['fuda.mjs', 'text/javascript; charset=utf-8', /export\{\w+ as Fuda\}/],
    ['fuda.d.mts', 'text/plain; charset=utf-8', /export declare const Fuda: FudaFactory;/],
  ])('gives %s to pages of any origin', async (name, contentType, holds) => {
    const response = await fetch(`${runtime.apiUrl}/js/${name}`);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.text()).toMatch(holds);
  });

  test('is kept by the browser until it changes', async () => {
    const url = `${runtime.apiUrl}/js/fuda.js`;
    const first = await fetch(url);
    expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(await first.text()).toContain('Fuda');
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('loads in a page that pins its hash, and not with one bit of the hash changed', async () => {
    const { scripts } = readInventory(await (await fetch(`${runtime.apiUrl}/js/integrity.json`)).text());
    const page = await (await openContext(browser)).newPage();
    for (const { pinned, integrity, format } of scripts) {
      const address = runtime.apiUrl + pinned;
      const changed = integrity.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      const loaded = async (hash: string) => {
        await page.goto(shop.origin);
        return page.evaluate(loadPinned, { address, integrity: hash, format });
      };
      expect([format, await loaded(changed), await loaded(integrity)]).toEqual([format, 'undefined', 'function']);
      const response = await fetch(address);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    await page.context().close();
  });

  test.each([`fuda.${'0'.repeat(32)}.js`, 'fuda.mjs.map', 'constructor', '__proto__'])(
    'says of %s that there is no such script',
    async (name) => {
      const response = await fetch(`${runtime.apiUrl}/js/${name}`);
      expect([response.status, await response.json()]).toMatchObject([404, { code: 'script_not_found' }]);
    },
  );
});

interface Pinned {
  readonly address: string;
  readonly integrity: string;
  readonly format: 'iife' | 'esm';
}

/** Runs in a page: adds the script by its hash, as a merchant would write it, and says what came of it. */
function loadPinned({ address, integrity, format }: Pinned): Promise<string> {
  const add = (members: Partial<HTMLScriptElement>) => {
    const script = Object.assign(document.createElement('script'), members);
    document.head.append(script);
    return new Promise((resolve) => {
      script.onload = script.onerror = resolve;
      // An inline module says by itself that it ran.
      window.addEventListener('ran', resolve);
    });
  };
  Reflect.deleteProperty(window, 'Fuda');
  if (format === 'esm')
    add({ type: 'importmap', textContent: JSON.stringify({ integrity: { [address]: integrity } }) });
  const textContent = `import { Fuda } from '${address}'; window.Fuda = Fuda; dispatchEvent(new Event('ran'));`;
  const added =
    format === 'esm'
      ? add({ type: 'module', textContent })
      : add({ src: address, integrity, crossOrigin: 'anonymous' });
  return added.then(() => typeof window.Fuda);
}

test('a page of another origin with the merchant’s publishable key is let nowhere near by the browser', async () => {
  const page = await (await openContext(browser)).newPage();
  await page.goto(stranger.origin);
  const attempts = await page.evaluate(
    async ([url, key]) => {
      const attempt = (init: RequestInit) =>
        fetch(`${url}/v1/tokens`, { method: 'POST', body: '{}', ...init }).then(
          ({ type, status }) => `${type} ${status}`,
          (error) => error.name,
        );
      const json = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      return {
        asTheFieldDoes: await attempt({ headers: json }),
        asText: await attempt({ headers: { 'content-type': 'text/plain' } }),
        unread: await attempt({ mode: 'no-cors', headers: json }),
      };
    },
    [runtime.apiUrl, publishableKey] as const,
  );
  // Unread goes out without key and as text, which the vault refuses; the other two the browser does.
  expect(attempts).toEqual({ asTheFieldDoes: 'TypeError', asText: 'TypeError', unread: 'opaque 0' });
  await page.context().close();
});

describe('what the policy of the field refuses', () => {
  const logged = () => {
    const file = join(dir, 'logs/api/report-violations.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  test('reaches the log and its metric, as the page, the directive and the site, without the rest of the address', async () => {
    const opened = await checkout();
    await giveCard(opened);
    await opened.frame.locator('html').evaluate(() => {
      const picture = new Image();
      picture.src = `https://${'4242'.repeat(4)}.cdn.evil.example/${'4242'.repeat(4)}?cvc=837#fragment`;
    });
    await eventually('the violation is logged', () => logged().includes('page_violation'));
    const [line] = logged()
      .split('\n')
      .filter((text) => text.includes('page_violation'));
    expect(JSON.parse(line ?? 'null')).toMatchObject({
      page: '/hosted/card',
      directive: 'img-src',
      blocked: 'evil.example',
      PageViolations: 1,
    });
    expect(logged()).not.toMatch(/42424242|cdn|cvc=|fragment/);
    await opened.close();
  });
});

test.each(['?fbclid=tea', '?fbclid=tea&fbclid=tea', '?utm_source=mail;session=cs_other'])(
  'the payment page under an address that a program added %s to is the same',
  async (more) => {
    const [plain, added] = await Promise.all(['', more].map((query) => fetch(`${runtime.apiUrl}/pay/probe${query}`)));
    expect([added?.status, await added?.text()]).toEqual([200, await plain?.text()]);
  },
);

test('the payment page of a session is shown in no frame, not even in that of its merchant', async () => {
  const page = await (await openContext(browser)).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(shop.origin);
  await page.evaluate((src) => {
    const frame = document.createElement('iframe');
    frame.src = src;
    document.body.append(frame);
    return new Promise((resolve) => {
      frame.onload = resolve;
    });
  }, `${runtime.apiUrl}/pay/probe`);
  await complaint({ complaints }, "frame-ancestors 'none'");
  expect(await page.frames().at(-1)?.locator('#number').count()).toBe(0);
  await page.context().close();
});

test('the hourly check finds every page and script as it was built, from the template’s own address', async () => {
  expect(await runtime.runSchedule('scheduled/check-pages')).toMatchObject({ kind: 'returned', value: [] });
});

test('and so is the field that the page of a merchant gets', async () => {
  const inventory = readInventory(await (await fetch(`${runtime.apiUrl}/js/integrity.json`)).text());
  const send = makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: true });
  const as = (origin: string) => checkServed(send, runtime.apiUrl, inventory, { publishableKey, origin });
  expect(await as(shop.origin)).toEqual([]);
  expect(await as(stranger.origin)).toEqual([{ page: '/hosted/card', fault: 'status', found: '403' }]);
});
