/**
 * The frames of one card, or of one security code: merges their events and asks the leading frame for tokens. Nothing
 * here holds card data.
 */
import type { FieldSet } from '../../shared/card/fields.ts';
import type { FrameMessage } from '../messages.ts';
import type { CardError, CardEvents, CardField, FieldEvents, Listen, TokenizeResult, Tokenizes } from '../types.ts';
import { CARD_EVENTS, createEmitter, type Emitter, FIELD_EVENTS } from './emitter.ts';
import { type FocusKeeper, keepFocus } from './focus.ts';
import type { FrameAddress } from './frame.ts';
import { createRequests, type Requests } from './requests.ts';
import { FrameSlot } from './slot.ts';
import { keepState, type StateKeeper } from './state.ts';
import { PAGE_TEXTS, type PageTexts } from './texts.ts';

/** Longer than the frame may take: two key fetches and two posts of 15 seconds each. */
const TOKENIZE_TIMEOUT_MS = 65_000;
const OPEN_REQUESTS_MAX = 20;

/** Faults that only the page's developer can fix. The cardholder gets a message to try again or ask the shop. */
const PAGE_FAULTS: Readonly<Record<string, string>> = {
  field_missing: 'a field of this card cannot be found: its frame was replaced, or stands in a shadow tree.',
  field_repeated: 'a field of this card stands on the page twice.',
};

type AnyToken = Extract<FrameMessage, { readonly type: 'token' }>['token'];

export interface GroupPlan<Token extends AnyToken> {
  /** All possible frames; the first leads. */
  readonly fieldSets: readonly FieldSet[];
  /** The frames that a token requires. */
  readonly needs: readonly FieldSet[];
  readonly makes: Token['object'];
  address(fieldSet: FieldSet): FrameAddress;
}

interface Place {
  readonly slot: FrameSlot;
  readonly events: Emitter<FieldEvents>;
}

export class FieldGroup<Token extends AnyToken> implements Tokenizes<Token> {
  readonly on: Listen<CardEvents>;
  readonly #plan: GroupPlan<Token>;
  readonly #events: Emitter<CardEvents>;
  readonly #places: ReadonlyMap<FieldSet, Place>;
  readonly #requests: Requests<Token>;
  readonly #focus: FocusKeeper;
  readonly #state: StateKeeper;
  #isDestroyed = false;

