/** Origins: what a merchant may register, and what may enter a policy. */
import { describe, expect, test } from '@jest/globals';
import { parseOrigin } from '../../shared/merchants/origin.ts';

describe('an origin', () => {
  test.each(['https://shop.example', 'http://127.0.0.1:8081', 'https://shop.example:8443'])('%s is taken', (text) => {
    expect(parseOrigin(text)).toBe(text);
  });

  test.each([
    '',
    'null',
    '*',
    'shop.example',
    'https://shop.example/',
    'https://SHOP.example',
    'https://shop.example:443',
    'https://shop.example/path',
    'https://user@shop.example',
    "https://shop.example; script-src 'unsafe-inline'",
    'https://shop.example https://evil.example',
    'javascript:alert(1)',
    'file:///etc',
    'https://shop.example\n',
    'https://*',
    'https://*.shop.example',
    "https://shop.example'",
    'https://shop.example;script-src',
    'https://[::1]',
  ])('%j is not', (text) => {
    expect(parseOrigin(text)).toBeNull();
  });
});
