/** The guarded way out, over real sockets: what it refuses, that it connects to what it checked, and its limits. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  makeSafeFetch,
  type OutgoingRequest,
  refuseHopelessUrl,
  type SafeFetchOptions,
} from '../../../shared/base/net/safe-fetch.ts';

const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<{ port: number; hits: () => number }> {
  let hits = 0;
  const server: Server = createServer((request, response) => {
    hits += 1;
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, hits: () => hits };
}

const names =
  (table: Record<string, readonly string[]>): SafeFetchOptions['resolve'] =>
  async (hostname) =>
    table[hostname] ?? [];

const fetchWith = (resolve: SafeFetchOptions['resolve'], dangerouslyAllowLoopback = false) => {
  const safeFetch = makeSafeFetch({ resolve, dangerouslyAllowLoopback });
  return (url: string, more: Partial<OutgoingRequest> = {}) =>
    safeFetch({ url, method: 'POST', headers: {}, body: '{}', timeoutMs: 60_000, responseBytesMax: 1_000, ...more });
};

describe('in AWS, where nothing private may be reached', () => {
  const send = fetchWith(
    names({
      'inside.example': ['10.0.0.7'],
      'metadata.example': ['169.254.169.254'],
      'mixed.example': ['93.184.216.34', '127.0.0.1'],
      'mixed6.example': ['93.184.216.34', 'fd00:ec2::254'],
      'mapped.example': ['::ffff:169.254.169.254'],
    }),
  );

  test.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://１２７.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/latest/meta-data/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0/',
    'https://inside.example/',
    'https://metadata.example/',
    'https://mixed.example/',
    'https://mixed6.example/',
    'https://mapped.example/',
  ])('%s is refused by its address', async (url) => {
    await expect(send(url)).rejects.toMatchObject({ code: 'address_refused' });
  });

  test.each([
    'http://93.184.216.34/',
    'http://127.0.0.1/',
    'http://inside.example/',
    'ftp://93.184.216.34/',
    'file:///etc/passwd',
    'https://user:secret@93.184.216.34/',
    'https://93.184.216.34/#fragment',
    'https://',
    'not a url',
  ])('%s is refused by its form', async (url) => {
    await expect(send(url)).rejects.toMatchObject({ code: 'url_refused' });
  });

  test('a name without an address has its own error', async () => {
    await expect(send('https://nowhere.example/')).rejects.toMatchObject({ code: 'name_unresolved' });
  });

  test('a refusal repeats nothing of the URL', async () => {
    const error: unknown = await send('https://inside.example/secret-path').catch((thrown: unknown) => thrown);
    expect(String(error)).toBe('SafeFetchError: address_refused');
  });
});

describe('a name that changes its addresses (DNS rebinding)', () => {
  test('is asked once, and what was checked is what is connected to', async () => {
    const { port, hits } = await listen((_request, response) => response.end());
    let asked = 0;
    // A public address first, then this machine: a second look-up would reach the server above.
    const send = fetchWith(async () => (asked++ === 0 ? ['192.31.196.1'] : ['127.0.0.1']));
    await expect(send(`https://rebinding.example:${port}/`, { timeoutMs: 300 })).rejects.toMatchObject({
      name: 'SafeFetchError',
    });
    expect([asked, hits()]).toEqual([1, 0]);
  });

  test('cannot be followed by the connection, which does not resolve by itself', async () => {
    const { port, hits } = await listen((request, response) => response.end(request.headers.host));
    let asked = 0;
    const send = fetchWith(async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']), true);
    const { body } = await send(`http://pinned.example:${port}/`);
    expect([String(body), asked, hits()]).toEqual([`pinned.example:${port}`, 1, 1]);
  });
});

describe('in the local runtime, where receivers run on this machine', () => {
  const send = fetchWith(names({ 'inside.example': ['10.0.0.7'], 'other.example': ['127.0.0.2'] }), true);

  test('127.0.0.1 is reached, also over plain HTTP', async () => {
    const { port } = await listen((_request, response) => response.writeHead(201, { 'x-said': 'yes' }).end('hello'));
    const { status, headers, body, isCut } = await send(`http://127.0.0.1:${port}/hook`);
    expect({ status, said: headers['x-said'], body: String(body), isCut }).toEqual({
      status: 201,
      said: 'yes',
      body: 'hello',
      isCut: false,
    });
  });

  test.each([
    ['http://127.0.0.2/', 'url_refused'],
    ['https://127.0.0.2/', 'address_refused'],
    ['http://[::1]/', 'url_refused'],
    ['https://[::1]/', 'address_refused'],
    ['https://other.example/', 'address_refused'],
    ['https://inside.example/', 'address_refused'],
    ['http://93.184.216.34/', 'url_refused'],
    ['https://169.254.169.254/', 'address_refused'],
  ])('%s is still refused', async (url, code) => {
    await expect(send(url)).rejects.toMatchObject({ code });
  });
});

describe('limits', () => {
  const send = fetchWith(names({}), true);

  test('a redirect is a response like any other and is not followed', async () => {
    const target = await listen((_request, response) => response.end());
    const { port } = await listen((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    expect((await send(`http://127.0.0.1:${port}/`)).status).toBe(307);
    expect(target.hits()).toBe(0);
  });

  test('a response without end is cut at the limit, its status kept', async () => {
    const { port } = await listen((_request, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(more));
    });
    const { status, body, isCut } = await send(`http://127.0.0.1:${port}/`);
    expect({ status, bytes: body.byteLength, isCut }).toEqual({ status: 200, bytes: 1_000, isCut: true });
  });

  test('a server that never responds, and one that drips, are left at the time limit', async () => {
    const silent = await listen(() => undefined);
    const dripping = await listen((_request, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(more));
    });
    for (const { port } of [silent, dripping]) {
      const late = send(`http://127.0.0.1:${port}/`, { timeoutMs: 150 });
      await expect(late).rejects.toMatchObject({ code: 'timed_out' });
    }
  });

  test('a resolver that never responds is left at the time limit', async () => {
    const stuck = fetchWith(() => new Promise(() => undefined));
    await expect(stuck('https://slow.example/', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timed_out' });
  });

  test('a closed port, garbage, and headers without end are failed connections', async () => {
    const open = createTcpServer((socket) => socket.end('SSH-2.0-garbage\r\n'));
    const flood = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`);
    });
    servers.push(open, flood);
    for (const server of [open, flood]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await expect(send(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'connection_failed' });
    }
    await expect(send('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'connection_failed' });
  });
});

describe('a URL to be kept', () => {
  test('is refused at once where it could never be sent to', () => {
    const inAws = { dangerouslyAllowLoopback: false };
    for (const url of ['https://10.0.0.1/', 'https://localhost/', 'https://a.localhost./', 'https://[fd00::1]/']) {
      expect(() => refuseHopelessUrl(url, inAws)).toThrow('address_refused');
    }
    for (const url of ['http://shop.example/', 'http://127.0.0.1:3000/', 'gopher://shop.example/']) {
      expect(() => refuseHopelessUrl(url, inAws)).toThrow('url_refused');
    }
    expect(() => refuseHopelessUrl('https://shop.example/hooks', inAws)).not.toThrow();
  });

  test('may name 127.0.0.1 in the local runtime only', () => {
    expect(() => refuseHopelessUrl('http://127.0.0.1:3000/', { dangerouslyAllowLoopback: true })).not.toThrow();
    expect(() => refuseHopelessUrl('http://127.0.0.2:3000/', { dangerouslyAllowLoopback: true })).toThrow();
    expect(() => refuseHopelessUrl('http://shop.example/', { dangerouslyAllowLoopback: true })).toThrow('url_refused');
  });
});
