/** What every page shares: head, test-mode bar, header with the language switch, footer with the legal notice. */
import { type Html, html } from '../html.ts';
import { type Locale, TEXTS, type Texts } from '../texts.ts';
import { seal } from './cloth.ts';

/** The vault's script, and the hash without which a browser does not run it. */
export interface FudaScript {
  readonly address: string;
  readonly integrity?: string;
}

export interface PageContext {
  readonly url: URL;
  readonly locale: Locale;
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly fudaScript: FudaScript;
  readonly testMode: boolean;
  readonly testCardHints: boolean;
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** The page's own stylesheet, beside the base. */
  readonly style: 'product.css' | 'checkout.css' | 'order.css';
  /** Scripts and noscript fallbacks of this page alone. */
  readonly head?: Html;
}

export const textsOf = (context: PageContext): Texts => TEXTS[context.locale];

export const link = (context: PageContext, path: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}lang=${context.locale}`;

export function layout(context: PageContext, page: Page): string {
  const texts = textsOf(context);
  return `<!doctype html>\n${
    html`<html lang="${context.locale}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${page.title} | ${texts.shopName}</title>
  <link rel="stylesheet" href="/assets/base.css">
  <link rel="stylesheet" href="/assets/${page.style}">
  <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
  ${page.head}
</head>
<body>
  <a class="skip" href="#main">${texts.skip}</a>
  ${context.testMode && html`<aside class="test-bar" aria-label="TEST"><p><span class="tag">TEST</span> ${texts.testMode}</p></aside>`}
  ${header(context, texts)}
  <main id="main" tabindex="-1">${page.body}</main>
  ${footer(texts)}
</body>
</html>`.text
  }\n`;
}

const header = (context: PageContext, texts: Texts): Html => html`
  <header class="site-header">
    <a class="brand" href="${link(context, '/')}">${seal()}
      <span><strong>${texts.shopName}</strong><small>${texts.shopLine}</small></span></a>
    <nav class="languages" aria-label="${texts.languages}">${(['ja', 'en'] as const).map((locale) =>
      languageLink(context, locale),
    )}</nav>
  </header>`;

/** The same page in the other language: only `lang` changes. */
function languageLink(context: PageContext, locale: Locale): Html {
  const query = new URLSearchParams(context.url.searchParams);
  query.set('lang', locale);
  const current = locale === context.locale;
  return html`<a href="${`${context.url.pathname}?${query}`}" hreflang="${locale}" lang="${locale}" ${
    current && html`aria-current="true"`
  }>${TEXTS[locale].languageName}</a>`;
}

const footer = (texts: Texts): Html => html`
  <footer class="site-footer">
    <details>
      <summary>${texts.legalTitle}</summary>
      <dl>
        <div><dt>${texts.legalSeller}</dt><dd>${texts.legalSellerValue}</dd></div>
        <div><dt>${texts.legalContact}</dt><dd>hello@namima.example</dd></div>
        <div><dt>${texts.legalPrice}</dt><dd>${texts.legalPriceValue}</dd></div>
        <div><dt>${texts.legalPayment}</dt><dd>${texts.legalPaymentValue}</dd></div>
        <div><dt>${texts.legalReturns}</dt><dd>${texts.legalReturnsValue}</dd></div>
      </dl>
    </details>
    <p>${texts.footer}</p>
  </footer>`;
