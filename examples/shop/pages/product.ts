/** The front of the shop: one cloth, its price with tax, how it is made. */
import { type Html, html } from '../html.ts';
import { PRODUCT, QUANTITY_LIMIT } from '../orders.ts';
import { formatYen, type Texts } from '../texts.ts';
import { hangingCloth, icon } from './cloth.ts';
import { layout, type PageContext, textsOf } from './layout.ts';

export function productPage(context: PageContext): string {
  const texts = textsOf(context);
  const body = html`
  <article class="product">
    <div class="stage">${hangingCloth(texts.artwork)}</div>
    <div class="details">
      <p class="eyebrow">${texts.productEyebrow}</p>
      <h1>${texts.productName} <small>${texts.productReading}</small></h1>
      <p class="lead">${texts.productLead}</p>
      <p class="price"><strong>${formatYen(PRODUCT.priceMinor, context.locale)}</strong> <span>${texts.taxIncluded}</span></p>
      ${buyForm(context, texts)}
      <ul class="promises">
        <li>${icon('lock')}${texts.promiseCard}</li>
        <li>${icon('parcel')}${texts.promiseReturn}</li>
      </ul>
      ${specification(texts)}
    </div>
  </article>
  ${making(texts)}`;
  return layout(context, { title: texts.productName, style: 'product.css', body });
}

function buyForm(context: PageContext, texts: Texts): Html {
  const options = Array.from({ length: QUANTITY_LIMIT }, (_, index) => index + 1);
  return html`
      <form class="buy" action="/checkout" method="get">
        <input type="hidden" name="lang" value="${context.locale}">
        <label for="quantity">${texts.quantity}</label>
        <select id="quantity" name="quantity">${options.map(
          (count) => html`<option value="${count}">${count}${texts.unit}</option>`,
        )}</select>
        <button class="button" type="submit">${texts.buy}</button>
      </form>`;
}

const specification = (texts: Texts): Html => html`
      <dl class="specification">
        <div><dt>${texts.specMaterial}</dt><dd>${texts.specMaterialValue}</dd></div>
        <div><dt>${texts.specSize}</dt><dd>${texts.specSizeValue}</dd></div>
        <div><dt>${texts.specDye}</dt><dd>${texts.specDyeValue}</dd></div>
        <div><dt>${texts.specShip}</dt><dd>${texts.specShipValue}</dd></div>
      </dl>`;

const making = (texts: Texts): Html => html`
  <section class="making" aria-labelledby="making">
    <h2 id="making">${texts.makingTitle}</h2>
    <ol>
      <li>${icon('stencil')}<h3>${texts.making1}</h3><p>${texts.making1Text}</p></li>
      <li>${icon('vat')}<h3>${texts.making2}</h3><p>${texts.making2Text}</p></li>
      <li>${icon('river')}<h3>${texts.making3}</h3><p>${texts.making3Text}</p></li>
    </ol>
    <p class="care"><strong>${texts.careTitle}</strong> ${texts.careText}</p>
  </section>`;
