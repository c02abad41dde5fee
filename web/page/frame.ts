/**
 * The hosted frame as the merchant's page sees it: an element of the right height from the start and at every width, and
 * a line to the vault's origin that accepts nothing from any other window or origin.
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
  /** The card this frame's fields belong to, where they stand in several frames. */
  readonly group?: string;
  /** The brand that is known beforehand. */
  readonly brand?: Brand;
}

export interface Frame {
  readonly element: HTMLIFrameElement;
  readonly url: URL;
  say(message: PageMessage): void;
  /** The height that the frame has measured. */
  setHeight(heightPx: number): void;
  /** For the page: the frame itself may say so a moment later. */
  hasCursor(): boolean;
  /** Brings all of it into view at once while someone types in it, so that the page does not scroll later. */
  bringIntoView(): void;
  show(): void;
  /** Keeps its room, but not what a refusal looks like in a browser. */
  hide(): void;
  remove(): void;
}

/** A field is never taller than this, whatever a message says: four fields in the largest text a browser offers. */
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
 * What Chrome calls the leave to fill a card into a frame of another origin, newest name first
 * (https://chromium.googlesource.com/chromium/src/+/main/docs/security/autofill-across-iframes.md).
 */
const FILLING = ['autofill', 'shared-autofill'];

declare global {
  interface Document {
    /** Chromium's, and no other browser's. */
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
    setHeight: (heightPx) => {
      // A hidden frame measures itself at no width.
      if (element.clientWidth > 0) setHeight(heightPx);
    },
    say: (message) => element.contentWindow?.postMessage(seal(message), url.origin),
    hasCursor: () => hasCursor(element),
    bringIntoView: () => {
      // A page that scrolls smoothly would still be moving when its button is pressed.
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
 * Gives the element the height that the field will have: now, and whenever its width changes, before that is painted. The
 * frame's own measure comes later, and is another only where the reader has changed more than the size of text.
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

/** The element's width; while it is hidden, that of the nearest element around it that is not. */
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
    // To the sides alone: above and below it would move what stands around an element of the right height.
    margin: `0 -${RING_PX}px`,
    width: `calc(100% + ${2 * RING_PX}px)`,
    maxWidth: 'none',
    // The reader's own size, whatever the page makes of it.
    fontSize: 'medium',
    // A frame whose colour scheme differs from its page's is painted opaque.
    colorScheme: COLOR_SCHEMES[readTheme(theme).base],
  });
  return element;
}

const textPxOf = (element: Element): number => Number.parseFloat(getComputedStyle(element).fontSize) || TEXT_PX;

/** A browser complains on the page's console of a feature it does not know. */
const knownFeatures = (names: readonly string[]): string => {
  const known = document.featurePolicy?.features() ?? [];
  return names.filter((name) => known.includes(name)).join('; ');
};
