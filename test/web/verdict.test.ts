/** When a field is right, unfinished or wrong, and when it says so. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandOf } from '../../shared/card/brand.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { faultShown, fieldOfRefusal, typed, UNTOUCHED } from '../../web/hosted/faults.ts';
import {
  certainBrand,
  isWholeNumber,
  judgeCvc,
  judgeExpiry,
  judgeName,
  judgeNumber,
} from '../../web/hosted/verdict.ts';
import { checkProperty } from '../setup/property.ts';

const NOW_MS = Date.UTC(2026, 10, 23);
const said = (verdict: { state: string; code?: string }) => [verdict.state, verdict.code].filter(Boolean).join(' ');

describe('a card number', () => {
  test.each([
    ['', 'empty'],
    ['4', 'partial number_incomplete'],
    ['424242424242424', 'partial number_incomplete'],
    ['4242424242424242', 'complete'],
    // A Visa number may have 19 digits, so this one is wrong only if it ends here.
    ['4242424242424241', 'partial number_luhn'],
    ['4242424242424241000', 'wrong number_luhn'],
    ['378282246310005', 'complete'],
    ['378282246310006', 'wrong number_luhn'],
    ['9', 'wrong brand_unknown'],
    ['1234', 'wrong brand_unknown'],
  ])('%p is %p', (digits, verdict) => {
    expect(said(judgeNumber(digits))).toBe(verdict);
  });

  test('no beginning of a published test card is ever wrong, so none is complained of while typed', () => {
    for (const number of Object.keys(TEST_CARDS)) {
      for (let length = 1; length < number.length; length += 1) {
        expect(judgeNumber(number.slice(0, length)).state).not.toBe('wrong');
      }
      expect(judgeNumber(number)).toEqual({ state: 'complete' });
    }
  });

  test('typing leads on after the last digit, and not after a shorter number that may go on', () => {
    expect(isWholeNumber('4242424242424242')).toBe(true);
    expect(isWholeNumber('378282246310005')).toBe(true);
    expect(isWholeNumber('62000000000000')).toBe(false);
    expect(isWholeNumber('4242424242424241')).toBe(false);
  });

  test('one digit shows a brand only where it leaves no doubt', () => {
    expect(certainBrand('4')?.brand).toBe('visa');
    expect(certainBrand('3')).toBeNull();
    expect(certainBrand('37')?.brand).toBe('amex');
  });
});

describe('an expiry date in November 2026', () => {
  test.each([
    ['', 'empty'],
    ['1', 'partial expiry_incomplete'],
    ['12 / 3', 'partial expiry_incomplete'],
    ['11 / 26', 'complete'],
    ['10 / 26', 'wrong expiry_past'],
    ['01 / 20', 'partial expiry_past'],
    ['01 / 202', 'partial expiry_incomplete'],
    ['00 / ', 'wrong expiry_invalid'],
    ['2029-13', 'wrong expiry_invalid'],
    ['01 / 99', 'wrong expiry_invalid'],
  ])('%p is %p', (text, verdict) => {
    expect(said(judgeExpiry(text, NOW_MS))).toBe(verdict);
  });
});

describe('a security code', () => {
  const visa = brandOf('4242');
  const amex = brandOf('378282');
  test.each([
    ['', visa, 'empty'],
    ['12', visa, 'partial cvc_incomplete'],
    ['123', visa, 'complete'],
    ['1234', visa, 'wrong cvc_invalid'],
    ['123', amex, 'partial cvc_incomplete'],
    ['1234', amex, 'complete'],
    ['1234', null, 'complete'],
  ])('%p is judged by the brand', (digits, facts, verdict) => {
    expect(said(judgeCvc(digits, facts))).toBe(verdict);
  });
});

describe('an error', () => {
  const unfinished = judgeNumber('4242');
  test('is not shown of an unfinished field before it is left', () => {
    expect(faultShown('number', typed(unfinished))).toBeNull();
    expect(faultShown('number', { ...typed(unfinished), left: true })).toBe('number_incomplete');
  });

  test('is shown at once of a field that cannot become right', () => {
    expect(faultShown('number', typed(judgeNumber('9')))).toBe('brand_unknown');
  });

  test('is shown of an empty field only after asking to pay', () => {
    expect(faultShown('cvc', { ...UNTOUCHED, left: true })).toBeNull();
    expect(faultShown('cvc', { ...UNTOUCHED, left: true, asked: true })).toBe('cvc_missing');
  });

  test('from the vault stays until the field is typed in', () => {
    const complete = judgeNumber('4242424242424242');
    expect(faultShown('number', { ...typed(complete), refusal: 'test_card_required' })).toBe('test_card_required');
    expect(faultShown('number', typed(complete))).toBeNull();
  });

  test.each([
    ['number_luhn', 'number'],
    ['brand_unknown', 'number'],
    ['test_card_required', 'number'],
    ['expiry_past', 'expiry'],
    ['cvc_invalid', 'cvc'],
    ['key_revoked', null],
    ['network', null],
  ])('%p of the vault belongs to %p', (code, name) => {
    expect(fieldOfRefusal(code)).toBe(name);
  });
});

test.each([
  ['', 'empty'],
  ['  ', 'empty'],
  ['TARO YAMADA', 'complete'],
  ['山田 太郎', 'complete'],
  ['John Smith 3rd', 'complete'],
  ['-', 'partial name_invalid'],
  ['4242 4242 4242 4242', 'wrong name_invalid'],
  ['TARO 42424', 'wrong name_invalid'],
])('a name of %p is judged %p', (text, verdict) => {
  expect(said(judgeName(text))).toBe(verdict);
});

test('typing a digit never turns a wrong number right again', () => {
  checkProperty(
    fc.property(fc.stringMatching(/^\d{1,18}$/), fc.stringMatching(/^\d$/), (digits, next) => {
      if (judgeNumber(digits).state === 'wrong') expect(judgeNumber(digits + next).state).toBe('wrong');
    }),
    { runs: 500 },
  );
});
