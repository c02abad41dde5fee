/** What a card field shows while it is typed in: each edit is a row, and what holds for every edit is a property. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandOf } from '../../shared/card/brand.ts';
import {
  digitsOf,
  type Edit,
  expiryParts,
  formatCvc,
  formatExpiry,
  formatName,
  formatNumber,
  type Shown,
} from '../../shared/card/format.ts';
import { checkProperty } from '../setup/property.ts';

/** `|` marks the caret. */
const at = (marked: string): Shown => ({ text: marked.replace('|', ''), caret: marked.indexOf('|') });
const marked = ({ text, caret }: Shown): string => `${text.slice(0, caret)}|${text.slice(caret)}`;

const edit = (before: string, after: string, erased?: Edit['erased']): Edit => {
  const { text, caret } = at(after);
  return { before, after: text, caret, ...(erased && { erased }) };
};

/** Types key by key at the end; `<` is Backspace. */
function type(format: (edit: Edit) => Shown, keys: string): string {
  let text = '';
  for (const key of keys) {
    const after = key === '<' ? text.slice(0, -1) : text + key;
    text = format({ before: text, after, caret: after.length, ...(key === '<' && { erased: 'backward' }) }).text;
  }
  return text;
}

describe.each([
  ['Arabic', 0x660],
  ['Persian', 0x6f0],
])('in %s digits', (_script, zero) => {
  const written = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));

  test('a card is typed as in any others, and shown in those of the card', () => {
    expect(marked(formatNumber(edit('', written('4242424242424242|'))))).toBe('4242 4242 4242 4242|');
    expect(type(formatNumber, written('378282246310005'))).toBe('3782 822463 10005');
    expect(type(formatExpiry, written('129'))).toBe('12 / 9');
    expect(marked(formatExpiry(edit('', written('1/29|'))))).toBe('01 / 29|');
    expect(marked(formatCvc(edit('', written('837|')), 3))).toBe('837|');
  });

  test('a digit put in the middle of a number leaves the caret behind it', () => {
    expect(marked(formatNumber(edit('4242 4242', `424${written('9')}|2 4242`)))).toBe('4249| 2424 2');
  });
});

describe('a card number', () => {
  test.each([
    ['', '4|', '4|'],
    ['4242', '42424|', '4242 4|'],
    ['', '4242424242424242|', '4242 4242 4242 4242|'],
    ['', '9999999999999999999|', '9999 9999 9999 9999 999|'],
    ['', '4242-4242-4242-4242|', '4242 4242 4242 4242|'],
    ['', ' 4242 4242　4242 4242 |', '4242 4242 4242 4242|'],
    ['', '４２４２４２４２４２４２４２４２|', '4242 4242 4242 4242|'],
    ['', 'card: 4242|', '4242|'],
    ['', '378282246310005|', '3782 822463 10005|'],
    ['', '30569300090200|', '3056 930009 0200|'],
    ['', '6205500000000000004|', '6205 5000 0000 0000 004|'],
    ['', '3566 0020 2036 0505|', '3566 0020 2036 0505|'],
    ['', '3782-822463-10005|', '3782 822463 10005|'],
  ])('from %p, %p is shown as %p', (before, after, shown) => {
    expect(marked(formatNumber(edit(before, after)))).toBe(shown);
  });

  test('a digit put in the middle moves the groups and leaves the caret behind it', () => {
    expect(marked(formatNumber(edit('4242 4242', '4249|2 4242')))).toBe('4249| 2424 2');
    expect(marked(formatNumber(edit('4242 4242', '4242 9|4242')))).toBe('4242 9|424 2');
  });

  test('a first digit changed regroups the rest, and the caret stays with its digit', () => {
    expect(marked(formatNumber(edit('3782 822463 10005', '35|82 822463 10005')))).toBe('35|82 8224 6310 005');
    expect(marked(formatNumber(edit('3582 8224 6310 005', '37|82 8224 6310 005')))).toBe('37|82 822463 10005');
  });

  test.each([13, 14, 15, 16, 17, 18, 19])('%d digits are taken whole while no brand says otherwise', (length) => {
    const digits = '9'.repeat(length);
    expect(digitsOf(formatNumber(edit('', `${digits}|`)).text)).toBe(digits);
  });

  test('a digit too many is dropped where it was typed and pushes nothing out', () => {
    const full = '3782 822463 10005';
    expect(marked(formatNumber(edit(full, `${full}9|`)))).toBe(`${full}|`);
    expect(marked(formatNumber(edit(full, '37829| 822463 10005')))).toBe('3782| 822463 10005');
  });

  test('Backspace and Delete over a space take the digit beyond it', () => {
    expect(marked(formatNumber(edit('4242 5', '4242|5', 'backward')))).toBe('424|5');
    expect(marked(formatNumber(edit('4242 5', '4242|5', 'forward')))).toBe('4242|');
  });

  test('nothing is taken where nothing is left to take', () => {
    expect(marked(formatNumber(edit('', '|', 'backward')))).toBe('|');
    expect(marked(formatNumber(edit('4242', '|4242', 'backward')))).toBe('|4242');
  });

  test('after any paste, only digits in groups are shown, and the caret lies within', () => {
    checkProperty(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(40), (text, caret) => {
        const shown = formatNumber({ before: '', after: text, caret: Math.min(caret, text.length) });
        expect(shown.text).toMatch(/^(\d{1,6}( \d{1,6})*)?$/);
        expect(shown.caret).toBeGreaterThanOrEqual(0);
        expect(shown.caret).toBeLessThanOrEqual(shown.text.length);
      }),
    );
  });

  test('typed key by key or pasted at once, the same digits look the same', () => {
    const digits = fc.stringMatching(/^(4|5[1-5]|3[47]|35|36)\d{0,14}$/);
    checkProperty(
      fc.property(digits, (number) => {
        const pasted = formatNumber({ before: '', after: number, caret: number.length }).text;
        expect(type(formatNumber, number)).toBe(pasted);
        const longest = brandOf(number)?.lengths.at(-1) ?? 19;
        expect(digitsOf(pasted)).toBe(number.slice(0, longest));
      }),
    );
  });

  test('as many Backspaces as digits empty the field', () => {
    checkProperty(
      fc.property(fc.stringMatching(/^(4|37|35)\d{0,12}$/), (number) => {
        expect(type(formatNumber, number + '<'.repeat(number.length))).toBe('');
      }),
    );
  });
});

