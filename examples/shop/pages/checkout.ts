/**
 * The checkout: order, delivery, and the card field, which is the vault's own page in a frame. This page holds the
 * publishable key and nothing else of the vault; `public/pay.js` mounts the field and `public/checkout.js` minds the form.
 */
import { type Html, html } from '../html.ts';
import type { Contact, Order } from '../orders.ts';
import { formatYen, type Texts } from '../texts.ts';
import { foldedCloth, icon } from './cloth.ts';
import { layout, type PageContext, textsOf } from './layout.ts';

export function checkoutPage(context: PageContext, order: Order): string {
  const texts = textsOf(context);
  const { address, integrity } = context.fudaScript;
  const head = html`<script src="${address}" ${integrity && html`integrity="${integrity}" crossorigin="anonymous"`} defer></script>
  <script src="/assets/checkout.js" type="module"></script>`;
  const body = html`
  <div class="checkout">
    <h1>${texts.checkoutTitle}</h1>
    ${orderSummary(context, order)}
    <form id="checkout" novalidate data-order="${order.id}" data-locale="${context.locale}"
      data-publishable-key="${context.publishableKey}">
      ${order.payments.length > 0 && html`<p class="notice" role="status">${texts.anotherCardNotice}</p>`}
      ${contactFields(context, texts, order.contact)}
      ${cardFields(texts)}
      ${context.testCardHints && testCards(texts)}
      <noscript><p class="notice">${texts.needsScript}</p></noscript>
      <button id="pay" class="button pay" type="submit" disabled>
        <span class="pay-idle">${icon('lock')}${texts.pay.replace('{amount}', formatYen(order.amountMinor, context.locale))}</span>
        <span class="pay-busy">${texts.paying}</span>
      </button>
      <p id="problem" class="problem" role="alert" data-unsure="${texts.payUnsure}" data-broken="${texts.payBroken}"
        data-card-number="${texts.cardNumberHere}"></p>
      <p id="progress" class="unseen" role="status" data-busy="${texts.paying}"></p>
      <p class="fine">${texts.payNote}</p>
    </form>
  </div>`;
  return layout(context, { title: texts.checkoutTitle, style: 'checkout.css', head, body });
}

function orderSummary(context: PageContext, order: Order): Html {
  const texts = textsOf(context);
  const yen = (amountMinor: number): string => formatYen(amountMinor, context.locale);
  return html`
    <section class="summary" aria-labelledby="summary">
      <h2 id="summary">${texts.summaryTitle}</h2>
      <div class="item">${foldedCloth()}
        <p><strong>${texts.productName}</strong><span>${texts.productEyebrow}</span><span>× ${order.quantity}${texts.unit}</span></p></div>
      <dl class="amounts">
        <div><dt>${texts.subtotal}</dt><dd>${yen(order.amountMinor - order.taxMinor)}</dd></div>
        <div><dt>${texts.tax}</dt><dd>${yen(order.taxMinor)}</dd></div>
        <div><dt>${texts.shipping}</dt><dd>${texts.free}</dd></div>
        <div class="total"><dt>${texts.total}</dt><dd>${yen(order.amountMinor)}</dd></div>
      </dl>
    </section>`;
}

interface Field {
  readonly name: keyof Contact;
  readonly label: string;
  readonly type: 'text' | 'email';
  readonly autocomplete: string;
  readonly hint?: string;
  readonly placeholder?: string;
}

function contactFields(context: PageContext, texts: Texts, contact: Contact | undefined): Html {
  const fields: readonly Field[] = [
    { name: 'name', label: texts.name, type: 'text', autocomplete: 'name' },
    { name: 'email', label: texts.email, type: 'email', autocomplete: 'email', hint: texts.emailHint },
    {
      name: 'postal_code',
      label: texts.postalCode,
      type: 'text',
      autocomplete: 'postal-code',
      placeholder: texts.postalCodeExample,
    },
    { name: 'address', label: texts.address, type: 'text', autocomplete: 'street-address' },
  ];
  return html`
      <fieldset class="panel">
        <legend>${texts.contactTitle}</legend>
        ${context.testMode && html`<button class="quiet sample" type="button" id="sample" disabled>${texts.fillSample}</button>`}
        <div class="fields">${fields.map((field) => contactField(texts, field, contact?.[field.name] ?? ''))}</div>
      </fieldset>`;
}

function contactField(texts: Texts, field: Field, value: string): Html {
  const { name } = field;
  return html`
          <div class="field field-${name}">
            <label for="${name}">${field.label}</label>
            <input id="${name}" name="${name}" type="${field.type}" autocomplete="${field.autocomplete}" required
              maxlength="200" value="${value}" ${field.placeholder && html`placeholder="${field.placeholder}"`}
              aria-describedby="${field.hint ? `${name}-hint ` : ''}${name}-error">
            ${field.hint && html`<p class="hint" id="${name}-hint">${field.hint}</p>`}
            <p class="error" id="${name}-error" data-missing="${texts.required}"
              data-wrong="${field.type === 'email' ? texts.emailWrong : texts.required}"></p>
          </div>`;
}

/** `fuda.js` fills `#card`; the texts around it show whether it has loaded. */
const cardFields = (texts: Texts): Html => html`
      <fieldset class="panel" id="payment">
        <legend>${texts.cardTitle}</legend>
        <div class="card-field" data-state="loading">
          <div id="card"></div>
          <p class="card-loading" role="status">${texts.cardLoading}</p>
          <div class="card-failed" role="alert"><p data-text="${texts.cardFailed}"></p>
            <button class="quiet" type="button" id="reload">${texts.reload}</button></div>
        </div>
      </fieldset>`;

/** Published test cards of the vault's simulator; a live shop never shows these. */
const testCards = (texts: Texts): Html => html`
      <details class="hints">
        <summary><span class="tag">TEST</span> ${texts.hintsTitle}</summary>
        <dl>
          <div><dt>${texts.hintApprove}</dt><dd>4242 4242 4242 4242</dd></div>
          <div><dt>${texts.hintDecline}</dt><dd>4000 0000 0000 0002</dd></div>
          <div><dt>${texts.hintFunds}</dt><dd>4000 0000 0000 9995</dd></div>
          <div><dt>${texts.hintLost}</dt><dd>4000 0000 0000 0036</dd></div>
        </dl>
        <p>${texts.hintsText}</p>
      </details>`;
