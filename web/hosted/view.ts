/**
 * What the cardholder sees and hears: words, brand mark, errors, and the busy state. It only writes to the page; no
 * text becomes markup anywhere, and the policy of the page (`require-trusted-types-for`) holds it to that.
 */
import type { BrandFacts } from '../../shared/card/brand.ts';
import type { FieldName } from './faults.ts';
import type { FieldCode, Locale, Texts } from './texts.ts';

export interface View {
  readonly inputs: Readonly<Record<FieldName, HTMLInputElement>>;
  readonly root: HTMLElement;
  showFaults(faults: Readonly<Record<FieldName, FieldCode | null>>): void;
  showBrand(brand: BrandFacts | null): void;
  showBusy(isBusy: boolean): void;
}

export interface Look {
  readonly locale: Locale;
  readonly theme: string;
  readonly isTest: boolean;
}

const NAMES = ['number', 'expiry', 'cvc'] as const satisfies readonly FieldName[];

export function createView(document: Document, texts: Texts, look: Look): View {
  const part = <Part extends Element>(id: string, type: new () => Part): Part => {
    const element = document.getElementById(id);
    if (!(element instanceof type)) throw new Error(`card.html has no ${type.name} #${id}`);
    return element;
  };
  const write = (id: string, text: string) => {
    const element = part(id, HTMLElement);
    // A live region repeats what is written to it, even when it is the same.
    if (element.textContent !== text) element.textContent = text;
  };
  const inputs = {
    number: part('number', HTMLInputElement),
    expiry: part('expiry', HTMLInputElement),
    cvc: part('cvc', HTMLInputElement),
  };
  const form = part('card', HTMLFormElement);

  document.documentElement.lang = look.locale;
  document.documentElement.dataset.theme = look.theme;
  document.title = texts.title;
  part('cells', HTMLElement).setAttribute('aria-label', texts.title);
  for (const name of NAMES) write(`${name}-label`, texts[name]);
  inputs.expiry.placeholder = texts.expiryPlaceholder;
  write('assurance', texts.assurance);
  write('test-mode', look.isTest ? texts.testMode : '');

  return {
    inputs,
    root: part('main', HTMLElement),
    showFaults: (faults) => {
      const first = NAMES.find((name) => faults[name] !== null);
      for (const name of NAMES) {
        const code = faults[name];
        write(`${name}-fault`, code === null ? '' : texts.faults[code]);
        // One fault is seen at a time; the others are still heard at their field.
        part(`${name}-fault`, HTMLElement).classList.toggle('unseen', name !== first);
        inputs[name].setAttribute('aria-invalid', String(code !== null));
      }
      form.dataset.faulty = String(first !== undefined);
    },
    showBrand: (brand) => {
      part('brand-mark', SVGUseElement).setAttribute('href', `#mark-${brand?.brand ?? 'none'}`);
      part('cvc-mark', SVGUseElement).setAttribute('href', brand?.cvcLength === 4 ? '#cvc-front' : '#cvc-back');
      write('brand-name', brand?.name ?? '');
      inputs.cvc.placeholder = brand?.cvcLength === 4 ? '1234' : '123';
    },
    showBusy: (isBusy) => {
      form.setAttribute('aria-busy', String(isBusy));
      for (const name of NAMES) inputs[name].readOnly = isBusy;
    },
  };
}
