/**
 * The leak search finds what it looks for: a leak is planted in every form a card can be written in, and one through
 * every collector of leaks.test.ts, so that its silence there means something.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../cli/core/browser.ts';
import { listen } from '../../local/base/http.ts';
import { RecordedApi } from './leaks/api-story.ts';
import { ALL_CARDS, CARDS, grouped } from './leaks/cards.ts';
import { filesOf, itemsOf, outputOf } from './leaks/collect.ts';
import { PageRecorder } from './leaks/page-recorder.ts';
import { Relay } from './leaks/relay.ts';
import { CODE_FORMS, type Hit, type LeakSource, NUMBER_FORMS, searchFor } from './leaks/search.ts';

const search = searchFor();
const source = (bytes: Buffer | string): LeakSource => ({ kind: 'planted', name: 'here', bytes: Buffer.from(bytes) });
/** Text around a leak, which has digits too. */
const amid = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([
    Buffer.from('{"at":1790000000123,"id":"'),
    ...parts.map((part) => Buffer.from(part)),
    Buffer.from('"} 2'),
  ]);
const found = (hits: readonly Hit[], card: string) => hits.filter((hit) => hit.card === card).map(({ form }) => form);

describe('a card number', () => {
  test.each(Object.keys(ALL_CARDS))('of %s is found in every form', (card) => {
    const { number } = ALL_CARDS[card] ?? { number: '' };
    for (const [form, write] of Object.entries(NUMBER_FORMS)) {
      for (const bytes of write(number)) expect(found(search([source(amid(bytes))]), card)).toContain(form);
    }
  });

  test.each([0, 1, 2, 3, 4, 5])('is found in base64 and base64url of a text, %d bytes into it', (offset) => {
    const text = `${'x'.repeat(offset)}{"number":"${grouped(CARDS.jcb.number, '-')}","exp":"12/30"}`;
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(text).toString(encoding);
      expect(found(search([source(encoded)]), 'jcb')).toContain('base64');
    }
  });

  test('cut short is found by ten digits in a row', () => {
    expect(found(search([source(amid(CARDS.amex.number.slice(2, 12)))]), 'amex')).toEqual(['ten digits of it']);
    expect(
      found(search([source(amid(`${CARDS.amex.number.slice(0, 6)}•••••${CARDS.amex.number.slice(-4)}`))]), 'amex'),
    ).toEqual([]);
  });
});

describe('a security code', () => {
  const { cvc } = CARDS.amexTwo;
  test.each([
    ['whole value', amid('","cvc":"', cvc)],
    ['whole value', Buffer.from(`<td>${cvc}</td>`)],
    ['whole value', Buffer.from(`a=1&code=${cvc}&b=2`)],
    ['whole value', Buffer.from(JSON.stringify(JSON.stringify({ code: cvc })))],
    ['named', Buffer.from(`{"cvc":${cvc}}`)],
    ['named', Buffer.from(`Security code: ${cvc}.`)],
    ['alone', Buffer.from(cvc)],
    ['UTF-16 value', Buffer.from(`{"code":"${cvc}"}`, 'utf16le')],
    ['base64 value', amid(Buffer.from(cvc).toString('base64'))],
    ['hex value', amid(Buffer.from(cvc).toString('hex'))],
    ['code in base64', amid(Buffer.from(`{"exp_month":12,"cvc":"${cvc}"}`).toString('base64'))],
    ['code in hex', amid(Buffer.from(`{"exp_month":12,"cvc":"${cvc}"}`).toString('hex'))],
  ])('is found as %s', (form, bytes) => {
    expect(found(search([source(bytes)]), 'amexTwo')).toContain(form);
  });

  test('every pattern of the search is tried above', () => {
    const tried = ['whole value', 'named', 'alone', 'UTF-16 value', 'base64 value', 'hex value'];
    expect(Object.keys(CODE_FORMS)).toEqual(tried);
  });

  test('is not seen in times, lengths and ids', () => {
    const innocent = `content-length: ${cvc}\n{"at":17${cvc}0000,"ms":${cvc},"id":"ch_${cvc}a"} 12:00:00.${cvc}Z`;
    expect(search([source(innocent)])).toEqual([]);
    const hash = `ab${cvc}${'e'.repeat(62 - cvc.length)}`;
    expect(search([source(`{"cvc_record":"${hash}"}`)])).toEqual([]);
  });
});

