/** The line between the shop's page and the frame, and between the frame and the vault, under attack and bad luck. */
import { describe, expect, test } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { field as en } from '../../web/languages/en.ts';
import { field as ja } from '../../web/languages/ja.ts';
import { comesTrue } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { complaint, giveCard, goodCardIn, type TestCheckout, tokenOf } from './checkout.ts';
import { webScene } from './scene.ts';
import { PUBLISHABLE_KEY } from './test-vault.ts';

const scene = webScene();
const { checkout } = scene;

describe('a token', () => {
  test('is made once for any number of concurrent calls', async () => {
    const shop = await checkout();
    await giveCard(shop);
    const ids = await shop.page.evaluate(
      'Promise.all([card.tokenize(), card.tokenize(), card.tokenize()]).then((all) => all.map(({ token }) => token.id))',
    );
    expect(new Set(ids as string[]).size).toBe(1);
    expect(scene.vault.cards).toHaveLength(1);
  });

  test('is dated by the vault’s clock, addressed to the key, and has its own number', async () => {
    scene.vault.clockOffsetMs = -3 * 3_600_000;
    const shop = await checkout();
    await giveCard(shop);
    tokenOf(await shop.tokenize());
    tokenOf(await shop.tokenize());
    const [first, second] = scene.vault.cards;
    expect(first?.aud).toBe(PUBLISHABLE_KEY);
    expect(first?.authorization).toBe(`Bearer ${PUBLISHABLE_KEY}`);
    expect(Math.abs(Number(first?.iat) - (Date.now() + scene.vault.clockOffsetMs) / 1000)).toBeLessThan(5);
    expect(first?.jti).toMatch(/^[\w-]{22}$/);
    expect(second?.jti).not.toBe(first?.jti);
  });

  test('asked for before the frame is ready comes when it is', async () => {
    const shop = await checkout({ awaitReady: false });
    expect((await shop.tokenize()).error?.code).toBe('number_missing');
  });
});

