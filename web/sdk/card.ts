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
const RELOADED: CardError = { code: 'frame_not_ready', message: 'The card field was loaded anew.' };

type Listeners = { [Name in keyof CardEvents]: Set<(detail: CardEvents[Name]) => void> };

export class HostedCard implements Card {
  readonly #address: FrameAddress;
  readonly #listeners: Listeners = {
    ready: new Set(),
    focus: new Set(),
    blur: new Set(),
    submit: new Set(),
    change: new Set(),
    error: new Set(),
  };
  readonly #requests = createRequests(TOKENIZE_TIMEOUT_MS, OPEN_REQUESTS_MAX);
  /** What is asked before the frame is ready waits here, at most OPEN_REQUESTS_MAX of it. */
  #unsent: number[] = [];
  #frame: Frame | null = null;
  #isReady = false;
  /** Why there is no field to ask; null while there is one, or while one is coming. */
  #broken: CardError | null = UNMOUNTED;
  #readyTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(address: FrameAddress) {
    this.#address = address;
  }

  mount(target: string | Element): void {
    const host = typeof target === 'string' ? document.querySelector(target) : target;
    if (host === null) throw new Error(`Fuda: there is no element ${String(target)} to mount the card field in.`);
    if (this.#frame !== null) throw new Error('Fuda: this card field is mounted already.');
    const frame = openFrame(host, this.#address, (message) => this.#hear(message));
    this.#frame = frame;
    this.#broken = null;
    frame.element.addEventListener('load', () => {
      if (!this.#isReady) this.#awaitReady(frame, READY_AFTER_LOAD_MS);
    });
    this.#awaitReady(frame, READY_TIMEOUT_MS);
  }

  on<Name extends keyof CardEvents>(name: Name, listener: (detail: CardEvents[Name]) => void): () => void {
    const listeners = this.#listeners[name];
    if (listeners === undefined) throw new TypeError(`Fuda: there is no event ${String(name)}.`);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  tokenize(): Promise<TokenizeResult> {
    if (this.#broken !== null) return Promise.resolve({ error: this.#broken });
    return this.#requests.open((request) => {
      if (this.#isReady) this.#frame?.say({ type: 'tokenize', request });
      else this.#unsent.push(request);
    });
  }

  focus(): void {
    this.#frame?.element.focus();
    this.#frame?.say({ type: 'focus' });
  }

  clear(): void {
    this.#frame?.say({ type: 'clear' });
  }

  destroy(): void {
    clearTimeout(this.#readyTimer);
    this.#frame?.remove();
    this.#frame = null;
    this.#isReady = false;
    this.#unsent = [];
    this.#broken = DESTROYED;
    this.#requests.failAll(DESTROYED);
  }

  #hear(message: FrameMessage): void {
    switch (message.type) {
      case 'ready':
        this.#ready();
        break;
      case 'resize':
        this.#frame?.setHeight(message.height_px);
        break;
      case 'change':
        this.#emit('change', message.state);
        break;
      case 'token':
        this.#requests.answer(message.request, { token: message.token });
        break;
      case 'failed':
        this.#requests.answer(message.request, { error: message.error });
        break;
      default:
        this.#emit(message.type, undefined);
    }
  }

  #ready(): void {
    clearTimeout(this.#readyTimer);
    // A frame that is moved within its page loads anew, and knows nothing of what was asked before.
    if (this.#isReady) this.#requests.failAll(RELOADED);
    this.#isReady = true;
    this.#broken = null;
    this.#frame?.show();
    for (const request of this.#unsent) this.#frame?.say({ type: 'tokenize', request });
    this.#unsent = [];
    this.#emit('ready', undefined);
  }

  #awaitReady(frame: Frame, limitMs: number): void {
    clearTimeout(this.#readyTimer);
    this.#readyTimer = setTimeout(() => void this.#giveUp(frame), limitMs);
  }

  async #giveUp(frame: Frame): Promise<void> {
    const error = await diagnose(frame.url);
    if (this.#isReady || this.#frame !== frame) return;
    frame.hide();
    this.#broken = error;
    this.#unsent = [];
    console.error(`Fuda: ${error.message}`);
    this.#requests.failAll(error);
    this.#emit('error', error);
  }

  #emit<Name extends keyof CardEvents>(name: Name, detail: CardEvents[Name]): void {
    for (const listener of this.#listeners[name]) listener(detail);
  }
}
