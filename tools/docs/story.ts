/**
 * The examples of docs/reference/api.md: requests of one short story to a running vault, with its real responses. Ids,
 * times and keys differ from run to run, so each is replaced by a fixed one of the same form everywhere.
 */

import type { Example } from '../../shared/api/document.ts';
import { derivedId, sha256Hex } from '../../shared/base/ids.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret } from '../../shared/merchants/secret-store.ts';
import { ok, startAllowedPsp } from '../../test/payments/forward/psp.ts';
import { CARD, plainCard } from '../../test/setup/cards.ts';
import {
  accepted,
  type Request,
  type TestMerchant,
  type TestVault,
  type VaultResponse,
} from '../../test/setup/vault.ts';

type Tell = (route: string, about: string, request: Omit<Request, 'method'>) => Promise<VaultResponse>;

export async function tellStory(vault: TestVault): Promise<Example[]> {
  const shop = await vault.merchant();
  const examples: Example[] = [];
  let begun = 0;
  const tell: Tell = async (route, about, request) => {
    // Sorted by request, because one may get its response while another waits.
    const place = begun;
    begun += 1;
    const method = route.split(' ')[0] as Request['method'];
    const response = await vault.send({ method, ...request });
    const contentType = response.headers.get('content-type') ?? '';
    examples[place] = {
      route,
      about,
      path: request.path,
      idempotencyKey: request.idempotencyKey ?? null,
      body: request.body ?? null,
      status: response.status,
      contentType,
      // The document itself is too long for the page.
      response: /json/.test(contentType) && route !== 'GET /v1/openapi.json' ? response.json : null,
    };
    return response;
  };
  const card = await tellOfCards(tell, shop);
  await tellOfCharges(tell, shop, card);
  // Before the sessions, because two of their events may have the same millisecond.
  await tell('GET /v1/events', 'the newest event', { path: '/v1/events?limit=1', key: shop.secretKey });
  await tellOfCheckout(tell, shop, vault);
  await tellOfForward(tell, shop, vault);
  await tell('GET /hosted/card', 'for a page of https://shop.example, in Japanese', {
    path: `/hosted/card?key=${shop.publishableKey}&origin=https://shop.example&locale=ja`,
  });
  await tell('GET /js/{script}', 'the newest version', { path: '/js/fuda.js' });
  await tell('POST /v1/csp-reports', 'a script that a page’s policy refused', {
    path: '/v1/csp-reports',
    headers: { 'content-type': 'application/csp-report' },
    body: {
      'csp-report': {
        'document-uri': 'https://vault.example/hosted/card',
        'effective-directive': 'script-src-elem',
        'blocked-uri': 'https://cdn.evil.example/skim.js',
      },
    },
  });
  await tell('GET /v1/openapi.json', 'the description', { path: '/v1/openapi.json' });
  return steady(examples, shop);
}

const idOf = (response: VaultResponse): string => accepted<{ id: string }>(response).id;

/** Capture keys, tokens and stored cards; returns a card that can be charged. */
async function tellOfCards(tell: Tell, shop: TestMerchant): Promise<string> {
  const { publishableKey, secretKey: key } = shop;
  await tell('GET /v1/capture-keys', 'the keys of today', { path: '/v1/capture-keys' });
  const encrypted = { encrypted_card: await shop.encrypt() };
  const path = '/v1/tokens';
  const token = idOf(
    await tell('POST /v1/tokens', 'a card encrypted in the browser', { path, key: publishableKey, body: encrypted }),
  );
  const clear = { card: { ...plainCard(), name: 'HANAKO YAMADA' } };
  await tell('POST /v1/tokens', 'a card in clear', { path, key: publishableKey, body: clear });
  await tell('POST /v1/tokens/lookup', 'a token that was not used yet', {
    path: '/v1/tokens/lookup',
    key,
    body: { token },
  });
  const card = idOf(await tell('POST /v1/cards', 'the card of a token', { path: '/v1/cards', key, body: { token } }));
  await tell('GET /v1/cards/{card_id}', 'a stored card', { path: `/v1/cards/${card}`, key });
  await tell('POST /v1/cards/{card_id}/lock', 'a card that was reported lost', { path: `/v1/cards/${card}/lock`, key });
  await tell('POST /v1/cards/{card_id}/unlock', 'a card that was found again', {
    path: `/v1/cards/${card}/unlock`,
    key,
  });
  const code = { encrypted_cvc: await shop.encryptCvc() };
  await tell('POST /v1/cvc_tokens', 'the code of a stored card, typed again', {
    path: '/v1/cvc_tokens',
    key: publishableKey,
    body: code,
  });
  const other = (await shop.store()).id;
  await tell('DELETE /v1/cards/{card_id}', 'a card that is no longer needed', { path: `/v1/cards/${other}`, key });
  return card;
}