describe('a leak is collected', () => {
  const { number, cvc } = CARDS.discover;
  const kinds = (sources: readonly LeakSource[]) => [...new Set(search(sources).map(({ kind }) => kind))].sort();

  test('from a file, a compressed trail file and a function’s log', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuda-leak-'));
    try {
      for (const part of ['logs/cde', 'trail']) mkdirSync(join(folder, part), { recursive: true });
      writeFileSync(join(folder, 'state.json'), Buffer.from(number).toString('hex'));
      writeFileSync(join(folder, 'trail/log.json.gz'), gzipSync(`{"Records":[{"note":"${number}"}]}`));
      writeFileSync(join(folder, 'logs/cde/create-token.log'), `{"cvc":"${cvc}"}`);
      expect(kinds(filesOf(folder))).toEqual(['file on disk', 'function log', 'trail']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('from an item’s text, its bytes, and deep inside it', () => {
    const bytes = new Uint8Array(Buffer.from(number));
    expect(kinds(itemsOf({ Tokens: { a: { token_hash: 'a', pan_ct: bytes } } }))).toEqual(['value']);
    expect(kinds(itemsOf({ Tokens: { a: { cvc_ct: new Uint8Array(Buffer.from(cvc)) } } }))).toEqual(['value']);
    expect(kinds(itemsOf({ Ledger: { a: { metadata: { note: [`no ${number}`] } } } }))).toEqual(['item', 'value']);
    expect(kinds(itemsOf({ Ledger: { a: { seen: new Set([number]) } } }))).toEqual(['value']);
  });

  test.each(['stdout', 'stderr'])('from what a process prints to its %s', async (stream) => {
    const child = spawn(process.execPath, ['-e', `process.${stream}.write('${grouped(number, ' ')}')`]);
    const printed = outputOf(child, 'child');
    await once(child, 'close');
    expect(kinds(printed())).toEqual(['process output']);
  });

  test('from either direction of a relayed connection, and from a response’s headers and body', async () => {
    const leaky = createServer((request, response) => {
      response.writeHead(200, request.url === '/header' ? { 'x-note': number } : {});
      response.end(request.url === '/body' ? `no ${number}` : 'ok');
    });
    const url = `http://127.0.0.1:${await listen(leaky, 0)}`;
    await using relay = await Relay.start('shop traffic');
    relay.aimAt(url);
    const direction = async (path: string): Promise<string[]> => {
      await (await fetch(relay.url + path, { headers: { connection: 'close' } })).text();
      return search(relay.sources()).map(({ name }) => name.split(', ')[1] ?? '');
    };
    expect(await direction('/')).toEqual([]);
    expect(await direction('/body')).toContain('responded');
    expect(await direction(`/?card=${number}`)).toContain('asked');
    const vault = { apiUrl: url, shopUrl: '', dir: '', local: {}, publishableKey: '', secretKey: '' };
    for (const path of ['/header', '/body']) {
      const api = new RecordedApi(vault);
      await api.send({ method: 'GET', path });
      expect(kinds(api.sources)).toEqual(['response']);
    }
    leaky.closeAllConnections();
    leaky.close();
  });

  test('from everything a merchant’s page could get hold of', async () => {
    const page = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<input id="typed"><p>Shop</p>');
    });
    const url = `http://127.0.0.1:${await listen(page, 0)}`;
    const browser = await launchBrowser();
    try {
      for (const [script, kind] of ways(number))
        expect([script, await leakKinds(await browser.newContext(), url, script)]).toEqual([
          script,
          expect.arrayContaining([kind]),
        ]);
      expect(await leakKinds(await browser.newContext(), url, '0')).toEqual([]);
    } finally {
      await browser.close();
      page.closeAllConnections();
      page.close();
    }
  });

  async function leakKinds(context: BrowserContext, url: string, script: string): Promise<string[]> {
    const recorder = new PageRecorder();
    await recorder.watch(context);
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(script);
    await recorder.look(page, 'after');
    await context.close();
    return kinds(await recorder.sources());
  }
});

/** What a script of the page does with the number → the kind of source it must be found in. */
function ways(number: string): readonly (readonly [script: string, kind: string])[] {
  const leak = JSON.stringify(number);
  return [
    [`document.querySelector('p').textContent = ${leak}`, 'page'],
    [`document.querySelector('#typed').value = ${leak}`, 'page'],
    [`window.name = ${leak}`, 'page'],
    [`history.replaceState({ card: ${leak} }, '')`, 'page'],
    [`sessionStorage.setItem('a', ${leak})`, 'page'],
    [`localStorage.setItem('a', ${leak})`, 'browser storage'],
    [`document.cookie = 'a=' + ${leak}`, 'browser storage'],
    [
      `new Promise((done) => { const open = indexedDB.open('a'); open.onupgradeneeded = () => open.result.createObjectStore('s');
        open.onsuccess = () => { const write = open.result.transaction('s', 'readwrite');
          write.objectStore('s').put(${leak}, 'k'); write.oncomplete = () => { open.result.close(); done(); }; }; })`,
      'browser storage',
    ],
    [`console.debug('card', ${leak})`, 'console'],
    [`fetch('/?card=' + ${leak}).then(() => {})`, 'browser request'],
    [`fetch('/', { method: 'POST', body: ${leak} }).then(() => {})`, 'browser request'],
    [
      `new Promise((done) => { addEventListener('message', () => done()); postMessage({ card: ${leak} }, '*'); })`,
      'message',
    ],
    [
      `new Promise((done) => { addEventListener('message', () => done());
        postMessage(new TextEncoder().encode(${leak}).buffer, '*'); })`,
      'message',
    ],
  ];
}
