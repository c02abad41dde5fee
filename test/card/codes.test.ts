/** Finding security codes and live tokens where none may be. */
import { describe, expect, test } from '@jest/globals';
import { type IdPrefix, randomId } from '../../shared/base/ids.ts';
import { cardDataIn } from '../../shared/card/scan.ts';
import { drawBytes } from '../setup/draws.ts';

describe('a security code is found', () => {
  test.each([
    'CVC: 737',
    'cvc737',
    'cvv2737',
    'cvv2=737',
    'CVV 7 3 7',
    'card cvn 7373',
    'my security code is 737',
    'Card Verification Value (737)',
    '<cvv>737</cvv>',
    '<cvn><number>737</number></cvn>',
    '<CardSecVal>737</CardSecVal>',
    'card_conf_number=737&x=1',
    '{"name":"cvv","value":"737"}',
    '{"cvc":{"value":737}}',
    'cvc%3D737',
    'CVC 737, 12/30',
    'セキュリティコードは737です',
    'ｾｷｭﾘﾃｨｺｰﾄﾞ：７３７',
    'カード確認番号 737',
    '보안 코드: 737',
    '安全码：737',
    '安全碼737',
    '末三码 737',
    'رمز الأمان: ٧٣٧',
  ])('in %j', (text) => {
    expect(cardDataIn(text)).toBe('code');
  });

  test.each([
    'order 737',
    'cvc_check: pass',
    'CVC ok, order 1234',
    'security code 2026-11-30',
    'cvc 12345',
    'cvc12345',
    'mycvc737',
    'card ending in 4242',
    'CVC does not match. Amount: 737',
    '737 is the CVC',
  ])('and not in %j', (text) => {
    expect(cardDataIn(text)).toBeNull();
  });
});

describe('a live token is found', () => {
  const random = 'abcdefghijklmnopqrstuvwxyz';
  test.each([
    `tok_${random}`,
    `paid with tok_${random}.`,
    `https://shop.example/?t=tok%5F${random}`,
    `cvc_${random}`,
    `TOK_${random.toUpperCase()}`,
    Buffer.from(`{"token":"tok_${random}"}`).toString('base64'),
  ])('in %j', (text) => {
    expect(cardDataIn(text)).toBe('token');
  });

  test('and no code, however the token of a code begins', () => {
    const digits = [...'234567'];
    const begins = digits.flatMap((a) =>
      digits.flatMap((b) => digits.flatMap((c) => ['', ...digits].map((d) => a + b + c + d))),
    );
    for (const begin of begins)
      expect([begin, cardDataIn(`cvc_${begin}${random.slice(begin.length)}`)]).toEqual([begin, 'token']);
    expect(cardDataIn(`cvc_${random}, CVC 737`)).toBe('code');
  });

  const idPrefixes = [
    'card',
    'ch',
    'cs',
    'fwd',
    'exp',
    're',
    'cap',
    'can',
    'mer',
    'evt',
    'we',
    'dlv',
    'fp',
    'use',
    'req',
    'honey',
  ];
  test.each([...idPrefixes, 'pk_test', 'pk_live'])(
    'and no code in an id of %s, wherever its letters spell one',
    (prefix) => {
      for (const code of ['cvc737', '2cvv7373', '7cvc2737']) {
        for (let begin = 0; begin + code.length <= 26; begin += 1) {
          const id = `${prefix}_${random.slice(0, begin)}${code}${random.slice(begin + code.length)}`;
          expect([id, cardDataIn(id)]).toEqual([id, null]);
        }
      }
      expect(cardDataIn(`${prefix}_${random}, CVC 737`)).toBe('code');
    },
  );

  test('and every id that the vault issues is one or nothing, whatever its letters', () => {
    const found = (prefix: IdPrefix) =>
      new Set(Array.from({ length: 5_000 }, () => cardDataIn(randomId(prefix, drawBytes))));
    for (const prefix of ['tok', 'cvc'] as const) expect([prefix, found(prefix)]).toEqual([prefix, new Set(['token'])]);
    for (const prefix of ['card', 'ch', 'cs', 'fwd', 're', 'mer', 'evt', 'we', 'fp', 'use'] as const) {
      expect([prefix, found(prefix)]).toEqual([prefix, new Set([null])]);
    }
  });

  test('and a secret key, which is called by its name', () => {
    expect([cardDataIn(`sk_live_${random}`), cardDataIn(`Bearer sk_test_${random}`)]).toEqual(['key', 'key']);
  });

  test.each([`ch_${random}`, `card_${random}`, `pk_live_${random}`, 'tok_…', `tok_${random.slice(1)}`])(
    'and not in %j, which is unusable or public',
    (text) => {
      expect(cardDataIn(text)).toBeNull();
    },
  );
});