async function tellOfCharges(tell: Tell, shop: TestMerchant, card: string): Promise<void> {
  const key = shop.secretKey;
  const charge = (about: string, idempotencyKey: string, body: object) =>
    tell('POST /v1/charges', about, { path: '/v1/charges', key, idempotencyKey, body });
  const { id: token } = await shop.tokenize();
  const order = { amount: 4180, currency: 'JPY' };
  const whole = {
    source: token,
    ...order,
    save_card: true,
    description: 'Sencha, two tins',
    metadata: { order: '1042' },
  };
  await charge('a token, captured at once', 'order-1042', whole);
  await charge('the same request again, because its response was lost', 'order-1042', whole);
  await charge('another amount under the same key', 'order-1042', { ...whole, amount: 41800 });
  await charge('the same token a second time', 'order-1043', { source: token, ...order });
  await charge('a card that its issuer declines', 'order-1044', {
    source: (await shop.tokenize(CARD.insufficientFunds)).id,
    ...order,
  });
  const authorized = idOf(
    await charge('a stored card, to be captured later', 'order-1045', { source: card, ...order, capture: false }),
  );
  await charge('a stored card with its code', 'order-1049', {
    source: card,
    cvc_token: (await shop.tokenizeCvc()).id,
    ...order,
  });
  await charge('an outcome that is not known yet', 'order-1048', {
    source: (await shop.tokenize(CARD.lostResponse)).id,
    ...order,
  });
  const canceled = (await shop.pay({ capture: false })).id;
  const operate = (id: string, verb: string, about: string, what: { idempotencyKey: string; body: object }) =>
    tell(`POST /v1/charges/{charge_id}/${verb}`, about, { path: `/v1/charges/${id}/${verb}`, key, ...what });
  await operate(authorized, 'capture', 'less than was authorized', {
    idempotencyKey: 'order-1045-capture',
    body: { amount: 4000 },
  });
  await operate(authorized, 'refunds', 'a part', { idempotencyKey: 'order-1045-refund-1', body: { amount: 500 } });
  await operate(authorized, 'refunds', 'more than is left', {
    idempotencyKey: 'order-1045-refund-2',
    body: { amount: 4000 },
  });
  await operate(canceled, 'cancel', 'an order that was called off', { idempotencyKey: 'order-1046-cancel', body: {} });
  await tell('GET /v1/charges/{charge_id}', 'a charge that was refunded in part', {
    path: `/v1/charges/${authorized}`,
    key,
  });
  await tell('GET /v1/charges', 'the newest charge', { path: '/v1/charges?limit=1', key });
}

/** Sessions, and the requests of the payment page. */
async function tellOfCheckout(tell: Tell, shop: TestMerchant, vault: TestVault): Promise<void> {
  const key = shop.secretKey;
  const body = {
    amount: 4180,
    currency: 'JPY',
    description: 'Sencha, two tins',
    success_url: 'https://shop.example/orders/1049',
    metadata: { order: '1049' },
  };
  const create = (about: string, idempotencyKey: string, changes: object = {}) =>
    tell('POST /v1/checkout_sessions', about, {
      path: '/v1/checkout_sessions',
      key,
      idempotencyKey,
      body: { ...body, ...changes },
    });
  const id = idOf(await create('for half an hour', 'order-1049'));
  await create('a return URL of another site', 'order-1050', { success_url: 'https://elsewhere.example/' });
  const pay = async (about: string, session: string, number?: string) => {
    const body = { encrypted_card: await shop.encrypt({ aud: session }, number) };
    const made = await vault.send({ method: 'POST', path: '/v1/tokens', key: session, body });
    return tell('POST /v1/checkout_sessions/{checkout_session_id}/pay', about, {
      path: `/v1/checkout_sessions/${session}/pay`,
      body: { token: idOf(made) },
    });
  };
  await tell('GET /pay/{checkout_session_id}', 'the page, which asks for a card', { path: `/pay/${id}` });
  await pay('with a card typed into the payment page', id);
  await tell('GET /v1/checkout_sessions/{checkout_session_id}', 'a session that is paid', {
    path: `/v1/checkout_sessions/${id}`,
    key,
  });
  await pay(
    'an outcome that is not known yet',
    idOf(await create('in Japanese', 'order-1052', { locale: 'ja' })),
    CARD.lostResponse,
  );
  const other = idOf(await create('for a day', 'order-1051', { expires_in_minutes: 1440 }));
  await tell('POST /v1/checkout_sessions/{checkout_session_id}/cancel', 'an order that was called off', {
    path: `/v1/checkout_sessions/${other}/cancel`,
    key,
  });
}

