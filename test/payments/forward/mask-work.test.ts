/**
 * The search for echoed card data visits each character of a response a bounded number of times, in any alphabet. The
 * function's time ends at 28 seconds; a search that took longer would leave a paid forward unknown.
 */
import { expect, test } from '@jest/globals';
import { makeSearch } from '../../../shared/payments/forward/mask/search.ts';
import { makeMasker } from '../../../shared/payments/forward/mask.ts';
import { RESPONSE_BYTES_MAX } from '../../../shared/payments/forward/shown-response.ts';
import { ALPHABETS, HARMLESS } from '../../../tools/bench/alphabets.ts';
import { CARD } from '../../setup/cards.ts';
import { IS_SLOW } from '../../setup/sweeps.ts';

const SENT = { number: CARD.discover, cvc: '837', secrets: ['sk_live_Qm7/x+9abcdefgh'] };
const ROWS = Object.entries({ harmless: HARMLESS, ...ALPHABETS });
/** Several times what any of them needs. */
const VISITS_MAX = 50;
const LARGEST = IS_SLOW ? RESPONSE_BYTES_MAX : RESPONSE_BYTES_MAX / 4;

test.each(ROWS)('%s: as many visits for each character of a large response as of a small one', (_, write) => {
  const [small = 0, large = 0] = [LARGEST / 8, LARGEST].map(
    (length) => makeSearch(SENT)(write(length)).visits / length,
  );
  expect(large).toBeLessThan(VISITS_MAX);
  expect(large).toBeLessThanOrEqual(small * 2);
});

test.each(ROWS)('%s around a number: it is found, or the response is withheld', (_, write) => {
  const body = `${write(2_000)} ${CARD.discover} ${write(2_000)}`;
  expect(makeMasker(SENT)(body) ?? '').not.toContain(CARD.discover);
});

test('all of them in one response are at most as much work as the limit allows', () => {
  const length = Math.floor(RESPONSE_BYTES_MAX / ROWS.length);
  const body = ROWS.map(([, write]) => write(length)).join('\n');
  expect(makeSearch(SENT)(body).visits / body.length).toBeLessThan(VISITS_MAX);
});
