/**
 * The three fields as one: what they hold, what is shown wrong, and the one tokenization that can be under way. Asking
 * twice while one is under way gives both askers the same token.
 */
import { digitsOf, formatCvc, formatExpiry, formatNumber } from '../../shared/card/format.ts';
import type { CardError, CardState, CardToken } from '../messages.ts';
import { type FieldName, type FieldState, faultShown, fieldOfRefusal, typed, UNTOUCHED } from './faults.ts';
import { type Change, formatField } from './field.ts';
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

export interface CardForm {
  tokenize(): Promise<Outcome>;
  focus(): void;
  clear(): void;
}

const NAMES = ['number', 'expiry', 'cvc'] as const satisfies readonly FieldName[];

export function createCardForm(view: View, texts: Texts, vault: Vault, changed: (state: CardState) => void): CardForm {
  const { inputs } = view;
  const states: Record<FieldName, FieldState> = { number: UNTOUCHED, expiry: UNTOUCHED, cvc: UNTOUCHED };
  let underWay: Promise<Outcome> | null = null;

  const digits = () => digitsOf(inputs.number.value);
  const cvcDigits = () => digitsOf(inputs.cvc.value);
  const judge: Record<FieldName, () => Verdict> = {
    number: () => judgeNumber(digits()),
    expiry: () => judgeExpiry(inputs.expiry.value, vault.nowMs()),
    cvc: () => judgeCvc(cvcDigits(), settledBrand(digits())),
  };
  const shown = (name: FieldName): FieldCode | null => faultShown(name, states[name]);

  const render = () => {
    const brand = settledBrand(digits());
    const faults = { number: shown('number'), expiry: shown('expiry'), cvc: shown('cvc') };
    view.showFaults(faults);
    view.showBrand(brand);
    changed({
      complete: NAMES.every((name) => states[name].verdict.state === 'complete'),
      empty: NAMES.every((name) => states[name].verdict.state === 'empty'),
      brand: brand?.brand ?? null,
      error: faults.number ?? faults.expiry ?? faults.cvc,
    });
  };

  const take = (name: FieldName) => (change: Change) => {
    const wasComplete = states[name].verdict.state === 'complete';
    states[name] = typed(judge[name]());
    // The number decides how long the code must be.
    if (name === 'number') states.cvc = { ...states.cvc, verdict: judge.cvc() };
    render();
    const isComplete = states[name].verdict.state === 'complete';
    const isWhole = name === 'number' ? isWholeNumber(digits()) : !wasComplete;
    if (change === 'typed' && isComplete && isWhole) leadOn(name);
  };

  const leadOn = (name: FieldName) => {
    const next = NAMES[NAMES.indexOf(name) + 1];
    if (next !== undefined && document.activeElement === inputs[name]) inputs[next].focus();
  };

  const fields = {
    number: formatField(inputs.number, formatNumber, take('number')),
    expiry: formatField(inputs.expiry, formatExpiry, take('expiry')),
    cvc: formatField(inputs.cvc, (edit) => formatCvc(edit, settledBrand(digits())?.cvcLength ?? 4), take('cvc')),
  };

  for (const [index, name] of NAMES.entries()) {
    inputs[name].addEventListener('blur', () => {
      states[name] = { ...states[name], settled: true };
      render();
    });
    inputs[name].addEventListener('keydown', (event) => {
      const previous = NAMES[index - 1];
      if (event.key === 'Backspace' && inputs[name].value === '' && previous !== undefined) inputs[previous].focus();
    });
  }

  /** The card when all three fields are complete; otherwise shows what is missing and goes there. */
  const readCard = (): CardInput | null => {
    for (const name of NAMES) states[name] = { ...states[name], verdict: judge[name](), settled: true, asked: true };
    render();
    const expiry = readExpiry(inputs.expiry.value);
    const first = NAMES.find((name) => states[name].verdict.state !== 'complete');
    if (first === undefined && expiry !== null) return { number: digits(), expiry, cvc: cvcDigits() };
    inputs[first ?? 'expiry'].focus();
    return null;
  };

  const errorShown = (): CardError => {
    const code = shown('number') ?? shown('expiry') ?? shown('cvc') ?? 'number_missing';
    return { code, message: texts.faults[code] };
  };

  const refuse = (error: unknown): CardError => {
    const code = error instanceof Refusal ? error.code : 'refused';
    const name = fieldOfRefusal(code);
    if (name === null || !isFieldCode(code, texts)) return { code, message: texts.troubles[troubleOf(code)] };
    states[name] = { ...states[name], refusal: code };
    render();
    return { code, message: texts.faults[code] };
  };

  const run = async (): Promise<Outcome> => {
    const card = readCard();
    if (card === null) return { error: errorShown() };
    view.showBusy(true);
    try {
      return { token: await vault.tokenize(card) };
    } catch (error) {
      return { error: refuse(error) };
    } finally {
      view.showBusy(false);
    }
  };

  return {
    focus: () => inputs.number.focus(),
    clear: () => {
      for (const name of NAMES) fields[name].clear();
    },
    tokenize: () => {
      underWay ??= run().finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}

const isFieldCode = (code: string, texts: Texts): code is FieldCode => Object.hasOwn(texts.faults, code);

function troubleOf(code: string): TroubleCode {
  if (code === 'network' || code === 'timeout') return code;
  return code === 'busy' || code === 'capture_key_missing' || code === 'internal' ? 'busy' : 'refused';
}
