/**
 * The fields of this page: their values, the errors shown, and the focus. The list of fields is an argument; fields of
 * the same card in other frames are siblings. Sends nothing.
 */
import { brandsOf } from '../../shared/card/brand.ts';
import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import { digitsOf } from '../../shared/card/format.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import { type PastedCard, readPastedCard } from '../../shared/card/pasted.ts';
import type { FormReport } from '../messages.ts';
import { type FieldProgress, faultShown, typed, UNTOUCHED } from './faults.ts';
import { type Field, formatField, isComposing, type TextChange } from './field.ts';
import type { FieldEntry, GroupForm } from './group-form.ts';
import { type Circumstances, RULES } from './rules.ts';
import type { FieldCode, TroubleCode } from './texts.ts';
import { certainBrand, type FieldVerdict } from './verdict.ts';
import type { View } from './view.ts';

export interface CardFormParts {
  readonly view: View;
  readonly fields: readonly FieldName[];
  /** The other forms of the same card; empty where all its fields are on this page. */
  siblings(): readonly GroupForm[];
  /** The brand where it is known without a number, as for a stored card. */
  readonly knownBrand: BrandFacts | null;
  /** The vault's time. */
  nowMs(): number;
  /** Called after every change; the report may equal the previous one. */
  changed(report: FormReport): void;
}

/** Some browsers and extensions put a text into a field and tell nobody. */
const LOOK_EVERY_MS = 500;

export class CardForm implements GroupForm {
  readonly fields: readonly FieldName[];
  readonly #parts: CardFormParts;
  readonly #held = new Map<FieldName, Field>();
  readonly #states = new Map<FieldName, FieldProgress>();

