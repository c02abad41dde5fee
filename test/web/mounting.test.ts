/** The other ways into a page than the script's one field: the element, the module, and the security code alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { comesTrue } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { GOOD_CARD, type TypedCard, typeCard } from './checkout.ts';
import { webScene } from './scene.ts';
import { PUBLISHABLE_KEY } from './test-vault.ts';

const scene = webScene();
let page: Page;
let complaints: string[] = [];

async function openShop(): Promise<void> {
  page = await scene.page({ viewport: { width: 800, height: 500 } });
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(scene.vault.shopUrl);
  await page.evaluate(`window.events = [];
    for (const name of ['ready', 'focus', 'blur', 'change', 'submit', 'error']) {
      document.addEventListener('fuda-' + name, ({ detail }) => events.push([name, detail]));
    }`);
}

const type = async (card: TypedCard) => {
  await typeCard({ frame: page.frameLocator('iframe') }, card);
};
const ready = (times = 1) => comesTrue(page, `events.filter(([name]) => name === 'ready').length === ${times}`);
const outcome = (call: string) => page.evaluate(`${call}.then(({ token, error }) => error?.code ?? token.object)`);
const put = (attributes: string) =>
  page.evaluate((html) => {
    const host = document.querySelector('#card');
    if (host !== null) host.innerHTML = html;
  }, `<fuda-card publishable-key="${PUBLISHABLE_KEY}" ${attributes}></fuda-card>`);
const element = `document.querySelector('fuda-card')`;

describe('<fuda-card>', () => {
  test('is the field: it fires its own events, and makes the token', async () => {
    await openShop();
    await put('locale="en" cardholder-name');
    await ready();
    await type({ ...GOOD_CARD, name: 'TARO YAMADA' });
    await page.keyboard.press('Enter');
    expect(await outcome(`${element}.tokenize()`)).toBe('token');
    expect(scene.vault.cards).toMatchObject([{ number: GOOD_CARD.number, name: 'TARO YAMADA' }]);
    const events = (await page.evaluate('events')) as [string, { complete?: boolean }][];
    expect(events.map(([name]) => name)).toEqual(expect.arrayContaining(['ready', 'focus', 'change', 'submit']));
    expect(events.findLast(([name]) => name === 'change')?.[1]).toMatchObject({ complete: true, brand: 'visa' });
  });

  test('removed, put back, moved into a shadow tree or given another attribute, mounts anew and works', async () => {
    await openShop();
    await put('');
    await ready();
    expect(await outcome(`(() => { window.kept = ${element}; kept.remove(); return kept.tokenize(); })()`)).toBe(
      'not_mounted',
    );
    await page.evaluate(`document.querySelector('#card').append(kept)`);
    await ready(2);
    await page.evaluate(`document.querySelector('#after').attachShadow({ mode: 'open' }).append(kept)`);
    await ready(3);
    await page.evaluate(`kept.setAttribute('locale', 'ja')`);
    await ready(4);
    // The frames before it are gone.
    await eventually('one frame is left', () => page.frames().length === 2);
    const field = page.frames()[1];
    for (const [id, text] of Object.entries(GOOD_CARD)) await field?.locator(`#${id}`).pressSequentially(text);
    expect(await outcome('kept.tokenize()')).toBe('token');
    expect(complaints).toEqual([]);
  });

  /** The page as a server writes it, before any script has run. */
  async function openServerRendered(html: string): Promise<void> {
    scene.vault.shopHtml = `<!doctype html><div id="card">${html}</div>`;
    await openShop();
    scene.vault.shopHtml = null;
  }
  const loadScript = () => page.addScriptTag({ url: `${scene.vault.url}/js/fuda.js` });
  const frameTheme = () =>
    page.evaluate<string | null>(
      `new URL(${element}.shadowRoot.querySelector('iframe').src).searchParams.get('theme')`,
    );

  test('written by a server stays as the server wrote it, so that a framework which hydrates it keeps what is typed', async () => {
    const html = `<fuda-card publishable-key="${PUBLISHABLE_KEY}" locale="en" theme="dark"></fuda-card>`;
    await openServerRendered(html);
    await loadScript();
    await ready();
    await type(GOOD_CARD);
    expect(await page.evaluate(`${element}.outerHTML`)).toBe(html);
    // A framework sets again what it takes for its own.
    await page.evaluate(`(() => {
      const card = ${element};
      for (const { name, value } of card.attributes) card.setAttribute(name, value);
      card.theme = 'dark';
      card.replaceChildren();
    })()`);
    expect(await outcome(`${element}.tokenize()`)).toBe('token');
    expect(await page.evaluate(`events.filter(([name]) => name === 'ready').length`)).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('given a theme before its script has loaded has that theme, and any later one', async () => {
    await openServerRendered(`<fuda-card publishable-key="${PUBLISHABLE_KEY}"></fuda-card>`);
    await page.evaluate(`${element}.theme = { base: 'dark', radiusPx: 2 }`);
    await loadScript();
    await ready();
    expect(await frameTheme()).toBe('base=dark&radiusPx=2');
    await page.evaluate(`${element}.theme = { radiusPx: 4 }`);
    await ready(2);
    expect(await frameTheme()).toBe('radiusPx=4');
    expect(await page.evaluate(`Object.keys(${element})`)).toEqual([]);
  });

  test('given its attributes after it was put in, and before or after its script, is mounted once they are there', async () => {
    await openServerRendered('<fuda-card></fuda-card>');
    await page.evaluate(`${element}.setAttribute('locale', 'ja')`);
    await loadScript();
    await page.evaluate(`${element}.setAttribute('publishable-key', '${PUBLISHABLE_KEY}')`);
    await ready();
    await type(GOOD_CARD);
    expect(await outcome(`${element}.tokenize()`)).toBe('token');
  });

  test('takes the room of a block, unless the page says otherwise, and none while it is hidden', async () => {
    await openShop();
    await put('');
    await ready();
    const box = () => page.evaluate(`(() => { const { display } = getComputedStyle(${element}); return display; })()`);
    expect(await box()).toBe('block');
    await page.evaluate(`${element}.hidden = true`);
    expect(await box()).toBe('none');
    await page.evaluate(`${element}.hidden = false`);
    await page.addStyleTag({ content: 'fuda-card { display: inline-block; width: 300px }' });
    expect(await box()).toBe('inline-block');
    expect(await page.evaluate(`${element}.shadowRoot.querySelector('iframe').clientWidth`)).toBe(306);
  });

  test('moved by moveBefore keeps what is typed', async () => {
    await openShop();
    await put('');
    await ready();
    await type(GOOD_CARD);
    await page.evaluate(`document.body.moveBefore(${element}, document.querySelector('main'))`);
    expect(await outcome(`${element}.tokenize()`)).toBe('token');
  });

  test('with an invalid key says so by an event and on the console, and breaks nothing', async () => {
    await openShop();
    await page.evaluate(
      `document.querySelector('#card').innerHTML = '<fuda-card publishable-key="sk_test_x"></fuda-card>'`,
    );
    await comesTrue(page, 'events.length > 0');
    expect(await page.evaluate('events')).toMatchObject([['error', { code: 'invalid_options' }]]);
    expect(complaints.join()).toMatch(/secret key/);
    expect(await outcome(`${element}.tokenize()`)).toBe('not_mounted');
  });
});