describe('when things go wrong on the way', () => {
  test('a rotated capture key is fetched anew and the card sent again, once', async () => {
    const shop = await checkout();
    await giveCard(shop);
    await scene.vault.rotate();
    scene.vault.mishaps = ['jwe_key_unknown'];
    tokenOf(await shop.tokenize());
    expect(scene.vault.keyFetches.count).toBe(2);
    scene.vault.mishaps = ['jwe_key_unknown', 'jwe_key_unknown'];
    expect((await shop.tokenize()).error).toEqual({ code: 'jwe_key_unknown', message: en.troubles.refused });
    expect(scene.vault.mishaps).toEqual([]);
  });

  /** What is said below the field, or '' when it is nothing of the kind. */
  const seenBelow = async ({ frame }: TestCheckout) =>
    (await frame.locator('.fault:not(.unseen)').allInnerTexts()).join();
  const typedIn = ({ frame }: TestCheckout) =>
    frame.locator('input:visible').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  const KEPT = ['4242 4242 4242 4242', '12 / 30', '837'];

  test.each([
    ['drop', 'network', en.troubles.network],
    ['busy', 'busy', en.troubles.busy],
    ['too_many_requests', 'too_many_requests', en.troubles.busy],
    ['bad_gateway', 'busy', en.troubles.busy],
    ['nonsense', 'refused', en.troubles.refused],
    ['origin_not_allowed', 'origin_not_allowed', en.troubles.refused],
  ] as const)('%s becomes %s, below the field too, and the next try makes the token', async (mishap, code, message) => {
    const shop = await checkout();
    await giveCard(shop);
    // A browser sends a dropped request once more by itself.
    scene.vault.mishaps = mishap === 'drop' ? ['drop', 'drop'] : [mishap];
    expect((await shop.tokenize()).error).toEqual({ code, message });
    expect(await seenBelow(shop)).toBe(message);
    expect(await typedIn(shop)).toEqual(KEPT);
    expect(tokenOf(await shop.tokenize()).object).toBe('token');
    expect(await seenBelow(shop)).toBe('');
    expect(scene.vault.cards).toHaveLength(1);
  });

  test('what went wrong is no longer said when the card is changed', async () => {
    const shop = await checkout({ locale: 'ja' });
    await giveCard(shop);
    scene.vault.mishaps = ['busy'];
    expect((await shop.tokenize()).error?.message).toBe(ja.troubles.busy);
    expect(await seenBelow(shop)).toBe(ja.troubles.busy);
    await shop.frame.locator('#cvc').press('End');
    await shop.page.keyboard.press('Backspace');
    expect(await seenBelow(shop)).toBe('');
  });

  test('a vault that does not respond is waited for, aloud and for a limited time, and asked again with the same card', async () => {
    // In the frame, every wait takes a hundredth of its time, and a request's is over when the test says so.
    const hasty = `if (window !== top) {
      const wait = window.setTimeout;
      window.setTimeout = (call, ms, ...rest) => wait(call, ms / 100, ...rest);
      window.limits = [];
      AbortSignal.timeout = (ms) => {
        const limit = new AbortController();
        window.limits.push({ ms, end: () => limit.abort(new DOMException('', 'TimeoutError')) });
        return limit.signal;
      };
    }`;
    const shop = await checkout({ before: hasty });
    const frame = shop.page.frames()[1];
    await giveCard(shop);
    scene.vault.mishaps = ['silent'];
    const response = shop.tokenize();
    const progress = shop.frame.locator('#progress[role=status]');
    await progress.filter({ hasText: en.stillSending }).waitFor();
    expect(await shop.frame.locator('#card').getAttribute('aria-busy')).toBe('true');
    expect(await shop.frame.locator('#number').evaluate((input) => input.hasAttribute('readonly'))).toBe(true);
    await eventually('the card is sent', () => frame?.evaluate('limits.length > 1'));
    expect(await frame?.evaluate('limits.map(({ ms }) => ms)')).toEqual([15_000, 15_000]);
    await frame?.evaluate('limits.at(-1).end()');
    expect((await response).error).toEqual({ code: 'timeout', message: en.troubles.timeout });
    expect(await seenBelow(shop)).toBe(en.troubles.timeout);
    expect(await progress.textContent()).toBe('');
    expect(await typedIn(shop)).toEqual(KEPT);
    expect(tokenOf(await shop.tokenize()).object).toBe('token');
  });

  test('a browser without storage takes the card as any other, and a browser with storage stores nothing', async () => {
    const blocked = `for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore']) {
      Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
    }
    Object.defineProperty(Document.prototype, 'cookie', {
      get() { throw new DOMException('blocked', 'SecurityError'); },
      set() { throw new DOMException('blocked', 'SecurityError'); },
    });`;
    for (const before of [blocked, '']) {
      const shop = await checkout({ before });
      await giveCard(shop);
      tokenOf(await shop.tokenize());
      expect(shop.complaints).toEqual([]);
      expect(await shop.page.context().storageState({ indexedDB: before === '' })).toEqual({
        cookies: [],
        origins: [],
      });
    }
  });

  test('a proof of work is found for the JWE and sent with it, unseen by the cardholder', async () => {
    const shop = await checkout();
    await giveCard(shop);
    scene.vault.mishaps = ['proof_required'];
    tokenOf(await shop.tokenize());
    expect(scene.vault.cards).toHaveLength(1);
    scene.vault.mishaps = ['too_many_attempts'];
    expect((await shop.tokenize()).error).toEqual({ code: 'too_many_attempts', message: en.troubles.busy });
  });

  test('a response lost on the way leaves an unknown token, and the card is encrypted anew for another', async () => {
    const shop = await checkout();
    await giveCard(shop);
    scene.vault.mishaps = ['lost'];
    tokenOf(await shop.tokenize());
    expect(new Set(scene.vault.cards.map(({ jti }) => jti)).size).toBe(2);
  });

  const P256 = { kty: 'EC', crv: 'P-256', kid: 'ck_x', x: 'AAAA', y: 'AAAA' };
  test.each([
    ['none', { keys: [], server_time_ms: 1 }],
    ['no list', { server_time_ms: 1 }],
    ['a key of another kind', { keys: [{ kty: 'RSA', kid: 'ck_x', n: 'AQAB', e: 'AQAB' }], server_time_ms: 1 }],
    ['a key on another curve', { keys: [{ ...P256, crv: 'P-521' }], server_time_ms: 1 }],
    ['a point that is on no curve', { keys: [P256], server_time_ms: 1 }],
    ['no time', { keys: [P256] }],
  ])('capture keys that are %s end it before the card is encrypted', async (_what, keys) => {
    scene.vault.oddKeys = keys;
    const shop = await checkout();
    await giveCard(shop);
    expect((await shop.tokenize()).error).toEqual({ code: 'refused', message: en.troubles.refused });
    scene.vault.oddKeys = null;
    expect(tokenOf(await shop.tokenize()).object).toBe('token');
    expect(scene.vault.cards).toHaveLength(1);
  });

  test('an unreachable vault is reported, and reached again when it can be', async () => {
    const shop = await checkout();
    await giveCard(shop);
    await shop.page.context().setOffline(true);
    expect((await shop.tokenize()).error?.code).toBe('network');
    await shop.page.context().setOffline(false);
    expect(tokenOf(await shop.tokenize()).object).toBe('token');
  });
});

