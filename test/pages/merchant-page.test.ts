/** What `fuda page check` says of merchants' pages. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen, stopServer } from '../../local/base/http.ts';
import { integrityOf } from '../../shared/pages/check.ts';
import type { Inventory } from '../../shared/pages/inventory.ts';
import { judgePage } from '../../shared/pages/merchant-page.ts';
import { workplace } from '../cli/fuda.ts';

const HASH = integrityOf('fuda');
const PINNED = `/js/fuda.${'0'.repeat(32)}.js`;
const INVENTORY: Inventory = {
  pages: [],
  scripts: [
    { bytes: 4, integrity: HASH, name: 'fuda.js', route: '/js/fuda.js', pinned: PINNED, format: 'iife', reason: 'x' },
  ],
};
const GOOD = `<script src="https://vault.example/vault${PINNED}" integrity="${HASH}" crossorigin="anonymous"></script>`;
const POLICY = "script-src https://vault.example 'self'";

const faultsOf = (html: string, policy: string | undefined = POLICY) =>
  judgePage({ url: 'https://shop.example/pay', html, policy }, INVENTORY).faults.map(({ fault }) => fault);

describe('a payment page', () => {
  test('that pins fuda.js by hash, under a policy, has no fault', () => {
    expect(faultsOf(GOOD)).toEqual([]);
    expect(faultsOf(GOOD.replaceAll('"', "'").replace('<script', '<SCRIPT\n'))).toEqual([]);
    expect(faultsOf(`<meta http-equiv="Content-Security-Policy" content="${POLICY}">${GOOD}`, undefined)).toEqual([]);
  });

  test('may import the module instead, with its hash in an import map or at a preload', () => {
    const module = `https://vault.example/vault/js/fuda.${'0'.repeat(32)}.mjs`;
    const bare = `<script type="module">import { Fuda } from '${module}';</script>`;
    const map = `<script type="importmap">{"integrity": {"${module}": "${HASH}"}}</script>`;
    expect(faultsOf(map + bare)).toEqual([]);
    expect(faultsOf(`<link rel=modulepreload href="${module}" integrity="${HASH}">${bare}`)).toEqual([]);
    expect(faultsOf(bare)).toEqual(['integrity_missing']);
    expect(faultsOf(bare.replace(/\.0+/, ''))).toEqual(['vault_script_unpinned', 'integrity_missing']);
  });

  test.each([
    ['without fuda.js', '<p>Pay</p>', ['vault_script_missing']],
    ['that loads the newest fuda.js', GOOD.replace(PINNED, '/js/fuda.js'), ['vault_script_unpinned']],
    ['without integrity', GOOD.replace(/integrity="[^"]+"/, ''), ['integrity_missing']],
    ['with the hash of something else', GOOD.replace(HASH, integrityOf('skimmer')), ['integrity_unknown']],
    ['without crossorigin', GOOD.replace('crossorigin="anonymous"', ''), ['crossorigin_missing']],
    [
      'with a script of others, who may change it',
      `${GOOD}<script src=//cdn.example/a.js></script>`,
      ['script_unpinned'],
    ],
    ['with a script of the same server', `${GOOD}<script src=/app.js></script>`, []],
  ])('%s has these faults', (_what, html, faults) => {
    expect(faultsOf(html)).toEqual(faults);
  });

  test.each([
    ['none', "default-src-elem 'none'", ['policy_missing']],
    ['any host', 'script-src https:', ['policy_unsafe']],
    ['inline scripts', "script-src 'self' 'unsafe-inline'", ['policy_unsafe']],
    ['eval, by default', "default-src 'self' 'unsafe-eval'", ['policy_unsafe']],
    ['inline scripts, which a nonce overrules', "script-src 'nonce-abc' 'unsafe-inline'", []],
  ])('with a policy that allows %s has these faults', (_what, policy, faults) => {
    expect(faultsOf(GOOD, policy)).toEqual(faults);
  });

  test('has its inline scripts listed by their own hash, and its data left out', () => {
    const html = `${GOOD}<script>let a;</script><script type="application/ld+json">{}</script>`;
    const { scripts } = judgePage({ url: 'https://shop.example/', html, policy: POLICY }, INVENTORY);
    expect(scripts.slice(1)).toEqual([{ address: 'inline', integrity: integrityOf('let a;'), isVaults: false }]);
  });
});

describe('fuda page check', () => {
  let server: Server;
  let url: string;
  let html = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      const isInventory = request.url === '/js/integrity.json';
      response.writeHead(200, isInventory ? {} : { 'content-security-policy': POLICY });
      response.end(isInventory ? JSON.stringify(INVENTORY) : html);
    });
    url = `http://127.0.0.1:${await listen(server, 0)}/checkout`;
    html = GOOD.replace('https://vault.example/vault', '');
  });

  afterAll(() => stopServer(server));

  test('asks the vault that the page loads from for its hashes, and lists what to fix', async () => {
    using place = workplace();
    expect(await place.run('page', 'check', url)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing to fix'),
    });
    html = html.replace(HASH, integrityOf('skimmer'));
    expect(await place.run('page', 'check', url)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('integrity_unknown'),
    });
  });

  test('takes an address only', async () => {
    using place = workplace();
    expect(await place.run('page', 'check', 'sk_live_secret')).toMatchObject({
      exitCode: 2,
      stderr: expect.not.stringContaining('sk_live'),
    });
  });
});
