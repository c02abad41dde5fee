/** How the hosted field looks in a real browser: the room it takes, themes, languages and directions, and what axe says. */
import { describe, expect, test } from '@jest/globals';
import { launchBrowser } from '../../cli/browser.ts';
import { TEXTS } from '../../web/hosted/texts.ts';
import { expectedHeightPx, RING_PX, TEXT_PX } from '../../web/layout.ts';
import { LOCALES } from '../../web/locale.ts';
import type { CardOptions } from '../../web/sdk/types.ts';
import { readTheme, type Theme, writeTheme } from '../../web/theme.ts';
import { findingsIn } from './axe.ts';
import { type Checkout, type CheckoutOptions, openCheckout, typeCard } from './checkout.ts';
import { openFields } from './fields.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const { checkout } = scene;

/** A computed style of an element in the frame. */
const styleOf = ({ frame }: Checkout, selector: string, property: string): Promise<string> =>
  frame.locator(selector).evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

/** Every height the frame has asked for. */
const heightsOf = async (shop: Checkout): Promise<Set<number>> =>
  new Set((await shop.heard()).flatMap(({ data }) => ('height_px' in data ? [Number(data.height_px)] : [])));

const frameWidthOf = ({ page }: Checkout): Promise<number> =>
  page.locator('iframe').evaluate((frame) => frame.clientWidth);

describe('accessibility', () => {
  const FLOATING: Theme = { labels: 'floating' };
  const states: [string, CheckoutOptions, (shop: Checkout) => Promise<unknown>][] = [
    ['empty', {}, async () => {}],
    ['filled', { locale: 'ja' }, (shop) => typeCard(shop)],
    ['wrong', { locale: 'ja', width: 320 }, (shop) => shop.tokenize()],
    ['dark and wrong', { theme: 'dark' }, (shop) => shop.tokenize()],
    ['dark and filled, with a name', { theme: 'dark', width: 320, name: true }, (shop) => typeCard(shop)],
    ['empty under floating labels', { theme: FLOATING }, async () => {}],
    ['filled under floating labels, dark', { theme: { ...FLOATING, base: 'dark' } }, (shop) => typeCard(shop)],
    ['wrong from right to left', { locale: 'ar', width: 320, theme: FLOATING }, (shop) => shop.tokenize()],
    ['in trouble', { theme: { spacing: 'compact' } }, (shop) => fail(shop)],
  ];

  async function fail(shop: Checkout): Promise<void> {
    await typeCard(shop);
    scene.vault.mishaps = ['busy'];
    expect((await shop.tokenize()).error?.code).toBe('busy');
  }

  test.each(states)('axe finds nothing in the field when it is %s', async (_state, options, act) => {
    const shop = await checkout(options);
    await act(shop);
    const { base } = readTheme(writeTheme(options.theme));
    const found = await findingsIn(shop.page.frames()[1], base === 'dark' ? '#101217' : '#ffffff');
    expect(found).toEqual([]);
  });

  test('nothing moves for those who asked for less motion', async () => {
    const shop = await checkout({ theme: { labels: 'floating' } });
    expect(await styleOf(shop, '#number-label', 'transition-duration')).not.toBe('0s');
    await shop.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await styleOf(shop, '#number-label', 'transition-duration')).toBe('0s');
    expect(await styleOf(shop, '#number', 'transition-duration')).toBe('0s');
  });

  test('the focus and a fault show in the reader’s own colours', async () => {
    const shop = await checkout();
    await shop.page.emulateMedia({ forcedColors: 'active' });
    await shop.tokenize();
    expect(await styleOf(shop, '#number', 'outline')).toMatch(/solid 3px/);
    expect(await styleOf(shop, '#cvc', 'outline')).toMatch(/dashed 2px/);
  });

  test('text of twice the size is whole, in room of twice the height that was there from the start', async () => {
    const large = await launchBrowser({ flags: ['--blink-settings=defaultFontSize=32'] });
    scene.opened(large);
    const shop = await openCheckout(large, scene.vault, { width: 640, awaitReady: false });
    const expected = expectedHeightPx(await frameWidthOf(shop), readTheme(''), 32);
    expect((await shop.page.locator('iframe').boundingBox())?.height).toBe(expected);
    await typeCard(shop);
    expect(await heightsOf(shop)).toEqual(new Set([expected]));
    const cut = await shop.frame
      .locator('input:visible, label:visible')
      .evaluateAll((parts) => parts.filter((part) => part.scrollWidth > part.clientWidth).map(({ id }) => id));
    expect(cut).toEqual([]);
  });
});

