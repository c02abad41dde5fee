/** Whatever throws inside the field's frame, or keeps it from loading, the page learns it at once, and never waits in silence. */
import { describe, expect, test } from '@jest/globals';
import { field as en, page as words } from '../../web/languages/en.ts';
import { comesTrue } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { complaint, giveCard, type TestCheckout, tokenOf, typeCard } from './checkout.ts';
import { webScene } from './scene.ts';
import { PUBLISHABLE_KEY } from './test-vault.ts';

const scene = webScene();
const { checkout } = scene;

const errorsOf = async (shop: TestCheckout) => (await shop.events()).filter(([name]) => name === 'error');
const inFrame = (code: string) => `if (window !== top) { ${code} }`;

describe('an exception in the frame', () => {
  test.each([
    ['of a method that the browser lacks', 'delete Array.prototype.flatMap;'],
    ['of a built-in that throws', `Array.prototype.sort = () => { throw new Error('planted'); };`],
    ['of the browser’s encryption', `crypto.subtle.generateKey = () => { throw new Error('planted'); };`],
  ])('%s fails the call, in the cardholder’s words, at once', async (_what, code) => {
    const shop = await checkout();
    if (!code.includes('sort')) await giveCard(shop);
    await shop.page.frames()[1]?.evaluate(code);
    const { error } = await shop.tokenize();
    expect(error?.code).toMatch(/^(field_failed|refused)$/);
    expect(error?.message).toBe(en.troubles.refused);
    // Something is said to the cardholder too.
    expect(await shop.frame.locator('.fault:not(.unseen)').count()).toBe(1);
    expect(scene.vault.cards).toEqual([]);
  });

  test('while it starts breaks the field at once, with the reason', async () => {
    const shop = await checkout({ before: inFrame('delete window.ResizeObserver;'), awaitReady: false });
    await comesTrue(shop.page, 'events.length > 0');
    const error = { code: 'field_failed', message: words.errors.frame_not_ready };
    expect(await shop.events()).toEqual([['error', error]]);
    expect((await shop.tokenize()).error).toEqual(error);
    await complaint(shop, 'Fuda: the card field threw an error');
  });

  test('at a key is said once, however many keys follow, and what was asked meanwhile fails', async () => {
    const shop = await checkout();
    await giveCard(shop);
    scene.vault.mishaps = ['silent'];
    const response = shop.tokenize();
    await eventually('the card is sent', () => scene.vault.mishaps.length === 0);
    await shop.page.frames()[1]?.evaluate(`setTimeout(() => { throw new Error('planted'); })`);
    expect((await response).error).toEqual({ code: 'field_failed', message: words.errors.timeout });
    await shop.page.frames()[1]?.evaluate(`String.prototype.normalize = () => { throw new Error('planted'); }`);
    await typeCard(shop, { name: '' });
    await shop.frame.locator('#number').evaluate((input) => {
      for (let key = 0; key < 5; key += 1) input.dispatchEvent(new InputEvent('input', { inputType: 'insertText' }));
    });
    expect(await errorsOf(shop)).toHaveLength(1);
  });

  test('of a promise that nothing awaits fails what was asked', async () => {
    const shop = await checkout();
    await giveCard(shop);
    scene.vault.mishaps = ['silent'];
    const response = shop.tokenize();
    await eventually('the card is sent', () => scene.vault.mishaps.length === 0);
    await shop.page.frames()[1]?.evaluate(`void Promise.reject(new Error('planted'))`);
    expect((await response).error?.code).toBe('field_failed');
  });

  test('that is only a note of the browser is nothing to the page', async () => {
    const shop = await checkout();
    await giveCard(shop);
    await shop.page
      .frames()[1]
      ?.evaluate(
        `dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop completed with undelivered notifications.' }))`,
      );
    tokenOf(await shop.tokenize());
    expect(await errorsOf(shop)).toEqual([]);
  });

  test('tells the page nothing of what was typed', async () => {
    const shop = await checkout();
    await giveCard(shop);
    await shop.page
      .frames()[1]
      ?.evaluate(`setTimeout(() => { throw new Error(document.querySelector('#number').value); })`);
    await comesTrue(shop.page, 'events.some(([name]) => name === "error")');
    expect(JSON.stringify([await shop.events(), await shop.heard()])).not.toContain('4242 4242');
  });
});

describe('a frame that never loads', () => {
  test('is given up after a time that the console names, and a call that waits fails', async () => {
    const page = await scene.page();
    await page.clock.install();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.route('**/hosted/card?*', (route) => {
      // The document is waited for; what asks why gets nothing.
      if (route.request().resourceType() !== 'document') return route.abort();
    });
    await page.goto(scene.vault.shopUrl);
    const asked = page.evaluate(`(() => {
      const card = Fuda('${PUBLISHABLE_KEY}', { locale: 'en' }).card();
      card.mount('#card');
      return card.tokenize();
    })()`);
    await page.locator('iframe').waitFor({ state: 'attached' });
    await page.clock.runFor(20_500);
    await eventually('it is said', async () => {
      await page.clock.runFor(500);
      return complaints.some((text) => text.includes('it was waited for 20 seconds'));
    });
    expect(await asked).toEqual({ error: { code: 'frame_not_ready', message: words.errors.frame_not_ready } });
  });

  test('because its page is in a sandbox says so', async () => {
    const page = await scene.page();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(scene.vault.shopUrl);
    await page.evaluate(`(() => {
      const preview = document.createElement('iframe');
      preview.sandbox = 'allow-scripts';
      preview.src = location.href + '#preview';
      document.body.append(preview);
    })()`);
    const preview = await eventually('the preview', () =>
      page.frames().find((frame) => frame.url().endsWith('#preview')),
    );
    await comesTrue(preview, 'window.Fuda !== undefined');
    const code = await preview.evaluate(`new Promise((resolve) => {
      const card = Fuda('${PUBLISHABLE_KEY}').card();
      card.on('error', ({ code }) => resolve(code));
      card.mount('#card');
    })`);
    expect(code).toBe('page_sandboxed');
    expect(complaints.join()).toContain('runs in a sandbox');
  });
});

test('a page that is left while it asks, and come back to, has a field that works', async () => {
  const shop = await checkout();
  await giveCard(shop);
  scene.vault.mishaps = ['silent'];
  await shop.page.evaluate('void card.tokenize()');
  await eventually('the card is sent', () => scene.vault.mishaps.length === 0);
  await shop.page.goto('about:blank');
  await shop.page.goBack();
  await comesTrue(shop.page, 'window.Fuda !== undefined');
  const code = await shop.page.evaluate(`(() => {
    const card = Fuda('${PUBLISHABLE_KEY}').card();
    card.mount('#card');
    return card.tokenize().then(({ error }) => error.code);
  })()`);
  expect(code).toBe('number_missing');
});
