/**
 * The room that the field takes on the page: that it is there before the field is, and that nothing which is said or typed
 * changes it, in any language and with any font. The fonts are the test's own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Frame, Page } from 'playwright-core';
import { launchBrowser } from '../../cli/core/browser.ts';
import type { Merchant } from '../../shared/merchants/merchant.ts';
import { paymentPage } from '../../shared/payments/checkout/page.ts';
import type { CheckoutItem } from '../../shared/payments/checkout/session.ts';
import { TEXTS, type Texts } from '../../web/hosted/texts.ts';
import { expectedHeightPx, RING_PX, TEXT_PX, TWO_LINES_FROM_PX, WIDE_FROM_PX } from '../../web/layout.ts';
import { LOCALES, type Locale } from '../../web/locale.ts';
import { readTheme, writeTheme } from '../../web/theme.ts';
import type { CardOptions } from '../../web/types.ts';
import { comesTrue, cursorIn, openContext } from '../setup/browser.ts';
import { TEST_FONT_NAMES, TEST_FONTS, type TestFont, writeFontsConf } from '../setup/fonts.ts';
import { use } from '../setup/use.ts';
import { giveCard, openCheckout, type TestCheckout, typeCard } from './checkout.ts';
import { webScene } from './scene.ts';
import { PUBLISHABLE_KEY } from './test-vault.ts';

const scene = webScene();
const { checkout } = scene;
const LOOK = readTheme('');

/** Every height the frame has asked for. */
const heightsOf = async (shop: TestCheckout): Promise<Set<number>> =>
  new Set((await shop.heard()).flatMap(({ data }) => ('height_px' in data ? [Number(data.height_px)] : [])));

const fieldWidthOf = async ({ page }: TestCheckout): Promise<number> =>
  (await page.locator('iframe').evaluate((frame) => frame.clientWidth)) - 2 * RING_PX;

