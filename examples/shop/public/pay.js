// The browser's integration, whole: mount the vault's card field, turn the card into a token, pay with the token.
// The number is typed into a frame of the vault's own origin; this page cannot read it. Copy this file.

/* global Fuda */
export function openCardField(publishableKey, locale) {
  const card = Fuda(publishableKey, { locale }).card();
  card.mount('#card');
  return card;
}

/** Resolves with `{ error }` when the card needs correcting, else with the answer of this shop's own POST /pay. */
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
