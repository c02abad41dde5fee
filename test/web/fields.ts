/** A shop's checkout page with a frame for each field of the card; what the tests of split fields act on. */
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import type { CardFields, FieldOptions, TokenizeResult } from '../../web/types.ts';
import { cursorIn, enter, openContext } from '../setup/browser.ts';
import { PUBLISHABLE_KEY, type TestVault } from './test-vault.ts';

export interface SplitCheckout {
  readonly page: Page;
  readonly complaints: string[];
  field(name: FieldName): FrameLocator;
  textIn(name: FieldName): Promise<string>;
  /** Waits until the cursor is in that field: from frame to frame it takes the browser a moment. */
  cursorIn(name: FieldName): Promise<unknown>;
  tokenize(): Promise<TokenizeResult>;
  events(): Promise<readonly (readonly [string, unknown])[]>;
  /** Mounts one more field, or one again. */
  mount(name: FieldName): Promise<void>;
  /** From now on, every message that a frame receives is kept. */
  listenInFrames(): Promise<void>;
  heardInFrames(): Promise<readonly { readonly type: string }[]>;
  heard(): Promise<readonly { readonly origin: string; readonly data: { readonly type: string } }[]>;
  close(): Promise<void>;
}

export interface SplitOptions extends FieldOptions {
  readonly names?: readonly FieldName[];
  readonly width?: number;
  readonly key?: string;
}

interface ShopWindow extends Window {
  heard: { origin: string; data: { type: string } }[];
  events: [string, unknown][];
  fields: CardFields;
}

export async function openFields(
  browser: Browser,
  vault: Pick<TestVault, 'shopUrl'>,
  options: SplitOptions = {},
): Promise<SplitCheckout> {
  const { names = ['number', 'expiry', 'cvc'], width = 800, key = PUBLISHABLE_KEY, ...asked } = options;
  const context = await openContext(browser, { viewport: { width, height: 600 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(vault.shopUrl);
  await page.evaluate(mountFields, { key, names, asked });
  const field = (name: FieldName) => page.frameLocator(`#at-${name} iframe`);
  return {
    page,
    complaints,
    field,
    textIn: (name) => field(name).locator(`#${name}`).inputValue(),
    cursorIn: (name) => cursorIn(field(name)),
    tokenize: () => page.evaluate(() => (window as unknown as ShopWindow).fields.tokenize()),
    events: () => page.evaluate(() => (window as unknown as ShopWindow).events),
    mount: (name) => page.evaluate(mountField, name),
    listenInFrames: async () => {
      for (const frame of page.frames().slice(1)) {
        await frame.evaluate(() => {
          const heard: unknown[] = [];
          Object.assign(window, { heard });
          window.addEventListener('message', ({ data }) => heard.push(data));
        });
      }
    },
    heardInFrames: async () => {
      const heard = page
        .frames()
        .slice(1)
        .map((frame) => frame.evaluate(() => (window as unknown as FrameWindow).heard));
      return (await Promise.all(heard)).flat();
    },
    heard: () => page.evaluate(() => (window as unknown as ShopWindow).heard),
    close: () => context.close(),
  };
}

/** Types as a person does, key by key, into each field. */
export async function typeFields(
  shop: SplitCheckout,
  card: Readonly<Partial<Record<FieldName, string>>>,
): Promise<void> {
  for (const name of FIELD_NAMES) {
    const text = card[name];
    if (text === undefined) continue;
    await enter(shop.field(name), `#${name}`);
    await shop.field(name).locator(`#${name}`).pressSequentially(text);
  }
}

/** Gives each field all of its text at once, as a browser that remembers cards does. */
export async function giveFields(
  shop: SplitCheckout,
  card: Readonly<Partial<Record<FieldName, string>>>,
): Promise<void> {
  for (const name of FIELD_NAMES) {
    const text = card[name];
    if (text !== undefined) await shop.field(name).locator(`#${name}`).fill(text);
  }
}

interface FrameWindow extends Window {
  heard: { type: string }[];
}

/** Runs in the shop's page. */
function mountField(name: FieldName): Promise<void> {
  const { fields } = window as unknown as ShopWindow;
  const known = document.querySelector(`#at-${name}`);
  const host = known ?? document.createElement('div');
  host.id = `at-${name}`;
  if (known === null) document.querySelector('#card')?.append(host);
  return new Promise((resolve) => {
    const stop = fields[name].on('ready', () => {
      stop();
      resolve();
    });
    fields[name].mount(host);
  });
}

/** Runs in the shop's page. */
function mountFields(wanted: { key: string; names: readonly FieldName[]; asked: FieldOptions }): Promise<void> {
  const shop = window as unknown as ShopWindow;
  shop.events = [];
  shop.fields = shop.Fuda(wanted.key).fields(wanted.asked);
  for (const name of ['ready', 'focus', 'blur', 'change', 'submit', 'error'] as const) {
    shop.fields.on(name, (detail: unknown) => shop.events.push([name, detail]));
  }
  for (const name of wanted.names) {
    const host = document.createElement('div');
    host.id = `at-${name}`;
    document.querySelector('#card')?.append(host);
    shop.fields[name].mount(host);
  }
  return new Promise((resolve) => shop.fields.on('ready', () => resolve()));
}
