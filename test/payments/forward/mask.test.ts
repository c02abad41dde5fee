/** What is taken out of a PSP's response: the card in any form a program would echo it, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeMasker } from '../../../shared/payments/forward/mask.ts';
import { CARD } from '../../setup/cards.ts';
import { checkProperty } from '../../setup/property.ts';

const number = CARD.approve;
const mask = makeMasker({ number, cvc: '123', secrets: ['a long secret & more'] });
const masked = '************4242';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');
const wide = [...number].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
const escaped = [...number].map((digit) => `\\u003${digit}`).join('');

test('a response that spells the number in digits of another script is withheld', () => {
  expect(mask([...number].map((digit) => String.fromCharCode(0x660 + Number(digit))).join(''))).toBeNull();
});

describe('the number is masked', () => {
  test.each<[written: string, text: string, shown: string]>([
    ['plain', `{"pan":"${number}"}`, `{"pan":"${masked}"}`],
    ['as a JSON number', `{"pan":${number}}`, `{"pan":${masked}}`],
    ['twice', `${number} ${number}`, `${masked} ${masked}`],
    ['in groups', 'no. 4242 4242 4242 4242.', `no. ${masked}.`],
    ['with dashes', '4242-4242-4242-4242', masked],
    ['over two lines', '42424242\r\n42424242', masked],
    ['in full-width digits', wide, masked],
    ['in JSON escapes', `"${escaped}"`, `"${masked}"`],
    ['percent-encoded', 'pan=4242%204242%204242%204242', `pan=${masked}`],
    ['with a track behind it', `;${number}=3012`, `;${masked}=3012`],
    ['in base64', base64(number), '[masked]'],
    ['in hexadecimal', `<${hex(number)}>`, '<[masked]>'],
  ])('%s', (_written, text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  test('within a longer text in base64 or hexadecimal, whatever comes before and after', () => {
    checkProperty(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = before + number + after;
        expect(mask(`"${base64(text)}"`)).toBe('"[masked]"');
        expect(mask(`"${hex(text)}"`)).toBe('"[masked]"');
      }),
      { runs: 200 },
    );
  });

  test('or the response is withheld, where its digits are spread too widely to be replaced', () => {
    expect(mask([...number].join('<br/><b>'))).toBeNull();
  });
});

describe('the security code is masked in a field named for it', () => {
  test.each([
    ['{"cvc":"123"}', '{"cvc":"***"}'],
    ['{"cvv2": 123}', '{"cvv2": ***}'],
    ['card[cvc]=123&x=1', 'card[cvc]=***&x=1'],
    ['<card:SecurityCode>123</card:SecurityCode>', '<card:SecurityCode>***</card:SecurityCode>'],
    ['{\\"security_code\\":\\"123\\"}', '{\\"security_code\\":\\"***\\"}'],
  ])('%s', (text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  test('and nowhere else, where three digits are anything', () => {
    const text = '{"amount":123,"cvc_check":"pass","id":"pay_123"}';
    expect(mask(text)).toBe(text);
  });
});

test('a secret is masked plain, encoded and quoted', () => {
  const secret = 'a long secret & more';
  expect(mask(`${secret}|${encodeURIComponent(secret)}|${base64(secret)}`)).toBe('[masked]|[masked]|[masked]');
});

test('what a response needs stays: brand, first six, last four, other numbers', () => {
  const text = '{"brand":"visa","bin":"424242","last4":"4242","card":"424242******4242","order":"4111111111"}';
  expect(mask(text)).toBe(text);
});
