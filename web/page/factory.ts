/**
 * The entry point for a page: the fields of a card, together or apart, and the security code alone. The script's
 * address gives that of the vault, so nothing is configured twice and a stage prefix is kept.
 */
import { FIELD_NAMES, type FieldSet } from '../../shared/card/fields.ts';
import { pickLocale } from '../locale.ts';
import { writeTheme } from '../theme.ts';
import type { Card, CardFields, CardToken, CvcField, CvcToken, FieldOptions, FudaFactory } from '../types.ts';
import type { FrameAddress } from './frame.ts';
import { FieldGroup } from './group.ts';

export function createFuda(scriptUrl: string): FudaFactory {
  return (publishableKey, options = {}) => {
    if (scriptUrl === '') throw new Error('Fuda: load fuda.js by <script src="…/js/fuda.js"> from your vault.');
    refuseBadKey(publishableKey);
    const address = (fieldSet: FieldSet, asked: FieldOptions): FrameAddress => ({
      // /prod/js/fuda.js → /prod/hosted/card
      frameUrl: new URL('../hosted/card', scriptUrl),
      publishableKey,
      fieldSet,
      locale: pickLocale([asked.locale, options.locale, document.documentElement.lang, ...navigator.languages]),
      theme: writeTheme(asked.theme),
    });
    return {
      card: (asked = {}) => oneCard(address(asked.name === true ? 'card_name' : 'card', asked)),
      fields: (asked = {}) => {
        const group = newGroup();
        return severalFields((fieldSet) => ({ ...address(fieldSet, asked), group }));
      },
      cvc: (asked = {}) => oneCode({ ...address('code', asked), ...(asked.brand && { brand: asked.brand }) }),
    };
  };
}

function refuseBadKey(publishableKey: string): void {
  if (publishableKey.startsWith('sk_')) {
    throw new TypeError('Fuda: this is a secret key. Take it off the page, revoke it, and use the pk_ key here.');
  }
  if (!/^pk_(test|live)_/.test(publishableKey))
    throw new TypeError('Fuda: a publishable key begins with pk_test_ or pk_live_.');
}

/** Separates several cards on one page. Not a secret: the frames trust each other because of the vault's origin. */
const newGroup = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function oneCard(address: FrameAddress): Card {
  const { fieldSet } = address;
  return new FieldGroup<CardToken>({
    fieldSets: [fieldSet],
    needs: [fieldSet],
    makes: 'token',
    address: () => address,
  });
}

function oneCode(address: FrameAddress): CvcField {
  const { fieldSet } = address;
  return new FieldGroup<CvcToken>({
    fieldSets: [fieldSet],
    needs: [fieldSet],
    makes: 'cvc_token',
    address: () => address,
  });
}

function severalFields(address: (fieldSet: FieldSet) => FrameAddress): CardFields {
  // The frame with the number leads, because the number leaves it only encrypted.
  const needs = ['number', 'expiry', 'cvc'] as const;
  const parts = new FieldGroup<CardToken>({ fieldSets: FIELD_NAMES, needs, makes: 'token', address });
  return {
    number: parts.field('number'),
    expiry: parts.field('expiry'),
    cvc: parts.field('cvc'),
    name: parts.field('name'),
    on: parts.on,
    tokenize: () => parts.tokenize(),
    focus: () => parts.focus(),
    clear: () => parts.clear(),
    destroy: () => parts.destroy(),
  };
}
