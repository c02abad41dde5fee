/**
 * The main job, end to end: a shopper pays in a real browser, the shop gets a token and a charge, the auditor gets an
 * explanation for every decryption. Everything is what would be deployed: bundles, permissions, trail, command line.
 */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../cli/core/browser.ts';
import { startShop } from '../../examples/shop/server.ts';
import { type Locale, TEXTS } from '../../examples/shop/texts.ts';
import { setOrigins } from '../../shared/merchants/merchant-store.ts';
import { comesTrue, cursorIn } from '../setup/browser.ts';
import { CARD } from '../setup/cards.ts';
import { story } from '../setup/story.ts';
import { isDrawn } from '../setup/sweeps.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
import { actingAs } from './credentials.ts';
import { Shopper } from './shopper.ts';
import { findEvidence } from './trail.ts';

const vault = use(startVault);
const merchant = use(() => vault.merchant());
const browser = use(launchBrowser);
const shop = use(() => {
  const { publishableKey, secretKey } = merchant;
  const keys = { publishableKey, secretKey, log: (line: string) => void shopLog.push(line) };
  return startShop({ port: 0, apiUrl: vault.runtime.apiUrl, ...keys });
});
const shopLog: string[] = [];
/** The outcome of each charge that got as far as the card; each decrypts a PAN and a CVC. */
const outcomes: ('captured' | 'declined')[] = [];

beforeAll(() => setOrigins(vault.operator, merchant.id, [shop.url]));

const approved = { number: CARD.approve, expiry: '1230', cvc: '837' };
const declined = { ...approved, number: CARD.declined };

/** In the page: every place at which the button was painted, how often the page was scrolled, whether the card is whole. */
const KEEP_MOVES = `
  window.places = [];
  window.scrolls = 0;
  window.isComplete = false;
  addEventListener('scroll', () => { scrolls += 1; });
  addEventListener('message', ({ data: { report } }) => {
    if (report) isComplete = Object.values(report.fields).every(({ complete }) => complete);
  });
  (function look() {
    const button = document.querySelector('#pay');
    const place = button && Math.round(button.getBoundingClientRect().top + scrollY);
    if (button && !places.includes(place)) places.push(place);
    requestAnimationFrame(look);
  })();
`;

/** Each locale and each width once, where not all pairs. */
const PAIRS: readonly (readonly [Locale, number])[] = [
  ['ja', 390],
  ['ja', 1280],
  ['en', 1280],
  ['en', 390],
];

describe.each(PAIRS.filter((_, index) => isDrawn(index, 2)))('in %s, %d pixels wide', (locale, width) => {
  const texts = TEXTS[locale];

  test('a shopper with a declined card uses another card and has paid', async () => {
    await using shopper = await Shopper.arrive(browser, { shopUrl: shop.url, locale, width });
    expect(await shopper.page.locator('html').getAttribute('lang')).toBe(locale);
    expect(await shopper.overflows()).toBe(false);
    await shopper.checkOut(2);
    expect(await shopper.overflows()).toBe(false);

    expect(await shopper.pay(declined)).toBe('declined');
    outcomes.push('declined');
    expect(await shopper.text('h1')).toBe(texts.declinedTitle);
    expect(await shopper.text('.result')).toContain(texts.notCharged);
    expect(await shopper.overflows()).toBe(false);

    await shopper.useAnotherCard();
    expect(await shopper.pay(approved)).toBe('paid');
    outcomes.push('captured');
    expect(await shopper.text('h1')).toBe(texts.paidTitle);
    expect(await shopper.text('.receipt')).toContain(`${texts.endingIn} 4242`);
    expect(await shopper.text('.receipt')).toMatch(/8,360/);
    expect(await shopper.overflows()).toBe(false);
    expect(shopper.complaints).toEqual([]);
  });

  test('the page stands still from its first paint to the press of the button, except one step to the field', async () => {
    const watch = async (context: BrowserContext) => void (await context.addInitScript(KEEP_MOVES));
    await using shopper = await Shopper.arrive(browser, { shopUrl: shop.url, locale, width, watch });
    await shopper.checkOut();
    const { number, expiry, cvc } = approved;
    await shopper.field.locator('#number').evaluate((input) => input.focus({ preventScroll: true }));
    await cursorIn(shopper.field);
    await shopper.page.keyboard.press(number.charAt(0));
    await shopper.page.evaluate(`new Promise((resolve) => {
      const look = () => {
        const { top, bottom } = document.querySelector('#card iframe').getBoundingClientRect();
        if (top < 0 || Math.floor(bottom) > innerHeight) return requestAnimationFrame(look);
        // The scroll for the first digit fires one more event before the next frame.
        requestAnimationFrame(() => requestAnimationFrame(() => { resolve(); scrolls = 0; }));
      };
      look();
    })`);
    // Typed straight through: the cursor goes from field to field by itself.
    await shopper.page.keyboard.type(number.slice(1) + expiry + cvc);
    await comesTrue(shopper.page, 'isComplete');
    expect(await shopper.page.evaluate('({ places, scrolls })')).toEqual({ places: [expect.any(Number)], scrolls: 0 });
    await shopper.pressPay();
    await shopper.page.locator('.result-paid').waitFor();
    outcomes.push('captured');
  });

  test('a mistyped card is corrected in its own field, and nothing is charged for it', async () => {
    await using shopper = await Shopper.arrive(browser, { shopUrl: shop.url, locale, width });
    await shopper.checkOut();
    const charges = Object.keys((await vault.contents()).Ledger).length;
    // Expired, and the security code is a digit short.
    await shopper.typeCard({ number: CARD.amex, expiry: '0120', cvc: '837' });
    await shopper.pressPay();
    await shopper.page.locator('#problem:not(:empty)').waitFor();
    const wrong = shopper.field.locator('[aria-invalid="true"]');
    expect(await wrong.evaluateAll((inputs) => inputs.map(({ id }) => id))).toEqual(['expiry', 'cvc']);
    expect(Object.keys((await vault.contents()).Ledger)).toHaveLength(charges);
    expect(await shopper.pay({ expiry: '1230', cvc: '8371' })).toBe('paid');
    outcomes.push('captured');
    expect(await shopper.text('.receipt')).toContain('0005');
  });
});

