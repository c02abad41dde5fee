/** The report in a real browser, on a screen and a phone, in both languages: it fits, breaks where it should, and is accessible. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Evidence } from '../../audit/evidence.ts';
import { BUNDLE_FILES } from '../../audit/render/appendices.ts';
import type { ReportLocale } from '../../audit/render/locales.ts';
import { reportHtml } from '../../audit/render/page.ts';
import { launchBrowser } from '../../cli/core/browser.ts';
import { use } from '../setup/use.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

const DAY_MS = 24 * HOUR_MS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const evidence = use(() => twoDays());
const browser = use(launchBrowser);

/** Something for every section: decryptions on two days, a change, a refusal, an erasure. */
async function twoDays(): Promise<Evidence> {
  using trail = new TestTrail();
  trail.log(START_MS + 10 * 60_000, [
    kmsRecord({ requestID: 'rogue' }),
    kmsRecord({ eventName: 'PutKeyPolicy' }),
    kmsRecord({ errorCode: 'AccessDenied', userAgent: '<img src=x onerror=alert(1)>' }),
    tableRecord('Tokens', 'PutItem', { key: { token_hash: 'hash_b' } }),
    tableRecord('Tokens', 'UpdateItem', { key: { token_hash: 'hash_b' } }),
  ]);
  trail.digest(START_MS + HOUR_MS);
  const eventTime = new Date(START_MS + DAY_MS).toISOString();
  trail.log(START_MS + DAY_MS, [kmsRecord({ requestID: 'rogue-2', eventTime })]);
  trail.digest(START_MS + DAY_MS + HOUR_MS);
  return await examine(trail, { nowMs: START_MS + DAY_MS + 2 * HOUR_MS });
}

async function open(locale: ReportLocale, widthPx: number): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: widthPx, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.setContent(
    reportHtml({ evidence, locale, template: undefined, signer: 'ab'.repeat(32), files: BUNDLE_FILES }),
  );
  return { page, complaints };
}

describe.each(['en', 'ja'] as const)('in %s', (locale) => {
  test.each([1280, 390])(
    'at %d px nothing is wider than the page, and the browser has nothing to say',
    async (widthPx) => {
      const { page, complaints } = await open(locale, widthPx);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(widthPx);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('no phrase of the title is broken on a phone', async () => {
    const { page } = await open(locale, 390);
    const lines = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h1 .phrase')].map((phrase) => Math.round(phrase.offsetHeight / parseFloat(getComputedStyle(phrase).lineHeight)))`,
    );
    expect(lines.length).toBeGreaterThan(0);
    if (locale === 'ja') expect(lines).toEqual(lines.map(() => 1));
    await page.context().close();
  });
});

test('axe finds nothing', async () => {
  const { page } = await open('en', 1280);
  // Through the debugger, which no policy of the page concerns.
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await page.context().close();
});

test('printed, it has a title, an outline and tags for those who hear it', async () => {
  const { page } = await open('en', 1280);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
  const text = pdf.toString('latin1');
  expect(text).toContain('/StructTreeRoot');
  expect(text).toContain('/Outlines');
  // A4 in points.
  expect(text).toMatch(/\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/);
  await page.context().close();
});
