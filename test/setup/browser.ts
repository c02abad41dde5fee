/** Pages of a real browser for tests: they wait as long as a machine needs that is busy with other work. */
import type { Browser, BrowserContext, BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Ends what would never come; it measures nothing. */
const WAIT_MS = 120_000;

/** For a page by itself, with nothing stored. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  return context;
}

/**
 * Resolves when the cursor is in the frame for the whole page: keys go where the browser has the cursor, and it learns that
 * from the frame's process a moment later.
 */
export const cursorIn = (frame: FrameLocator): Promise<unknown> =>
  eventually('the cursor is in the frame', () =>
    frame
      .owner()
      .evaluate((owner) => (owner.getRootNode() as unknown as { activeElement: unknown }).activeElement === owner),
  );

/** Puts the cursor into an input of a frame. */
export async function enter(frame: FrameLocator, selector: string): Promise<void> {
  await frame.locator(selector).focus();
  await cursorIn(frame);
}

/**
 * Resolves when a JavaScript expression is true in the page. Not `waitForFunction`: it hands text to `eval` in the page,
 * which a Content Security Policy refuses unless the first look finds it true already.
 */
export const comesTrue = (page: Page | Frame, expression: string): Promise<unknown> =>
  eventually(`\`${expression}\` in the page`, () => page.evaluate(`Boolean(${expression})`));
