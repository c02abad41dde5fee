/** JSON from outside has one meaning or is refused, at any depth, and in time linear in its length. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VaultError } from '../../shared/base/errors.ts';
import { readJson } from '../../shared/base/json.ts';
import { checkProperty } from '../setup/property.ts';

/** The code, and the field that it names. */
function refusalOf(text: string): string {
  try {
    readJson(text);
    return 'taken';
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return [error.code, error.detail.param].filter(Boolean).join(' ');
  }
}

const DEEP = 2_000;

describe('refused is', () => {
  test.each([
    ['a name twice', '{"amount":1,"amount":2}', 'repeated_field amount'],
    ['a name twice, equal', '{"amount":1,"amount":1}', 'repeated_field amount'],
    ['a name that is escaped once', '{"amount":1,"\\u0061mount":2}', 'repeated_field amount'],
    ['a name that is escaped in two ways', '{"a\\/b":1,"a\\u002fb":2}', 'repeated_field'],
    ['a name twice, far apart', '{"a":{"b":[1,{"c":2}]},"d":"}","a":3}', 'repeated_field a'],
    ['a name twice further down', '{"metadata":{"order":"1","order":"2"}}', 'repeated_field metadata.order'],
    ['a name twice in a list', '{"items":[{"sku":1},{"sku":1,"sku":2}]}', 'repeated_field items.sku'],
    ['the name of the prototype twice', '{"__proto__":1,"__proto__":2}', 'repeated_field'],
    ['an empty name twice', '{"":1,"":2}', 'repeated_field'],
    ['a name twice that may be data', '{"metadata":{"4242 4242":1,"4242 4242":2}}', 'repeated_field metadata'],
    ['a name twice, deeper than paths go', '{"a":{"b":{"c":{"d":{"e":{"f":1,"f":2}}}}}}', 'repeated_field a.b.c.d'],
    ['a name twice, deeper than any stack', `${'['.repeat(DEEP)}{"a":1,"a":2}${']'.repeat(DEEP)}`, 'repeated_field a'],
    ['half of a surrogate pair', '{"description":"\\ud83c"}', 'invalid_field description'],
    ['the other half', '{"metadata":{"note":"\\udf75 tea"}}', 'invalid_field metadata.note'],
    ['half of a surrogate pair in a name', '{"metadata":{"\\ud83c":1}}', 'invalid_field metadata'],
    ['half of a surrogate pair in a list', '{"items":["\\ud83c"]}', 'invalid_field items'],
    ['a number that a double rounds', '{"metadata":{"order":9007199254740993}}', 'invalid_field metadata.order'],
    ['a number of twenty digits', '{"amount":12345678901234567890}', 'invalid_field amount'],
    ['a number that a double rounds away', '{"a":[1,0.1000000000000000055511]}', 'invalid_field a'],
    ['a number without an end', '{"amount":1e400}', 'invalid_field amount'],
    ['a number that becomes nothing', '{"amount":-1e-400}', 'invalid_field amount'],
    ['a number alone', '9007199254740993', 'invalid_field'],
    ['what is no JSON', '{"a":1,}', 'malformed_json'],
    ['a comment', '{"a":1/*,"a":2*/}', 'malformed_json'],
    ['JSON and more', '{"a":1}{"a":2}', 'malformed_json'],
    ['a byte order mark', '\ufeff{"a":1}', 'malformed_json'],
  ])('%s', (_what, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });
});

describe('taken is', () => {
  test.each([
    ['a name in two objects', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
    ['a value like a name', '{"a":"a","b":["a","a"]}'],
    ['a value that looks like an object', '{"a":"{\\"a\\":1,\\"a\\":2}","b":"\\\\"}'],
    ['names that differ in capitals', '{"a":1,"A":2}'],
    ['a whole surrogate pair, escaped', '{"a":"\\ud83c\\udf75"}'],
    ['a text alone', '"a"'],
    ['a number in any spelling', '[1.0,1e2,-0,1E+2,0.10,15e-8,1e21,100000000000000000000,0e5,-1.50,9007199254740991]'],
    ['a list', '[1,"a",{}]'],
  ])('%s', (_what, text) => {
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  test('whatever a program writes, as JSON.parse reads it', () => {
    checkProperty(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
      { runs: 300 },
    );
  });

  test('nothing in which one member of a program’s object is there again', () => {
    const named = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.jsonValue(), {
      minKeys: 1,
      noNullPrototype: true,
    });
    checkProperty(
      fc.property(named, fc.nat(), (object, at) => {
        const members = Object.entries(object).map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        );
        const again = members[at % members.length] ?? '';
        expect(refusalOf(`{${[...members, again].join(',')}}`)).toMatch(/^repeated_field/);
      }),
      { runs: 300 },
    );
  });
});
