/** The hosted field in a real browser, as a cardholder meets it: typing, errors, keyboard. Its looks are in looks.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { field as en } from '../../web/languages/en.ts';
import { field as ja } from '../../web/languages/ja.ts';
import { comesTrue, enter } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { GOOD_CARD, type TestCheckout, tokenOf, typeCard } from './checkout.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const { checkout } = scene;

const textIn = ({ frame }: TestCheckout, id: string) => frame.locator(`#${id}`).inputValue();
const focused = ({ frame }: TestCheckout) => frame.locator(':focus').getAttribute('id');
/** The one error that is seen, or ''. */
const seenFault = async ({ frame }: TestCheckout) =>
  (await frame.locator('.fault:not(.unseen)').allInnerTexts()).join();

describe('typing', () => {
  test('a card typed straight through lands in its three fields, grouped, without touching Tab', async () => {
    const shop = await checkout();
    await enter(shop.frame, '#number');
    await shop.page.keyboard.type('424242424242424212' + '30837');
    expect(await textIn(shop, 'number')).toBe('4242 4242 4242 4242');
    expect(await textIn(shop, 'expiry')).toBe('12 / 30');
    expect(await textIn(shop, 'cvc')).toBe('837');
    expect(await seenFault(shop)).toBe('');
  });

  test('American Express is grouped 4-6-5 and asks for four digits', async () => {
    const shop = await checkout();
    await typeCard(shop, { number: '378282246310005', expiry: '1/29', cvc: '83712' });
    expect(await textIn(shop, 'number')).toBe('3782 822463 10005');
    expect(await textIn(shop, 'expiry')).toBe('01 / 29');
    expect(await textIn(shop, 'cvc')).toBe('8371');
    expect(await shop.frame.locator('#brand-mark').getAttribute('href')).toBe('#mark-amex');
    expect(await shop.frame.locator('#brand-name').textContent()).toBe('American Express');
  });

  test('the caret stays with what is typed in the middle of a number', async () => {
    const shop = await checkout();
    const number = shop.frame.locator('#number');
    await number.pressSequentially('42424242');
    for (let step = 0; step < 5; step += 1) await number.press('ArrowLeft');
    await number.press('Backspace');
    await number.pressSequentially('00');
    expect(await textIn(shop, 'number')).toBe('4240 0424 2');
    expect(await number.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(6);
  });

  test.each(['4242-4242-4242-4242', ' 4242 4242 4242 4242 ', '４２４２　４２４２　４２４２　４２４２'])(
    'a pasted %j is taken',
    async (text) => {
      const shop = await checkout();
      await enter(shop.frame, '#number');
      await shop.page.keyboard.insertText(text);
      await eventually('the text is taken', async () => (await textIn(shop, 'number')) === '4242 4242 4242 4242');
    },
  );

  test('digits from an input method are taken when they are composed, and not before', async () => {
    const shop = await checkout();
    await enter(shop.frame, '#number');
    const session = await shop.page.context().newCDPSession(shop.page);
    await session.send('Input.imeSetComposition', { text: '４２４２４', selectionStart: 5, selectionEnd: 5 });
    await eventually('the text shows', async () => (await textIn(shop, 'number')) === '４２４２４');
    await session.send('Input.insertText', { text: '４２４２４' });
    await eventually('the text is taken', async () => (await textIn(shop, 'number')) === '4242 4');
  });

  test('Backspace in an empty field goes back to the one before', async () => {
    const shop = await checkout();
    await typeCard(shop, { number: '4242424242424242' });
    expect(await focused(shop)).toBe('expiry');
    await shop.page.keyboard.press('Backspace');
    expect(await focused(shop)).toBe('number');
  });

  test.each([
    ['number', { filling: 'cc-number', keys: 'numeric', text: '4242424242424242', shown: '4242 4242 4242 4242' }],
    ['expiry', { filling: 'cc-exp', keys: 'numeric', text: '12/2030', shown: '12 / 30' }],
    ['cvc', { filling: 'cc-csc', keys: 'numeric', text: '837', shown: '837' }],
    ['name', { filling: 'cc-name', keys: null, text: 'TARO YAMADA', shown: 'TARO YAMADA' }],
  ])(
    'the browser may fill in %s, which moves no cursor, and shows the keys to type it',
    async (id, { filling, keys, text, shown }) => {
      const shop = await checkout({ name: true });
      const input = shop.frame.locator(`#${id}`);
      expect(await input.getAttribute('autocomplete')).toBe(filling);
      expect(await input.getAttribute('inputmode')).toBe(keys);
      await input.focus();
      // What Chromium does when it fills a field in: the value, and a plain event.
      await input.evaluate((element: HTMLInputElement, value) => {
        element.value = value;
        element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      }, text);
      expect(await textIn(shop, id)).toBe(shown);
      expect(await focused(shop)).toBe(id);
    },
  );
});

describe.each([
  ['ja', ja],
  ['en', en],
] as const)('errors in %s', (locale, texts) => {
  test('an unfinished number is no error while it is typed, is one when it is left, and none when it is typed on', async () => {
    const shop = await checkout({ locale });
    await typeCard(shop, { number: '4242' });
    expect(await seenFault(shop)).toBe('');
    await shop.frame.locator('#expiry').focus();
    expect(await seenFault(shop)).toBe(texts.faults.number_incomplete);
    expect(await shop.frame.locator('#number').getAttribute('aria-invalid')).toBe('true');
    await shop.frame.locator('#number').press('End');
    await shop.page.keyboard.press('4');
    expect(await seenFault(shop)).toBe('');
    expect(await shop.frame.locator('#number').getAttribute('aria-invalid')).toBe('false');
  });

  test('what can no longer become right is said at once', async () => {
    const shop = await checkout({ locale });
    await typeCard(shop, { number: '378282246310006' });
    expect(await seenFault(shop)).toBe(texts.faults.number_luhn);
    await shop.page.keyboard.press('Backspace');
    expect(await seenFault(shop)).toBe('');
    await shop.frame.locator('#number').fill('9');
    expect(await seenFault(shop)).toBe(texts.faults.brand_unknown);
  });

  test('an expired date is said, and the field of a missing one is gone to', async () => {
    const shop = await checkout({ locale });
    await typeCard(shop, { number: '4242424242424242', expiry: '01/21', cvc: '837' });
    expect(await seenFault(shop)).toBe(texts.faults.expiry_past);
    expect((await shop.tokenize()).error).toEqual({ code: 'expiry_past', message: texts.faults.expiry_past });
    await shop.frame.locator('#expiry').fill('');
    expect((await shop.tokenize()).error?.code).toBe('expiry_missing');
    expect(await focused(shop)).toBe('expiry');
    expect(scene.vault.cards).toEqual([]);
  });

  test('nothing typed at all asks for the number first, and each field says its own', async () => {
    const shop = await checkout({ locale });
    expect((await shop.tokenize()).error?.code).toBe('number_missing');
    expect(await seenFault(shop)).toBe(texts.faults.number_missing);
    expect(await shop.frame.locator('#cvc-fault').textContent()).toBe(texts.faults.cvc_missing);
  });
});

test('a card the vault refuses is said at its field, until that field is typed in', async () => {
  const shop = await checkout();
  await typeCard(shop);
  scene.vault.mishaps = ['test_card_required'];
  expect((await shop.tokenize()).error?.code).toBe('test_card_required');
  expect(await seenFault(shop)).toBe(en.faults.test_card_required);
  await shop.frame.locator('#number').press('End');
  await shop.page.keyboard.press('Backspace');
  expect(await seenFault(shop)).toBe('');
});

describe('without a mouse', () => {
  test('Tab goes through the three fields and out, and Enter is the page’s to act on', async () => {
    const shop = await checkout();
    const seen: (string | null)[] = [];
    await shop.page.locator('body').press('Tab');
    for (let step = 0; step < 3; step += 1) {
      seen.push(await focused(shop));
      if (step === 1) await shop.page.keyboard.press('Enter');
      await shop.page.keyboard.press('Tab');
    }
    expect(seen).toEqual(['number', 'expiry', 'cvc']);
    await comesTrue(shop.page, 'events.some(([name]) => name === "blur")');
    const names = (await shop.events()).map(([name]) => name);
    expect(names.filter((name) => name === 'submit')).toHaveLength(1);
    expect(names.filter((name) => name === 'focus')).toHaveLength(1);
    expect(shop.complaints).toEqual([]);
  });

  test('the page can put the cursor into the field, and empty it', async () => {
    const shop = await checkout();
    await shop.page.evaluate('card.focus()');
    await comesTrue(shop.page, 'events.some(([name]) => name === "focus")');
    await shop.frame.locator('#number:focus').waitFor();
    expect(await shop.page.evaluate('document.activeElement.tagName')).toBe('IFRAME');
    await typeCard(shop, { number: '4242' });
    await shop.told({ empty: false });
    await shop.page.evaluate('card.clear()');
    await shop.told({ empty: true });
    expect(await textIn(shop, 'number')).toBe('');
  });
});

test('the token shows what the API shows of a card, and the vault got the card', async () => {
  const shop = await checkout();
  await typeCard(shop);
  const token = tokenOf(await shop.tokenize());
  expect(token.card).toMatchObject({ bin: '424242', last4: '4242', exp_month: 12, exp_year: 2030 });
  expect(scene.vault.cards).toMatchObject([
    { number: GOOD_CARD.number, exp_month: 12, exp_year: 2030, cvc: GOOD_CARD.cvc },
  ]);
});
