/**
 * Types a test card into the card field in your own Playwright tests, all in one frame or in a frame for each field.
 * Copy this file. It types as a person does, so what your page does on `change` and `submit` is tried as well.
 */
import type { FrameLocator, Locator, Page } from 'playwright-core'; // In yours: from '@playwright/test'.

export interface TypedCard {
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
  /** Only where your page asks for it. */
  readonly name: string;
}

/** A published test card that is approved. Others: docs/reference/test-cards.md. */
export const TEST_CARD = { number: '4242424242424242', expiry: '12 / 39', cvc: '123' } as const;

/** Field → the `autocomplete` of its input, which is part of the field's interface. */
const INPUTS = { number: 'cc-number', expiry: 'cc-exp', cvc: 'cc-csc', name: 'cc-name' } as const;

/** Fills in the card under `root`, the page or an element of it; fields that are not named keep what they hold. */
export async function fillCard(root: Page | Locator, card: Partial<TypedCard> = TEST_CARD): Promise<void> {
  await refuseLiveKeys(root);
  for (const name of Object.keys(INPUTS) as (keyof TypedCard)[]) {
    const text = card[name];
    const input = frameOf(root, name).locator(`input[autocomplete="${INPUTS[name]}"]`);
    if (text === undefined) continue;
    await input.clear();
    await input.pressSequentially(text);
  }
}

/** The frame that holds a field: its address says what it shows. A security code alone is the field set `code`. */
function frameOf(root: Page | Locator, name: keyof TypedCard): FrameLocator {
  const whole = name === 'name' ? 'card_name' : 'card';
  const fieldSets = [whole, name, ...(name === 'cvc' ? ['code'] : [])];
  const shows = fieldSets.map((fieldSet) => `[src*="field_set=${fieldSet}"]`).join(', ');
  return root.frameLocator(`iframe[src*="/hosted/card?"]:is(${shows})`);
}

/** A test types no card into a field that would take a real one. */
async function refuseLiveKeys(root: Page | Locator): Promise<void> {
  const live = root.locator('iframe[src*="/hosted/card?"][src*="key=pk_live_"]');
  if ((await live.count()) > 0) throw new Error('This page mounts the card field with a live key. Use a pk_test_ key.');
}
