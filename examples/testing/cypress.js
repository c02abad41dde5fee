/**
 * Adds `cy.fillCard()` to your own Cypress tests: types a test card into the card field, all in one frame or in a frame
 * for each field. Copy this file to cypress/support/ and import it there. Set `chromeWebSecurity: false` in
 * cypress.config: the field is of the vault's origin, and Cypress reaches into it from the page's.
 */

/* global cy, Cypress */

/** A published test card that is approved. Others: docs/reference/test-cards.md. */
const TEST_CARD = { number: '4242424242424242', expiry: '12 / 39', cvc: '123' };

/** Field → the frames that hold it, by the field set in their address, and the `autocomplete` of its input. */
const FIELDS = {
  number: { fieldSets: ['card', 'number'], autocomplete: 'cc-number' },
  expiry: { fieldSets: ['card', 'expiry'], autocomplete: 'cc-exp' },
  cvc: { fieldSets: ['card', 'cvc', 'code'], autocomplete: 'cc-csc' },
  name: { fieldSets: ['card_name', 'name'], autocomplete: 'cc-name' },
};

Cypress.Commands.add('fillCard', (card = TEST_CARD) => {
  for (const [name, { fieldSets, autocomplete }] of Object.entries(FIELDS)) {
    if (card[name] === undefined) continue;
    const shows = fieldSets.map((fieldSet) => `[src*="field_set=${fieldSet}"]`).join(', ');
    // <fuda-card> has its frame in a shadow tree.
    cy.get(`iframe[src*="/hosted/card?"][src*="key=pk_test_"]:is(${shows})`, { includeShadowDom: true })
      .its('0.contentDocument.body')
      .find(`input[autocomplete="${autocomplete}"]:visible`)
      .clear()
      .type(card[name]);
  }
});
