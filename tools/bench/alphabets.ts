/** Responses that give the search for echoed card data the most to do: each is written in one alphabet, again and again. */

const filled = (part: string) => (length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length);
const lines = (part: string, width: number) =>
  filled(`${part.repeat(Math.ceil(width / part.length)).slice(0, width)}\r\n`);

/** JSON in JSON, as deep as a length that doubles with the quotes of each level allows. */
function nested(length: number): string {
  let text = 'a';
  while (text.length * 2 + 10 < Math.min(length, 4_096)) text = JSON.stringify({ a: text });
  return filled(`${text},`)(length);
}

/** What a response holds that has nothing to do with a card. */
export const HARMLESS = filled('The payment was accepted by the bank. ');

export const ALPHABETS: Readonly<Record<string, (length: number) => string>> = {
  'base64 in lines': lines('QWxsIHRoYXQgaXMgc2VudA', 76),
  'one word of base64': filled('QWxsIHRoYXQgaXMgc2VudA'),
  'a base64 of digits': filled(Buffer.from('4242424242424241').toString('base64')),
  digits: filled('4242424242424241'),
  'digits apart': filled('4 2-4.2,'),
  'hexadecimal with separators': filled('34:32:'),
  'one word of hexadecimal': filled('343234'),
  'escapes of JSON': filled('\\u0034'),
  'escapes of C': filled('\\x34'),
  backslashes: filled('\\'),
  entities: filled('&#52;'),
  'entities of entities': filled('&amp;amp;amp;#52;'),
  quotes: filled('"'),
  'quotes and backslashes': filled('\\"'),
  'JSON in JSON': nested,
  brackets: filled('['),
  'brackets and digits': filled('[4],[2],'),
  'lists of codes': filled('52,50,'),
  'open tags': filled('<a'),
  tags: filled('<a>4</a>'),
  'percent signs': filled('%'),
  'percent escapes': filled('%34'),
  'percent escapes of themselves': filled('%253'),
  spaces: filled(' '),
  'signs without width': filled('\u200b'),
  'digits and signs without width': filled('4\u200b2\u2060'),
  'digits of another script': filled('４２٤٢'),
  'halves of characters': filled('\ud83d'),
  keys: filled('"4":"2",'),
};
