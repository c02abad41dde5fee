/**
 * How a text comes into the field other than by keys: filled in, pasted whole, composed, taken back. Chromium runs all of
 * it; what another browser sends is replayed, in the order that its public source tells.
 */
import { describe, expect, test } from '@jest/globals';
import { comesTrue, enter } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { GOOD_CARD, type TestCheckout, typeCard } from './checkout.ts';
import { openFields } from './fields.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const { checkout } = scene;

const textIn = ({ frame }: TestCheckout, id: string) => frame.locator(`#${id}`).inputValue();
const focused = ({ frame }: TestCheckout) => frame.locator(':focus').getAttribute('id');
const submits = async (shop: TestCheckout) => (await shop.events()).filter(([name]) => name === 'submit').length;

interface Replay {
  readonly browser: string;
  readonly source: string;
  /** Runs in the frame, with `input` and the `text` to fill in. */
  readonly steps: string;
}

const FILLS: readonly Replay[] = [
  {
    browser: 'Chrome on iOS, which sends no input event',
    source: 'braintree-web issue 491, “Expiry field not getting Autofilled on iOS Chrome”, 2020-03-27',
    steps: `input.focus(); input.value = text; input.dispatchEvent(new Event('change', { bubbles: true })); input.blur();`,
  },
  {
    browser: 'Firefox, into a field with the cursor',
    source: 'fx-private-relay issue 231 (setUserInput), 2020-04-28; w3c/input-events issue 85, 2018-11-07',
    steps: `input.focus(); input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText', data: text }));`,
  },
  {
    browser: 'Firefox, into a field without the cursor',
    source: 'the same',
    steps: `input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText', data: text }));
      input.dispatchEvent(new Event('change', { bubbles: true }));`,
  },
  {
    browser: 'Safari, which calls it typing without data',
    source: 'w3c/editing issue 494, “Safari Desktop: insertReplacementText not fired”, 2025-11-17',
    steps: `input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: null }));`,
  },
  {
    browser: 'a password manager that only leaves the field',
    source: 'sigmaframeworks/sigma-ui-framework issue 15, “Autofill issue in Firefox”, 2016-09-09',
    steps: `input.focus(); input.value = text; input.blur();`,
  },
  {
    browser: 'an extension that sends nothing',
    source: 'vuejs/vue issue 7058, “Chrome Autofill does not trigger change”, 2017-11-14',
    steps: 'input.value = text;',
  },
];

const play = async ({ page }: TestCheckout, id: string, steps: string, text = ''): Promise<void> =>
  void (await page
    .frames()[1]
    ?.evaluate(`{ const input = document.querySelector('#${id}'); const text = '${text}'; ${steps} }`));

describe.each(FILLS)('what is filled in by $browser (replayed)', ({ steps }) => {
  test('is a complete card in the form of one that is typed, moves no cursor, and becomes a token', async () => {
    const shop = await checkout();
    for (const [id, text] of Object.entries({ number: '4242424242424242', expiry: '12/2030', cvc: '837' })) {
      await play(shop, id, steps, text);
      expect(['', id]).toContain((await shop.frame.locator(':focus').count()) === 0 ? '' : await focused(shop));
    }
    await shop.told({ complete: true, brand: 'visa' });
    expect(await textIn(shop, 'number')).toBe('4242 4242 4242 4242');
    expect(await textIn(shop, 'expiry')).toBe('12 / 30');
    expect((await shop.tokenize()).error).toBeUndefined();
    expect(scene.vault.cards).toMatchObject([{ number: GOOD_CARD.number, cvc: GOOD_CARD.cvc, exp_year: 2030 }]);
  });

  test('is taken at the press of the button, where that comes first', async () => {
    const shop = await checkout();
    for (const [id, text] of Object.entries(GOOD_CARD)) await play(shop, id, steps, text);
    expect((await shop.tokenize()).error).toBeUndefined();
    expect(scene.vault.cards).toHaveLength(1);
  });
});

describe('an input method', () => {
  // WebKit bug 165004; mdn/browser-compat-data pull request 30009, 2026-07-08.
  const SAFARI = `input.focus();
    input.dispatchEvent(new CompositionEvent('compositionstart', { data: '' }));
    input.value = '４２４２';
    input.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText', data: '４２４２', isComposing: true }));
    input.dispatchEvent(new CompositionEvent('compositionend', { data: '４２４２' }));
    input.dispatchEvent(new InputEvent('input', { inputType: 'insertFromComposition', data: '４２４２' }));
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }));`;

  test('in Safari is confirmed by an Enter that does not pay, and the next Enter does (replayed)', async () => {
    const shop = await checkout();
    await play(shop, 'number', SAFARI);
    expect(await textIn(shop, 'number')).toBe('4242');
    await shop.told({ empty: false });
    expect(await submits(shop)).toBe(0);
    await play(
      shop,
      'number',
      `input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13, bubbles: true }));`,
    );
    await comesTrue(shop.page, 'events.some(([name]) => name === "submit")');
  });

  test('in Firefox, which sends the text once more after it is composed, gives each digit once (replayed)', async () => {
    const shop = await checkout();
    await play(
      shop,
      'number',
      `input.focus();
      input.dispatchEvent(new CompositionEvent('compositionstart', { data: '' }));
      input.value = '４２４２４';
      input.dispatchEvent(new CompositionEvent('compositionend', { data: '４２４２４' }));
      input.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText', data: '４２４２４' }));`,
    );
    expect(await textIn(shop, 'number')).toBe('4242 4');
  });

  test('is not disturbed while it composes, however long that takes', async () => {
    const shop = await checkout();
    await play(
      shop,
      'number',
      `input.focus();
      input.dispatchEvent(new CompositionEvent('compositionstart', { data: '' }));
      input.value = '４２４２';`,
    );
    // Twice as long as until a text without an event is taken.
    const { frame } = shop;
    await frame.locator('#expiry').evaluate((input: HTMLInputElement) => {
      input.value = '12/30';
    });
    await eventually('the expiry is taken', async () => (await textIn(shop, 'expiry')) === '12 / 30');
    expect(await textIn(shop, 'number')).toBe('４２４２');
  });

  test('keeps its Backspace at the start of a field (replayed)', async () => {
    const shop = await checkout();
    await play(
      shop,
      'expiry',
      `input.focus();
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', keyCode: 229, bubbles: true }));`,
    );
    expect(await focused(shop)).toBe('expiry');
  });
});