describe('the room of the field', () => {
  const cases: readonly (readonly [number, CardOptions])[] = [
    [270, {}],
    [320, {}],
    [500, { theme: { spacing: 'compact', labels: 'floating' } }],
    [800, {}],
    [320, { theme: { spacing: 'roomy', fontSizePx: 20 }, name: true }],
    [800, { theme: { spacing: 'roomy', fontSizePx: 17 }, name: true }],
  ];
  test.each(cases)('at %d px under %j is what the page reserved before the field was there', async (width, options) => {
    const shop = await checkout({ width, ...options });
    await giveCard(shop);
    const look = readTheme(writeTheme(options.theme));
    const expected = expectedHeightPx(await fieldWidthOf(shop), look, TEXT_PX, options.name ? 4 : 3);
    expect(await heightsOf(shop)).toEqual(new Set([expected]));
    const box = await shop.page.locator('iframe').boundingBox();
    const host = await shop.page.locator('#card').boundingBox();
    expect(box?.x).toBe((host?.x ?? 0) - RING_PX);
  });

  test('is as high as the recipe for themes says', () => {
    const recipe = readFileSync(join(import.meta.dirname, '../../docs/recipes/theme-the-field.md'), 'utf8');
    const [wide, narrow, least] = [WIDE_FROM_PX, TWO_LINES_FROM_PX, 238].map((px) => expectedHeightPx(px, LOOK));
    const said = `${wide} px from a width of ${WIDE_FROM_PX} px, ${narrow} px below, ${least} px below ${TWO_LINES_FROM_PX} px`;
    expect(recipe.replaceAll(/\s+/g, ' ')).toContain(said);
  });

  test('is twice as high for text of twice the size, from the start, and the text is whole', async () => {
    const large = await launchBrowser({ flags: ['--blink-settings=defaultFontSize=32'] });
    scene.opened(large);
    const shop = await openCheckout(large, scene.vault, { width: 640, awaitReady: false });
    const expected = expectedHeightPx(await fieldWidthOf(shop), LOOK, 32);
    expect((await shop.page.locator('iframe').boundingBox())?.height).toBe(expected);
    await giveCard(shop);
    expect(await heightsOf(shop)).toEqual(new Set([expected]));
    expect(await cutIn(shop.page.frames()[1], 'input')).toEqual([]);
  });

  test('is taken without a shift of anything on the page, from the first paint to the last digit', async () => {
    const page = await scene.page();
    await page.goto(`${scene.vault.shopUrl}early`);
    await comesTrue(page, 'isReady');
    await typeCard({ frame: page.frameLocator('iframe') });
    await page.evaluate('card.tokenize()');
    expect(await page.evaluate('shifts')).toEqual([]);
    // Were anything to move, it would be seen.
    await page.evaluate(`document.body.style.paddingTop = '90px'`);
    await comesTrue(page, 'shifts.length > 0');
  });

  /** The heights that the field's element is painted with, from `act` on until all has come to rest. */
  const heightsDuring = ({ page }: TestCheckout, act: string) =>
    page.evaluate<number[]>(`(async () => {
      const host = document.querySelector('#card');
      const heights = [];
      // An observer is called last before a frame is painted, and this one after those of the script.
      const ruler = new ResizeObserver(() => heights.push(host.clientHeight));
      ${act}
      ruler.observe(host);
      for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
      return [...new Set(heights)].filter((height) => height > 0);
    })()`);

  test('is the final one in the first frame in which it is shown, where it was mounted while hidden', async () => {
    const shop = await checkout();
    await shop.page.evaluate(`(() => {
      card.destroy();
      const host = document.querySelector('#card');
      host.style.display = 'none';
      return new Promise((resolve) => { card.on('ready', resolve); card.mount(host); });
    })()`);
    // Known before: of the page around it, which has the same width.
    const known = await shop.page.evaluate<number>(`(() => {
      const host = document.querySelector('#card');
      host.style.display = '';
      const height = host.clientHeight;
      host.style.display = 'none';
      return height;
    })()`);
    expect(known).toBe(expectedHeightPx(WIDE_FROM_PX, LOOK));
    // Narrower than anything around it, as a dialog is.
    expect(await heightsDuring(shop, `host.style.width = '400px'; host.style.display = '';`)).toEqual([
      expectedHeightPx(400, LOOK),
    ]);
  });

  test.each([
    [
      'in a closed dialog',
      `<dialog style="width: 420px; box-sizing: content-box"><div id="hidden"></div></dialog>`,
      `document.querySelector('dialog').showModal()`,
    ],
    [
      'in closed details',
      `<details style="width: 420px"><summary>Card</summary><div id="hidden"></div></details>`,
      `document.querySelector('details').open = true`,
    ],
    [
      'in a tab without width',
      `<section style="width: 0; overflow: hidden"><div id="hidden"></div></section>`,
      `document.querySelector('section').style.width = '420px'`,
    ],
    [
      'in a tab that is hidden',
      `<section hidden style="width: 420px"><div id="hidden"></div></section>`,
      `document.querySelector('section').hidden = false`,
    ],
  ])(
    'is the final one in the first frame in which it is shown, where it was mounted %s',
    async (_where, html, show) => {
      const shop = await checkout();
      await shop.page.evaluate((markup) => {
        Reflect.get(window, 'card').destroy();
        document.querySelector('#card')?.setAttribute('id', 'was');
        document.querySelector('main')?.insertAdjacentHTML('beforeend', markup);
        const host = document.querySelector('#hidden');
        if (host !== null) host.id = 'card';
      }, html);
      await shop.page.evaluate(`new Promise((resolve) => { card.on('ready', resolve); card.mount('#card'); })`);
      expect(await heightsDuring(shop, show)).toEqual([expectedHeightPx(420, LOOK)]);
      await giveCard(shop);
      expect((await shop.tokenize()).error).toBeUndefined();
      expect(await heightsDuring(shop, '')).toEqual([expectedHeightPx(420, LOOK)]);
    },
  );

  test('follows the width of the page in the same frame', async () => {
    const shop = await checkout();
    expect(await heightsDuring(shop, `host.style.width = '400px';`)).toEqual([expectedHeightPx(400, LOOK)]);
    expect(await heightsDuring(shop, `host.style.width = '240px';`)).toEqual([expectedHeightPx(240, LOOK)]);
    expect(await heightsDuring(shop, `host.style.width = '';`)).toEqual([expectedHeightPx(WIDE_FROM_PX, LOOK)]);
  });

  test('takes no height that the frame has measured at another width', async () => {
    const shop = await checkout();
    const heights = shop.page.evaluate<string[]>(`new Promise((resolve) => {
      const { style } = document.querySelector('#card iframe');
      const heights = [];
      new MutationObserver(() => {
        heights.push(style.height);
        if (style.height === '700px') resolve(heights);
      }).observe(document.querySelector('#card iframe'), { attributeFilter: ['style'] });
    })`);
    await shop.page.frames()[1]?.evaluate(`
      const say = (width_px, height_px) => parent.postMessage({ fuda: 1, type: 'resize', width_px, height_px }, '*');
      say(innerWidth + 100, 900);
      say(innerWidth - 100, 800);
      say(innerWidth, 700);
    `);
    expect(await heights).toEqual(['700px']);
  });

  test('is all in view from the first digit on, so that no page scrolls when the next fields are led to', async () => {
    const shop = await checkout({ width: 390 });
    await shop.page.addStyleTag({
      content: 'html { scroll-behavior: smooth } #card { margin-top: 1000px } #after { height: 2000px }',
    });
    // The number shows at the lower edge, expiry and code do not.
    await shop.page.evaluate(`(async () => {
      const bottom = document.querySelector('#card').getBoundingClientRect().top + 60;
      window.moves = [];
      addEventListener('scroll', () => moves.push(scrollY));
      scrollTo({ top: bottom - innerHeight, behavior: 'instant' });
      while (moves.length < 1) await new Promise(requestAnimationFrame);
    })()`);
    await shop.frame.locator('#number').evaluate((input) => input.focus({ preventScroll: true }));
    await cursorIn(shop.frame);
    await shop.page.keyboard.press('4');
    await comesTrue(shop.page, 'moves.length > 1');
    const inView = await shop.page.locator('iframe').boundingBox();
    expect(Math.floor((inView?.y ?? 0) + (inView?.height ?? 0))).toBeLessThanOrEqual(500);
    await shop.page.keyboard.type('242424242424242' + '1230' + '837');
    await shop.told({ complete: true });
    expect(await shop.page.evaluate('moves.length')).toBe(2);
  });
});

