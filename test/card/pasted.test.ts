/** Which pasted texts are a whole card, and which are a number and nothing more. */
import { describe, expect, test } from '@jest/globals';
import { readPastedCard } from '../../shared/card/pasted.ts';

const VISA = { number: '4242424242424242', expiry: '12 / 30' };

test.each([
  ['4242 4242 4242 4242 12/30 837', { ...VISA, cvc: '837' }],
  ['4242 4242 4242 4242 12/30', VISA],
  ['4242424242424242 1230 837', { ...VISA, cvc: '837' }],
  ['4242424242424242 122030 837', { ...VISA, cvc: '837' }],
  ['4242424242424242 2030-12 837', { ...VISA, cvc: '837' }],
  ['4242424242424242\t1/30\t837', { ...VISA, expiry: '01 / 30', cvc: '837' }],
  ['VISA 4242-4242-4242-4242 (exp 12.2030) cvv 837', { ...VISA, cvc: '837' }],
  ['3782 822463 10005 01/29 1234', { number: '378282246310005', expiry: '01 / 29', cvc: '1234' }],
  ['٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ١٢/٣٠ ٨٣٧', { ...VISA, cvc: '837' }],
])('%j is a whole card', (text, card) => {
  expect(readPastedCard(text)).toEqual(card);
});

describe('no whole card is', () => {
  test.each([
    ['nothing', ''],
    ['a number', '4242 4242 4242 4242'],
    ['a number of 19 digits', '6205 5000 0000 0000 004'],
    ['a number with a typing error', `${'4242 '.repeat(3)}4241 12/30 837`],
    ['a number of no network that is accepted', '9999 9999 9999 9995 12/30 837'],
    ['a number and a code', '4242424242424242 837'],
    ['a month that there is none of', '4242424242424242 13/30 837'],
    ['a code of another length than the network’s', '4242424242424242 12/30 8371'],
    ['a code and something more', '4242424242424242 12/30 837 100'],
    ['an expiry and a code', '12/30 837'],
    ['a number in the middle of others', '100 4242424242424242 12/30 837'],
    ['groups with other text between them', `4242 and ${'4242 '.repeat(3)}12/30 837`],
    ['a text of a page', `4242424242424242 12/30 837 ${'x'.repeat(200)}`],
    ['digits without end', '4'.repeat(200)],
  ])('%s', (_what, text) => {
    expect(readPastedCard(text)).toBeNull();
  });
});
