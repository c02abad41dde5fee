/**
 * A merchant's page that works against the field, and what each attempt gains. The titles are the table of
 * docs/reference/hostile-page.md. The page may show its own field instead, which no test can forbid (SECURITY.md).
 */
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { comesTrue } from '../setup/browser.ts';
import { complaint, GOOD_CARD, goodCardIn, tokenOf, typeCard } from './checkout.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const { checkout } = scene;

/** Every text that passes through the page's own built-in functions, by replacing them. */
const SPIES = `(() => {
  // Set before anything loads, it would also run inside the field’s own frame, where no page can put it.
  if (window !== top) return;
  const seen = (window.seen = []);
  const note = (value) => {
    try { seen.push(typeof value === 'string' ? value : Object.prototype.toString.call(value) + String(value)); } catch {}
  };
  const push = Array.prototype.push;
  const spyOn = (object, name) => {
    const original = object[name];
    object[name] = function (...args) {
      for (const arg of args) note(arg);
      const result = original.apply(this, args);
      note(result);
      return result;
    };
  };
  const getter = (object, name) => {
    const { get } = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { configurable: true, get() { const value = get.call(this); note(JSON_stringify(value)); return value; } });
  };
  const JSON_stringify = JSON.stringify;
  getter(MessageEvent.prototype, 'data');
  getter(MessageEvent.prototype, 'origin');
  spyOn(JSON, 'stringify');
  spyOn(JSON, 'parse');
  spyOn(Object, 'entries');
  spyOn(Object, 'hasOwn');
  spyOn(RegExp.prototype, 'test');
  spyOn(Map.prototype, 'get');
  spyOn(Map.prototype, 'set');
  spyOn(Promise.prototype, 'then');
  spyOn(String.prototype, 'split');
  spyOn(window, 'postMessage');
  spyOn(window, 'fetch');
  spyOn(EventTarget.prototype, 'addEventListener');
})()`;

const seenBy = (page: Page) => page.evaluate(() => JSON.stringify((window as unknown as { seen: unknown }).seen));

describe('a page that replaces the browser’s own functions', () => {
  const spiedOn = async (when: 'before' | 'after') => {
    const opened = await checkout(when === 'before' ? { before: SPIES } : {});
    if (when === 'after') await opened.page.evaluate(SPIES);
    await typeCard(opened);
    tokenOf(await opened.tokenize());
    const seen = await seenBy(opened.page);
    expect(seen).toContain('tok_');
    expect(goodCardIn(seen)).toEqual([]);
  };

  test('before fuda.js loads sees tokens and no card', () => spiedOn('before'));

  test('after fuda.js has loaded sees tokens and no card', () => spiedOn('after'));

  test('so that nothing works any more breaks its own checkout and gets no card', async () => {
    const opened = await checkout();
    await typeCard(opened);
    await opened.page.evaluate(`
      for (const name of ['data', 'origin', 'source']) {
        Object.defineProperty(MessageEvent.prototype, name, { get: () => { throw new Error('no'); } });
      }
    `);
    await opened.page.evaluate('void card.tokenize()');
    expect(goodCardIn(await opened.page.content())).toEqual([]);
    expect(await opened.frame.locator('#number').inputValue()).toBe('4242 4242 4242 4242');
  });
});