/** Counts what a frame receives from now on. What it gives resolves when so many messages have come. */
async function receiptIn(frame: Frame | undefined): Promise<(count: number) => Promise<unknown>> {
  await frame?.evaluate(`
    window.received = 0;
    addEventListener('message', () => { received += 1; });
  `);
  return async (count) => frame?.waitForFunction((least) => Number(Reflect.get(window, 'received')) >= least, count);
}

describe('the messages', () => {
  test('hold no digit of the card from the first key to the token', async () => {
    const shop = await checkout();
    await giveCard(shop);
    tokenOf(await shop.tokenize());
    const heard = await shop.heard();
    expect(heard.map(({ data }) => data.type)).toEqual(expect.arrayContaining(['ready', 'change', 'token']));
    expect(goodCardIn(JSON.stringify(heard))).toEqual([]);
    // Before the token, which has BIN and last four (V3), there is no run of digits but a height.
    const before = heard.filter(({ data }) => data.type !== 'token' && data.type !== 'resize');
    expect(JSON.stringify(before.map(({ data }) => data))).not.toMatch(/\d{2}/);
    expect(goodCardIn(await shop.page.content())).toEqual([]);
  });

  test('come from the vault’s origin only, and break none of the page’s rules', async () => {
    const shop = await checkout();
    await giveCard(shop);
    tokenOf(await shop.tokenize());
    const origins = new Set((await shop.heard()).map(({ origin }) => origin));
    expect(origins).toEqual(new Set([new URL(scene.vault.url).origin]));
    expect(shop.complaints).toEqual([]);
  });

  test('forged or in floods from the page’s own window change nothing', async () => {
    const shop = await checkout();
    await shop.page.evaluate(`
      const width_px = document.querySelector('iframe').clientWidth;
      for (let index = 0; index < 5000; index += 1) {
        window.postMessage({ fuda: 1, type: 'resize', height_px: 5, width_px }, '*');
        window.postMessage({ fuda: 1, type: 'ready' }, '*');
      }
      window.postMessage({ fuda: 1, type: 'failed', request: 1, error: { code: 'forged', message: '' } }, '*');
    `);
    await giveCard(shop);
    tokenOf(await shop.tokenize());
    expect((await shop.page.locator('iframe').boundingBox())?.height).toBeGreaterThan(90);
    expect((await shop.events()).filter(([name]) => name === 'ready')).toHaveLength(1);
  });

  test('of no known shape are ignored by the frame, in any number', async () => {
    const shop = await checkout();
    await shop.page.evaluate(`
      const frame = document.querySelector('iframe').contentWindow;
      for (let index = 0; index < 5000; index += 1) {
        frame.postMessage({ fuda: 1, type: 'tokenize', request: 'all' }, '*');
        frame.postMessage({ fuda: 1, type: 'read', field: 'number' }, '*');
        frame.postMessage('tokenize', '*');
      }
    `);
    await giveCard(shop);
    tokenOf(await shop.tokenize());
    expect(scene.vault.cards).toHaveLength(1);
  });

  test('from another frame on the same page are ignored', async () => {
    const shop = await checkout();
    await giveCard(shop);
    const { height } = (await shop.page.locator('#card iframe').boundingBox()) ?? {};
    const receipt = await receiptIn(shop.page.frames()[1]);
    await shop.page.evaluate(`
      const inner = document.createElement('iframe');
      inner.srcdoc = '<script>parent.frames[0].postMessage({ fuda: 1, type: "tokenize", request: 9 }, "*");'
        + 'parent.postMessage({ fuda: 1, type: "resize", height_px: 7, width_px: parent.document.querySelector("iframe").clientWidth }, "*")</' + 'script>';
      new Promise((resolve) => { inner.onload = resolve; document.body.append(inner); });
    `);
    await receipt(1);
    tokenOf(await shop.tokenize());
    expect(scene.vault.cards).toHaveLength(1);
    expect((await shop.page.locator('#card iframe').boundingBox())?.height).toBe(height);
  });
});

