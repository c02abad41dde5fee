/** The headers of the hosted page: what its policy allows, and that no origin can write itself more. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { pageHeaders, readHostedPage } from '../../shared/pages/page.ts';

const HTML = '<html><style>a{}</style><script>let a = 1;</script></html>';
const hash = (text: string) => `'sha384-${createHash('sha384').update(text).digest('base64')}'`;

test('the policy names the one script and the one style by hash, and nothing unsafe', () => {
  const policy = pageHeaders(readHostedPage(HTML), 'https://shop.example')['content-security-policy'] ?? '';
  const directives = new Map(policy.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]));
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual([hash('let a = 1;')]);
  expect(directives.get('style-src')).toEqual([hash('a{}')]);
  expect(directives.get('connect-src')).toEqual(["'self'"]);
  expect(directives.get('form-action')).toEqual(["'none'"]);
  expect(directives.get('base-uri')).toEqual(["'none'"]);
  expect(directives.get('frame-ancestors')).toEqual(['https://shop.example']);
  expect(policy).not.toMatch(/unsafe|\*|http:|data:/);
});

test('a page that no site may frame says so', () => {
  expect(pageHeaders(readHostedPage(HTML), null)['content-security-policy']).toMatch(/; frame-ancestors 'none'$/);
});

test('the page is never cached, sniffed or named to others', () => {
  const headers = pageHeaders(readHostedPage(HTML), 'https://shop.example');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(headers['permissions-policy']).toContain('camera=()');
});

test.each([
  ['no script', '<style>a{}</style>'],
  ['no style', '<script>1</script>'],
  ['two scripts', `${HTML}<script>2</script>`],
  ['an empty script', '<style>a{}</style><script></script>'],
])('a page with %s is refused at start', (_what, html) => {
  expect(() => readHostedPage(html)).toThrow(/exactly one/);
});
