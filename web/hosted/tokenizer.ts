/**
 * Makes one token of the forms of a group. A second call while one is under way gets the same token. All fields are
 * read before the first await, so that no frame can be replaced in between.
 */
import { FIELD_NAMES, type FieldName } from '../../shared/card/fields.ts';
import { digitsOf } from '../../shared/card/format.ts';
import type { CardError, CardToken, CvcToken } from '../messages.ts';
import { fieldOfRefusal } from './faults.ts';
import type { FieldEntry, GroupForm } from './group-form.ts';
import { Refusal } from './request.ts';
import type { FieldCode, Texts, TroubleCode } from './texts.ts';
import type { Vault } from './vault.ts';
import { readExpiry } from './verdict.ts';

export type TokenizeOutcome = { readonly token: CardToken | CvcToken } | { readonly error: CardError };

type TypedTexts = Readonly<Partial<Record<FieldName, string>>>;

export interface Purpose {
  /** Each must be in exactly one form. */
  readonly needs: readonly FieldName[];
  /** Called with complete texts only. */
  make(vault: Vault, texts: TypedTexts): Promise<CardToken | CvcToken>;
}

export const PURPOSES: Readonly<Record<'token' | 'cvc_token', Purpose>> = {
  token: {
    needs: ['number', 'expiry', 'cvc'],
    make: (vault, { number = '', expiry = '', cvc = '', name }) => {
      const date = readExpiry(expiry);
      if (date === null) throw new Error('a complete expiry can be read');
      return vault.tokenize({ number: digitsOf(number), expiry: date, cvc, ...(name && { name: name.trim() }) });
    },
  },
  cvc_token: {
    needs: ['cvc'],
    make: (vault, { cvc = '' }) => vault.tokenizeCvc(cvc),
  },
};

export interface TokenizerParts {
  readonly vault: Vault;
  readonly texts: Texts;
  readonly purpose: Purpose;
  /** All forms of the group, in all frames. */
  forms(): readonly GroupForm[];
}

export function createTokenizer(parts: TokenizerParts): () => Promise<TokenizeOutcome> {
  let underWay: Promise<TokenizeOutcome> | null = null;
  return () => {
    underWay ??= tokenize(parts)
      // A bug of ours, or a browser without something that we use: it must not leave the page waiting.
      .catch((error: unknown) => {
        console.error(error);
        return { error: showRefusal(parts.forms(), 'field_failed', parts.texts) };
      })
      .catch(() => ({ error: { code: 'field_failed', message: parts.texts.troubles.refused } }))
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
}

async function tokenize({ vault, texts, purpose, forms }: TokenizerParts): Promise<TokenizeOutcome> {
  const strange = lackOrExcess(forms(), purpose.needs);
  if (strange !== null) return { error: { code: strange, message: texts.troubles.refused } };
  const entries = forms().flatMap((form) => form.submit());
  const faulty = firstFault(entries);
  if (faulty !== null) return { error: goTo(forms(), faulty, texts) };
  for (const form of forms()) form.showTrouble(null);
  showBusy(forms(), true);
  try {
    const typed: TypedTexts = Object.fromEntries(entries.map(({ field, text }) => [field, text]));
    return { token: await purpose.make(vault, typed) };
  } catch (error) {
    return { error: showRefusal(forms(), error instanceof Refusal ? error.code : 'refused', texts) };
  } finally {
    // The current forms, because a frame may have been removed and added again.
    showBusy(forms(), false);
  }
}

/** A page that has removed or duplicated a field gets no token. */
function lackOrExcess(
  forms: readonly GroupForm[],
  needs: readonly FieldName[],
): 'field_missing' | 'field_repeated' | null {
  const names = forms.flatMap(({ fields }) => fields);
  if (new Set(names).size < names.length) return 'field_repeated';
  return needs.every((name) => names.includes(name)) ? null : 'field_missing';
}

interface Faulty extends FieldEntry {
  readonly fault: FieldCode;
}

function firstFault(entries: readonly FieldEntry[]): Faulty | null {
  const faulty = entries.filter((entry): entry is Faulty => entry.fault !== null);
  const order = ({ field }: FieldEntry) => FIELD_NAMES.indexOf(field);
  return faulty.sort((a, b) => order(a) - order(b))[0] ?? null;
}

function goTo(forms: readonly GroupForm[], { field, fault }: Faulty, texts: Texts): CardError {
  holderOf(forms, field)?.enter(field);
  return { code: fault, message: texts.faults[fault] };
}

/** Shows why there is no token: at the field concerned, or else below the first field. */
function showRefusal(forms: readonly GroupForm[], code: string, texts: Texts): CardError {
  const field = fieldOfRefusal(code);
  if (field === null || !isFieldCode(code, texts)) {
    const trouble = troubleOf(code);
    forms[0]?.showTrouble(trouble);
    return { code, message: texts.troubles[trouble] };
  }
  holderOf(forms, field)?.refuse(field, code);
  return { code, message: texts.faults[code] };
}

const holderOf = (forms: readonly GroupForm[], field: FieldName): GroupForm | undefined =>
  forms.find(({ fields }) => fields.includes(field));

function showBusy(forms: readonly GroupForm[], isBusy: boolean): void {
  for (const form of forms) form.showBusy(isBusy);
}

const isFieldCode = (code: string, { faults }: Texts): code is FieldCode => Object.hasOwn(faults, code);

/** Codes that mean the vault is overloaded or failing, so trying later may help. */
const PASSING = ['busy', 'capture_key_missing', 'internal', 'too_many_attempts', 'too_many_requests'];

function troubleOf(code: string): TroubleCode {
  if (code === 'network' || code === 'timeout') return code;
  return PASSING.includes(code) ? 'busy' : 'refused';
}
