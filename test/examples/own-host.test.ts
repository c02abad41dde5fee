/** A page of another site can point its name at this machine, so each server responds to its own names only. */
import { get } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { isOwnHost } from '../../examples/shop/own-host.ts';
import { startTill } from '../../examples/till/server.ts';
import { use } from '../setup/use.ts';
import { openShop } from './shop-fixture.ts';

const shop = use(openShop);
const till = use(() =>
  startTill({
    port: 0,
    apiUrl: shop.vault.url,
    secretKey: 'sk_test_of_the_till',
    webhookSecret: () => '',
    onPaid: () => {},
  }),
);

/** The response to a request under this Host; `fetch` sends its own. */
const statusAndBody = (url: string, host: string): Promise<[status: number, body: string]> =>
  new Promise((resolve, reject) => {
    const request = get(url, { headers: { host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve([response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')]));
    });
    request.on('error', reject);
  });

const STRANGERS = [
  'rebound.example',
  'rebound.example:80',
  '127.0.0.1.rebound.example',
  'localhost.rebound.example',
  'localhost.',
  '127.0.0.1@rebound.example',
  '127.0.0.2',
  '0.0.0.0',
];

describe.each([
  ['the shop', () => shop.url, '/'],
  ['the shop’s JSON', () => shop.url, '/orders/x/status'],
  ['the till', () => till.url, '/'],
])('%s', (_what, url, path) => {
  test.each(STRANGERS)('is not there for %j', async (host) => {
    const [status, body] = await statusAndBody(`${url()}${path}`, host);
    expect(status).toBe(421);
    expect(body).not.toContain('<form');
  });

  test('is there for its own names', async () => {
    const { port } = new URL(url());
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `shop.localhost:${port}`]) {
      expect((await statusAndBody(`${url()}${path}`, host))[0]).not.toBe(421);
    }
  });
});

test('a server that is found elsewhere is there for that name too, and for no other', () => {
  expect(isOwnHost('till.example', 'https://till.example/shop')).toBe(true);
  expect(isOwnHost('till.example:8443', 'https://till.example:8443')).toBe(true);
  for (const host of [undefined, 'till.example:80', 'a.till.example', 'till.example.']) {
    expect(isOwnHost(host, 'https://till.example')).toBe(false);
  }
});

test('the till responds to HEAD as to GET', async () => {
  const [got, headed] = await Promise.all(['GET', 'HEAD'].map((method) => fetch(till.url, { method })));
  expect([got?.status, headed?.status, await headed?.text()]).toEqual([200, 200, '']);
});