  constructor(plan: GroupPlan<Token>) {
    this.#plan = plan;
    this.#events = createEmitter<CardEvents>(CARD_EVENTS);
    this.on = this.#events.on;
    this.#places = new Map(plan.fieldSets.map((fieldSet) => [fieldSet, this.#place(fieldSet)]));
    this.#focus = keepFocus({
      focus: () => this.#events.emit('focus', undefined),
      blur: () => this.#events.emit('blur', undefined),
      alone: () => this.#mounted.length === 1,
      isBeyond: (fieldSet) => [...this.#places].some(([at, { slot }]) => at !== fieldSet && slot.hasCursor),
    });
    this.#state = keepState({
      shown: () => plan.fieldSets.filter((fieldSet) => this.#at(fieldSet).slot.isMounted),
      changed: (state) => this.#events.emit('change', state),
      fieldChanged: (fieldSet, state) => this.#at(fieldSet).events.emit('change', state),
    });
    this.#requests = createRequests({
      timeoutMs: TOKENIZE_TIMEOUT_MS,
      timeoutMessage: this.#texts.timeout,
      openMax: OPEN_REQUESTS_MAX,
      isReady: () => this.#isReady,
      send: (request) => this.#at(this.#lead).slot.say({ type: 'tokenize', request }),
      // Once sent, the fields were read, so only the leading frame is needed for the response.
      trouble: (isSent) => (isSent ? this.#at(this.#lead).slot.trouble : this.#trouble),
    });
  }

  mount(target: string | Element, fieldSet: FieldSet = this.#lead): void {
    this.#at(fieldSet).slot.mount(target);
    this.#state.forget(fieldSet);
    this.#isDestroyed = false;
  }

  /** One frame, for a page that places them itself. */
  field(fieldSet: FieldSet): CardField {
    const { slot, events } = this.#at(fieldSet);
    return {
      on: events.on,
      mount: (target) => this.mount(target, fieldSet),
      unmount: () => slot.unmount(),
      focus: () => slot.focus(),
    };
  }

  tokenize(): Promise<TokenizeResult<Token>> {
    const trouble = this.#trouble;
    return trouble === null ? this.#requests.open() : Promise.resolve({ error: trouble });
  }

  focus(): void {
    this.#mounted[0]?.slot.focus();
  }

  clear(): void {
    for (const { slot } of this.#mounted) slot.say({ type: 'clear' });
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#focus.forget();
    this.#requests.failAll(this.#destroyed);
    for (const { slot } of this.#places.values()) slot.unmount();
  }

  get #texts(): PageTexts['errors'] {
    return PAGE_TEXTS[this.#plan.address(this.#lead).locale].errors;
  }

  get #destroyed(): CardError {
    return { code: 'destroyed', message: this.#texts.destroyed };
  }

  get #lead(): FieldSet {
    const [lead] = this.#plan.needs;
    if (lead === undefined) throw new Error('a group has a frame that leads');
    return lead;
  }

  get #mounted(): Place[] {
    return [...this.#places.values()].filter(({ slot }) => slot.isMounted);
  }

  get #isReady(): boolean {
    return this.#mounted.every(({ slot }) => slot.isReady);
  }

  /** Why no token can be made; null where one can be made now or once the frames are ready. */
  get #trouble(): CardError | null {
    if (this.#isDestroyed) return this.#destroyed;
    const needed = new Set([...this.#plan.needs.map((fieldSet) => this.#at(fieldSet)), ...this.#mounted]);
    return [...needed].map(({ slot }) => slot.trouble).find((trouble) => trouble !== null) ?? null;
  }

  #at(fieldSet: FieldSet): Place {
    const place = this.#places.get(fieldSet);
    if (place === undefined) throw new Error(`no ${fieldSet} here`);
    return place;
  }

  #place(fieldSet: FieldSet): Place {
    const events = createEmitter<FieldEvents>(FIELD_EVENTS);
    const slot = new FrameSlot(this.#plan.address(fieldSet), {
      ready: () => this.#ready(fieldSet),
      lost: () => this.#lost(fieldSet),
      broken: (error) => this.#broken(fieldSet, error),
      failed: (error, isNew) => {
        this.#requests.failSent(error);
        if (isNew) this.#broken(fieldSet, error);
      },
      heard: (message) => this.#hear(fieldSet, message),
    });
    return { slot, events };
  }

  #ready(fieldSet: FieldSet): void {
    this.#at(fieldSet).events.emit('ready', undefined);
    if (!this.#isReady) return;
    this.#requests.flush();
    this.#events.emit('ready', undefined);
  }

  #lost(fieldSet: FieldSet): void {
    if (this.#isDestroyed) return;
    this.#state.forget(fieldSet);
    this.#focus.left(fieldSet);
    // The frame was reloaded and lost its requests; later ones work.
    if (fieldSet === this.#lead) this.#requests.failSent({ code: 'frame_not_ready', message: this.#texts.timeout });
  }

  #broken(fieldSet: FieldSet, error: CardError): void {
    this.#requests.look();
    this.#at(fieldSet).events.emit('error', error);
    this.#events.emit('error', error);
  }

  #hear(fieldSet: FieldSet, message: FrameMessage): void {
    switch (message.type) {
      case 'change':
        this.#state.heard(fieldSet, message.report);
        break;
      case 'token':
      case 'failed':
        if (fieldSet === this.#lead) this.#respond(message);
        break;
      case 'focus':
      case 'blur':
        this.#at(fieldSet).events.emit(message.type, undefined);
        if (message.type === 'focus') this.#focus.entered(fieldSet);
        else this.#focus.left(fieldSet);
        break;
      case 'submit':
        this.#events.emit('submit', undefined);
        break;
      default:
    }
  }

  #respond(message: FrameMessage & { readonly type: 'token' | 'failed' }): void {
    if (message.type === 'failed') {
      const reason = PAGE_FAULTS[message.error.code];
      if (reason !== undefined) console.error(`Fuda: ${reason}`);
      this.#requests.respond(message.request, { error: message.error });
    } else if (this.#isOurs(message.token)) this.#requests.respond(message.request, { token: message.token });
  }

  #isOurs(token: AnyToken): token is Token {
    return token.object === this.#plan.makes;
  }
}
