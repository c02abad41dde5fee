/**
 * The hosted frame as the merchant's page sees it: an element of the right height from the start, and a line to the
 * vault's origin that accepts nothing from any other window or origin.
 */
import type { Brand } from '../../shared/card/brand.ts';
import { MODES, type Mode } from '../../shared/card/fields.ts';
import { expectedHeightPx, RING_PX, TEXT_PX } from '../layout.ts';
import { type FrameMessage, type PageMessage, readFrameMessage, seal } from '../messages.ts';
import { type Base, readTheme } from '../theme.ts';
import { PAGE_TEXTS, type PageTexts } from './texts.ts';
import type { Locale } from './types.ts';

export interface FrameAddress {
  readonly frameUrl: URL;
  readonly publishableKey: string;
  readonly locale: Locale;
  /** As `writeTheme` wrote it. */
  readonly theme: string;
  readonly mode: Mode;
  /** The card this frame's fields belong to, where they stand in several frames. */
  readonly session?: string;
  /** The brand that is known beforehand. */
  readonly brand?: Brand;
}

export interface Frame {
  readonly element: HTMLIFrameElement;
  readonly url: URL;
  say(message: PageMessage): void;
  setHeight(heightPx: number): void;
  show(): void;
  /** Keeps its room, but not what a refusal looks like in a browser. */
  hide(): void;
  remove(): void;
}

/** A field is never taller than this, whatever a message says. */
const HEIGHT_MAX_PX = 600;
const TITLES: Readonly<Record<Mode, keyof PageTexts['titles']>> = {
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
  const { length: fieldCount } = MODES[address.mode].fields;
  const widthPx = host.clientWidth + 2 * RING_PX;
  setHeight(expectedHeightPx(widthPx, readTheme(address.theme), textPxOf(element), fieldCount));
  return {
    element,
    url,
    setHeight,
    say: (message) => element.contentWindow?.postMessage(seal(message), url.origin),
    show: () => {
      element.style.visibility = 'visible';
    },
    hide: () => {
      element.style.visibility = 'hidden';
    },
    remove: () => {
      window.removeEventListener('message', receive);
      element.remove();
    },
  };
}

function frameUrl({ frameUrl, publishableKey, locale, theme, mode, session, brand }: FrameAddress): URL {
  const url = new URL(frameUrl);
  url.search = new URLSearchParams({
    key: publishableKey,
    origin: location.origin,
    locale,
    theme,
    mode,
    ...(session && { session }),
    ...(brand && { brand }),
  }).toString();
  return url;
}

function frameElement({ locale, theme, mode }: FrameAddress): HTMLIFrameElement {
  const element = document.createElement('iframe');
  element.title = PAGE_TEXTS[locale].titles[TITLES[mode]];
  element.referrerPolicy = 'no-referrer';
  element.allow = knownFeatures(FILLING);
  Object.assign(element.style, {
    display: 'block',
    border: '0',
    margin: `-${RING_PX}px`,
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
