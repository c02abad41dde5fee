/** How the hosted field looks in a real browser: themes, directions, and what axe says. Its room is in room.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { readTheme, type Theme, writeTheme } from '../../web/theme.ts';
import { eventually } from '../setup/eventually.ts';
import { findingsIn } from './axe.ts';
import { type CheckoutOptions, complaint, giveCard, type TestCheckout } from './checkout.ts';
import { openFields } from './fields.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const { checkout } = scene;

/** A computed style of an element in the frame. */
const styleOf = ({ frame }: TestCheckout, selector: string, property: string): Promise<string> =>
  frame.locator(selector).evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

describe('accessibility', () => {
  const FLOATING: Theme = { labels: 'floating' };
  const states: [string, CheckoutOptions, (shop: TestCheckout) => Promise<unknown>][] = [
    ['empty', {}, async () => {}],
    ['filled', { locale: 'ja' }, (shop) => giveCard(shop)],
    ['wrong', { locale: 'ja', width: 320 }, (shop) => shop.tokenize()],
    ['dark and wrong', { theme: 'dark' }, (shop) => shop.tokenize()],
    ['dark and filled, with a name', { theme: 'dark', width: 320, name: true }, (shop) => giveCard(shop)],
    ['empty under floating labels', { theme: FLOATING }, async () => {}],
    ['filled under floating labels, dark', { theme: { ...FLOATING, base: 'dark' } }, (shop) => giveCard(shop)],
    ['wrong from right to left', { locale: 'ar', width: 320, theme: FLOATING }, (shop) => shop.tokenize()],
    ['in trouble', { theme: { spacing: 'compact' } }, (shop) => fail(shop)],
  ];

  async function fail(shop: TestCheckout): Promise<void> {
    await giveCard(shop);
    scene.vault.mishaps = ['busy'];
    expect((await shop.tokenize()).error?.code).toBe('busy');
  }

  test.each(states)('axe finds nothing in the field when it is %s', async (_state, options, act) => {
    const shop = await checkout(options);
    // Colours are judged where they end, and not on their way.
    await shop.page.emulateMedia({ reducedMotion: 'reduce' });
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
    await shop.frame.locator('#number:focus').waitFor();
    expect(await styleOf(shop, '#number', 'outline')).toMatch(/solid 3px/);
    expect(await styleOf(shop, '#cvc', 'outline')).toMatch(/dashed 2px/);
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

  test('follows the cardholder’s system while the field is open, where it is set to', async () => {
    const shop = await checkout({ theme });
    await shop.page.emulateMedia({ colorScheme: 'dark' });
    await eventually('the field is dark', async () => (await styleOf(shop, ':root', 'color-scheme')) === 'dark');
    expect(await styleOf(shop, '.number', 'background-color')).toBe('rgb(32, 36, 44)');
    const plain = await checkout();
    await plain.page.emulateMedia({ colorScheme: 'dark' });
    expect(await styleOf(plain, '.number', 'background-color')).toBe('rgb(255, 255, 255)');
  });

  test('with a token it cannot use names it on the console, and the field is there without it', async () => {
    const odd = { radiusPx: 'calc(1px)', light: { text: 'red; } body { display: none', quiet: '#aaaaaa' } };
    const shop = await checkout({ theme: odd as unknown as Theme });
    await eventually('the last warning', () =>
      shop.warnings.some((text) => text.includes('light.quiet on light.page')),
    );
    expect(shop.complaints).toEqual([
      'Fuda: The theme token radiusPx takes a whole number from 0 to 24.',
      'Fuda: The theme token light.text takes a colour in the form #rrggbb.',
    ]);
    expect(shop.warnings.join('\n')).toContain('light.quiet on light.surface has a contrast of 2.3:1');
    expect(await styleOf(shop, '.cells', 'border-radius')).toBe('9px');
    await giveCard(shop);
    const split = await openFields(scene.browser, scene.vault, { theme: { radiusPx: 99 } });
    scene.opened(split);
    await complaint(split, 'radiusPx');
    expect(split.complaints).toEqual(['Fuda: The theme token radiusPx takes a whole number from 0 to 24.']);
  });
});

test('Arabic runs from right to left, and the digits in it from left to right', async () => {
  const shop = await checkout({ locale: 'ar' });
  await giveCard(shop);
  const left = async (selector: string) => (await shop.frame.locator(selector).boundingBox())?.x ?? 0;
  expect(await styleOf(shop, ':root', 'direction')).toBe('rtl');
  expect(await left('#number')).toBeGreaterThan(await left('#expiry'));
  expect(await left('#expiry')).toBeGreaterThan(await left('#cvc'));
  expect(await left('.number .mark')).toBeLessThan((await left('#number')) + 60);
  expect(await styleOf(shop, '#number', 'direction')).toBe('ltr');
  expect(await styleOf(shop, '#number', 'text-align')).toBe('right');
  expect(await shop.frame.locator('#number').inputValue()).toBe('4242 4242 4242 4242');
});
