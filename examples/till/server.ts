/**
 * A till that shows a QR code for each sale, and an example of taking payments through Fuda without building a
 * checkout. It relies only on the vault: its signed webhook and its API. To integrate, read `sessions.ts` and the
 * webhook below. Run it alone with FUDA_API_URL, FUDA_SECRET_KEY, FUDA_WEBHOOK_SECRET, TILL_URL and PORT.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isOwnHost } from '../shop/own-host.ts';
import { inbox } from '../webhook-receiver/inbox.ts';
import { type VaultEvent, verifiedEvent } from '../webhook-receiver/verify.ts';
import { newSalePage, returnPage, STYLE, salePage } from './page.ts';
import { cancelSession, createSession, readSession, type Vault } from './sessions.ts';

export interface TillOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly webhookSecret: () => string;
  /** Where the till's pages are found; its origin is registered for the merchant. Its own address when left out. */
  readonly url?: string;
  /** Called once for each session that the vault's webhook reports as paid: then goods may leave. */
  readonly onPaid: (sessionId: string) => void;
}

const BODY_BYTES_MAX = 256 * 1024;
const VAULT_TIMEOUT_MS = 8_000;
const SESSION_ID = /^cs_[a-z2-7]{26}$/;

type Reply = { readonly status: number; readonly html?: string; readonly headers?: Readonly<Record<string, string>> };

export async function startTill(options: TillOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const till = new Till(options, () => options.url ?? url);
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    till
      .respond(request)
      .catch((error: unknown): Reply => {
        console.error(`till: ${error instanceof Error ? error.message : error}`);
        return { status: 502, html: 'The vault could not be asked. Try again.' };
      })
      .then((reply) => send(response, reply));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Till {
  readonly #vault: Vault;
  readonly #options: TillOptions;
  readonly #ownUrl: () => string;
  readonly #events = inbox((event) => this.#hear(event));
  #sales = 0;

  constructor(options: TillOptions, ownUrl: () => string) {
    this.#options = options;
    this.#ownUrl = ownUrl;
    this.#vault = { apiUrl: options.apiUrl, secretKey: options.secretKey, timeoutMs: VAULT_TIMEOUT_MS };
  }

  async respond(request: IncomingMessage): Promise<Reply> {
    if (!isOwnHost(request.headers.host, this.#ownUrl()))
      return { status: 421, html: 'This is not the till’s address.' };
    const url = new URL(request.url ?? '/', 'http://till.invalid');
    const [, id = ''] = /^\/sales\/(cs_[a-z2-7]{26})(?:\/cancel)?$/.exec(url.pathname) ?? [];
    // Node sends no body to a HEAD.
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    switch (`${method} ${url.pathname.replace(id || '{}', '{}')}`) {
      case 'GET /':
        return { status: 200, html: newSalePage() };
      case 'GET /till.css':
        return { status: 200, html: STYLE, headers: { 'content-type': 'text/css' } };
      case 'POST /sales':
        return this.#sell(await readBody(request));
      case 'GET /sales/{}':
        return this.#showSale(id);
      case 'POST /sales/{}/cancel':
        await cancelSession(this.#vault, id);
        return { status: 303, headers: { location: `/sales/${id}` } };
      case 'GET /thanks':
        return this.#thank(url.searchParams.get('checkout_session') ?? '');
      case 'POST /hooks/fuda':
        return this.#receive(request, await readBody(request));
      default:
        return { status: 404, html: 'Not found' };
    }
  }

  async #sell(body: Buffer): Promise<Reply> {
    const form = new URLSearchParams(body.toString('utf8'));
    const amountMinor = Number(form.get('amount'));
    if (!Number.isSafeInteger(amountMinor) || amountMinor < 1) return { status: 422, html: 'The amount is in yen.' };
    this.#sales += 1;
    // A real till numbers its sales in its database.
    const sale = { id: `${process.pid}-${this.#sales}`, amountMinor, description: form.get('description') ?? '' };
    const session = await createSession(this.#vault, sale, `${this.#ownUrl()}/thanks`);
    return { status: 303, headers: { location: `/sales/${session.id}` } };
  }

  /** While it is open the page asks again by itself: the clerk watches this, and not the shopper's phone. */
  async #showSale(id: string): Promise<Reply> {
    const session = await readSession(this.#vault, id);
    const isOpen = session.status === 'open' || session.status === 'processing';
    return { status: 200, html: salePage(session), headers: isOpen ? { refresh: '2' } : {} };
  }

  /** A visit proves nothing, so the till asks the vault. */
  async #thank(id: string): Promise<Reply> {
    if (!SESSION_ID.test(id)) return { status: 404, html: returnPage(null) };
    const session = await readSession(this.#vault, id).catch(() => null);
    return { status: session === null ? 404 : 200, html: returnPage(session?.status ?? null) };
  }

  async #receive(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const event = verifiedEvent(this.#options.webhookSecret(), body, request.headers);
    if (event === null) return { status: 400 };
    await this.#events.take(event);
    return { status: 204 };
  }

  #hear({ type, data }: VaultEvent): void {
    if (type === 'checkout_session.paid') this.#options.onPaid(data.object.id);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('a request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, html = '', headers = {} }: Reply): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(html);
}

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name}.`);
  return value;
}

// Started by itself rather than imported.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { TILL_URL, PORT = '8092' } = process.env;
  const webhookSecret = environment('FUDA_WEBHOOK_SECRET');
  const { url } = await startTill({
    port: Number(PORT),
    apiUrl: environment('FUDA_API_URL'),
    secretKey: environment('FUDA_SECRET_KEY'),
    webhookSecret: () => webhookSecret,
    ...(TILL_URL !== undefined && { url: TILL_URL }),
    onPaid: (id) => console.log(`paid: ${id}`),
  });
  console.log(`The till is open at ${url}`);
}
