/**
 * One place on the page for one frame: empty, waiting for its frame, ready, or broken. A page may remove, move or
 * navigate the frame; the slot notices and reports it, and can be mounted again.
 */
import type { FrameMessage, PageMessage } from '../messages.ts';
import type { CardError } from '../types.ts';
import { diagnose } from './diagnosis.ts';
import { type Frame, type FrameAddress, openFrame } from './frame.ts';
import { PAGE_TEXTS, type PageTexts } from './texts.ts';

const READY_TIMEOUT_MS = 20_000;
/** A loaded field reports at once that it is ready; a refusal never does. */
const READY_AFTER_LOAD_MS = 2_000;

export interface SlotListener {
  ready(): void;
  /** The frame was ready and has lost its requests: it was removed or reloaded. */
  lost(): void;
  broken(error: CardError): void;
  /** Something in a ready frame threw, so that it may never respond. `isNew` is false from the second time on. */
  failed(error: CardError, isNew: boolean): void;
  heard(message: FrameMessage): void;
}

export class FrameSlot {
  readonly #address: FrameAddress;
  readonly #listener: SlotListener;
  #frame: Frame | null = null;
  #isReady = false;
  /** Load events minus `ready` messages: -1 between a message and its load event, 0 after both. */
  #silentLoads = 0;
  #broken: CardError | null = null;
  #hasFailed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(address: FrameAddress, listener: SlotListener) {
    this.#address = address;
    this.#listener = listener;
  }

  get isMounted(): boolean {
    return this.#frame !== null;
  }

  get hasCursor(): boolean {
    return this.#frame?.hasCursor() ?? false;
  }

  get isReady(): boolean {
    return this.#isReady && this.trouble === null;
  }

  /** Why there is no field; null where there is one or it is loading. */
  get trouble(): CardError | null {
    if (this.#frame === null)
      return { code: 'not_mounted', message: `Call mount() for the ${this.#address.fieldSet} first.` };
    return this.#frame.element.isConnected ? this.#broken : { code: 'frame_removed', message: this.#texts.destroyed };
  }

  mount(target: string | Element): void {
    const host = typeof target === 'string' ? document.querySelector(target) : target;
    if (host === null) throw new Error(`Fuda: there is no element ${String(target)} to mount the card field in.`);
    if (this.#address.group !== undefined && host.getRootNode() instanceof ShadowRoot) {
      throw new Error('Fuda: separate fields find each other in the page itself only, not in a shadow tree.');
    }
    if (this.#frame?.element.isConnected) throw new Error('Fuda: this card field is mounted already.');
    this.unmount();
    const frame = openFrame(host, this.#address, (message) => this.#hear(message));
    this.#frame = frame;
    frame.element.addEventListener('load', () => this.#loaded(frame));
    this.#awaitReady(frame, READY_TIMEOUT_MS);
  }

  unmount(): void {
    const wasReady = this.#isReady;
    clearTimeout(this.#timer);
    this.#frame?.remove();
    this.#frame = null;
    this.#isReady = false;
    this.#silentLoads = 0;
    this.#broken = null;
    this.#hasFailed = false;
    if (wasReady) this.#listener.lost();
  }

  say(message: PageMessage): void {
    this.#frame?.say(message);
  }

  focus(): void {
    this.#frame?.element.focus();
    this.say({ type: 'focus' });
  }

  get #texts(): PageTexts['errors'] {
    return PAGE_TEXTS[this.#address.locale].errors;
  }

  #hear(message: FrameMessage): void {
    if (message.type === 'ready') this.#ready();
    else if (message.type === 'resize') this.#frame?.setHeight(message.height_px, message.width_px);
    else if (message.type === 'fault') this.#fault();
    else this.#listener.heard(message);
    if (message.type === 'change') this.#frame?.bringIntoView();
  }

  #ready(): void {
    clearTimeout(this.#timer);
    // A frame that is moved within its page reloads.
    if (this.#isReady) this.#listener.lost();
    this.#silentLoads = Math.max(this.#silentLoads - 1, -1);
    this.#isReady = true;
    this.#broken = null;
    this.#frame?.show();
    this.#listener.ready();
  }

  #fault(): void {
    // A field may throw at every key.
    const isNew = !this.#hasFailed;
    this.#hasFailed = true;
    if (isNew) console.error('Fuda: the card field threw an error, which is on the console of its frame.');
    if (this.#isReady) this.#listener.failed({ code: 'field_failed', message: this.#texts.timeout }, isNew);
    else if (this.#frame !== null) this.#break(this.#frame, 'field_failed');
  }

  /** Loaded: the frame's first page, the same page after the frame was moved, or another page. */
  #loaded(frame: Frame): void {
    this.#silentLoads += 1;
    if (this.#silentLoads <= 0) return;
    if (this.#isReady) this.#listener.lost();
    this.#isReady = false;
    this.#awaitReady(frame, READY_AFTER_LOAD_MS);
  }

  #awaitReady(frame: Frame, limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#giveUp(frame, limitMs), limitMs);
  }

  async #giveUp(frame: Frame, waitedMs: number): Promise<void> {
    const { code, reason } = await diagnose(frame.url, waitedMs);
    if (this.#isReady || this.#broken !== null || this.#frame !== frame) return;
    console.error(`Fuda: ${reason}`);
    this.#break(frame, code);
  }

  #break(frame: Frame, code: string): void {
    const error = { code, message: this.#texts.frame_not_ready };
    clearTimeout(this.#timer);
    frame.hide();
    this.#broken = error;
    this.#listener.broken(error);
  }
}
