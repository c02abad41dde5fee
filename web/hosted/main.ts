/**
 * The hosted card field: the page at /hosted/card, inside a frame on the merchant's checkout. This file puts the parts
 * together; it is the only one of the frame that reads the address, the clock and the random source. The address is
 * trusted for its `origin` because the vault served the page only after finding that origin among the merchant's own,
 * and lets no other page hold it in a frame.
 */
import { MODES } from '../../shared/card/fields.ts';
import { pickLocale } from '../locale.ts';
import type { CardState } from '../messages.ts';
import { readTheme } from '../theme.ts';
import { CardForm } from './card-form.ts';
import { faintness, paint } from './paint.ts';
import { connectParent } from './parent.ts';
import { TEXTS } from './texts.ts';
import { createTokenizer } from './tokenizer.ts';
import { connectVault } from './vault.ts';
import { createView } from './view.ts';

const asked = new URLSearchParams(location.search);
const publishableKey = asked.get('key') ?? '';
const locale = pickLocale([asked.get('locale')]);
const texts = TEXTS[locale];

const look = readTheme(asked.get('theme') ?? '', (problem) => console.error(`Fuda: ${problem}`));
for (const faint of faintness(look)) console.warn(`Fuda: ${faint}`);
paint(document, look, matchMedia('(prefers-color-scheme: dark)'));

const view = createView(document, texts, {
  locale,
  isTest: publishableKey.startsWith('pk_test_'),
  fields: MODES.card,
});
// Relative to the page, so that it holds behind a stage prefix too: /prod/hosted/card → /prod/v1/tokens.
const vault = connectVault(new URL('../', location.href), publishableKey, {
  fetch: (input, init) => fetch(input, init),
  nowMs: () => Date.now(),
  randomBytes: (byteLength) => crypto.getRandomValues(new Uint8Array(byteLength)),
});

let lastState = '';
const form = new CardForm({
  view,
  fields: MODES.card,
  siblings: () => [],
  nowMs: () => vault.nowMs(),
  changed: tellChange,
});
const tokenize = createTokenizer({ vault, texts, forms: () => [form] });

const page = connectParent(window, asked.get('origin') ?? '', (message) => {
  if (message.type === 'tokenize') answer(message.request);
  else if (message.type === 'focus') form.focus();
  else form.clear();
});

function tellChange(state: CardState): void {
  const text = JSON.stringify(state);
  if (text !== lastState) page.say({ type: 'change', state });
  lastState = text;
}

async function answer(request: number): Promise<void> {
  const outcome = await tokenize();
  page.say('token' in outcome ? { type: 'token', request, ...outcome } : { type: 'failed', request, ...outcome });
}

view.root.addEventListener('focusin', (event) => {
  if (event.relatedTarget === null) page.say({ type: 'focus' });
});
view.root.addEventListener('focusout', (event) => {
  if (event.relatedTarget === null) page.say({ type: 'blur' });
});
view.root.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.isComposing) page.say({ type: 'submit' });
});
new ResizeObserver(() => {
  page.say({ type: 'resize', height_px: Math.ceil(view.root.getBoundingClientRect().height) });
}).observe(view.root);

vault.warmUp();
page.say({ type: 'ready' });