test('the shop asked for each payment once, and its log is empty', async () => {
  const { Ledger, Simulator } = await vault.contents();
  const statuses = Object.values(Ledger).map(({ status }) => status);
  expect(Map.groupBy(statuses, (status) => status)).toEqual(Map.groupBy(outcomes, (outcome) => outcome));
  expect(Object.values(Simulator).map(({ authorizations_received: received }) => received)).toEqual(
    outcomes.map(() => 1),
  );
  expect(shopLog).toEqual([]);
});

describe('the evidence', () => {
  const step = story();

  step('has the charge of a shopper who comes back and types the code of the stored card', async () => {
    const [card, code] = [await merchant.store(), await merchant.tokenizeCvc('837')];
    const charge = await merchant.charge({ source: card.id, cvc_token: code.id });
    expect(charge).toMatchObject({ status: 201, json: { status: 'captured' } });
    outcomes.push('captured');
    const { Simulator } = await vault.contents();
    expect(Object.values(Simulator).filter((book) => book.credential === 'stored')).toMatchObject([
      { cvc_given: true },
    ]);
  });

  step('matches every decryption to a charge, over a chain of valid digests', async () => {
    const { exitCode, stdout, stderr, report, page } = await findEvidence(vault);
    const { counts } = report;
    console.info(
      `story: ${outcomes.length} charges, ${counts.decryptions} decryptions, ${counts.proven} proven, ` +
        `${counts.unexplained} unexplained; digests ${counts.digests_valid} valid, ${counts.digests_invalid} invalid`,
    );
    expect(report.findings).toEqual([]);
    expect(counts).toMatchObject({
      decryptions: 2 * outcomes.length,
      proven: 2 * outcomes.length,
      interrupted: 0,
      unexplained: 0,
      denied: 0,
      digests_invalid: 0,
      logs_invalid: 0,
      logs_unsealed: 0,
    });
    expect(counts.digests_valid).toBeGreaterThanOrEqual(1);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^PASS/);
    expect(page).toMatch(/<html lang="en"/);
    const { Ledger } = await vault.contents();
    const explained = new Set(report.decryptions.items.map(({ reason_id }) => reason_id));
    expect([...explained].sort()).toEqual(Object.keys(Ledger).sort());
  });

  step('shows a decryption by somebody who stole the charging function’s credentials, in Japanese too', async () => {
    const { id: card } = await merchant.store();

    using aws = actingAs(vault.runtime, 'cde/create-charge');
    const { Item } = await aws.dynamodb.send(
      new GetItemCommand({ TableName: vault.runtime.tables.Cards, Key: { card_id: { S: card } } }),
    );
    const stolen = await aws.kms.send(
      new DecryptCommand({
        KeyId: vault.runtime.keys.PanKey,
        CiphertextBlob: Item?.pan_ct?.B,
        EncryptionContext: { purpose: 'pan', merchant: merchant.id, record: card },
      }),
    );
    // The theft works: the role may decrypt. That it cannot stay hidden is what counts.
    expect(Buffer.from(stolen.Plaintext ?? []).toString()).toBe(CARD.approve);

    const { exitCode, stdout, report, page } = await findEvidence(vault, 'ja');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^FAIL: 1 finding\n/);
    expect(report.findings).toMatchObject([{ code: 'decryption_unexplained', reason: 'no_record' }]);
    expect(report.counts).toMatchObject({ ...withTheft(), unexplained: 1, digests_invalid: 0 });
    const [found] = report.decryptions.items.filter(({ explanation }) => explanation === 'unexplained');
    expect(found).toMatchObject({
      encryption_context: { record: card },
      caller_arn: expect.stringMatching(/CreateCharge/),
    });
    expect(page).toMatch(/<html lang="ja"/);
    expect(page).toContain(card);
  });

  const withTheft = () => ({ decryptions: 2 * outcomes.length + 1, proven: 2 * outcomes.length });
});
