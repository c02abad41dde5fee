/** Elements and attributes are read out of HTML as browsers read them, and text that only looks like one is none. */
import { expect, test } from '@jest/globals';
import { elementsOf, tagsOf } from '../../shared/pages/elements.ts';

const attributesOf = (tag: string) => tagsOf(tag, 'link').map((attributes) => Object.fromEntries(attributes));

test.each([
  ['<link>', {}],
  ['<LINK HREF=a>', { href: 'a' }],
  [`<link href="a" rel='b c' x=d/e?f=g async>`, { href: 'a', rel: 'b c', x: 'd/e?f=g', async: '' }],
  ['<link href = "a"\n rel=\t"b" />', { href: 'a', rel: 'b' }],
  ['<link/href="a"/>', { href: 'a' }],
  // Browsers take the first of two.
  ['<link href="a" href="b">', { href: 'a' }],
  ['<link x="" href="">', { x: '', href: '' }],
  ['<link ="a" href="b">', { href: 'b' }],
])('%s has these attributes', (tag, attributes) => {
  expect(attributesOf(tag)).toEqual([attributes]);
});

test.each(['', '<links href="a">', '<link-x>', '< link>', '<link href="a"', '&lt;link>'])(
  '%j is no such tag',
  (text) => {
    expect(attributesOf(text)).toEqual([]);
  },
);

test.each([
  ['<script>a</script><SCRIPT>b</SCRIPT >', ['a', 'b']],
  ['<script>a<script>b</script>', ['a<script>b']],
  ['<script></script>', ['']],
  ['İ<script>a</script>', ['a']],
  // A browser runs no script that is not closed.
  ['<script>a</script><script>b', ['a']],
  ['<script>', []],
])('%s holds these texts', (html, texts) => {
  expect(elementsOf(html, 'script').map(({ text }) => text)).toEqual(texts);
});