describe('fuda.mjs', () => {
  test('gives the same by import, and leaves the page’s window alone', async () => {
    await openShop();
    const made = await page.evaluate(`(async () => {
      const before = window.Fuda;
      const { Fuda } = await import('${scene.vault.url}/js/fuda.mjs');
      const card = Fuda('${PUBLISHABLE_KEY}').card();
      card.mount('#card');
      await new Promise((resolve) => card.on('ready', resolve));
      return [window.Fuda === before, Fuda === before, (await card.tokenize()).error.code];
    })()`);
    expect(made).toEqual([true, false, 'number_missing']);
  });

  test.each([
    ['its own hash, loads', true, 'function'],
    ['another hash, does not load', false, 'TypeError'],
  ])('pinned in an import map by %s', async (_what, isRight, outcome) => {
    const { scripts } = JSON.parse(readFileSync(join(scene.webFolder, 'integrity.json'), 'utf8'));
    const { pinned, integrity } = scripts.find(({ name }: { name: string }) => name === 'fuda.mjs');
    await openShop();
    const loaded = await page.evaluate(
      async ({ url, hash }) => {
        const map = document.createElement('script');
        map.type = 'importmap';
        map.textContent = JSON.stringify({ integrity: { [url]: hash } });
        document.head.append(map);
        return import(url).then(
          ({ Fuda }) => typeof Fuda,
          (error) => error.name,
        );
      },
      { url: scene.vault.url + pinned, hash: isRight ? integrity : `sha384-${'A'.repeat(64)}` },
    );
    expect(loaded).toBe(outcome);
  });
});

