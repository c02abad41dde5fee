/**
 * One card field on a merchant's page: mounts the frame, waits for it, passes its events on, and asks it for tokens.
 * The page never holds card data; there is nothing here that could.
 */
import type { FrameMessage } from '../messages.ts';
import { diagnose } from './diagnosis.ts';
import { type Frame, type FrameAddress, openFrame } from './frame.ts';
import { createRequests } from './requests.ts';
import type { Card, CardError, CardEvents, TokenizeResult } from './types.ts';

/** Longer than everything the frame may do: two key fetches and two posts of 15 seconds each. */
const TOKENIZE_TIMEOUT_MS = 65_000;
const READY_TIMEOUT_MS = 20_000;
/** A page that has loaded and is the field says so at once; a refusal never does. */
const READY_AFTER_LOAD_MS = 2_000;
const OPEN_REQUESTS_MAX = 20;

const UNMOUNTED: CardError = { code: 'not_mounted', message: 'Call mount() first.' };
const DESTROYED: CardError = { code: 'destroyed', message: 'The card field was taken off the page.' };

type Listeners = { [Name in keyof CardEvents]: Set<(detail: CardEvents[Name]) => void> };

export function createCard(address: FrameAddress): Card {
  const listeners: Listeners = {
    ready: new Set(),
    focus: new Set(),
    blur: new Set(),
    submit: new Set(),
    change: new Set(),
    error: new Set(),
  };
  const requests = createRequests(TOKENIZE_TIMEOUT_MS, OPEN_REQUESTS_MAX);
  /** What is asked before the frame is ready waits here, at most OPEN_REQUESTS_MAX of it. */
  let unsent: number[] = [];
  let frame: Frame | null = null;
  let isReady = false;
  let broken: CardError | null = UNMOUNTED;
  let readyTimer: ReturnType<typeof setTimeout> | undefined;

  const emit = <Name extends keyof CardEvents>(name: Name, detail: CardEvents[Name]) => {
    for (const listener of listeners[name]) listener(detail);
  };

  const giveUp = async (waited: Frame) => {
    const error = await diagnose(waited.url);
    if (isReady || frame !== waited) return;
    broken = error;
    console.error(`Fuda: ${error.message}`);
    requests.failAll(error);
    emit('error', error);
  };

  const waitForReady = (waited: Frame, limitMs: number) => {
    clearTimeout(readyTimer);
    readyTimer = setTimeout(() => void giveUp(waited), limitMs);
  };

  const ready = () => {
    clearTimeout(readyTimer);
    isReady = true;
    broken = null;
    for (const request of unsent) frame?.say({ type: 'tokenize', request });
    unsent = [];
    emit('ready', undefined);
  };

  const heard = (message: FrameMessage) => {
    switch (message.type) {
      case 'ready':
        return ready();
      case 'resize':
        return frame?.setHeight(message.height_px);
      case 'change':
        return emit('change', message.state);
      case 'token':
        return requests.answer(message.request, { token: message.token });
      case 'failed':
        return requests.answer(message.request, { error: message.error });
      default:
        return emit(message.type, undefined);
    }
  };

  return {
    mount: (target) => {
      const host = typeof target === 'string' ? document.querySelector(target) : target;
      if (host === null) throw new Error(`Fuda: there is no element ${String(target)} to mount the card field in.`);
      if (frame !== null) throw new Error('Fuda: this card field is mounted already.');
      const opened = openFrame(host, address, heard);
      frame = opened;
      broken = null;
      opened.element.addEventListener('load', () => {
        if (!isReady) waitForReady(opened, READY_AFTER_LOAD_MS);
      });
      waitForReady(opened, READY_TIMEOUT_MS);
    },
    on: (name, listener) => {
      listeners[name].add(listener);
      return () => void listeners[name].delete(listener);
    },
    tokenize: (): Promise<TokenizeResult> => {
      if (broken !== null) return Promise.resolve({ error: broken });
      return requests.open((request) => (isReady ? frame?.say({ type: 'tokenize', request }) : unsent.push(request)));
    },
    focus: () => {
      frame?.element.focus();
      frame?.say({ type: 'focus' });
    },
    clear: () => frame?.say({ type: 'clear' }),
    destroy: () => {
      clearTimeout(readyTimer);
      frame?.remove();
      frame = null;
      isReady = false;
      broken = DESTROYED;
      requests.failAll(DESTROYED);
    },
  };
}
