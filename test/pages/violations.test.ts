/** What is kept of a browser's report, in both forms that browsers send, and that nothing of a card can be in it. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readViolations } from '../../shared/pages/violations.ts';
import { CARD } from '../setup/cards.ts';
import { checkProperty } from '../setup/property.ts';

const ROUTES = ['/hosted/card', '/pay/{checkout_session_id}'];
const PAGE = 'https://vault.example/vault/hosted/card?key=pk_test_aaaa&origin=https://shop.example';

const legacy = (report: object) =>
  readViolations(JSON.stringify({ 'csp-report': report }), 'application/csp-report', ROUTES);
const modern = (...bodies: readonly object[]) => {
  const reports = bodies.map((body) => ({ type: 'csp-violation', age: 1, url: PAGE, user_agent: 'x', body }));
  return readViolations(JSON.stringify(reports), 'application/reports+json; charset=utf-8', ROUTES);
};
const blocked = (address: string) =>
  legacy({ 'document-uri': PAGE, 'effective-directive': 'img-src', 'blocked-uri': address })[0]?.blocked;

describe('a report', () => {
  test('of either form becomes page, directive and site', () => {
    const expected = [{ page: '/hosted/card', directive: 'connect-src', blocked: 'evil.example' }];
    const address = 'https://a.b.evil.example:8443/collect/x?y=1#z';
    expect(
      legacy({ 'document-uri': PAGE, 'violated-directive': "connect-src 'self'", 'blocked-uri': address }),
    ).toEqual(expected);
    expect(modern({ documentURL: PAGE, effectiveDirective: 'connect-src', blockedURL: address })).toEqual(expected);
  });

  test('of a page with an id in its address names the route', () => {
    const [violation] = legacy({ 'document-uri': `https://vault.example/pay/cs_${'a'.repeat(26)}` });
    expect(violation).toEqual({ page: '/pay/{checkout_session_id}', directive: 'other', blocked: 'other' });
  });

  test('of another page, another directive or nothing at all counts as other', () => {
    expect(legacy({})).toEqual([{ page: 'other', directive: 'other', blocked: 'other' }]);
    expect(legacy({ 'document-uri': 'https://evil.example/', 'effective-directive': 'tea-src' })[0]?.page).toBe(
      'other',
    );
  });

  test('that comes twice is kept once', () => {
    const body = { documentURL: PAGE, effectiveDirective: 'script-src-elem', blockedURL: 'inline' };
    expect(modern(body, body, { ...body, blockedURL: 'eval' })).toHaveLength(2);
  });

  test('of another kind than a violation is left out', () => {
    const text = JSON.stringify([{ type: 'deprecation', body: { id: 'x' } }]);
    expect(readViolations(text, 'application/reports+json', ROUTES)).toEqual([]);
  });

  test('of a shopper’s own extension says so', () => {
    expect(modern({ documentURL: PAGE, blockedURL: 'inline', sourceFile: 'moz-extension://1/a.js' })[0]?.blocked).toBe(
      'extension',
    );
    expect(blocked('chrome-extension')).toBe('extension');
  });
});

describe('of the address that was to be reached', () => {
  test.each([
    ['https://evil.example/x', 'evil.example'],
    ['https://PAN.evil.co.jp/', 'evil.co.jp'],
    ['https://evil.com.au/', 'evil.com.au'],
    ['wss://a.evil.example/', 'evil.example'],
    ['http://203.0.113.7:8080/x', '203.0.113.7'],
    ['http://[2001:db8::1]/', 'other'],
    ['data:text/html,x', 'data'],
    ['blob:https://evil.example/x', 'blob'],
    ['inline', 'inline'],
    ['trusted-types-sink', 'trusted-types-sink'],
    ['javascript:alert(1)', 'other'],
    ['<script>', 'other'],
  ])('%s leaves %s', (address, site) => {
    expect(blocked(address)).toBe(site);
  });

  test('no place that a script can write a card into is kept: no label, port, path, query, fragment or name', () => {
    const hidden = fc.constantFrom(CARD.approve, Buffer.from(CARD.approve).toString('hex'), 'gi2demrugi2demru');
    checkProperty(
      fc.property(hidden, (card) => {
        for (const address of [
          `https://${card}.evil.example/`,
          `https://${card}@evil.example/`,
          `https://evil.example/${card}`,
          `https://evil.example/?${card}#${card}`,
          `${card}:x`,
          card,
        ]) {
          expect(
            JSON.stringify(legacy({ 'blocked-uri': address, 'document-uri': address, 'effective-directive': card })),
          ).not.toContain(card);
        }
      }),
    );
  });
});

describe('what is no report', () => {
  test.each([
    ['text', '{}', 'text/plain', 'unsupported_content_type'],
    ['JSON of another type', '{}', 'application/json', 'unsupported_content_type'],
    ['no content type', '{}', undefined, 'unsupported_content_type'],
    ['no JSON', '{"csp-report":', 'application/csp-report', 'malformed_json'],
    ['an empty body', '', 'application/csp-report', 'malformed_json'],
    ['another object', '{"csp": {}}', 'application/csp-report', 'malformed_json'],
    ['a member of another type', '{"csp-report": {"blocked-uri": 1}}', 'application/csp-report', 'malformed_json'],
    ['an object for a list', '{}', 'application/reports+json', 'malformed_json'],
    ['too many at once', JSON.stringify(Array(21).fill({ type: 'x' })), 'application/reports+json', 'malformed_json'],
  ])('as %s is refused', (_what, text, contentType, code) => {
    expect(() => readViolations(text, contentType, ROUTES)).toThrow(expect.objectContaining({ code }));
  });
});
