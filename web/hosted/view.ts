/**
 * What the cardholder sees and hears: texts, brand mark, errors, and the busy state. It only writes to the page. No
 * text becomes markup, which the page's policy (`require-trusted-types-for`) enforces.
 */

import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import type { Locale } from '../locale.ts';
import type { FieldCode, Texts, TroubleCode } from './texts.ts';

export interface View {
  readonly inputs: Readonly<Record<FieldName, HTMLInputElement>>;
  readonly root: HTMLElement;
  /** The faults of the visible fields; one that is missing has none. */
  showFaults(faults: Readonly<Partial<Record<FieldName, FieldCode | null>>>): void;
  /** A failure of the request; null removes it. A fault of a field takes precedence. */
  showTrouble(code: TroubleCode | null): void;
  showBrand(brand: BrandFacts | null): void;
  /** Fields are read-only while busy. */
  showBusy(isBusy: boolean): void;
}

export interface ViewOptions {
  readonly locale: Locale;
  readonly isTest: boolean;
  /** The fields that show. */
  readonly fields: readonly FieldName[];
  /** Shows the messages about the whole card; true for one of several frames. */
  readonly leads: boolean;
}

/** After this the page says that the request takes long, so that the cardholder does not suspect the device. */
const LONG_WAIT_MS = 5_000;

export function createView(document: Document, texts: Texts, options: ViewOptions): View {
  const page = new Parts(document);
  const inputs = {
    number: page.part('number', HTMLInputElement),
    expiry: page.part('expiry', HTMLInputElement),
    cvc: page.part('cvc', HTMLInputElement),
    name: page.part('name', HTMLInputElement),
  };
  writeWords(page, texts, options);
  showCells(page, options.fields);
  const below = createBelow(page, texts, options.leads ? 'assurance' : 'nothing');
  return {
    inputs,
    root: page.part('main', HTMLElement),
    showFaults: (faults) => {
      for (const name of FIELD_NAMES) inputs[name].setAttribute('aria-invalid', String(Boolean(faults[name])));
      below.showFaults(faults);
    },
    showTrouble: below.showTrouble,
    showBrand: (brand) => {
      const isFront = brand?.cvcLength === 4;
      page.part('brand-mark', SVGUseElement).setAttribute('href', `#mark-${brand?.brand ?? 'none'}`);
      page.part('cvc-mark', SVGUseElement).setAttribute('href', isFront ? '#cvc-front' : '#cvc-back');
      page.write('brand-name', brand?.name ?? '');
      inputs.cvc.placeholder = isFront ? '1234' : '123';
    },
    showBusy: (isBusy) => {
      page.part('card', HTMLFormElement).setAttribute('aria-busy', String(isBusy));
      for (const name of FIELD_NAMES) inputs[name].readOnly = isBusy;
      if (options.leads) below.showBusy(isBusy);
    },
  };
}

/** The text below the cells: one of busy, a fault, a trouble, or nothing. */
function createBelow(
  page: Parts,
  texts: Texts,
  atRest: 'assurance' | 'nothing',
): Pick<View, 'showFaults' | 'showTrouble' | 'showBusy'> {
  const form = page.part('card', HTMLFormElement);
  form.dataset.below = atRest;
  let isBusy = false;
  let first: FieldName | undefined;
  let trouble: TroubleCode | null = null;
  let longWait: ReturnType<typeof setTimeout> | undefined;

  const showState = () => {
    // One problem is visible at a time; screen readers still find the others at their fields.
    const seen = isBusy ? null : (first ?? (trouble === null ? null : 'trouble'));
    for (const name of FIELD_NAMES) page.see(`${name}-fault`, seen === name);
    page.see('trouble', seen === 'trouble');
    page.see('progress', isBusy);
    form.dataset.below = isBusy ? 'progress' : seen === null ? atRest : 'problem';
  };
  return {
    showFaults: (faults) => {
      first = FIELD_NAMES.find((name) => faults[name]);
      for (const name of FIELD_NAMES) {
        const code = faults[name];
        page.write(`${name}-fault`, code ? texts.faults[code] : '');
      }
      showState();
    },
    showTrouble: (code) => {
      trouble = code;
      page.write('trouble', code === null ? '' : texts.troubles[code]);
      showState();
    },
    showBusy: (busy) => {
      isBusy = busy;
      clearTimeout(longWait);
      if (busy) longWait = setTimeout(() => page.write('progress', texts.stillSending), LONG_WAIT_MS);
      page.write('progress', busy ? texts.sending : '');
      showState();
    },
  };
}

/** The elements of card.html by id; a missing one is a bug and throws at once. */
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
    // A live region announces every write, even of the same text.
    if (element.textContent !== text) element.textContent = text;
  }

  see(id: string, isSeen: boolean): void {
    this.part(id, HTMLElement).classList.toggle('unseen', !isSeen);
  }
}

function writeWords(page: Parts, texts: Texts, { locale, isTest }: ViewOptions): void {
  page.document.documentElement.lang = locale;
  page.document.documentElement.dir = texts.direction;
  page.document.title = texts.title;
  page.part('cells', HTMLElement).setAttribute('aria-label', texts.title);
  for (const name of FIELD_NAMES) page.write(`${name}-label`, texts[name]);
  page.part('expiry', HTMLInputElement).placeholder = texts.expiryPlaceholder;
  page.write('assurance', texts.assurance);
  page.write('test-mode', isTest ? texts.testMode : '');
}

function showCells(page: Parts, fields: readonly FieldName[]): void {
  for (const name of fields) page.part(`${name}-cell`, HTMLElement).hidden = false;
  page.part('cells', HTMLElement).dataset.count = String(fields.length);
}
