// The complete browser integration: mount the vault's card field, turn the card into a token, pay with the token. The
// number is typed into a frame of the vault's origin, which this page cannot read. Copy this file.

/* global Fuda */

/** Ink, paper and indigo of this shop, so that the field looks like the fields around it. */
const theme = {
  font: 'sans',
  radiusPx: 6,
  light: { text: '#23262b', quiet: '#615f59', edge: '#8d897f', focus: '#1d3a5f', fault: '#95301f', page: '#fffdf9' },
};

export function openCardField(publishableKey, locale) {
  const card = Fuda(publishableKey, { locale }).card({ theme });
  card.mount('#card');
  return card;
}

/** Resolves with `{ error }` when the card needs correcting, else with the response of this shop's own POST /pay. */
export async function pay(card, orderId) {
  const { token, error } = await card.tokenize();
  if (error) return { error };
  const response = await fetch('/pay', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ order_id: orderId, token: token.id }),
  });
  return response.json();
}