describe('the room it takes', () => {
  const cases: readonly (readonly [number, CardOptions])[] = [
    [320, {}],
    [500, { theme: { spacing: 'compact', labels: 'floating' } }],
    [800, {}],
    [320, { theme: { spacing: 'roomy', fontSizePx: 20 }, name: true }],
    [800, { theme: { spacing: 'roomy', fontSizePx: 17 }, name: true }],
  ];
  test.each(cases)('at %d px under %j is what the page reserved before the field was there', async (width, options) => {
    const shop = await checkout({ width, ...options });
    await typeCard(shop);
    const look = readTheme(writeTheme(options.theme));
    const expected = expectedHeightPx(await frameWidthOf(shop), look, TEXT_PX, options.name ? 4 : 3);
    expect(await heightsOf(shop)).toEqual(new Set([expected]));
    const box = await shop.page.locator('iframe').boundingBox();
    const host = await shop.page.locator('#card').boundingBox();
    expect(box?.x).toBe((host?.x ?? 0) - RING_PX);
  });

  test('is taken without a shift of anything on the page, from the first paint to the last digit', async () => {
    const context = await scene.browser.newContext();
    scene.opened(context);
    const page = await context.newPage();
    await page.goto(`${scene.vault.shopUrl}early`);
    await page.waitForFunction('isReady');
    await typeCard({ frame: page.frameLocator('iframe') });
    await page.evaluate('card.tokenize()');
    expect(await page.evaluate('shifts')).toEqual([]);
    // Were anything to move, it would be seen.
    await page.evaluate(`document.body.style.paddingTop = '90px'`);
    await page.waitForFunction('shifts.length > 0');
  });
});

describe('a theme', () => {
  const NIGHT = { surface: '#20242c', focus: '#9cc4ff' } as const;
  const theme: Theme = { base: 'auto', font: 'serif', radiusPx: 2, light: { surface: '#fffdf9' }, dark: NIGHT };

  test('is worn by the field, under a policy that lets no style in', async () => {
    const shop = await checkout({ theme, locale: 'ja' });
    expect(await styleOf(shop, '.number', 'background-color')).toBe('rgb(255, 253, 249)');
    expect(await styleOf(shop, '.cells', 'border-radius')).toBe('2px');
    expect(await styleOf(shop, '#number', 'font-family')).toContain('Mincho');
    expect(shop.complaints).toEqual([]);
    expect(shop.warnings).toEqual([]);
  });

  test('follows the cardholder’s system while the field is open, where it is told to', async () => {
    const shop = await checkout({ theme });
    await shop.page.emulateMedia({ colorScheme: 'dark' });
    expect(await styleOf(shop, '.number', 'background-color')).toBe('rgb(32, 36, 44)');
    expect(await styleOf(shop, ':root', 'color-scheme')).toBe('dark');
    const plain = await checkout();
    await plain.page.emulateMedia({ colorScheme: 'dark' });
    expect(await styleOf(plain, '.number', 'background-color')).toBe('rgb(255, 255, 255)');
  });

  test('with a token it cannot use names it on the console, and the field is there without it', async () => {
    const odd = { radiusPx: 'calc(1px)', light: { text: 'red; } body { display: none', quiet: '#aaaaaa' } };
    const shop = await checkout({ theme: odd as unknown as Theme });
    expect(shop.complaints).toEqual([
      'Fuda: The theme token radiusPx takes a whole number from 0 to 24.',
      'Fuda: The theme token light.text takes a colour in the form #rrggbb.',
    ]);
    expect(shop.warnings.join('\n')).toContain('light.quiet on light.surface has a contrast of 2.3:1');
    expect(await styleOf(shop, '.cells', 'border-radius')).toBe('9px');
    await typeCard(shop);
    const split = await openFields(scene.browser, scene.vault, { theme: { radiusPx: 99 } });
    scene.opened(split);
    expect(split.complaints).toEqual(['Fuda: The theme token radiusPx takes a whole number from 0 to 24.']);
  });
});

describe.each(LOCALES)('in the language %s', (locale) => {
  test('all that is said below the field fits on one line of a phone, so nothing on the page moves', async () => {
    const shop = await checkout({ locale, width: 320 });
    const { sending, stillSending, faults, troubles } = TEXTS[locale];
    const tooLong = await shop.frame.locator('#trouble').evaluate(
      (line, texts) => {
        document.forms[0]?.setAttribute('data-below', 'problem');
        line.classList.remove('unseen');
        return texts.filter((text) => {
          line.textContent = text;
          return line.getBoundingClientRect().height > 18;
        });
      },
      [sending, stillSending, ...Object.values(faults), ...Object.values(troubles)],
    );
    expect(tooLong).toEqual([]);
    // With its sign before it.
    expect(await shop.frame.locator('.sign:visible').count()).toBe(1);
    expect(await heightsOf(shop)).toEqual(new Set([expectedHeightPx(320, readTheme(''))]));
    const labels = await shop.frame
      .locator('label:visible')
      .evaluateAll((parts) =>
        parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.textContent),
      );
    expect(labels).toEqual([]);
  });
});

test('Arabic runs from right to left, and the digits in it from left to right', async () => {
  const shop = await checkout({ locale: 'ar' });
  await typeCard(shop);
  const left = async (selector: string) => (await shop.frame.locator(selector).boundingBox())?.x ?? 0;
  expect(await styleOf(shop, ':root', 'direction')).toBe('rtl');
  expect(await left('#number')).toBeGreaterThan(await left('#expiry'));
  expect(await left('#expiry')).toBeGreaterThan(await left('#cvc'));
  expect(await left('.number .mark')).toBeLessThan((await left('#number')) + 60);
  expect(await styleOf(shop, '#number', 'direction')).toBe('ltr');
  expect(await styleOf(shop, '#number', 'text-align')).toBe('right');
  expect(await shop.frame.locator('#number').inputValue()).toBe('4242 4242 4242 4242');
});
