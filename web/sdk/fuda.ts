/**
 * `fuda.js`, the script a merchant's page loads: `Fuda('pk_…').card()` mounts the hosted card field. The vault is where
 * this script came from, so nothing is configured twice and a stage prefix is kept.
 */
import { pickLocale } from '../locale.ts';
import { writeTheme } from '../theme.ts';
import { HostedCard } from './card.ts';
import type { FudaFactory } from './types.ts';

// Known only while the script first runs.
const script = document.currentScript;
const scriptUrl = script instanceof HTMLScriptElement ? script.src : '';

const Fuda: FudaFactory = (publishableKey, options = {}) => {
  if (publishableKey.startsWith('sk_')) {
    throw new TypeError('Fuda: this is a secret key. Take it off the page, revoke it, and use the pk_ key here.');
  }
  if (!/^pk_(test|live)_/.test(publishableKey))
    throw new TypeError('Fuda: a publishable key begins with pk_test_ or pk_live_.');
  if (scriptUrl === '') throw new Error('Fuda: load fuda.js by <script src="…/js/fuda.js"> from your vault.');
  return {
    card: (cardOptions = {}) =>
      new HostedCard({
        // /prod/js/fuda.js → /prod/hosted/card
        frameUrl: new URL('../hosted/card', scriptUrl),
        publishableKey,
        locale: pickLocale([cardOptions.locale, options.locale, document.documentElement.lang, ...navigator.languages]),
        theme: writeTheme(cardOptions.theme),
      }),
  };
};

window.Fuda = Fuda;