describe('the address of the frame', () => {
  test('is not read by the field, which obeys what the vault read in it', async () => {
    const shop = await checkout();
    const read = { key: PUBLISHABLE_KEY, origin: new URL(scene.vault.shopUrl).origin, locale: 'ja' };
    const shown = { key: `pk_test_${'b'.repeat(26)}`, origin: 'https://evil.example', locale: 'ko', field_set: 'code' };
    const address = (query: Record<string, string>) => `${scene.vault.url}/hosted/card?${new URLSearchParams(query)}`;
    // The browser shows one address, and the vault reads another.
    await shop.page.route(address(shown), (route) => route.continue({ url: address(read) }));
    await shop.page.evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.id = 'other';
      frame.src = ${JSON.stringify(address(shown))};
      document.body.append(frame);
      return new Promise((resolve) => { frame.onload = resolve; });
    })()`);
    const frame = shop.page.frameLocator('#other');
    expect(await frame.locator('html').evaluate(() => location.search)).toContain('bbbb');
    await giveCard({ frame });
    expect(await frame.locator('#number-label').textContent()).toBe(ja.number);
    await shop.page.evaluate(`
      document.querySelector('#other').contentWindow.postMessage({ fuda: 1, type: 'tokenize', request: 1 }, '*');
    `);
    await comesTrue(shop.page, `heard.some(({ data }) => data?.type === 'token')`);
    expect(scene.vault.cards).toMatchObject([{ aud: read.key, authorization: `Bearer ${read.key}` }]);
  });

  test('cannot become markup of the page, however it is written', async () => {
    const shop = await checkout();
    const theme = `"><script>document.title = 'read'</script><i x='`;
    const query = { key: PUBLISHABLE_KEY, origin: new URL(scene.vault.shopUrl).origin, theme, locale: '&quot;>' };
    await shop.page.evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.id = 'other';
      frame.src = ${JSON.stringify(`${scene.vault.url}/hosted/card?${new URLSearchParams(query)}`)};
      document.body.append(frame);
      return new Promise((resolve) => { frame.onload = resolve; });
    })()`);
    const page = shop.page.frameLocator('#other').locator('html');
    const seen = await page.evaluate(() => [document.scripts.length, document.querySelectorAll('i').length]);
    expect(seen).toEqual([1, 0]);
    const settings = await page.evaluate(() => document.getElementById('main')?.dataset.settings);
    expect(JSON.parse(settings ?? '')).toMatchObject({ theme, locale: '&quot;>' });
  });
});

describe('a page of another origin', () => {
  test('learns why it gets no field, on the console and by an event', async () => {
    const shop = await checkout({ url: scene.vault.strangerUrl, awaitReady: false });
    await comesTrue(shop.page, 'events.length > 0');
    expect(await shop.events()).toMatchObject([['error', { code: 'origin_not_allowed' }]]);
    expect((await shop.tokenize()).error?.code).toBe('origin_not_allowed');
    expect(await shop.page.locator('iframe').isVisible()).toBe(false);
    await complaint(shop, `register the origin ${new URL(scene.vault.strangerUrl).origin}`);
  });

  const embed = `(() => {
    const frame = document.createElement('iframe');
    frame.src = FRAME;
    document.body.append(frame);
    return new Promise((resolve) => { frame.onload = resolve; });
  })()`;

  test('cannot show the field even with the address of one that may', async () => {
    const shop = await checkout({ url: scene.vault.strangerUrl, awaitReady: false });
    const address = `${scene.vault.url}/hosted/card?key=${PUBLISHABLE_KEY}&locale=en&origin=${new URL(scene.vault.shopUrl).origin}`;
    await shop.page.evaluate(embed.replace('FRAME', JSON.stringify(address)));
    await complaint(shop, 'frame-ancestors');
    expect(await shop.page.frames().at(-1)?.locator('#number').count()).toBe(0);
  });

  test('hears nothing from the field and moves nothing in it, even where a browser lets it show', async () => {
    scene.vault.framesAnywhere = true;
    const shop = await checkout({ url: scene.vault.strangerUrl, awaitReady: false });
    const address = `${scene.vault.url}/hosted/card?key=${PUBLISHABLE_KEY}&locale=en&origin=${new URL(scene.vault.shopUrl).origin}`;
    await shop.page.evaluate(embed.replace('FRAME', JSON.stringify(address)));
    const field = shop.page.frames().at(-1);
    const receipt = await receiptIn(field);
    await field?.locator('#number').fill('4242424242424242');
    await field?.locator('#expiry').fill('1230');
    await field?.locator('#cvc').fill('837');
    await shop.page.evaluate(`
      const field = [...document.querySelectorAll('iframe')].at(-1).contentWindow;
      field.postMessage({ fuda: 1, type: 'tokenize', request: 1 }, '*');
      field.postMessage({ fuda: 1, type: 'clear' }, '*');
    `);
    await receipt(2);
    expect(await shop.heard()).toEqual([]);
    expect(await field?.locator('#number').inputValue()).toBe('4242 4242 4242 4242');
    expect(scene.vault.cards).toEqual([]);
  });
});

describe('the script', () => {
  test('refuses a secret key, loudly, and a text other than a key', async () => {
    const shop = await checkout();
    await expect(shop.page.evaluate(`Fuda('sk_test_${'a'.repeat(26)}')`)).rejects.toThrow(/secret key/);
    await expect(shop.page.evaluate(`Fuda('hello')`)).rejects.toThrow(/publishable key/);
    await expect(shop.page.evaluate(`Fuda('${PUBLISHABLE_KEY}').card().mount('#nowhere')`)).rejects.toThrow(/#nowhere/);
  });

  test('takes the field off the page, and ends what was under way', async () => {
    const shop = await checkout();
    await giveCard(shop);
    const code = await shop.page.evaluate(`(() => {
      const result = card.tokenize();
      card.destroy();
      return result.then(({ error }) => error.code);
    })()`);
    expect(code).toBe('destroyed');
    expect(await shop.page.locator('iframe').count()).toBe(0);
    expect((await shop.tokenize()).error?.code).toBe('destroyed');
  });

  test('speaks the page’s language when it is not told one', async () => {
    const shop = await checkout({ awaitReady: false });
    const titles = await shop.page.evaluate(`(() => {
      const title = (lang, options) => {
        document.documentElement.lang = lang;
        const host = document.createElement('div');
        Fuda('${PUBLISHABLE_KEY}', options).card().mount(host);
        return host.firstChild.title;
      };
      return [title('ja-JP'), title('en'), title('fr'), title('ja', { locale: 'en' })];
    })()`);
    expect(titles).toEqual(['カード情報の入力欄', 'Card details', 'Card details', 'Card details']);
  });

  test('moved within its page is ready again, and ends the calls it has lost', async () => {
    const shop = await checkout();
    await giveCard(shop);
    const code = await shop.page.evaluate(`(() => {
      const result = card.tokenize();
      document.body.append(document.querySelector('#card'));
      return result.then(({ error }) => error.code);
    })()`);
    expect(code).toBe('frame_not_ready');
    expect((await shop.tokenize()).error?.code).toBe('number_missing');
  });

  test('limits how many questions can be open at once', async () => {
    const shop = await checkout();
    await giveCard(shop);
    const codes = await shop.page.evaluate(
      'Promise.all(Array.from({ length: 25 }, () => card.tokenize())).then((all) => all.map(({ error }) => error?.code ?? "token"))',
    );
    expect((codes as string[]).filter((code) => code === 'busy')).toHaveLength(5);
    expect(scene.vault.cards).toHaveLength(1);
  });
});
