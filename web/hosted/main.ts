/**
 * The hosted card field: the page at /hosted/card, in a frame on the merchant's checkout. This file connects the parts,
 * and alone reads the clock and the random source. Key, origin and all else that the vault checked stand in the page as
 * the vault read them; nothing is read from the address again.
 */
import { factsOf } from '../../shared/card/brand.ts';
import { readFieldSettings } from '../../shared/card/field-settings.ts';
import { FIELD_SETS } from '../../shared/card/fields.ts';
import { pickLocale } from '../locale.ts';
import type { FormReport } from '../messages.ts';
import { readTheme } from '../theme.ts';
import { CardForm } from './card-form.ts';
import { isComposing } from './field.ts';
import { type GroupName, joinGroup, otherForms } from './group.ts';
import { faintness, paint } from './paint.ts';
import { connectParent } from './parent.ts';
import { reportFaults } from './report-faults.ts';
import { TEXTS } from './texts.ts';
import { createTokenizer, PURPOSES } from './tokenizer.ts';
import { connectVault } from './vault.ts';
import { createView } from './view.ts';

const settings = readFieldSettings(document.getElementById('main')?.dataset.settings);
const { publishable_key: publishableKey, origin, brand } = settings;
const locale = pickLocale([settings.locale]);
const { fields, makes } = FIELD_SETS[settings.field_set];
const group: GroupName = { group: settings.group, publishableKey, origin };

const page = connectParent(window, origin, (message) => {
  if (message.type === 'tokenize') respond(message.request);
  else if (message.type === 'focus') form.focus();
  else form.clear();
});
reportFaults(window, () => page.say({ type: 'fault' }));

// Only one of a card's frames reports a faulty theme to the page's developer.
const leads = makes !== null;
const look = readTheme(settings.theme, (problem) => leads && console.error(`Fuda: ${problem}`));
for (const faint of leads ? faintness(look) : []) console.warn(`Fuda: ${faint}`);
paint(document, look, matchMedia('(prefers-color-scheme: dark)'));

const view = createView(document, TEXTS[locale], {
  locale,
  isTest: settings.is_test,
  fields,
  leads,
});
// Relative to the page, so that it is right behind a stage prefix too: /prod/hosted/card → /prod/v1/tokens.
const vault = connectVault(new URL('../', location.href), publishableKey, {
  fetch: (input, init) => fetch(input, init),
  nowMs: () => Date.now(),
  randomBytes: (byteLength) => crypto.getRandomValues(new Uint8Array(byteLength)),
});

let lastReport = '';
let isReady = false;
const siblings = () => otherForms(window, group);
const form = new CardForm({
  view,
  fields,
  siblings,
  knownBrand: brand && factsOf(brand),
  nowMs: () => vault.nowMs(),
  changed: tellChange,
});
const tokenize =
  makes &&
  createTokenizer({ vault, texts: TEXTS[locale], purpose: PURPOSES[makes], forms: () => [form, ...siblings()] });

function tellChange(report: FormReport): void {
  const text = JSON.stringify(report);
  if (isReady && text !== lastReport) page.say({ type: 'change', report });
  lastReport = text;
}

async function respond(request: number): Promise<void> {
  if (tokenize === null) return;
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
  if (event.key === 'Enter' && !isComposing(event)) page.say({ type: 'submit' });
});
new ResizeObserver(() => {
  const height_px = Math.ceil(view.root.getBoundingClientRect().height);
  page.say({ type: 'resize', height_px, width_px: innerWidth });
}).observe(view.root);

if (makes !== null) vault.warmUp();
joinGroup(window, group, form);
page.say({ type: 'ready' });
isReady = true;
