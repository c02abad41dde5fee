/**
 * What the browser tests of the built field stand on: the pages as they are built, one browser, one small vault with its
 * shop, all made before the first test of a file and taken down after its last. What a test opens is closed after it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../../cli/core/browser.ts';
import { buildWeb } from '../../web/build.ts';
import { openContext } from '../setup/browser.ts';
import { use } from '../setup/use.ts';
import { type CheckoutOptions, openCheckout, type TestCheckout } from './checkout.ts';
import { startTestVault, type TestVault } from './test-vault.ts';

interface Closable {
  close(): Promise<unknown>;
}

export interface WebScene {
  readonly browser: Browser;
  readonly vault: TestVault;
  /** Where the pages are. */
  readonly webFolder: string;
  /** Closed after the test. */
  opened<Thing extends Closable>(thing: Thing): Thing;
  /** A page with nothing on it, closed after the test. */
  page(options?: BrowserContextOptions): Promise<Page>;
  /** The shop's page with the card field mounted, in English unless said. */
  checkout(options?: CheckoutOptions): Promise<TestCheckout>;
}

/** Called once at the top of a test file. */
export function webScene(): WebScene {
  const webFolder = mkdtempSync(join(tmpdir(), 'fuda-web-'));
  let open: Closable[] = [];

  beforeAll(async () => void (await buildWeb(webFolder)));
  const browser = use(launchBrowser);
  const vault = use(() => startTestVault(webFolder));

  afterEach(async () => {
    await Promise.all(open.map((page) => page.close()));
    open = [];
    vault.forget();
  });

  afterAll(() => rmSync(webFolder, { recursive: true, force: true }));

  const scene: WebScene = {
    webFolder,
    browser,
    vault,
    opened(thing) {
      open.push(thing);
      return thing;
    },
    page: async (options) => scene.opened(await openContext(browser, options)).newPage(),
    checkout: async (options = {}) => scene.opened(await openCheckout(browser, vault, { locale: 'en', ...options })),
  };
  return scene;
}
