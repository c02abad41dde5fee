/**
 * The three fields as one: what they hold, what is shown wrong, and the one tokenization that can be under way. Asking
 * twice while one is under way gives both askers the same token.
 */
import { digitsOf, formatCvc, formatExpiry, formatNumber } from '../../shared/card/format.ts';
import type { CardError, CardState, CardToken } from '../messages.ts';
import {
  FIELD_NAMES,
  type FieldName,
  type FieldState,
  faultShown,
  fieldOfRefusal,
  typed,
  UNTOUCHED,
} from './faults.ts';
import { type Change, type Field, formatField } from './field.ts';
import type { FieldCode, Texts, TroubleCode } from './texts.ts';
import { type CardInput, Refusal, type Vault } from './vault.ts';
import {
  isWholeNumber,
  judgeCvc,
  judgeExpiry,
  judgeNumber,
  readExpiry,
  settledBrand,
  type Verdict,
} from './verdict.ts';
import type { View } from './view.ts';

export type Outcome = { readonly token: CardToken } | { readonly error: CardError };

export interface CardFormParts {
  readonly view: View;
  readonly texts: Texts;
  readonly vault: Vault;
  /** Told after every change; what it is told may be the same as before. */
  changed(state: CardState): void;
}

export class CardForm {
  readonly #parts: CardFormParts;
  readonly #inputs: View['inputs'];
  readonly #fields: Readonly<Record<FieldName, Field>>;
  readonly #states: Record<FieldName, FieldState> = { number: UNTOUCHED, expiry: UNTOUCHED, cvc: UNTOUCHED };
  #underWay: Promise<Outcome> | null = null;

  constructor(parts: CardFormParts) {
    this.#parts = parts;
    this.#inputs = parts.view.inputs;
    const { number, expiry, cvc } = this.#inputs;
    const cvcLength = () => settledBrand(this.#digits)?.cvcLength ?? 4;
    this.#fields = {
      number: formatField(number, formatNumber, (change) => this.#take('number', change)),
      expiry: formatField(expiry, formatExpiry, (change) => this.#take('expiry', change)),
      cvc: formatField(
        cvc,
        (edit) => formatCvc(edit, cvcLength()),
        (change) => this.#take('cvc', change),
      ),
    };
    for (const name of FIELD_NAMES) {
      this.#inputs[name].addEventListener('blur', () => this.#leave(name));
      this.#inputs[name].addEventListener('keydown', (event) => {
        if (event.key === 'Backspace' && this.#inputs[name].value === '') this.#neighbour(name, -1)?.focus();
      });
    }
  }

  focus(): void {
    this.#inputs.number.focus();
  }

  clear(): void {
    for (const name of FIELD_NAMES) this.#fields[name].clear();
  }

  tokenize(): Promise<Outcome> {
    this.#underWay ??= this.#tokenize().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #tokenize(): Promise<Outcome> {
    const { view, vault } = this.#parts;
    const card = this.#readCard();
    if (card === null) return { error: this.#firstFault() };
    view.showBusy(true);
    try {
      return { token: await vault.tokenize(card) };
    } catch (error) {
      return { error: this.#refused(error instanceof Refusal ? error.code : 'refused') };
    } finally {
      view.showBusy(false);
    }
  }

  get #digits(): string {
    return digitsOf(this.#inputs.number.value);
  }

  #judge(name: FieldName): Verdict {
    const { value } = this.#inputs[name];
    switch (name) {
      case 'number':
        return judgeNumber(this.#digits);
      case 'expiry':
        return judgeExpiry(value, this.#parts.vault.nowMs());
      case 'cvc':
        return judgeCvc(value, settledBrand(this.#digits));
      default:
        return name satisfies never;
    }
  }

  #take(name: FieldName, change: Change): void {
    const wasComplete = this.#states[name].verdict.state === 'complete';
    this.#states[name] = typed(this.#judge(name));
    // The number decides how long the code must be.
    if (name === 'number') this.#states.cvc = { ...this.#states.cvc, verdict: this.#judge('cvc') };
    this.#render();
    const isComplete = this.#states[name].verdict.state === 'complete';
    const isEnd = name === 'number' ? isWholeNumber(this.#digits) : !wasComplete;
    const isHere = document.activeElement === this.#inputs[name];
    if (change === 'typed' && isComplete && isEnd && isHere) this.#neighbour(name, 1)?.focus();
  }

  #leave(name: FieldName): void {
    this.#states[name] = { ...this.#states[name], settled: true };
    this.#render();
  }

  #neighbour(name: FieldName, step: 1 | -1): HTMLInputElement | null {
    const next = FIELD_NAMES[FIELD_NAMES.indexOf(name) + step];
    return next === undefined ? null : this.#inputs[next];
  }

  /** The card when all three fields are complete; otherwise shows what is missing and goes there. */
  #readCard(): CardInput | null {
    for (const name of FIELD_NAMES) {
      this.#states[name] = { ...this.#states[name], verdict: this.#judge(name), settled: true, asked: true };
    }
    this.#render();
    const expiry = readExpiry(this.#inputs.expiry.value);
    const first = FIELD_NAMES.find((name) => this.#states[name].verdict.state !== 'complete');
    if (first === undefined && expiry !== null) return { number: this.#digits, expiry, cvc: this.#inputs.cvc.value };
    this.#inputs[first ?? 'expiry'].focus();
    return null;
  }

  #firstFault(): CardError {
    const code = this.#faults().find((fault) => fault !== null) ?? 'number_missing';
    return { code, message: this.#parts.texts.faults[code] };
  }

  /** What the vault refused: shown at the field it is about, or told to the page alone. */
  #refused(code: string): CardError {
    const { faults, troubles } = this.#parts.texts;
    const name = fieldOfRefusal(code);
    if (name === null || !isFieldCode(code, faults)) return { code, message: troubles[troubleOf(code)] };
    this.#states[name] = { ...this.#states[name], refusal: code };
    this.#render();
    return { code, message: faults[code] };
  }

  #faults(): readonly (FieldCode | null)[] {
    return FIELD_NAMES.map((name) => faultShown(name, this.#states[name]));
  }

  #render(): void {
    const [number = null, expiry = null, cvc = null] = this.#faults();
    const brand = settledBrand(this.#digits);
    const are = (state: Verdict['state']) => FIELD_NAMES.every((name) => this.#states[name].verdict.state === state);
    this.#parts.view.showFaults({ number, expiry, cvc });
    this.#parts.view.showBrand(brand);
    this.#parts.changed({
      complete: are('complete'),
      empty: are('empty'),
      brand: brand?.brand ?? null,
      error: number ?? expiry ?? cvc,
    });
  }
}

const isFieldCode = (code: string, faults: Texts['faults']): code is FieldCode => Object.hasOwn(faults, code);

function troubleOf(code: string): TroubleCode {
  if (code === 'network' || code === 'timeout') return code;
  return code === 'busy' || code === 'capture_key_missing' || code === 'internal' ? 'busy' : 'refused';
}