const WHOLE_CARDS = [
  '4242 4242 4242 4242 12/30 837',
  '4242424242424242 12/30 837',
  '4242424242424242\n12/2030\n837',
  'Card: 4242-4242-4242-4242, exp. 12 / 30, CVC 837',
  '4242424242424242,12,2030,837',
  '4242424242424242|12|30|837',
  '４２４２　４２４２　４２４２　４２４２　１２／３０　８３７',
];

describe('a whole card that is pasted into the number', () => {
  async function paste(shop: TestCheckout, text: string): Promise<void> {
    await shop.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await shop.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await enter(shop.frame, '#number');
    await shop.page.keyboard.press('ControlOrMeta+V');
  }

  test.each(WHOLE_CARDS)('as %j goes into its fields', async (text) => {
    const shop = await checkout();
    await paste(shop, text);
    await shop.told({ complete: true });
    expect(await Promise.all(['number', 'expiry', 'cvc'].map((id) => textIn(shop, id)))).toEqual([
      '4242 4242 4242 4242',
      '12 / 30',
      '837',
    ]);
    expect(await focused(shop)).toBe('cvc');
  });

  test('without a code leaves the cursor where the code is missing', async () => {
    const shop = await checkout();
    await paste(shop, '4242 4242 4242 4242 12/30');
    await eventually('the expiry is there', async () => (await textIn(shop, 'expiry')) === '12 / 30');
    expect(await focused(shop)).toBe('cvc');
    await shop.page.keyboard.type('837');
    await shop.told({ complete: true });
  });

  test('goes into the frames of its fields, and no message carries it', async () => {
    const shop = scene.opened(await openFields(scene.browser, scene.vault, { locale: 'en' }));
    await shop.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await shop.page.evaluate((copied) => navigator.clipboard.writeText(copied), WHOLE_CARDS[0] ?? '');
    await enter(shop.field('number'), '#number');
    await shop.page.keyboard.press('ControlOrMeta+V');
    await eventually('the code is there', async () => (await shop.textIn('cvc')) === '837');
    expect(await shop.textIn('expiry')).toBe('12 / 30');
    expect((await shop.tokenize()).error).toBeUndefined();
    expect(scene.vault.cards).toMatchObject([{ number: GOOD_CARD.number, cvc: GOOD_CARD.cvc }]);
  });

  test('while it is sent changes nothing', async () => {
    const shop = await checkout();
    await typeCard(shop);
    let send = () => {};
    scene.vault.responsesAfter = new Promise((resolve) => {
      send = resolve;
    });
    const response = shop.tokenize();
    await shop.frame.locator('[aria-busy=true]').waitFor();
    await paste(shop, '378282246310005 01/29 8371');
    send();
    expect((await response).token?.card.last4).toBe('4242');
    expect(await textIn(shop, 'number')).toBe('4242 4242 4242 4242');
  });
});

describe('undo', () => {
  const press = async ({ page }: TestCheckout, ...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  test('takes back what was typed, and again what was taken back, formatted each time', async () => {
    const shop = await checkout();
    await enter(shop.frame, '#number');
    await shop.page.keyboard.type('42424242');
    await press(shop, 'Backspace', 'Backspace');
    expect(await textIn(shop, 'number')).toBe('4242 42');
    await press(shop, 'Control+Z');
    expect(await textIn(shop, 'number')).toBe('4242 4242');
    await press(shop, 'Control+Z');
    expect(await textIn(shop, 'number')).toBe('');
    await press(shop, 'Control+Z');
    expect(await textIn(shop, 'number')).toBe('');
    await press(shop, 'Control+Shift+Z', 'Control+Y');
    expect(await textIn(shop, 'number')).toBe('4242 42');
    await shop.told({ empty: false, brand: 'visa' });
  });

  test('forgets what was taken back once something else is typed', async () => {
    const shop = await checkout();
    await enter(shop.frame, '#number');
    await shop.page.keyboard.type('4242');
    await press(shop, 'Control+Z');
    await shop.page.keyboard.type('5555');
    await press(shop, 'Control+Y');
    expect(await textIn(shop, 'number')).toBe('5555');
  });

  test('brings back nothing of a card that was cleared', async () => {
    const shop = await checkout();
    await typeCard(shop);
    await shop.page.evaluate('card.clear()');
    await shop.told({ empty: true });
    for (const id of ['number', 'expiry', 'cvc']) {
      await enter(shop.frame, `#${id}`);
      await press(shop, 'Control+Z', 'Control+Y', 'Control+Z');
      expect(await textIn(shop, id)).toBe('');
    }
  });

  test('from the browser’s menu is the same (replayed, Input Events Level 2)', async () => {
    const shop = await checkout();
    await typeCard(shop, { number: '4242' });
    await play(
      shop,
      'number',
      `input.dispatchEvent(new InputEvent('beforeinput', { inputType: 'historyUndo', cancelable: true }));`,
    );
    expect(await textIn(shop, 'number')).toBe('');
  });
});