  constructor(parts: CardFormParts) {
    this.#parts = parts;
    this.fields = parts.fields;
    for (const name of parts.fields) this.#hold(name, parts.view.inputs[name]);
    setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  get brand(): BrandFacts | null {
    if (this.#leads) return certainBrand(digitsOf(this.#text('number')));
    return this.#leader?.brand ?? this.#parts.knownBrand;
  }

  nowMs(): number {
    return this.#leader?.nowMs() ?? this.#parts.nowMs();
  }

  focus(): void {
    const [first] = this.fields;
    if (first !== undefined) this.enter(first);
  }

  clear(): void {
    for (const field of this.#held.values()) field.clear();
  }

  brandChanged(): void {
    if (this.fields.includes('cvc')) this.#set('cvc', { verdict: this.#judge('cvc') });
    this.#render();
  }

  submit(): readonly FieldEntry[] {
    this.#look();
    for (const name of this.fields) {
      this.#set(name, { verdict: this.#judge(name), left: true, asked: true, refusal: null });
    }
    this.#render();
    return this.fields.map((field) => ({ field, text: this.#text(field), fault: this.#fault(field) }));
  }

  enter(name: FieldName): void {
    const input = this.#held.get(name)?.input;
    input?.focus();
    input?.setSelectionRange(input.value.length, input.value.length);
  }

  fill(name: FieldName, text: string): void {
    this.#held.get(name)?.fill(text);
  }

  refuse(name: FieldName, code: FieldCode): void {
    this.#set(name, { refusal: code });
    this.#render();
  }

  showTrouble(code: TroubleCode | null): void {
    this.#parts.view.showTrouble(code);
  }

  showBusy(isBusy: boolean): void {
    this.#parts.view.showBusy(isBusy);
  }

  #hold(name: FieldName, input: HTMLInputElement): void {
    const rules = RULES[name];
    const format = (edit: Parameters<typeof rules.format>[0]) => rules.format(edit, this.#circumstances);
    this.#states.set(name, UNTOUCHED);
    this.#held.set(
      name,
      formatField(input, format, (change) => this.#take(name, change)),
    );
    input.addEventListener('blur', () => {
      this.#set(name, { left: true });
      this.#render();
    });
    input.addEventListener('keydown', (event) => {
      const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
      if (event.key !== 'Backspace' || isComposing(event) || !isAtStart) return;
      // Only moves back; the next Backspace erases.
      event.preventDefault();
      this.#go(name, -1);
    });
    if (name === 'number') input.addEventListener('paste', (event) => this.#paste(event, input));
  }

  #look(): void {
    for (const field of this.#held.values()) field.look();
  }

  /** A whole card in one text goes into its fields, in any frame. */
  #paste(event: ClipboardEvent, input: HTMLInputElement): void {
    const card = input.readOnly ? null : readPastedCard(event.clipboardData?.getData('text') ?? '');
    if (card === null) return;
    event.preventDefault();
    const forms = [this, ...this.#parts.siblings()];
    const parts = Object.entries(card) as [keyof PastedCard, string][];
    for (const [name, text] of parts) {
      forms.find(({ fields }) => fields.includes(name))?.fill(name, text);
      this.#go(name, 1);
    }
  }

  #take(name: FieldName, change: TextChange): void {
    const wasComplete = this.#state(name).verdict.state === 'complete';
    const forms = [this, ...this.#parts.siblings()];
    this.#states.set(name, typed(this.#judge(name)));
    for (const form of forms) form.showTrouble(null);
    if (name === 'number') for (const form of forms) form.brandChanged();
    else this.#render();
    const isComplete = this.#state(name).verdict.state === 'complete';
    const isHere = document.activeElement === this.#parts.view.inputs[name];
    if (change !== 'typed' || !isComplete || !isHere) return;
    if (RULES[name].leadsOn(this.#text(name), wasComplete)) this.#go(name, 1);
  }

  /** Moves to the previous or next field, in any frame. */
  #go(from: FieldName, step: 1 | -1): void {
    const at = FIELD_NAMES.indexOf(from);
    const ahead = step === 1 ? FIELD_NAMES.slice(at + 1) : FIELD_NAMES.slice(0, at).reverse();
    const forms = [this, ...this.#parts.siblings()];
    const next = ahead.find((name) => forms.some(({ fields }) => fields.includes(name)));
    if (next !== undefined) forms.find(({ fields }) => fields.includes(next))?.enter(next);
  }

  get #leads(): boolean {
    return this.fields.includes('number');
  }

  /** The sibling with the number, which has the brand and the vault's time. */
  get #leader(): GroupForm | undefined {
    // A page can mount the number twice. Neither form asks the other, because they would ask each other without end.
    if (this.#leads) return undefined;
    return this.#parts.siblings().find(({ fields }) => fields.includes('number'));
  }

  get #circumstances(): Circumstances {
    return { brand: this.brand, nowMs: this.nowMs() };
  }

  #text(name: FieldName): string {
    return this.#held.get(name)?.input.value ?? '';
  }

  #judge(name: FieldName): FieldVerdict {
    return RULES[name].judge(this.#text(name), this.#circumstances);
  }

  #state(name: FieldName): FieldProgress {
    return this.#states.get(name) ?? UNTOUCHED;
  }

  #set(name: FieldName, news: Partial<FieldProgress>): void {
    this.#states.set(name, { ...this.#state(name), ...news });
  }

  #fault(name: FieldName): FieldCode | null {
    return faultShown(name, this.#state(name));
  }

  #render(): void {
    const faults = Object.fromEntries(this.fields.map((name) => [name, this.#fault(name)]));
    const { brand } = this;
    this.#parts.view.showFaults(faults);
    this.#parts.view.showBrand(brand);
    const number = digitsOf(this.#text('number'));
    this.#parts.changed({ fields: this.#report(faults), brand: brand?.brand ?? null, brands: brandsOf(number) });
  }

  #report(faults: Readonly<Partial<Record<FieldName, FieldCode | null>>>): FormReport['fields'] {
    const states = this.fields.map((name) => {
      const { state } = this.#state(name).verdict;
      return [name, { complete: state === 'complete', empty: state === 'empty', error: faults[name] ?? null }];
    });
    return Object.fromEntries(states);
  }
}