describe('a page that reaches into the frame', () => {
  test('finds no document, no property and no field', async () => {
    const opened = await checkout();
    await typeCard(opened, { number: GOOD_CARD.number });
    const attempts = await opened.page.evaluate(`(() => {
      const frame = document.querySelector('iframe');
      const attempt = (step) => { try { return String(step()); } catch (error) { return error.name; } };
      return {
        document: attempt(() => frame.contentDocument),
        ofWindow: attempt(() => frame.contentWindow.document),
        field: attempt(() => frame.contentWindow.number.value),
        byIndex: attempt(() => window[0].document),
        script: attempt(() => frame.contentWindow.eval('1')),
        storage: attempt(() => frame.contentWindow.localStorage),
        address: attempt(() => frame.contentWindow.location.href),
        names: attempt(() => Reflect.ownKeys(frame.contentWindow).filter((name) => /number|cvc|card/.test(String(name))).length),
      };
    })()`);
    expect(attempts).toEqual({
      document: 'null',
      ofWindow: 'SecurityError',
      field: 'SecurityError',
      byIndex: 'SecurityError',
      script: 'SecurityError',
      storage: 'SecurityError',
      address: 'SecurityError',
      names: '0',
    });
  });

  test('finds nothing that the field left behind: no cookie, no storage, no name', async () => {
    const opened = await checkout();
    await typeCard(opened);
    tokenOf(await opened.tokenize());
    const { cookies, origins } = await opened.page.context().storageState();
    expect({ cookies, origins }).toEqual({ cookies: [], origins: [] });
    const left = await opened.frame.locator('html').evaluate(async () => ({
      name: window.name,
      stored: localStorage.length + sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: 'caches' in window ? (await caches.keys()).length : 0,
    }));
    expect(left).toEqual({ name: '', stored: 0, databases: 0, caches: 0 });
  });

  test('as a sandboxed frame gets a field of no origin, which makes no token', async () => {
    const opened = await checkout();
    await opened.page.evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.id = 'boxed';
      frame.sandbox = 'allow-scripts';
      frame.src = document.querySelector('iframe').src;
      document.body.append(frame);
      return new Promise((resolve) => { frame.onload = resolve; });
    })()`);
    await typeCard({ ...opened, frame: opened.page.frameLocator('#boxed') });
    await opened.page.evaluate(`
      document.querySelector('#boxed').contentWindow.postMessage({ fuda: 1, type: 'tokenize', request: 1 }, '*');
    `);
    await comesTrue(opened.page, `heard.some(({ data }) => data?.type === 'failed')`);
    const failed = (await opened.heard()).filter(({ data }) => data.type === 'failed');
    expect(failed).toMatchObject([{ origin: 'null', data: { error: { code: 'network' } } }]);
    expect(scene.vault.cards).toEqual([]);
  });

  test('by turning it to another page gets an empty page, not what was typed', async () => {
    const opened = await checkout();
    await typeCard(opened, { number: GOOD_CARD.number });
    await opened.page.evaluate(`
      const frame = document.querySelector('iframe');
      new Promise((resolve) => { frame.onload = resolve; frame.src = 'about:blank'; });
    `);
    const text = await opened.page.evaluate(
      `document.querySelector('iframe').contentDocument.documentElement.outerHTML`,
    );
    expect(goodCardIn(String(text))).toEqual([]);
    expect(scene.vault.cards).toEqual([]);
  });

  test('by loading it anew under its own address gets an empty field', async () => {
    const opened = await checkout();
    await typeCard(opened, { number: GOOD_CARD.number });
    await opened.page.evaluate(`
      const frame = document.querySelector('iframe');
      new Promise((resolve) => { frame.onload = resolve; frame.src = frame.src; });
    `);
    expect(await opened.frame.locator('#number').inputValue()).toBe('');
  });
});

describe('a page that floods and forges', () => {
  test('with five thousand messages leaves the field usable', async () => {
    const opened = await checkout();
    await opened.page.evaluate(`
      const target = document.querySelector('iframe').contentWindow;
      const long = 'x'.repeat(100);
      for (let index = 0; index < 5000; index += 1) target.postMessage({ fuda: 1, type: 'focus', long }, '*');
    `);
    await typeCard(opened);
    tokenOf(await opened.tokenize());
  });

  test('with a thousand well-formed questions gets a bounded number of tokens for one card', async () => {
    const opened = await checkout();
    await typeCard(opened);
    await opened.page.evaluate(`
      const target = document.querySelector('iframe').contentWindow;
      for (let request = 1; request <= 1000; request += 1) target.postMessage({ fuda: 1, type: 'tokenize', request }, '*');
    `);
    tokenOf(await opened.tokenize());
    expect(scene.vault.cards.length).toBeLessThan(5);
  });

  test('with the vault’s messages under its own origin is not believed by fuda.js', async () => {
    const opened = await checkout();
    await opened.page.evaluate(`
      const token = { fuda: 1, type: 'token', request: 1, token: { object: 'token', id: 'tok_' + 'a'.repeat(26) } };
      window.dispatchEvent(new MessageEvent('message', { data: token, origin: location.origin, source: window }));
      window.postMessage(token, '*');
    `);
    expect((await opened.tokenize()).error?.code).toBe('number_missing');
  });
});

describe('a page that hides what it does', () => {
  test('under another frame, on an origin that is not the merchant’s, shows no field', async () => {
    const opened = await checkout({ url: scene.vault.strangerUrl, awaitReady: false });
    await opened.page.evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.id = 'shop';
      frame.src = ${JSON.stringify(scene.vault.shopUrl)};
      document.body.append(frame);
      return new Promise((resolve) => { frame.onload = resolve; });
    })()`);
    const inner = opened.page.frames().find((frame) => frame.url() === scene.vault.shopUrl);
    const address = `${scene.vault.url}/hosted/card?key=x&origin=${new URL(scene.vault.shopUrl).origin}`;
    await inner?.evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.src = ${JSON.stringify(address)};
      document.body.append(frame);
      return new Promise((resolve) => { frame.onload = resolve; });
    })()`);
    const field = opened.page.frames().at(-1);
    expect(await field?.locator('#number').count()).toBe(0);
    await complaint(opened, 'frame-ancestors');
  });

  test('in a window it opened has no hold on the field’s page', async () => {
    const opened = await checkout();
    const [popup] = await Promise.all([
      opened.page.waitForEvent('popup'),
      opened.page.evaluate(`window.opened = window.open(document.querySelector('iframe').src)`),
    ]);
    await popup.waitForLoadState();
    expect(await popup.evaluate('window.opener')).toBeNull();
    // To its opener, the window seems closed.
    await comesTrue(opened.page, 'window.opened.closed');
  });
});

describe('a page that takes over the field', () => {
  test('would have no camera, no payment sheet and no other power of the browser', async () => {
    const opened = await checkout();
    const left = await opened.frame.locator('html').evaluate(() => {
      const { featurePolicy } = document as unknown as { featurePolicy: { allowedFeatures(): string[] } };
      return featurePolicy.allowedFeatures().sort();
    });
    expect(left.filter((power) => !power.startsWith('ch-'))).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});
