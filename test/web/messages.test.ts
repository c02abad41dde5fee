/** The guards between page and frame: they let through exactly the messages of the map, and nothing with more in it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FrameMessage, type PageMessage, readFrameMessage, readPageMessage, seal } from '../../web/messages.ts';
import { checkProperty } from '../setup/property.ts';

const token = {
  object: 'token',
  id: `tok_${'a'.repeat(26)}`,
  status: 'active',
  card: { brand: 'visa', bin: '424242', last4: '4242', exp_month: 12, exp_year: 2030, fingerprint: 'fp_x' },
  created_at: '2026-11-23T00:00:00.000Z',
  expires_at: '2026-11-23T00:15:00.000Z',
} as const;

const cvcToken = {
  object: 'cvc_token',
  id: `cvc_${'a'.repeat(26)}`,
  status: 'active',
  created_at: '2026-11-23T00:00:00.000Z',
  expires_at: '2026-11-23T00:15:00.000Z',
} as const;

const EMPTY = { complete: false, empty: true, error: null };
const WRONG = { complete: false, empty: false, error: 'number_luhn' };

const FRAME: readonly FrameMessage[] = [
  { type: 'ready' },
  { type: 'focus' },
  { type: 'blur' },
  { type: 'submit' },
  { type: 'fault' },
  { type: 'resize', height_px: 156, width_px: 366 },
  { type: 'change', report: { fields: {}, brand: null, brands: [] } },
  { type: 'change', report: { fields: { number: WRONG, cvc: EMPTY }, brand: 'jcb', brands: ['jcb'] } },
  { type: 'token', request: 1, token },
  { type: 'token', request: 1, token: cvcToken },
  { type: 'failed', request: 1, error: { code: 'network', message: 'Try again.' } },
];
const PAGE: readonly PageMessage[] = [{ type: 'focus' }, { type: 'clear' }, { type: 'tokenize', request: 1 }];

test.each(FRAME)('a frame may say %j', (message) => {
  expect(readFrameMessage(seal(message))).toEqual(seal(message));
});

test.each(PAGE)('a page may say %j', (message) => {
  expect(readPageMessage(seal(message))).toEqual(seal(message));
});

describe('refused is', () => {
  test.each([
    ['no object', 'ready'],
    ['null', null],
    ['a list', [seal({ type: 'ready' })]],
    ['no version', { type: 'ready' }],
    ['another version', { type: 'ready', fuda: 2 }],
    ['an unknown type', { type: 'steal', fuda: 1 }],
    ['an inherited type', { type: 'constructor', fuda: 1 }],
    ['a member too many', { ...seal({ type: 'ready' }), number: '4242424242424242' }],
    ['a member too few', { type: 'resize', fuda: 1 }],
    ['a negative height', { type: 'resize', fuda: 1, height_px: -1, width_px: 10 }],
    ['a height that is text', { type: 'resize', fuda: 1, height_px: '10', width_px: 10 }],
    ['a height without its width', { type: 'resize', fuda: 1, height_px: 10 }],
    ['a code that is prose', seal({ type: 'failed', request: 1, error: { code: 'Bad card', message: '' } })],
    [
      'a card number in a token',
      { ...seal(FRAME[7] as FrameMessage), token: { ...token, number: '4242424242424242' } },
    ],
    [
      'a card number as BIN',
      seal({ type: 'token', request: 1, token: { ...token, card: { ...token.card, bin: '4242424242424242' } } }),
    ],
    [
      'a code in a CVC token',
      seal({ type: 'token', request: 1, token: { ...cvcToken, cvc: '123' } as typeof cvcToken }),
    ],
    [
      'a field that no card has',
      seal({ type: 'change', report: { fields: { pan: EMPTY }, brand: null, brands: [] } } as unknown as FrameMessage),
    ],
    [
      'what was typed in a field',
      seal({
        type: 'change',
        report: { fields: { number: { ...EMPTY, value: '4242424242424242' } }, brand: null, brands: [] },
      } as unknown as FrameMessage),
    ],
    [
      'digits among the brands',
      seal({
        type: 'change',
        report: { fields: {}, brand: null, brands: ['4242424242424242'] },
      } as unknown as FrameMessage),
    ],
    ['a page message', seal({ type: 'tokenize', request: 1 })],
  ])('%s from a frame', (_what, data) => {
    expect(readFrameMessage(data)).toBeNull();
  });

  test('every frame message from a page, but focus, which both may say', () => {
    for (const message of FRAME) {
      if (message.type !== 'focus') expect(readPageMessage(seal(message))).toBeNull();
    }
  });

  test('anything at all, without an exception', () => {
    checkProperty(
      fc.property(fc.anything(), (data) => {
        expect(readFrameMessage(data)).toBeNull();
        expect(readPageMessage(data)).toBeNull();
      }),
    );
  });
});