describe('an expiry date', () => {
  test.each([
    ['1', '1'],
    ['12', '12 / '],
    ['13', '01 / 3'],
    ['2', '2'],
    ['29', '02 / 9'],
    ['3', '03 / '],
    ['1/', '01 / '],
    ['1/29', '01 / 29'],
    ['01/29', '01 / 29'],
    ['0129', '01 / 29'],
    ['329', '03 / 29'],
    ['01/2029', '01 / 29'],
    ['01 / 29', '01 / 29'],
    ['01 / 2029', '01 / 29'],
    ['1-2029', '01 / 29'],
    ['1 29', '01 / 29'],
    ['01.29', '01 / 29'],
    ['2029-01', '01 / 29'],
    ['2029/1/', '01 / 29'],
    ['202912', '12 / 29'],
    ['2029-3', '03 / 29'],
    ['２０２９年１２月', '12 / 29'],
    ['１／２９', '01 / 29'],
    ['01299', '01 / 29'],
    ['1<', ''],
    ['12<', '1'],
    ['12<2', '12 / '],
    ['129<', '12'],
    ['3<', '0'],
    ['0129<<<<', ''],
  ])('typed %p is shown as %p', (keys, shown) => {
    expect(type(formatExpiry, keys)).toBe(shown);
  });

  test.each(['1/29', '0129', '01/29', '01 / 29', '1/2029', '01/2029', '2029-01', '2029/01', '202901', ' 01-29 '])(
    'pasted or filled in as %p it is January 2029',
    (text) => {
      const shown = formatExpiry({ before: '', after: text, caret: text.length });
      expect(marked(shown)).toBe('01 / 29|');
      expect(expiryParts(shown.text)).toEqual({ month: '01', year: '29' });
    },
  );

  test('a month changed in the middle keeps the year', () => {
    expect(marked(formatExpiry(edit('12 / 29', '1| / 29', 'backward')))).toBe('01| / 29');
  });

  test('what is shown is shown the same again', () => {
    checkProperty(
      fc.property(fc.stringMatching(/^[\d/ -]{0,9}$/), (text) => {
        const once = formatExpiry({ before: '', after: text, caret: text.length });
        const twice = formatExpiry({ before: once.text, after: once.text, caret: once.caret });
        expect(twice).toEqual(once);
      }),
    );
  });

  test('every month and year survives each way of writing it', () => {
    checkProperty(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 2021, max: 2099 }), (month, year) => {
        const [mm, yy] = [String(month).padStart(2, '0'), String(year).slice(2)];
        for (const text of [`${mm}${yy}`, `${mm}/${yy}`, `${month}/${yy}`, `${mm}/${year}`, `${year}-${mm}`]) {
          expect(formatExpiry({ before: '', after: text, caret: text.length }).text).toBe(`${mm} / ${yy}`);
          expect(type(formatExpiry, text)).toBe(`${mm} / ${yy}`);
        }
      }),
    );
  });
});

describe('a name', () => {
  test.each([
    ['TARO YAMADA|', 'TARO YAMADA|'],
    ['ＴＡＲＯ　ＹＡＭ|ＡＤＡ', 'TARO YAM|ADA'],
    ['山田　太郎|', '山田 太郎|'],
    ['ｶﾞ|ｷ', 'ガ|キ'],
    ['José| Ñ', 'José| Ñ'],
    ['A\tB\n|', 'AB|'],
  ])('typed %p is shown as %p', (after, shown) => {
    expect(marked(formatName(edit('', after)))).toBe(shown);
  });

  test('has no more characters than the vault takes, and none that is half of one', () => {
    expect(formatName(edit('', `${'A'.repeat(60)}|`)).text).toHaveLength(45);
    expect(formatName(edit('', `${'A'.repeat(44)}𠮷|`)).text).toBe('A'.repeat(44));
  });
});

test('a security code takes digits only, and no more than the brand has', () => {
  expect(marked(formatCvc(edit('', '12 3４|'), 4))).toBe('1234|');
  expect(marked(formatCvc(edit('123', '1234|'), 3))).toBe('123|');
});
