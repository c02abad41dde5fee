/**
 * Prints the report's page to PDF with the browser from an npm package (cli/core/browser.ts). Opened before the audit,
 * so that a machine without a browser fails at once and not after minutes of reading.
 */
import { BundleError } from '../../../audit/bundle/signing-key.ts';
import { launchBrowser } from '../../core/browser.ts';

export interface Printer {
  print(page: string): Promise<Buffer>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 120_000;

/**
 * True where a Japanese character is drawn like U+10FFFD, a private-use character that no system font has: both are
 * then the same empty box.
 */
const LACKS_JAPANESE = `(() => {
  const drawn = (character) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const context = canvas.getContext('2d');
    context.font = '32px sans-serif';
    context.fillText(character, 2, 34);
    return canvas.toDataURL();
  };
  return ['札', '証', 'か'].some((character) => drawn(character) === drawn('\\u{10FFFD}'));
})()`;

/** Throws `BundleError` where no browser runs, or it cannot draw the report's language. */
export async function openPrinter(locale: string): Promise<Printer> {
  const browser = await launchBrowser().catch(() => {
    throw new BundleError(
      'No browser runs here, so there can be no PDF. Leave out --pdf, or name a Chromium in CHROMIUM_PATH; report.html prints from any browser.',
    );
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  if (locale === 'ja' && (await page.evaluate<boolean>(LACKS_JAPANESE))) {
    await browser.close();
    throw new BundleError(
      'This machine has no Japanese font, so the PDF would show boxes. Install one (fonts-noto-cjk), or leave out --pdf.',
    );
  }
  return {
    async print(html) {
      await page.setContent(html, { waitUntil: 'load', timeout: TIMEOUT_MS });
      return page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
    },
    close: () => browser.close(),
  };
}
