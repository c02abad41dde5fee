/**
 * What the cardholder sees and hears: words, brand mark, errors, and the busy state. It only writes to the page; no
 * text becomes markup anywhere, and the policy of the page (`require-trusted-types-for`) holds it to that.
 */
import type { BrandFacts } from '../../shared/card/brand.ts';
import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import type { Locale } from '../locale.ts';
import type { FieldCode, Texts } from './texts.ts';

export interface View {
  readonly inputs: Readonly<Record<FieldName, HTMLInputElement>>;
  readonly root: HTMLElement;
  /** Takes the fields of this page. */
  showFaults(faults: Readonly<Partial<Record<FieldName, FieldCode | null>>>): void;
  showBrand(brand: BrandFacts | null): void;
  showBusy(isBusy: boolean): void;
}

export interface Look {
  readonly locale: Locale;
  readonly theme: string;
  readonly isTest: boolean;
}

export function createView(document: Document, texts: Texts, look: Look): View {
  const page = new Parts(document);
  const form = page.part('card', HTMLFormElement);
  const inputs = {
    number: page.part('number', HTMLInputElement),
    expiry: page.part('expiry', HTMLInputElement),
    cvc: page.part('cvc', HTMLInputElement),
  };
  writeLabels(page, texts, look);
  inputs.expiry.placeholder = texts.expiryPlaceholder;
  return {
    inputs,
    root: page.part('main', HTMLElement),
    showFaults: (faults) => {
      const first = FIELD_NAMES.find((name) => (faults[name] ?? null) !== null);
      for (const name of FIELD_NAMES) {
        const code = faults[name] ?? null;
        page.write(`${name}-fault`, code === null ? '' : texts.faults[code]);
        // One fault is seen at a time; the others are still heard at their field.
        page.part(`${name}-fault`, HTMLElement).classList.toggle('unseen', name !== first);
        inputs[name].setAttribute('aria-invalid', String(code !== null));
      }
      form.dataset.faulty = String(first !== undefined);
    },
    showBrand: (brand) => {
      const isFront = brand?.cvcLength === 4;
      page.part('brand-mark', SVGUseElement).setAttribute('href', `#mark-${brand?.brand ?? 'none'}`);
      page.part('cvc-mark', SVGUseElement).setAttribute('href', isFront ? '#cvc-front' : '#cvc-back');
      page.write('brand-name', brand?.name ?? '');
      inputs.cvc.placeholder = isFront ? '1234' : '123';
    },
    showBusy: (isBusy) => {
      form.setAttribute('aria-busy', String(isBusy));
      for (const name of FIELD_NAMES) inputs[name].readOnly = isBusy;
    },
  };
}

/** The elements of card.html by id; one that is missing is our mistake and stops the field at once. */
class Parts {
  readonly document: Document;

  constructor(document: Document) {
    this.document = document;
  }

  part<Part extends Element>(id: string, type: new () => Part): Part {
    const element = this.document.getElementById(id);
    if (!(element instanceof type)) throw new Error(`card.html has no ${type.name} #${id}`);
    return element;
  }

  write(id: string, text: string): void {
    const element = this.part(id, HTMLElement);
    // A live region repeats what is written to it, even when it is the same.
    if (element.textContent !== text) element.textContent = text;
  }
}

function writeLabels(page: Parts, texts: Texts, look: Look): void {
  page.document.documentElement.lang = look.locale;
  page.document.documentElement.dir = texts.direction;
  page.document.documentElement.dataset.theme = look.theme;
  page.document.title = texts.title;
  page.part('cells', HTMLElement).setAttribute('aria-label', texts.title);
  for (const name of FIELD_NAMES) page.write(`${name}-label`, texts[name]);
  page.write('assurance', texts.assurance);
  page.write('test-mode', look.isTest ? texts.testMode : '');
}
