// Runs the checkout form: checks the delivery fields, allows one payment at a time, shows messages.
import { openCardField, pay } from './pay.js';

const SAMPLE = {
  ja: {
    name: '山田 花子',
    email: 'hanako@namima.example',
    postal_code: '771-1203',
    address: '徳島県板野郡藍住町奥野 1-2-3',
  },
  en: {
    name: 'Hanako Yamada',
    email: 'hanako@namima.example',
    postal_code: '771-1203',
    address: '1-2-3 Okuno, Aizumi, Tokushima',
  },
};

const form = document.querySelector('#checkout');
const inputs = [...form.querySelectorAll('.field input')];
const button = document.querySelector('#pay');
const problem = document.querySelector('#problem');
const progress = document.querySelector('#progress');
const frame = document.querySelector('.card-field');
const { order, locale, publishableKey } = form.dataset;

let busy = false;
const card = openCard();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!busy && !button.disabled && contactIsComplete()) void submit();
});
for (const input of inputs) input.addEventListener('input', () => say(input, ''));
document.querySelector('#reload').addEventListener('click', () => location.reload());
const sample = document.querySelector('#sample');
sample?.addEventListener('click', () => {
  for (const input of inputs) {
    input.value = SAMPLE[locale][input.name];
    say(input, '');
  }
});
// This script runs after the vault's; until then a press would do nothing, so the button waits too.
if (sample) sample.disabled = false;
// A page kept by the browser's back button would still be busy.
addEventListener('pageshow', (event) => event.persisted && location.reload());

function openCard() {
  const fail = () => {
    if (frame.dataset.state !== 'loading') return;
    frame.dataset.state = 'failed';
    const text = frame.querySelector('[data-text]');
    text.textContent = text.dataset.text;
  };
  try {
    const field = openCardField(publishableKey, locale);
    field.on('error', fail);
    field.on('change', () => {
      if (!busy) problem.textContent = '';
    });
    field.on('submit', () => form.requestSubmit()); // Enter, pressed inside the frame.
    field.on('ready', () => {
      frame.dataset.state = 'ready';
      button.disabled = false;
    });
    return field;
  } catch {
    fail(); // The vault's script did not load.
    return null;
  }
}

async function submit() {
  setBusy(true);
  problem.textContent = '';
  try {
    const contact = await saveContact();
    if (contact.code)
      return stop(contact.code === 'card_number_refused' ? problem.dataset.cardNumber : problem.dataset.broken);
    const { error, order_url: orderUrl } = await pay(card, order);
    if (error) return stop(error.message);
    if (!orderUrl) return stop(problem.dataset.broken);
    location.assign(`${orderUrl}?lang=${locale}`);
  } catch {
    // The shop's response was lost. Paying again is safe: the shop pays each order once.
    stop(problem.dataset.unsure);
  }
}

async function saveContact() {
  const response = await fetch(`/orders/${order}/contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]))),
  });
  return response.json();
}

function contactIsComplete() {
  for (const input of inputs) {
    const { missing, wrong } = document.getElementById(`${input.id}-error`).dataset;
    if (input.value.trim() === '') say(input, missing);
    else say(input, input.validity.valid ? '' : wrong);
  }
  const first = inputs.find((input) => input.getAttribute('aria-invalid') === 'true');
  first?.focus();
  return first === undefined;
}

function say(input, message) {
  document.getElementById(`${input.id}-error`).textContent = message;
  input.toggleAttribute('aria-invalid', false);
  if (message) input.setAttribute('aria-invalid', 'true');
}

function stop(message) {
  setBusy(false);
  problem.textContent = message;
  // It stands below the button, which it would else move.
  problem.scrollIntoView({ block: 'nearest' });
}

/** The button stays focusable and says what goes on; pressing it meanwhile does nothing. */
function setBusy(value) {
  busy = value;
  form.toggleAttribute('data-busy', value);
  button.setAttribute('aria-disabled', String(value));
  progress.textContent = value ? progress.dataset.busy : '';
  for (const input of inputs) input.readOnly = value;
}
