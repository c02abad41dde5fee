/**
 * One card over several frames, in a real browser: typing across them, what the page receives, and what a page may try.
 */
import { describe, expect, test } from '@jest/globals';
import { fillCard, TEST_CARD } from '../../examples/testing/playwright.ts';
import type { FieldName } from '../../shared/card/fields.ts';
import { field as en } from '../../web/languages/en.ts';
import { expectedHeightPx, RING_PX, TEXT_PX } from '../../web/layout.ts';
import { readTheme } from '../../web/theme.ts';
import { comesTrue, enter } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { findingsIn } from './axe.ts';
import { GOOD_CARD, goodCardIn, tokenOf } from './checkout.ts';
import { giveFields, openFields, type SplitCheckout, type SplitOptions, typeFields } from './fields.ts';
import { webScene } from './scene.ts';

const scene = webScene();

const checkout = async (options: SplitOptions = {}): Promise<SplitCheckout> =>
  scene.opened(await openFields(scene.browser, scene.vault, { locale: 'en', ...options }));

describe('the helper for a shop’s own tests', () => {
  test('types each field of a card wherever it stands, anew when it is asked again', async () => {
    const shop = await checkout({ names: ['cvc', 'number', 'name', 'expiry'] });
    await fillCard(shop.page, { number: '378282246310005', expiry: '01 / 29', cvc: '1234' });
    await fillCard(shop.page, { ...TEST_CARD, name: 'HANAKO YAMADA' });
    expect(tokenOf(await shop.tokenize()).card).toMatchObject({ last4: '4242', exp_month: 12, exp_year: 2039 });
    expect(scene.vault.cards).toMatchObject([{ cvc: TEST_CARD.cvc, name: 'HANAKO YAMADA' }]);
  });

  test('types nothing on a page that has a field with a live key', async () => {
    const shop = await checkout();
    await shop.page.evaluate(
      `Fuda('pk_live_${'a'.repeat(26)}').card().mount(document.body.appendChild(document.createElement('div')))`,
    );
    await expect(fillCard(shop.page)).rejects.toThrow(/live key/);
    expect(await shop.textIn('number')).toBe('');
  });
});

describe('typing', () => {
  test('a card typed straight through runs over its four frames without touching Tab, and becomes one token', async () => {
    const shop = await checkout({ names: ['number', 'expiry', 'cvc', 'name'] });
    await enter(shop.field('number'), '#number');
    for (const [name, text] of Object.entries({ ...GOOD_CARD, name: 'TARO YAMADA' })) {
      // No hand is faster than the cursor.
      await shop.cursorIn(name as FieldName);
      await shop.page.keyboard.type(text);
    }
    expect(await shop.textIn('number')).toBe('4242 4242 4242 4242');
    expect(await shop.textIn('expiry')).toBe('12 / 30');
    expect(await shop.textIn('cvc')).toBe('837');
    expect(tokenOf(await shop.tokenize()).card).toMatchObject({ last4: '4242', exp_month: 12, exp_year: 2030 });
    expect(scene.vault.cards).toMatchObject([{ number: GOOD_CARD.number, cvc: GOOD_CARD.cvc, name: 'TARO YAMADA' }]);
    expect(shop.complaints).toEqual([]);
  });

  test('Backspace at the start of a field goes back to the frame before, and erases there only when pressed again', async () => {
    const shop = await checkout();
    await typeFields(shop, { number: GOOD_CARD.number, expiry: '12' });
    await shop.page.keyboard.press('Home');
    await shop.page.keyboard.press('Backspace');
    await shop.cursorIn('number');
    expect(await shop.textIn('number')).toBe('4242 4242 4242 4242');
    await shop.page.keyboard.press('Backspace');
    expect(await shop.textIn('number')).toBe('4242 4242 4242 424');
    expect(await shop.textIn('expiry')).toBe('12 / ');
  });

  test('the frame of the code learns the brand from the frame of the number, also when it comes later', async () => {
    const shop = await checkout({ names: ['number', 'expiry'] });
    await typeFields(shop, { number: '378282246310005' });
    await shop.mount('cvc');
    await typeFields(shop, { cvc: '83712' });
    expect(await shop.textIn('cvc')).toBe('8371');
    await shop.field('number').locator('#number').fill('4242424242424242');
    expect(await shop.field('cvc').locator('#cvc-fault').textContent()).toBe(en.faults.cvc_invalid);
  });

  test('Tab goes through the frames in the order of the page, not of the card', async () => {
    const shop = await checkout({ names: ['cvc', 'number', 'expiry'] });
    await shop.page.locator('body').press('Tab');
    await shop.cursorIn('cvc');
    await shop.page.keyboard.press('Tab');
    await shop.cursorIn('number');
    await shop.page.keyboard.press('Tab');
    await shop.cursorIn('expiry');
  });
});

