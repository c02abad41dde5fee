/** The outcome of an order: paid, declined, refused, or not known yet. Also the page for unknown addresses. */
import { declineMessage, refusalMessage } from '../declines.ts';
import { type Html, html } from '../html.ts';
import { type Order, type Outcome, orderNumber } from '../orders.ts';
import { formatYen } from '../texts.ts';
import { foldedCloth, icon } from './cloth.ts';
import { layout, link, type PageContext, textsOf } from './layout.ts';

const BRAND_NAMES: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  jcb: 'JCB',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  unionpay: 'UnionPay',
};

const REFRESH_SECONDS = 5;

export function orderPage(context: PageContext, order: Order, outcome: Outcome): string {
  switch (outcome.kind) {
    case 'paid':
      return paidPage(context, order, outcome);
    case 'declined':
      return notPaidPage(
        context,
        order,
        textsOf(context).declinedTitle,
        declineMessage(outcome.declineCode, context.locale),
      );
    case 'refused':
      return notPaidPage(context, order, textsOf(context).refusedTitle, refusalMessage(outcome.code, context.locale));
    case 'processing':
      return waitingPage(context, order, outcome.chargeId === null);
    default:
      return outcome satisfies never;
  }
}

function paidPage(context: PageContext, order: Order, paid: Extract<Outcome, { kind: 'paid' }>): string {
  const texts = textsOf(context);
  const brand = BRAND_NAMES[paid.brand] ?? paid.brand;
  const body = html`
  <section class="result result-paid">
    <p class="parcel">${foldedCloth()}<span class="mark">${icon('check')}</span></p>
    <h1>${texts.paidTitle}</h1>
    <p class="lead">${texts.paidText}</p>
    <dl class="receipt">
      <div><dt>${texts.orderNumber}</dt><dd class="number">${orderNumber(order)}</dd></div>
      <div><dt>${texts.summaryTitle}</dt><dd>${texts.productName} × ${order.quantity}${texts.unit}</dd></div>
      <div><dt>${texts.total}</dt><dd>${formatYen(order.amountMinor, context.locale)} <small>${texts.taxIncluded}</small></dd></div>
      <div><dt>${texts.paidWith}</dt><dd>${brand} <span class="last4">${texts.endingIn} ${paid.last4}</span></dd></div>
      ${order.contact && html`<div><dt>${texts.sendTo}</dt><dd>${order.contact.name}</dd></div>`}
    </dl>
    <p class="next"><strong>${texts.nextTitle}</strong> ${texts.nextText}</p>
    <p><a class="button secondary" href="${link(context, '/')}">${texts.continueShopping}</a></p>
  </section>`;
  return layout(context, { title: texts.paidTitle, style: 'order.css', body });
}

function notPaidPage(context: PageContext, order: Order, title: string, message: string): string {
  const texts = textsOf(context);
  const body = html`
  <section class="result result-declined">
    <p class="mark">${icon('pause')}</p>
    <h1>${title}</h1>
    <p class="lead">${message}</p>
    <p class="fine">${texts.notCharged}</p>
    <p><a class="button" href="${link(context, `/checkout?order=${order.id}`)}#payment">${texts.anotherCard}</a></p>
    <p class="fine">${texts.orderNumber} ${orderNumber(order)}</p>
  </section>`;
  return layout(context, { title, style: 'order.css', body });
}

/** `public/order.js` asks for the outcome and reloads; without scripts the page reloads itself. */
function waitingPage(context: PageContext, order: Order, responseLost: boolean): string {
  const texts = textsOf(context);
  const title = responseLost ? texts.lostTitle : texts.processingTitle;
  const head: Html = html`<script src="/assets/order.js" type="module"></script>
  <noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>`;
  const body = html`
  <section class="result result-waiting" id="waiting" data-status-url="/orders/${order.id}/status">
    <p class="mark">${icon('wait')}</p>
    <h1>${title}</h1>
    <p class="lead" role="status">${responseLost ? texts.lostText : texts.processingText}</p>
    <p class="slow" id="slow" hidden>${texts.stillWaiting}</p>
    <p><a class="button secondary" href="${link(context, `/orders/${order.id}`)}">${texts.checkAgain}</a></p>
    <p class="fine">${texts.orderNumber} ${orderNumber(order)}</p>
  </section>`;
  return layout(context, { title, style: 'order.css', head, body });
}

export function messagePage(context: PageContext, code: string): string {
  const texts = textsOf(context);
  const message = code === 'order_not_found' ? texts.orderNotFound : texts.pageNotFound;
  const body = html`
  <section class="result">
    <h1>${texts.messageTitle}</h1>
    <p class="lead">${message}</p>
    <p><a class="button secondary" href="${link(context, '/')}">${texts.continueShopping}</a></p>
  </section>`;
  return layout(context, { title: texts.messageTitle, style: 'order.css', body });
}
