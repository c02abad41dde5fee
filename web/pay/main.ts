/**
 * The payment page at /pay/{checkout_session_id}, served by the vault. The HTML already holds every text; this file
 * adds the card form, without a frame, and payment. The outcome of a payment is always read from the vault, and shown by
 * reloading the page. Session, status and mode stand in the page as the vault read them. In browsers only this file and
 * main.ts of the hosted field read the clock and the random source.
 */
import { FIELD_SETS } from '../../shared/card/fields.ts';
import { CardForm } from '../hosted/card-form.ts';
import { paint } from '../hosted/paint.ts';
import { TEXTS } from '../hosted/texts.ts';
import { createTokenizer, PURPOSES } from '../hosted/tokenizer.ts';
import { connectVault } from '../hosted/vault.ts';
import { createView } from '../hosted/view.ts';
import { pickLocale } from '../locale.ts';
import { readTheme } from '../theme.ts';
import { askForPayment, type Memory } from './ask.ts';
import { connectCheckout } from './checkout.ts';
import { lookAgain } from './look-again.ts';
import { watchOutcome } from './outcome.ts';
import { connectScreen } from './screen.ts';

const { session = '', status, mode } = document.getElementById('main')?.dataset ?? {};
const reload = () => location.reload();
// Relative to the page, so that it is right behind a stage prefix too: /vault/pay/cs_… → /vault/v1/tokens.
const base = new URL('../', location.href);
const deps = {
  fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) => fetch(input, init),
  nowMs: () => Date.now(),
  randomBytes: (byteLength: number) => crypto.getRandomValues(new Uint8Array(byteLength)),
};
const checkout = connectCheckout(base, new URL(`pay/${session}`, base), session, deps.fetch);
const screen = connectScreen(document);
const asking = {
  checkout,
  nowMs: deps.nowMs,
  wait: (pauseMs: number) => new Promise<void>((resolve) => setTimeout(resolve, pauseMs)),
};
/** In the entry of the tab's history: it survives a reload, and no other page can read it. */
const memory: Memory = {
  sentAtMs: () => (typeof history.state?.sentAtMs === 'number' ? history.state.sentAtMs : null),
  remember: (sentAtMs) => history.replaceState({ sentAtMs }, ''),
};

function open(): void {
  const locale = pickLocale([document.documentElement.lang]);
  const texts = TEXTS[locale];
  const { fields } = FIELD_SETS.card;
  const { title } = document;
  paint(document, readTheme('base=auto'), matchMedia('(prefers-color-scheme: dark)'));
  const view = createView(document, texts, { locale, isTest: mode === 'test', fields, leads: true });
  document.title = title;
  const vault = connectVault(base, session, deps);
  const form = new CardForm({
    view,
    fields,
    siblings: () => [],
    knownBrand: null,
    nowMs: () => vault.nowMs(),
    changed: () => {},
  });
  const tokenize = createTokenizer({ vault, texts, purpose: PURPOSES.token, forms: () => [form] });
  askForPayment({ ...asking, form, tokenize, screen, memory, reload });
  vault.warmUp();
}

if (status === 'open') open();
if (status === 'processing') {
  watchOutcome(asking, 0).then((known) => (known === null ? screen.stopped() : reload()));
}
lookAgain(document, { ...asking, screen, reload });
// A page that the back button restores from memory may be older than the payment.
addEventListener('pageshow', (event) => {
  if (event.persisted) reload();
});