describe('the page receives', () => {
  test('one state of all fields, focus and blur as of one field, and each field’s own', async () => {
    const shop = await checkout();
    await shop.page.evaluate(`
      window.own = [];
      fields.expiry.on('change', (state) => own.push(state));
      fields.expiry.on('focus', () => own.push('focus'));
      fields.expiry.on('change', () => { throw new Error('a mistake of the shop'); });
      undefined`);
    await typeFields(shop, GOOD_CARD);
    await shop.page.keyboard.press('Enter');
    await shop.page.locator('h1').click();
    await comesTrue(shop.page, 'events.some(([name]) => name === "blur")');
    const events = await shop.events();
    const names = events.map(([name]) => name);
    for (const once of ['ready', 'focus', 'blur', 'submit'])
      expect(names.filter((name) => name === once)).toHaveLength(1);
    const done = { complete: true, empty: false, error: null };
    expect(events.findLast(([name]) => name === 'change')?.[1]).toEqual({
      ...done,
      brand: 'visa',
      brands: ['visa'],
      fields: { number: done, expiry: done, cvc: done },
    });
    expect(await shop.page.evaluate('own')).toEqual(['focus', { ...done, complete: false }, done]);
    expect(shop.complaints).toEqual(['a mistake of the shop', 'a mistake of the shop']);
  });

  test('each frame shows its own error, and the cursor goes to the first of them', async () => {
    const shop = await checkout();
    await typeFields(shop, { expiry: '0121', cvc: '8' });
    expect((await shop.tokenize()).error).toEqual({ code: 'number_missing', message: en.faults.number_missing });
    await shop.cursorIn('number');
    expect(await shop.field('expiry').locator('#expiry-fault').textContent()).toBe(en.faults.expiry_past);
    expect(await shop.field('cvc').locator('#cvc-fault').textContent()).toBe(en.faults.cvc_incomplete);
    expect(scene.vault.cards).toEqual([]);
    for (const frame of shop.page.frames().slice(1)) expect(await findingsIn(frame, '#ffffff')).toEqual([]);
    // In the room that was reserved for each before it was there.
    const heights = (await shop.heard()).flatMap(({ data }) => ('height_px' in data ? [data.height_px] : []));
    const widthPx = await shop.page
      .locator('iframe')
      .first()
      .evaluate((frame) => frame.clientWidth);
    expect(new Set(heights)).toEqual(new Set([expectedHeightPx(widthPx - 2 * RING_PX, readTheme(''), TEXT_PX, 1)]));
  });

  test('which field is not mounted yet, instead of a token', async () => {
    const shop = await checkout({ names: ['number', 'cvc'] });
    const { error } = await shop.tokenize();
    expect(error?.code).toBe('not_mounted');
    expect(error?.message).toContain('expiry');
  });

  test('no digit in any message, not even between the frames', async () => {
    const shop = await checkout();
    await shop.listenInFrames();
    await giveFields(shop, GOOD_CARD);
    tokenOf(await shop.tokenize());
    const heard = await shop.heard();
    const before = heard.filter(({ data }) => !['token', 'resize'].includes(data.type));
    expect(JSON.stringify(before.map(({ data }) => data))).not.toMatch(/\d{2}/);
    expect(goodCardIn(JSON.stringify(heard))).toEqual([]);
    // Frames hear only the page, and the page asks only for the token.
    expect((await shop.heardInFrames()).map(({ type }) => type)).toEqual(['tokenize']);
  });
});

describe('two cards on one page', () => {
  test('stay two cards', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await shop.page.evaluate(() => {
      const other = document.createElement('section');
      document.body.append(other);
      return new Promise<void>((resolve) => {
        const shopWindow = window as unknown as { other: ReturnType<ReturnType<Window['Fuda']>['fields']> };
        shopWindow.other = window.Fuda(`pk_test_${'a'.repeat(26)}`).fields();
        for (const name of ['number', 'expiry', 'cvc'] as const) {
          const host = document.createElement('div');
          other.append(host);
          shopWindow.other[name].mount(host);
        }
        shopWindow.other.on('ready', () => resolve());
      });
    });
    expect(await shop.page.evaluate('other.tokenize().then(({ error }) => error.code)')).toBe('number_missing');
    tokenOf(await shop.tokenize());
    expect(scene.vault.cards).toHaveLength(1);
  });
});