/** Everything that may be said below the field. */
const saidIn = ({ assurance, sending, stillSending, faults, troubles }: Texts): readonly string[] => [
  assurance,
  sending,
  stillSending,
  ...Object.values(faults),
  ...Object.values(troubles),
];

/** Of `texts`, those that make the form higher when they are said below the field. Runs in the page of the form. */
function growing(texts: readonly string[]): readonly string[] {
  const form = document.forms[0];
  const line = document.querySelector('#trouble');
  if (form === undefined || line === null) throw new Error('no card form here');
  const { height } = form.getBoundingClientRect();
  form.dataset.below = 'problem';
  line.classList.remove('unseen');
  return texts.filter((text) => {
    line.textContent = text;
    return form.getBoundingClientRect().height !== height;
  });
}

/** The texts in elements that are too narrow for them. */
const cutIn = (frame: Frame | undefined, elements: string) =>
  frame
    ?.locator(`:is(${elements}):visible`)
    .evaluateAll((parts) =>
      parts
        .filter((part) => part.scrollWidth > part.clientWidth)
        .map((part) => part.textContent || (part as HTMLInputElement).value),
    );

/** The widest, where most is cut or moved; all of them where a run is about fonts, as one of CI is. */
const FONTS: readonly TestFont[] = process.env.FUDA_TEST_FONTS ? TEST_FONT_NAMES : ['very-wide'];

