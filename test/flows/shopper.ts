/** A shopper at the demo shop in a real browser: what a person sees, types and presses, and nothing a person cannot. */
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import type { Locale } from '../../examples/shop/texts.ts';
import { fillCard } from '../../examples/testing/playwright.ts';
import { openContext } from '../setup/browser.ts';

/** Field of the card form → what is typed into it. */
export type TypedCard = Parameters<typeof fillCard>[1] & object;

export interface Visit {
  readonly shopUrl: string;
  readonly locale: Locale;
  readonly width: number;
  /** Sees the context before its first page opens. */
  readonly watch?: (context: BrowserContext) => Promise<void>;
}

export class Shopper implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page or in the field, policy violations included. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser, visit: Visit): Promise<Shopper> {
    const { locale, width } = visit;
    const context = await openContext(browser, {
      viewport: { width, height: 844 },
      locale: locale === 'ja' ? 'ja-JP' : 'en-GB',
      isMobile: width < 600,
      hasTouch: width < 600,
    });
    await visit.watch?.(context);
    const shopper = new Shopper(context, await context.newPage());
    await shopper.page.goto(visit.shopUrl);
    return shopper;
  }

  get field(): FrameLocator {
    return this.page.frameLocator('#card iframe');
  }

  /** From the product to a checkout with the card field ready and the address filled in. */
  async checkOut(quantity = 1): Promise<void> {
    await this.page.locator('#quantity').selectOption(String(quantity));
    await this.page.locator('.buy button').click();
    await this.page.locator('#sample').click();
    await this.fieldIsReady();
  }

  async fieldIsReady(): Promise<void> {
    await this.page.locator('.card-field[data-state="ready"]').waitFor();
  }

  async typeCard(card: TypedCard): Promise<void> {
    await fillCard(this.page.locator('#card'), card);
  }

  async pressPay(): Promise<void> {
    await this.page.locator('#pay').click();
  }

  /** Pays and waits for the page with the outcome. */
  async pay(card: TypedCard): Promise<'paid' | 'declined' | 'waiting'> {
    await this.typeCard(card);
    await this.pressPay();
    const result = this.page.locator('.result');
    const problem = this.page.locator('#problem:not(:empty)');
    await result.or(problem).first().waitFor();
    if (await problem.isVisible()) throw new Error(`the checkout says: ${await problem.textContent()}`);
    const names = (await result.getAttribute('class')) ?? '';
    return names.includes('paid') ? 'paid' : names.includes('declined') ? 'declined' : 'waiting';
  }

  /** From the page of a declined payment back to the checkout. */
  async useAnotherCard(): Promise<void> {
    await this.page.locator('.result a.button').first().click();
    await this.fieldIsReady();
  }

  readonly text = async (selector: string): Promise<string> => (await this.page.locator(selector).textContent()) ?? '';

  /** Whether anything sticks out of the page sideways, in the page or in the field. */
  async overflows(): Promise<boolean> {
    const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    const widths = await Promise.all(this.page.frames().map((frame) => frame.evaluate<number>(excess)));
    return widths.some((width) => width > 0);
  }

  [Symbol.asyncDispose] = (): Promise<void> => this.context.close();
}