describe('a page that tampers with the frames of one card', () => {
  /** Changes the frame of the code, and waits until it has loaded again. */
  const change = (shop: SplitCheckout, act: string) =>
    shop.page.evaluate(`(() => {
      const frame = document.querySelector('#at-cvc iframe');
      return new Promise((resolve) => { frame.onload = resolve; ${act} });
    })()`);

  test('cannot look into any of them', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    const seen = await shop.page.evaluate(() =>
      [...document.querySelectorAll('iframe')].map((frame) => {
        try {
          return String(Reflect.get(frame.contentWindow as object, 'fudaMember'));
        } catch (error) {
          return (error as Error).name;
        }
      }),
    );
    expect(seen).toEqual(['SecurityError', 'SecurityError', 'SecurityError']);
  });

  test('by a copy of one gets no token while a field stands there twice', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await shop.page.evaluate(() => {
      const twin = document.querySelector('#at-number iframe')?.cloneNode() as HTMLIFrameElement;
      twin.id = 'twin';
      return new Promise((resolve) => {
        twin.onload = resolve;
        document.body.append(twin);
      });
    });
    expect((await shop.tokenize()).error).toEqual({ code: 'field_repeated', message: en.troubles.refused });
    expect(shop.complaints).toEqual(['Fuda: a field of this card stands on the page twice.']);
    expect(scene.vault.cards).toEqual([]);
    await shop.page.evaluate('document.querySelector("#twin").remove()');
    tokenOf(await shop.tokenize());
  });

  test('by a frame of another card in the place of one gets no token', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    const source = (await shop.page.locator('#at-cvc iframe').getAttribute('src')) ?? '';
    const others = [
      source.replace(/group=\w+/, `group=${'0'.repeat(32)}`),
      source.replace(/key=\w+/, `key=pk_test_${'b'.repeat(26)}`),
    ];
    for (const other of others) {
      await change(shop, `frame.src = '${other}';`);
      await giveFields(shop, { cvc: GOOD_CARD.cvc });
      expect((await shop.tokenize()).error?.code).toBe('field_missing');
    }
    expect(scene.vault.cards).toEqual([]);
    await change(shop, `frame.src = '${source}';`);
    await giveFields(shop, { cvc: GOOD_CARD.cvc });
    tokenOf(await shop.tokenize());
  });

  test('by sandboxing one gives it no origin, and gets an error', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await change(shop, `frame.sandbox = 'allow-scripts'; frame.src = frame.src;`);
    expect((await shop.tokenize()).error?.code).toBe('frame_not_ready');
    expect(scene.vault.cards).toEqual([]);
  });

  test('by sending one to another page gets an error, and no token', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await change(shop, `frame.src = location.href;`);
    expect((await shop.tokenize()).error?.code).toBe('frame_not_ready');
    expect(scene.vault.cards).toEqual([]);
  });

  test('by taking one away meanwhile gets a token of what was read, or no token and can mount it again', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    let asked = 0;
    /** The result of `tokenize` when a frame is removed after the vault has received the card. */
    const ends = async (name: FieldName) => {
      const { promise, resolve: respond } = Promise.withResolvers<void>();
      scene.vault.responsesAfter = promise;
      const end = shop.page.evaluate('fields.tokenize().then(({ token, error }) => error?.code ?? token.object)');
      asked += 1;
      await eventually('the vault has got the card', () => scene.vault.cards.length === asked);
      await shop.page.evaluate(`document.querySelector('#at-${name} iframe').remove()`);
      if (name === 'cvc') respond();
      return end.finally(respond);
    };
    // The code was read when the token was asked for.
    expect(await ends('cvc')).toBe('token');
    expect((await shop.tokenize()).error?.code).toBe('frame_removed');
    await shop.mount('cvc');
    await giveFields(shop, { cvc: GOOD_CARD.cvc });
    expect(await ends('number')).toBe('frame_removed');
    await shop.mount('number');
    await giveFields(shop, { number: GOOD_CARD.number });
    tokenOf(await shop.tokenize());
    const mountedAnew = shop.page.evaluate(`(() => {
      const result = fields.tokenize();
      fields.number.unmount();
      fields.number.mount('#at-number');
      return result.then(({ error }) => error.code);
    })()`);
    expect(await mountedAnew).toBe('frame_not_ready');
    for (const card of scene.vault.cards) expect(card).toMatchObject({ number: GOOD_CARD.number, cvc: GOOD_CARD.cvc });
  });

  test('by moving one gets it back empty, with an event', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await shop.page.evaluate(`new Promise((resolve) => {
      fields.on('ready', resolve);
      document.body.append(document.querySelector('#at-expiry'));
    })`);
    expect((await shop.events()).findLast(([name]) => name === 'change')?.[1]).toMatchObject({
      complete: false,
      fields: { number: { complete: true }, expiry: { empty: true } },
    });
    expect((await shop.tokenize()).error?.code).toBe('expiry_missing');
  });

  test('by asking one that does not lead gets no response', async () => {
    const shop = await checkout();
    await giveFields(shop, GOOD_CARD);
    await shop.page.evaluate(`
      for (const frame of document.querySelectorAll('#at-expiry iframe, #at-cvc iframe')) {
        frame.contentWindow.postMessage({ fuda: 1, type: 'tokenize', request: 7 }, '*');
      }`);
    const ids = await shop.page.evaluate(
      'Promise.all([fields.tokenize(), fields.tokenize()]).then((all) => all.map(({ token }) => token.id))',
    );
    expect(new Set(ids as string[]).size).toBe(1);
    expect((await shop.heard()).filter(({ data }) => data.type === 'token')).toHaveLength(2);
    expect(scene.vault.cards).toHaveLength(1);
  });
});
