/**
 * The hosted frame on the merchant's page: an element of the right height from the start and at every width, and
 * messages with the vault's origin that ignore every other window and origin.
 */

import { FIELD_SETS, type FieldSet } from '../../shared/card/fields.ts';
import type { Brand } from '../../shared/card/networks.ts';
import { expectedHeightPx, RING_PX, TEXT_PX } from '../layout.ts';
import { type FrameMessage, type PageMessage, readFrameMessage, seal } from '../messages.ts';
import { type Base, readTheme } from '../theme.ts';
import type { Locale } from '../types.ts';
import { PAGE_TEXTS, type PageTexts } from './texts.ts';

export interface FrameAddress {
  readonly frameUrl: URL;
  readonly publishableKey: string;
  readonly locale: Locale;
  /** As `writeTheme` wrote it. */
  readonly theme: string;
  readonly fieldSet: FieldSet;
  /** The card of this frame's fields, where they are in several frames. */
  readonly group?: string;
  /** The brand, where it is known without a number. */
  readonly brand?: Brand;
}

export interface Frame {
  readonly element: HTMLIFrameElement;
  readonly url: URL;
  say(message: PageMessage): void;
  /** The height that the frame has measured at that width. */
  setHeight(heightPx: number, widthPx: number): void;
  /** As the page sees it; the frame may report it a moment later. */
  hasCursor(): boolean;
  /** Scrolls the focused frame into view at once, so that the page does not scroll later. */
  bringIntoView(): void;
  show(): void;
  /** Hides a refusal's error page and keeps the room. */
  hide(): void;
  remove(): void;
}

/** Limit on the height in a message: four fields in the largest text of a browser. */
const HEIGHT_MAX_PX = 1_500;
const TITLES: Readonly<Record<FieldSet, keyof PageTexts['titles']>> = {
  card: 'card',
  card_name: 'card',
  number: 'number',
  expiry: 'expiry',
  cvc: 'cvc',
  name: 'name',
  code: 'cvc',
};
const COLOR_SCHEMES: Readonly<Record<Base, string>> = { light: 'light', dark: 'dark', auto: 'light dark' };

/**
 * Chrome's permission to fill a card into a frame of another origin, newest name first
 * (https://chromium.googlesource.com/chromium/src/+/main/docs/security/autofill-across-iframes.md).
 */
const FILLING = ['autofill', 'shared-autofill'];

declare global {
  interface Document {
    /** Chromium only. */
    readonly featurePolicy?: { features(): readonly string[] };
  }
}

export function openFrame(host: Element, address: FrameAddress, heard: (message: FrameMessage) => void): Frame {
  const url = frameUrl(address);
  const element = frameElement(address);
  const setHeight = (heightPx: number) => {
    element.style.height = `${Math.min(heightPx, HEIGHT_MAX_PX)}px`;
  };
  const receive = (event: MessageEvent<unknown>) => {
    if (event.source !== element.contentWindow || event.origin !== url.origin) return;
    const message = readFrameMessage(event.data);
    if (message !== null) heard(message);
  };
  window.addEventListener('message', receive);
  element.src = url.href;
  host.replaceChildren(element);
  const stopFitting = keepFitting(element, address, setHeight);
  return {
    element,
    url,
    setHeight: (heightPx, widthPx) => {
      // A hidden frame has no width to measure at, and one that was resized meanwhile another.
      if (element.clientWidth > 0 && Math.abs(element.clientWidth - widthPx) <= 1) setHeight(heightPx);
    },
    say: (message) => element.contentWindow?.postMessage(seal(message), url.origin),
    hasCursor: () => hasCursor(element),
    bringIntoView: () => {
      // With smooth scrolling the page would still move when its button is pressed.
      if (hasCursor(element)) element.scrollIntoView({ behavior: 'instant', block: 'nearest', inline: 'nearest' });
    },
    show: () => {
      element.style.visibility = 'visible';
    },
    hide: () => {
      element.style.visibility = 'hidden';
    },
    remove: () => {
      window.removeEventListener('message', receive);
      stopFitting();
      element.remove();
    },
  };
}

/**
 * Sets the element's height to that of the field: now, and before painting whenever its width changes. The frame's own
 * measure comes later, and differs only where the reader has changed more than the text size.
 */
function keepFitting(
  element: HTMLElement,
  { fieldSet, theme }: FrameAddress,
  setHeight: (heightPx: number) => void,
): () => void {
  const look = readTheme(theme);
  let fittedPx = 0;
  const fitTo = (widthPx: number) => {
    if (widthPx === fittedPx) return;
    fittedPx = widthPx;
    setHeight(expectedHeightPx(widthPx - 2 * RING_PX, look, textPxOf(element), FIELD_SETS[fieldSet].fields.length));
  };
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0) fitTo(element.clientWidth);
  });
  observer.observe(element);
  fitTo(widthAround(element));
  return () => observer.disconnect();
}

/** The element's width; while it is hidden, that of the nearest visible ancestor. */
function widthAround(element: Element): number {
  let at: Element | null = element;
  while (at !== null && at.clientWidth === 0) at = at.parentElement;
  return at?.clientWidth ?? 0;
}

const hasCursor = (element: Element): boolean =>
  (element.getRootNode() as Document | ShadowRoot).activeElement === element;

function frameUrl({ frameUrl, publishableKey, locale, theme, fieldSet, group, brand }: FrameAddress): URL {
  const url = new URL(frameUrl);
  url.search = new URLSearchParams({
    key: publishableKey,
    origin: location.origin,
    locale,
    theme,
    field_set: fieldSet,
    ...(group && { group }),
    ...(brand && { brand }),
  }).toString();
  return url;
}

function frameElement({ locale, theme, fieldSet }: FrameAddress): HTMLIFrameElement {
  const element = document.createElement('iframe');
  element.title = PAGE_TEXTS[locale].titles[TITLES[fieldSet]];
  element.referrerPolicy = 'no-referrer';
  element.allow = knownFeatures(FILLING);
  Object.assign(element.style, {
    display: 'block',
    border: '0',
    // Only to the sides, because vertical margins would move the content around the element.
    margin: `0 -${RING_PX}px`,
    width: `calc(100% + ${2 * RING_PX}px)`,
    maxWidth: 'none',
    // The reader's text size, not the page's.
    fontSize: 'medium',
    // Browsers paint a frame opaque where its colour scheme differs from the page's.
    colorScheme: COLOR_SCHEMES[readTheme(theme).base],
  });
  return element;
}

const textPxOf = (element: Element): number => Number.parseFloat(getComputedStyle(element).fontSize) || TEXT_PX;

/** Browsers warn about unknown features on the page's console. */
const knownFeatures = (names: readonly string[]): string => {
  const known = document.featurePolicy?.features() ?? [];
  return names.filter((name) => known.includes(name)).join('; ');
};