describe.each(FONTS)('on a machine with a font that is %s', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-font-'));
  const browser = use(() => launchBrowser({ fontsConf: writeFontsConf(folder, name) }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** No system has letters as wide as they are high. */
  const isOfSystem = TEST_FONTS[name].letterEm < 1;

  /** A page with a field in each language: of a card, or of a code alone. */
  async function openAll(kind: 'card' | 'cvc', widthPx: number): Promise<Page> {
    const context = scene.opened(await openContext(browser, { viewport: { width: 700, height: 1500 } }));
    const page = await context.newPage();
    await page.goto(scene.vault.shopUrl);
    await page.addStyleTag({ content: `section { width: ${widthPx}px }` });
    await page.evaluate(
      ({ key, locales, kind }) => {
        const mounted = locales.map((locale) => {
          const host = document.createElement('section');
          document.body.append(host);
          const field = window.Fuda(key, { locale })[kind]();
          field.mount(host);
          return new Promise<void>((resolve) => void field.on('ready', () => resolve()));
        });
        return Promise.all(mounted);
      },
      { key: PUBLISHABLE_KEY, locales: [...LOCALES], kind },
    );
    return page;
  }

  const frameOf = (page: Page, locale: Locale) =>
    page.frames().find((frame) => new URL(frame.url()).searchParams.get('locale') === locale);

  /** Which texts move the page when they are said below the field, by language; the room is as high as it should be. */
  async function movesOf(page: Page, widthPx: number, fieldCount: number): Promise<Readonly<Record<string, unknown>>> {
    const heightPx = expectedHeightPx(widthPx, LOOK, TEXT_PX, fieldCount);
    const moves = LOCALES.map(async (locale) => {
      const frame = frameOf(page, locale);
      await frame?.waitForFunction((px) => innerWidth === px, widthPx + 2 * RING_PX);
      const { height } = (await frame?.locator('main').boundingBox()) ?? {};
      return [locale, height === heightPx ? await frame?.evaluate(growing, saidIn(TEXTS[locale])) : height];
    });
    return Object.fromEntries(await Promise.all(moves));
  }
  const NO_MOVES = Object.fromEntries(LOCALES.map((locale) => [locale, []]));

  test('nothing that is said below the field moves the page, in any language, on a phone or wider', async () => {
    const page = await openAll('card', WIDE_FROM_PX);
    for (const widthPx of [WIDE_FROM_PX, TWO_LINES_FROM_PX, 238]) {
      await page.addStyleTag({ content: `section { width: ${widthPx}px }` });
      expect([widthPx, await movesOf(page, widthPx, 3)]).toEqual([widthPx, NO_MOVES]);
    }
    // What was said had its sign before it.
    expect(await frameOf(page, 'en')?.locator('.sign:visible').count()).toBe(1);
  });

  test('nothing that is said below a field by itself moves the page, in fonts of a system from 160 pixels on', async () => {
    const widthPx = isOfSystem ? 160 : 238;
    expect(await movesOf(await openAll('cvc', widthPx), widthPx, 1)).toEqual(NO_MOVES);
  });

  test('the digits of a card are whole on a phone, and the labels in fonts of a system', async () => {
    const page = await openAll('card', TWO_LINES_FROM_PX);
    for (const locale of LOCALES) {
      const frame = frameOf(page, locale);
      await frame?.locator('#number').fill('4242424242424242');
      expect(await cutIn(frame, '#number')).toEqual([]);
      if (isOfSystem) expect(await cutIn(frame, 'label')).toEqual([]);
    }
  });

  test('nothing that is said below the card moves the payment page, and the digits of the card are whole', async () => {
    const page = await scene.opened(await openContext(browser)).newPage();
    for (const locale of ['en', 'ja'] as const) {
      scene.vault.shopHtml = openPaymentPage(locale);
      for (const width of [320, 390, 600, 900]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(scene.vault.shopUrl);
        expect({ width, grows: await page.evaluate(growing, saidIn(TEXTS[locale])) }).toEqual({ width, grows: [] });
        if (width < 390) continue;
        await page.locator('#number').fill('4242424242424242');
        expect([width, await cutIn(page.mainFrame(), '#number')]).toEqual([width, []]);
      }
    }
  });
});

/** The built page of a session that can be paid. */
function openPaymentPage(locale: 'en' | 'ja'): string {
  const session = {
    entry_id: `cs_${'a'.repeat(26)}`,
    mode: 'test',
    status: 'open',
    amount_minor: 4180,
    currency: 'JPY',
    success_url: 'https://shop.example/',
    expires_at_ms: 1,
    payments: [],
    locale,
  } as unknown as CheckoutItem;
  const merchant = { name: 'Chaya' } as unknown as Merchant;
  const template = readFileSync(join(scene.webFolder, 'pay.html'), 'utf8');
  return paymentPage(template, { item: session, merchant }, 0, locale);
}