describe('the security code alone', () => {
  test('is as long as the stored card’s brand says, and becomes a separate token', async () => {
    await openShop();
    await page.evaluate(`(() => {
      window.code = Fuda('${PUBLISHABLE_KEY}', { locale: 'en' }).cvc({ brand: 'amex' });
      code.mount('#card');
      return new Promise((resolve) => code.on('ready', resolve));
    })()`);
    await type({ cvc: '837' });
    expect(await outcome('code.tokenize()')).toBe('cvc_incomplete');
    await type({ cvc: '12' });
    expect(await outcome('code.tokenize()')).toBe('cvc_token');
    expect(scene.vault.cards).toMatchObject([{ cvc: '8371', aud: PUBLISHABLE_KEY }]);
    expect(scene.vault.cards[0]).not.toHaveProperty('number');
  });
});

test('separate fields refuse a shadow tree, in which they could not find each other', async () => {
  await openShop();
  const mounting = page.evaluate(`(() => {
    const host = document.createElement('div');
    document.querySelector('#after').attachShadow({ mode: 'open' }).append(host);
    Fuda('${PUBLISHABLE_KEY}').fields().number.mount(host);
  })()`);
  await expect(mounting).rejects.toThrow(/shadow tree/);
});

test('the browser is asked to fill the frames in, where it knows how to be asked', async () => {
  await openShop();
  const allowed = await page.evaluate(`(() => {
    const allow = () => {
      Fuda('${PUBLISHABLE_KEY}').card().mount('#card');
      return document.querySelector('#card iframe').allow;
    };
    const before = allow();
    Object.defineProperty(document, 'featurePolicy', { value: { features: () => ['autofill', 'camera'] } });
    return [before, allow()];
  })()`);
  expect(allowed).toEqual(['', 'autofill']);
});

describe('the HTML of the documentation', () => {
  const blocksOf = (path: string) =>
    [...readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8').matchAll(/^```html\n(.*?)^```$/gms)].map(
      ([, html]) => html ?? '',
    );
  const recipe = blocksOf('recipes/mount-the-field.md');
  const reference = blocksOf('reference/browser.md');
  const scriptTag = '<script src="https://VAULT/js/fuda.js"></script>';

  /** Shows it as the shop's page. */
  async function show(html: string): Promise<void> {
    scene.vault.shopHtml = `<!doctype html>${html.replaceAll('https://VAULT', scene.vault.url).replaceAll('pk_test_…', PUBLISHABLE_KEY)}`;
    page = await scene.page();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(scene.vault.shopUrl);
  }

  const typeInto = async (ids: readonly (keyof typeof GOOD_CARD)[]) => {
    for (const [index, id] of ids.entries()) {
      await typeCard({ frame: page.frameLocator('iframe').nth(index) }, { [id]: GOOD_CARD[id] });
    }
  };

  test.each([
    ['of the recipe for one field', recipe[0] ?? ''],
    ['at the head of the reference', reference[0] ?? ''],
  ])('%s pays with a token', async (_what, html) => {
    await show(html);
    await type(GOOD_CARD);
    const [sent] = await Promise.all([page.waitForRequest('**/pay'), page.locator('#pay').click()]);
    expect(sent.postDataJSON()).toEqual({ token: expect.stringMatching(/^tok_/) });
    expect(complaints).toEqual([]);
  });

  test('of the recipe for the element makes a token', async () => {
    await show(recipe[1] ?? '');
    await type(GOOD_CARD);
    await page.locator('#pay:enabled').click();
    await eventually('the vault gets the card', () => scene.vault.cards.length === 1);
    expect(complaints).toEqual([]);
  });

  test('of the reference for separate fields knows when they are complete', async () => {
    await show(scriptTag + (reference.find((html) => html.includes('.fields()')) ?? ''));
    await typeInto(['number', 'expiry', 'cvc']);
    await page.locator('#pay:enabled').waitFor();
    expect(complaints).toEqual([]);
  });
});
