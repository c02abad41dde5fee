/** A shop's checkout page in a real browser, with the card field mounted; what the browser tests act on. */
import type { Browser, FrameLocator, Page } from 'playwright-core';
import type { CardOptions, CardState, CardToken, TokenizeResult } from '../../web/types.ts';
import { enter, openContext } from '../setup/browser.ts';
import { eventually } from '../setup/eventually.ts';
import { PUBLISHABLE_KEY, type TestVault } from './test-vault.ts';

export interface TestCheckout {
  readonly page: Page;
  readonly frame: FrameLocator;
  /** Everything that went wrong in the page or the frame, policy violations included. */
  readonly complaints: string[];
  /** What the field warns the developer of the page of. */
  readonly warnings: string[];
  tokenize(): Promise<TokenizeResult>;
  /** Every `message` event the shop's window received. */
  heard(): Promise<readonly { readonly origin: string; readonly data: { readonly type: string } }[]>;
  events(): Promise<readonly (readonly [string, unknown])[]>;
  /** Resolves when the page has received a state like this. */
  told(state: Partial<CardState>): Promise<void>;
  close(): Promise<void>;
}

export interface CheckoutOptions extends CardOptions {
  readonly width?: number;
  readonly url?: string;
  readonly key?: string;
  /** Runs in every frame of the page before anything else does. */
  readonly before?: string;
  /** Left to the test when the field is expected not to come up. */
  readonly awaitReady?: boolean;
}

interface ShopWindow extends Window {
  heard: { origin: string; data: { type: string } }[];
  events: [string, unknown][];
  card: ReturnType<ReturnType<Window['Fuda']>['card']>;
}

export async function openCheckout(
  browser: Browser,
  vault: Pick<TestVault, 'shopUrl'>,
  options: CheckoutOptions = {},
): Promise<TestCheckout> {
  const { width = 800, url = vault.shopUrl, key = PUBLISHABLE_KEY, awaitReady = true, before, ...card } = options;
  const context = await openContext(browser, { viewport: { width, height: 500 } });
  const page = await context.newPage();
  if (before !== undefined) await page.addInitScript(before);
  const complaints: string[] = [];
  const warnings: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
    if (message.type() === 'warning' && message.text().startsWith('Fuda')) warnings.push(message.text());
  });
  await page.goto(url);
  await page.evaluate(mountCard, { key, card, awaitReady });
  const frame = page.frameLocator('iframe');
  return {
    page,
    frame,
    complaints,
    warnings,
    tokenize: () => page.evaluate(() => (window as unknown as ShopWindow).card.tokenize()),
    heard: () => page.evaluate(() => (window as unknown as ShopWindow).heard),
    events: () => page.evaluate(() => (window as unknown as ShopWindow).events),
    told: async (state) => void (await page.waitForFunction(isTold, state)),
    close: () => context.close(),
  };
}

/** Runs in the shop's page. Whether the last state that it received has these members. */
function isTold(wanted: Partial<CardState>): boolean {
  const { events } = window as unknown as ShopWindow;
  const last = events.findLast(([name]) => name === 'change')?.[1] as CardState | undefined;
  return (
    last !== undefined && Object.entries({ ...last, ...wanted }).every(([name, is]) => Reflect.get(last, name) === is)
  );
}

/** Runs in the shop's page. */
function mountCard(wanted: { key: string; card: CardOptions; awaitReady: boolean }): Promise<void> {
  const shop = window as unknown as ShopWindow;
  shop.events = [];
  shop.card = shop.Fuda(wanted.key).card(wanted.card);
  for (const name of ['ready', 'focus', 'blur', 'change', 'submit', 'error'] as const) {
    shop.card.on(name, (detail: unknown) => shop.events.push([name, detail]));
  }
  shop.card.mount('#card');
  return wanted.awaitReady ? new Promise((resolve) => shop.card.on('ready', () => resolve())) : Promise.resolve();
}

export interface TypedCard {
  readonly number?: string;
  readonly expiry?: string;
  readonly cvc?: string;
  readonly name?: string;
}

export const GOOD_CARD = { number: '4242424242424242', expiry: '1230', cvc: '837' } as const;

/** Types as a person does, key by key, into each field. */
export async function typeCard({ frame }: Pick<TestCheckout, 'frame'>, card: TypedCard = GOOD_CARD): Promise<void> {
  for (const [id, text] of Object.entries(card)) {
    await enter(frame, `#${id}`);
    await frame.locator(`#${id}`).pressSequentially(text);
  }
}

/** Gives each field all of its text at once, as a browser that remembers cards does. */
export async function giveCard({ frame }: Pick<TestCheckout, 'frame'>, card: TypedCard = GOOD_CARD): Promise<void> {
  for (const [id, text] of Object.entries(card)) await frame.locator(`#${id}`).fill(text);
}

/** In every form that a page could have of it: typed, grouped, or as bytes. */
const GOOD_CARD_TEXTS = [
  GOOD_CARD.number,
  '4242 4242',
  GOOD_CARD.cvc,
  GOOD_CARD.expiry,
  '12 / 30',
  Buffer.from(GOOD_CARD.number).toString('base64'),
];

/** What of that card is in a text. The servers' own addresses are left out: a port may have any digits. */
export function goodCardIn(text: string): readonly string[] {
  const searched = text.replaceAll(/127\.0\.0\.1(:|%3A)\d+/gi, '');
  return GOOD_CARD_TEXTS.filter((needle) => searched.includes(needle));
}

/** Waits for a complaint that holds `text`: the browser tells some of them later than what they are about. */
export const complaint = (shop: Pick<TestCheckout, 'complaints'>, text: string): Promise<unknown> =>
  eventually(
    () => `a complaint of ${text}, but there is: ${shop.complaints.join('; ')}`,
    () => shop.complaints.some((complaint) => complaint.includes(text)),
  );

export function tokenOf(result: TokenizeResult): CardToken {
  if (result.error) throw new Error(`no token: ${result.error.code}`);
  return result.token;
}
