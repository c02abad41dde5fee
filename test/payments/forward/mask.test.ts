/** What is taken out of a PSP's response: the values that were sent, in any form a program would echo them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeMasker } from '../../../shared/payments/forward/mask.ts';
import { CARD } from '../../setup/cards.ts';
import { checkProperty } from '../../setup/property.ts';

const number = CARD.approve;
const secret = 'a long secret & more';
const mask = makeMasker({ number, cvc: '737', secrets: [secret, 'pin7'] });
const masked = '************4242';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');

describe('the number is masked', () => {
  test.each<[written: string, text: string, shown: string]>([
    ['plain', `{"pan":"${number}"}`, `{"pan":"${masked}"}`],
    ['as a JSON number, which becomes a text', `{"pan":${number}}`, `{"pan":"${masked}"}`],
    ['as a number with an exponent', `{"pan":${Number(number).toExponential()}}`, '{"pan":"*.***********4242e+15"}'],
    ['five times', Array(5).fill(number).join(' '), Array(5).fill(masked).join(' ')],
    ['in groups, which stay', 'no. 4242 4242 4242 4242.', 'no. **** **** **** 4242.'],
    ['in groups of one, far apart', [...number].join('<br/>'), [...masked].join('<br/>')],
    ['over two lines', '42424242\r\n42424242', '********\r\n****4242'],
    ['in full-width digits', '４２４２４２４２４２４２４２４２', '************４２４２'],
    ['in Arabic digits', '٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢', '************٤٢٤٢'],
    ['in JSON escapes', `"${'\\u0034\\u0032'.repeat(8)}"`, `"************${'\\u0034\\u0032'.repeat(2)}"`],
    ['percent-encoded', 'pan=4242%204242%204242%204242', 'pan=****%20****%20****%204242'],
    ['with a track behind it', `;${number}=3012`, `;${masked}=3012`],
    ['with its expiry and code glued to it', `n ${number}1230737`, `n ${masked}*******`],
    ['as an array of digits', JSON.stringify([...number].map(Number)), JSON.stringify([...masked].map(digitOrStar))],
    ['in two fields', '{"pan1":"42424242","pan2":"42424242"}', '{"pan1":"********","pan2":"****4242"}'],
    ['in base64', base64(number), '[masked]'],
    ['in hexadecimal', `<${hex(number)}>`, '<[masked]>'],
    ['in packed decimal', `"${Buffer.from(`5a08${number}9f02`, 'hex').toString('base64')}"`, '"[masked]"'],
    ['in another base', BigInt(number).toString(16), '[masked]'],
  ])('%s', (_written, text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  function digitOrStar(sign: string): string | number {
    return sign === '*' ? sign : Number(sign);
  }

  test('where a half of it stands alone that is more than may be shown, in any order', () => {
    const other = makeMasker({ number: CARD.amex, secrets: [] });
    expect(other('{"end":"6310005","amount":4180,"begin":"37828224"}')).toBe(
      '{"end":"***0005","amount":4180,"begin":"********"}',
    );
  });

  test('within any longer text in base64 or hexadecimal', () => {
    checkProperty(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = before + number + after;
        expect(mask(`"${base64(text)}"`)).toBe('"[masked]"');
        expect(mask(`"${hex(text)}"`)).toBe('"[masked]"');
      }),
      { runs: 100 },
    );
  });

  test('only where it was sent', () => {
    const text = `{"pan":"${number}"}`;
    expect(makeMasker({ cvc: '737', secrets: [] })(text)).toBe(text);
  });
});

describe('the security code is masked wherever it stands by itself', () => {
  test.each([
    ['{"cvc":"737"}', '{"cvc":"***"}'],
    ['{"cvv2": 737}', '{"cvv2": "***"}'],
    ['{"name":"cvv","value":"737"}', '{"name":"cvv","value":"***"}'],
    ['{"cvv":{"value":737}}', '{"cvv":{"value":"***"}}'],
    ['{"digits":[7,3,7]}', '{"digits":["*","*","*"]}'],
    ['{"data":[55,51,55]}', '{"data":["*","*","*"]}'],
    ['{"raw":"{\\"security_code\\":\\"737\\"}"}', '{"raw":"{\\"security_code\\":\\"***\\"}"}'],
    ['<cvn><number>737</number></cvn>', '<cvn><number>***</number></cvn>'],
    ['<CardSecVal>737</CardSecVal>', '<CardSecVal>***</CardSecVal>'],
    ['<x y="737"/>', '<x y="***"/>'],
    ['<![CDATA[737]]>', '<![CDATA[***]]>'],
    ['card_conf_number=737&x=1', 'card_conf_number=***&x=1'],
    ['card%5Bcvc%5D%3D737', 'card%5Bcvc%5D%3D***'],
    ['CVV:7\u00ad3\u200b7', 'CVV:*\u00ad*\u200b*'],
    ['cvv７３７', 'cvv***'],
    ['cvv=000737', 'cvv=******'],
    ['cvv=737.0', 'cvv=***.0'],
    ['s:3:"737";', 's:3:"***";'],
    ['&#55;&#x33;&#0055;', '***'],
    ['cvv=NzM3', 'cvv=[masked]'],
    ['cvv=37-33-37', 'cvv=[masked]'],
    [`{"echo":"${base64('{"cvv":"737","month":"05"}')}"}`, '{"echo":"[masked]"}'],
  ])('%s', (text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  test('and where a number has lost its zeros', () => {
    const zeros = makeMasker({ cvc: '073', secrets: [] });
    expect(zeros('{"cvv":73,"at":"12:73"}')).toBe('{"cvv":"**","at":"12:73"}');
    expect(zeros('<cvv>73</cvv>')).toBe('<cvv>**</cvv>');
  });

  test('even where it is an amount or a part of a time, which no program can tell apart', () => {
    expect(mask('{"amount":737,"at":"2026-11-30T10:20:30.737Z","id":"pay_737"}')).toBe(
      '{"amount":"***","at":"2026-11-30T10:20:30.***Z","id":"pay_***"}',
    );
  });

  test('and not within other numbers or ids', () => {
    const text = '{"amount":7370,"price":"41.80","id":"3f7a737b","order":"1737-7371"}';
    expect(mask(text)).toBe(text);
  });
});

describe('a secret is masked', () => {
  test.each([
    [`key: ${secret}`, 'key: [masked]'],
    [encodeURIComponent(secret), '[masked]'],
    ['a+long+secret+%26+more', '[masked]'],
    ['A LONG SECRET &amp; MORE', '[masked]'],
    [`Basic ${base64(`user:${secret}`)}`, 'Basic [masked]'],
    [JSON.stringify({ type: 'Buffer', data: [...Buffer.from('pin7')] }), '{"type":"Buffer","data":["*","*","*","*"]}'],
  ])('%s', (text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  test('that is short where it is a word by itself', () => {
    expect(mask('terminal=pin7&to=pin70')).toBe('terminal=[masked]&to=pin70');
  });

  test('that holds what looks like an escape', () => {
    const odd = makeMasker({ secrets: ['"50%25 off" \\u0041'] });
    expect(odd('"50%25 off" \\u0041')).toBe('[masked]');
    expect(odd(JSON.stringify({ key: '"50%25 off" \\u0041' }))).toBe('{"key":"[masked]"}');
  });
});

describe('the response is withheld', () => {
  test('where it is escaped more often than is searched', () => {
    expect(mask(`{"path":"${'\\'.repeat(1024)}"}`)).toBeNull();
  });

  test('where JSON would be none any more', () => {
    expect(mask('{"\\u0737":1}')).toBeNull();
  });
});

describe('what a response needs stays:', () => {
  test('brand, first six, last four, other numbers', () => {
    const text =
      '{"brand":"visa","bin":"424242","last4":"4242","card":"424242******4242","bin":"424242","order":"4111111111"}';
    expect(mask(text)).toBe(text);
  });

  test('an image, a signature and a token of somebody else', () => {
    const image = `data:image/png;base64,${Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index * 31) % 251)).toString('base64')}`;
    const text = `{"qr":"${image}","jwt":"${base64('{"alg":"ES256"}')}.${base64('{"sub":"shop"}')}","etag":"${hex('etag')}"}`;
    expect(mask(text)).toBe(text);
  });

  test('any JSON without the values', () => {
    checkProperty(
      fc.property(fc.json(), (text) => {
        fc.pre(!/737|7.?3.?7|pin7/.test(text));
        expect(mask(text)).toBe(text);
      }),
      { runs: 300 },
    );
  });
});
