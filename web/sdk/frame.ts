/**
 * The hosted frame as the merchant's page sees it: an element of the right height from the start, and a line to the
 * vault's origin that accepts nothing from any other window or origin.
 */
import { expectedHeightPx, RING_PX, TEXT_PX } from '../layout.ts';
import { type FrameMessage, type PageMessage, readFrameMessage, seal } from '../messages.ts';
import { type Base, readTheme } from '../theme.ts';
import { PAGE_TEXTS } from './texts.ts';
import type { Locale } from './types.ts';

export interface FrameAddress {
  readonly frameUrl: URL;
  readonly publishableKey: string;
  readonly locale: Locale;
  /** As `writeTheme` wrote it. */
  readonly theme: string;
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
const COLOR_SCHEMES: Readonly<Record<Base, string>> = { light: 'light', dark: 'dark', auto: 'light dark' };

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
  setHeight(expectedHeightPx(host.clientWidth + 2 * RING_PX, readTheme(address.theme), textPxOf(element)));
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

function frameUrl({ frameUrl, publishableKey, locale, theme }: FrameAddress): URL {
  const url = new URL(frameUrl);
  url.search = new URLSearchParams({ key: publishableKey, origin: location.origin, locale, theme }).toString();
  return url;
}

function frameElement({ locale, theme }: FrameAddress): HTMLIFrameElement {
  const element = document.createElement('iframe');
  element.title = PAGE_TEXTS[locale].titles.card;
  element.referrerPolicy = 'no-referrer';
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
