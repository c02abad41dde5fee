/** The shop's routes: pages for people, three small JSON routes for its own scripts, one of which is payment. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Vault } from './charge.ts';
import { Refusal, readFields, redirect, send, sendJson } from './http.ts';
import { type Order, type Orders, QUANTITY_LIMIT } from './orders.ts';
import { isOwnHost } from './own-host.ts';
import { checkoutPage } from './pages/checkout.ts';
import type { PageContext } from './pages/layout.ts';
import { messagePage, orderPage } from './pages/order.ts';
import { productPage } from './pages/product.ts';
import { pay, resolve } from './payments.ts';
import { chooseLocale } from './texts.ts';

export interface Shop {
  readonly vault: Vault;
  readonly orders: Orders;
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: Omit<PageContext, 'url' | 'locale'>;
  readonly log: (line: string) => void;
  readonly publicUrl: string | undefined;
}

interface Visit {
  readonly shop: Shop;
  readonly page: PageContext;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The part of the path that names an order or a file. */
  readonly name: string;
}

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const ASSETS: Readonly<Record<string, string>> = {
  'base.css': STYLE,
  'product.css': STYLE,
  'checkout.css': STYLE,
  'order.css': STYLE,
  'pay.js': SCRIPT,
  'checkout.js': SCRIPT,
  'order.js': SCRIPT,
  'favicon.svg': 'image/svg+xml',
};
const CONTACT_LENGTH_LIMIT = 200;
const PAGE_PATIENCE_MS = 1_000;

const ROUTES: Readonly<Record<string, (visit: Visit) => void | Promise<void>>> = {
  'GET /': showProduct,
  'GET /checkout': showCheckout,
  'POST /orders/{}/contact': saveContact,
  'POST /pay': payOrder,
  'GET /orders/{}': showOrder,
  'GET /orders/{}/status': showStatus,
  'GET /assets/{}': sendAsset,
};

export async function respond(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(shop.headers)) response.setHeader(name, value);
  const url = URL.parse(request.url ?? '', 'http://shop.invalid') ?? new URL('http://shop.invalid/404');
  const locale = chooseLocale(url.searchParams.get('lang'), request.headers['accept-language']);
  const [folder = '', name = '', ...rest] = url.pathname.slice(1).split('/');
  const visit: Visit = { shop, page: { ...shop.settings, url, locale }, request, response, name };
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const pattern = `${method} /${[folder, ...(name === '' ? [] : ['{}']), ...rest].join('/')}`;
  try {
    if (!isOwnHost(request.headers.host, shop.publicUrl)) throw new Refusal(421, 'host_unknown');
    const route = Object.hasOwn(ROUTES, pattern) ? ROUTES[pattern] : undefined;
    if (route === undefined) throw new Refusal(404, 'page_not_found');
    await route(visit);
  } catch (error) {
    refuse(visit, error);
  }
}

function showProduct({ page, response }: Visit): void {
  send(response, 200, HTML, productPage(page));
}

/** A checkout without an order opens one; its price is decided here, never by the browser. */
function showCheckout(visit: Visit): void {
  const { shop, page, response } = visit;
  const id = page.url.searchParams.get('order');
  if (id === null) {
    const order = shop.orders.create(readQuantity(page.url));
    redirect(response, `/checkout?order=${order.id}&lang=${page.locale}`);
    return;
  }
  const order = findOrder(shop, id);
  const outcome = order.payments.at(-1)?.outcome.kind;
  if (outcome === 'paid' || outcome === 'processing') redirect(response, `/orders/${id}?lang=${page.locale}`);
  else send(response, 200, HTML, checkoutPage(page, order));
}

function readQuantity(url: URL): number {
  const quantity = Number(url.searchParams.get('quantity') ?? '1');
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_LIMIT) return quantity;
  throw new Refusal(422, 'quantity_invalid');
}

/** People do type card numbers into the wrong field: such a contact is neither kept nor repeated. */
async function saveContact({ shop, request, response, name }: Visit): Promise<void> {
  const order = findOrder(shop, name);
  const contact = await readFields(request, ['name', 'email', 'postal_code', 'address']);
  for (const value of Object.values(contact)) {
    if (value.length > CONTACT_LENGTH_LIMIT) throw new Refusal(422, 'field_too_long');
    if (/(?:\d[\s-]*){13,19}/.test(value.normalize('NFKC'))) throw new Refusal(422, 'card_number_refused');
  }
  order.contact = contact;
  sendJson(response, 200, { status: 'saved' });
}

/** The one route of payment. It takes an order and a token and refuses everything else, cards above all. */
async function payOrder({ shop, request, response }: Visit): Promise<void> {
  const fields = await readFields(request, ['order_id', 'token']);
  if (!/^tok_[a-z2-7]{26}$/.test(fields.token)) throw new Refusal(422, 'token_invalid');
  const order = findOrder(shop, fields.order_id);
  const outcome = await pay(shop.vault, order, fields.token, shop.log);
  sendJson(response, 200, { status: outcome.kind, order_url: `/orders/${order.id}` });
}

/** Asks for an open payment first, but not for long: the page shows the known status and polls. */
async function showOrder({ shop, page, response, name }: Visit): Promise<void> {
  const order = findOrder(shop, name);
  const payment = order.payments.at(-1);
  if (payment === undefined) {
    redirect(response, `/checkout?order=${order.id}&lang=${page.locale}`);
    return;
  }
  await Promise.race([resolve(shop.vault, order, shop.log), sleep(PAGE_PATIENCE_MS, undefined, { ref: false })]);
  send(response, 200, HTML, orderPage(page, order, payment.outcome));
}

async function showStatus({ shop, response, name }: Visit): Promise<void> {
  const order = findOrder(shop, name);
  const outcome = order.payments.length === 0 ? undefined : await resolve(shop.vault, order, shop.log);
  sendJson(response, 200, { status: outcome?.kind ?? 'unpaid' });
}

async function sendAsset({ response, name }: Visit): Promise<void> {
  const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (type === undefined) throw new Refusal(404, 'page_not_found');
  send(response, 200, type, await readFile(join(import.meta.dirname, 'public', name), 'utf8'));
}

function findOrder(shop: Shop, id: string): Order {
  const order = shop.orders.get(id);
  if (order === undefined) throw new Refusal(404, 'order_not_found');
  return order;
}

/** Programs get a code, people get a page; neither gets back what they sent. */
function refuse({ shop, page, request, response }: Visit, error: unknown): void {
  const { status, code } = error instanceof Refusal ? error : { status: 500, code: 'internal' };
  if (code === 'internal') shop.log(`failed: ${error instanceof Error ? error.stack : 'unknown error'}`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a refused body is not read.
  if (!request.complete) response.setHeader('connection', 'close');
  if (request.method === 'POST') sendJson(response, status, { code });
  else send(response, status, HTML, messagePage(page, code));
}
