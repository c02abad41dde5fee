/**
 * What a page calls: the fields of a card, together or apart, and the security code alone. The vault is where the
 * script came from, so nothing is configured twice and a stage prefix is kept.
 */
import { FIELD_NAMES, type Mode } from '../../shared/card/fields.ts';
import { pickLocale } from '../locale.ts';
import { writeTheme } from '../theme.ts';
import type { Card, CardFields, CardToken, CvcField, CvcToken, FieldOptions, FudaFactory } from '../types.ts';
import type { FrameAddress } from './frame.ts';
import { FieldGroup } from './group.ts';

export function createFuda(scriptUrl: string): FudaFactory {
  return (publishableKey, options = {}) => {
    if (scriptUrl === '') throw new Error('Fuda: load fuda.js by <script src="…/js/fuda.js"> from your vault.');
    refuseBadKey(publishableKey);
    const address = (mode: Mode, asked: FieldOptions): FrameAddress => ({
      // /prod/js/fuda.js → /prod/hosted/card
      frameUrl: new URL('../hosted/card', scriptUrl),
      publishableKey,
      mode,
      locale: pickLocale([asked.locale, options.locale, document.documentElement.lang, ...navigator.languages]),
      theme: writeTheme(asked.theme),
    });
    return {
      card: (asked = {}) => oneCard(address(asked.name === true ? 'card_name' : 'card', asked)),
      fields: (asked = {}) => {
        const session = newSession();
        return severalFields((mode) => ({ ...address(mode, asked), session }));
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

/** Tells this page's several cards apart. It is no secret: the frames trust each other for being the vault's. */
const newSession = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function oneCard(address: FrameAddress): Card {
  const { mode } = address;
  return new FieldGroup<CardToken>({ modes: [mode], needs: [mode], makes: 'token', address: () => address });
}

function oneCode(address: FrameAddress): CvcField {
  const { mode } = address;
  return new FieldGroup<CvcToken>({ modes: [mode], needs: [mode], makes: 'cvc_token', address: () => address });
}

function severalFields(address: (mode: Mode) => FrameAddress): CardFields {
  // The frame with the number leads: the number never leaves it but encrypted.
  const needs = ['number', 'expiry', 'cvc'] as const;
  const group = new FieldGroup<CardToken>({ modes: FIELD_NAMES, needs, makes: 'token', address });
  return {
    number: group.field('number'),
    expiry: group.field('expiry'),
    cvc: group.field('cvc'),
    name: group.field('name'),
    on: group.on,
    tokenize: () => group.tokenize(),
    focus: () => group.focus(),
    clear: () => group.clear(),
    destroy: () => group.destroy(),
  };
}