/** Forwards to a simulated PSP. */
async function tellOfForward(tell: Tell, shop: TestMerchant, vault: TestVault): Promise<void> {
  await using psp = await startAllowedPsp(vault.operator, shop.id);
  await putSecret(
    vault.operator,
    { merchantId: shop.id, name: 'psp-key', use: 'forward:psp/test' },
    new Secret('a key of the shop at its PSP'),
  );
  const body = { amount: 4180, currency: 'JPY', card: { number: '{{ card.number }}', cvc: '{{ card.cvc }}' } };
  const request = {
    path: '/v1/forward',
    key: shop.secretKey,
    idempotencyKey: 'order-1047',
    body: {
      source: (await shop.tokenize()).id,
      destination: 'psp',
      request: {
        method: 'POST',
        path: '/v1/payments',
        headers: { Authorization: 'Bearer {{ secret.psp-key }}' },
        body: { ...body, card: { ...body.card, expiry: '{{ card.expiry | MM/YY }}' } },
      },
    },
  };
  psp.respond((_request, socket) => {
    const repeated = tell('POST /v1/forward', 'the same request again, while the PSP has not responded', request);
    void repeated.finally(() => socket.end(ok('{"id":"pay_8817","result":"approved","card":"************4242"}')));
  });
  const response = await tell('POST /v1/forward', 'a payment at your own PSP', request);
  await tell('GET /v1/forward/{forward_id}', 'a forward with its response', {
    path: `/v1/forward/${idOf(response)}`,
    key: shop.secretKey,
  });
}

const ID = /\b(tok|cvc|card|ch|cs|fwd|re|evt|fp|mer|ck)_[a-z2-7]{16,26}\b/g;
const DAY = '2026-06-15T03:00:00.000Z';

/** Keeps the time between creation and expiry, so that an example for half an hour shows half an hour. */
function onDay(_: string, createdAt: string, expiresAt: string): string {
  const expires = new Date(Date.parse(DAY) + Date.parse(expiresAt) - Date.parse(createdAt));
  return `"created_at":"${DAY}","expires_at":"${expires.toISOString()}"`;
}

/** Replacements follow the order of appearance, so a document changes only where the API does. */
function steady(examples: readonly Example[], shop: TestMerchant): Example[] {
  const ids = new Map<string, string>();
  const hashes = new Map<string, string>();
  const standInFor = (id: string): string => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    const prefix = id.slice(0, id.indexOf('_'));
    const text = derivedId('req', 'example', String(ids.size)).slice('req_'.length);
    const standIn = `${prefix}_${text.slice(0, id.length - prefix.length - 1)}`;
    ids.set(id, standIn);
    hashes.set(sha256Hex(id), sha256Hex(standIn));
    return standIn;
  };
  const standInForHash = (hash: string): string => {
    // The hash of a shown token becomes the hash of its replacement.
    const standIn = hashes.get(hash) ?? sha256Hex(`example ${hashes.size}`);
    hashes.set(hash, standIn);
    return standIn;
  };
  const text = JSON.stringify(examples)
    .replaceAll(shop.publishableKey, 'pk_test_…')
    .replaceAll(ID, standInFor)
    .replaceAll(/[0-9a-f]{64}/g, standInForHash)
    .replaceAll(/"created_at":"([^"]+)","expires_at":"([^"]+)"/g, onDay)
    .replaceAll(/"created_at":"[^"]+"/g, `"created_at":"${DAY}"`)
    .replaceAll(/"url":"http[^"]+(\/pay\/[^"]+)"/g, '"url":"https://vault.example$1"')
    .replaceAll(/"qr_code":"<svg[^>]+>.*?<\/svg>"/g, '"qr_code":"<svg xmlns=…"')
    .replaceAll(/"server_time_ms":\d+/g, `"server_time_ms":${Date.parse(DAY)}`)
    .replaceAll(/"authorization_code":"\d+"/g, '"authorization_code":"831000"')
    .replaceAll(/"network_transaction_id":"[^"]+"/g, '"network_transaction_id":"sim-4fq7xkd2mzt6yja"')
    .replaceAll(/"(x|y)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/"(encrypted_card|encrypted_cvc)":"[^"]+"/g, '"$1":"eyJhbGciOiJFQ0RILUVTIiwi…"')
    .replaceAll(/"next_cursor":"[^"]+"/g, '"next_cursor":"MjAyNi0wNi0xNVQwMzow…"')
    .replaceAll(/"request_id":"[^"]+"/g, '"request_id":"0b6f2a52-6c1f-4c5e-9a53-2f0c6f4f8d11"');
  return JSON.parse(text) as Example[];
}
