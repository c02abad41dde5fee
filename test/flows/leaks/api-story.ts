/**
 * Everything a merchant's server and a careless one can do over the API with the cards of the search. Responses are kept
 * always; a request is kept too, unless it is one that carries a card by intention.
 */
import { newKey } from '../../setup/cards.ts';
import { encryptCard, type Request } from '../../setup/vault.ts';
import { CARDS, grouped, type LeakCard, MISPLACED } from './cards.ts';
import { responseSource } from './collect.ts';
import type { LeakSource } from './search.ts';
import type { Started } from './vault-process.ts';

const TIMEOUT_MS = 30_000;

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ApiCall {
  readonly method: Request['method'];
  readonly path: string;
  readonly key?: string;
  readonly idempotencyKey?: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

export class RecordedApi {
  readonly sources: LeakSource[] = [];
  readonly statuses: number[] = [];
  readonly #vault: Started;

  constructor(vault: Started) {
    this.#vault = vault;
  }

  async send({ method, path, key, idempotencyKey, contentType, body }: ApiCall): Promise<Received> {
    const response = await fetch(this.#vault.apiUrl + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const received = { status: response.status, headers: response.headers, text: await response.text() };
    this.statuses.push(received.status);
    this.sources.push(responseSource(`${method} response ${this.sources.length + 1}`, received));
    return received;
  }

  /** With the secret key; the response must be a success. */
  async post<Body = { id: string }>(path: string, body: unknown = {}): Promise<Body> {
    const { status, text } = await this.send({
      method: 'POST',
      path,
      key: this.#vault.secretKey,
      idempotencyKey: newKey(),
      body,
    });
    if (status >= 300) throw new Error(`the vault returned ${status}`);
    return JSON.parse(text) as Body;
  }

  /** The same, which the vault must refuse. */
  async refused(path: string, body: unknown): Promise<void> {
    const request = { method: 'POST', path, key: this.#vault.secretKey, idempotencyKey: newKey(), body } as const;
    const { status } = await this.send(request);
    if (status < 400 || status >= 500) throw new Error(`the vault returned ${status}`);
  }

  get = (path: string): Promise<Received> => this.send({ method: 'GET', path, key: this.#vault.secretKey });

  async tokenize(card: LeakCard): Promise<string> {
    const { text } = await this.send({
      method: 'POST',
      path: '/v1/tokens',
      key: this.#vault.publishableKey,
      body: { card: plain(card) },
    });
    return (JSON.parse(text) as { id: string }).id;
  }

  /** A security code alone, encrypted as the hosted field does it. */
  async tokenizeCvc({ cvc }: LeakCard): Promise<string> {
    const { publishableKey } = this.#vault;
    const encrypted_cvc = await encryptCard(this.#ask, { cvc, aud: publishableKey });
    const request = { method: 'POST', path: '/v1/cvc_tokens', key: publishableKey, body: { encrypted_cvc } } as const;
    return (JSON.parse((await this.send(request)).text) as { id: string }).id;
  }

  /** What the payment page sends for each of these cards, and what it is shown before and after. */
  async payByLink(shopUrl: string, ...cards: readonly LeakCard[]): Promise<void> {
    const order = { amount: 4180, currency: 'JPY', success_url: `${shopUrl}/thanks`, save_card: true };
    const { id } = await this.post('/v1/checkout_sessions', order);
    for (const card of cards) {
      await this.send({ method: 'GET', path: `/pay/${id}` });
      const encrypted_card = await encryptCard(this.#ask, { ...plain(card), aud: id });
      const made = await this.send({ method: 'POST', path: '/v1/tokens', key: id, body: { encrypted_card } });
      const { id: token } = JSON.parse(made.text) as { id: string };
      await this.send({ method: 'POST', path: `/v1/checkout_sessions/${id}/pay`, body: { token } });
    }
    await this.send({ method: 'GET', path: `/pay/${id}` });
    const { text } = await this.get(`/v1/checkout_sessions/${id}`);
    if (!text.includes('"paid"')) throw new Error('the session is not paid');
  }

  readonly #ask = ({ method, path }: Pick<ApiCall, 'method' | 'path'>) =>
    this.send({ method, path }).then((response) => ({ ...response, json: JSON.parse(response.text) }));

  charge = async (card: LeakCard, terms: object = {}): Promise<{ id: string; status: string; saved_card: string }> =>
    this.post('/v1/charges', { source: await this.tokenize(card), amount: 4180, currency: 'JPY', ...terms });
}

const plain = ({ number, cvc }: LeakCard, changes: object = {}) => ({
  number,
  exp_month: 12,
  exp_year: 2030,
  cvc,
  name: 'Hanako Yamada',
  ...changes,
});

/** Payments as they should be, and as they go wrong at the processor. */
export async function payments(api: RecordedApi, shopUrl: string): Promise<void> {
  await api.payByLink(shopUrl, CARDS.stolen, CARDS.mastercardTwo);
  const saved = await api.charge(CARDS.mastercard, { save_card: true, metadata: { order_id: 'a-1' } });
  await api.post(`/v1/charges/${saved.id}/refunds`, { amount: 100 });
  await api.post(`/v1/charges/${saved.id}/refunds`, { amount: 200 });
  await api.post('/v1/charges', { source: saved.saved_card, amount: 300, currency: 'JPY' });
  const stored = await api.post('/v1/cards', { token: await api.tokenize(CARDS.mastercardTwo) });
  await api.post('/v1/charges', { source: stored.id, amount: 400, currency: 'JPY' });
  const [paid, left] = [await api.tokenizeCvc(CARDS.mastercardTwo), await api.tokenizeCvc(CARDS.amex)];
  await api.post('/v1/charges', { source: stored.id, cvc_token: paid, amount: 450, currency: 'JPY' });
  // Another's length: refused, and the code stays for the search to look at.
  await api.refused('/v1/charges', { source: stored.id, cvc_token: left, amount: 460, currency: 'JPY' });
  await api.post(`/v1/cards/${stored.id}/lock`);
  await api.post(`/v1/cards/${stored.id}/unlock`);
  await api.get(`/v1/cards/${stored.id}`);
  const authorized = await api.charge(CARDS.amexTwo, { capture: false });
  await api.post(`/v1/charges/${authorized.id}/capture`, { amount: 4000 });
  const canceled = await api.charge(CARDS.diners, { capture: false });
  await api.post(`/v1/charges/${canceled.id}/cancel`);
  await api.charge(CARDS.unionpay);
  await api.charge(CARDS.stolen);
  await api.charge(CARDS.expired);
  const failing = await api.charge(CARDS.refundFails);
  await api.post(`/v1/charges/${failing.id}/refunds`, {});
  await api.get('/v1/charges?limit=50');
  await api.get(`/v1/charges/${failing.id}`);
}

/** Card data where none may be, and bodies that break. Each must be refused; how is bad-input.test.ts's matter. */
export async function mistakes(api: RecordedApi, { publishableKey, secretKey }: Started): Promise<number[]> {
  const { metadata, malformed, path } = MISPLACED;
  const source = await api.tokenize(CARDS.discover);
  const terms = { source, amount: 500, currency: 'JPY' };
  const charge = (body: unknown, idempotencyKey = newKey()): ApiCall => ({
    method: 'POST',
    path: '/v1/charges',
    key: secretKey,
    idempotencyKey,
    body,
  });
  const token = (body: unknown, key = publishableKey): ApiCall => ({ method: 'POST', path: '/v1/tokens', key, body });
  const broken = `{"card": {"number": "${malformed.number}", "cvc": "${malformed.cvc}", "exp_month": 12,`;
  const calls: ApiCall[] = [
    charge({ ...terms, metadata: { note: metadata.number } }),
    charge({ ...terms, metadata: { note: `card ${grouped(metadata.number, ' ')} cvc ${metadata.cvc}` } }),
    charge({ ...terms, description: grouped(metadata.number, '-') }),
    charge({ ...terms, card: plain(metadata) }),
    charge({ ...terms, source: metadata.number }),
    charge(terms, metadata.number),
    token(broken),
    token({ card: plain(malformed) }, secretKey),
    token({ card: plain(malformed) }, malformed.number),
    token({ card: plain(malformed, { exp_year: 2020 }) }),
    token({ card: plain(malformed, { cvc: `${malformed.cvc}${malformed.cvc}` }) }),
    token({ card: plain(malformed, { number: `${malformed.number}0` }) }),
    token({ card: plain(malformed, { [malformed.number]: malformed.cvc }) }),
    token({ card: plain(malformed), padding: 'x'.repeat(20_000) }),
    token({ encrypted_card: malformed.number }),
    { ...token(JSON.stringify({ card: plain(malformed) })), contentType: 'text/plain' },
    { method: 'POST', path: '/v1/tokens/lookup', key: secretKey, body: { token: path.number } },
    { method: 'GET', path: `/v1/forward/${path.number}`, key: secretKey },
    { method: 'GET', path: `/v1/charges?cursor=${path.number}`, key: secretKey },
    { method: 'DELETE', path: `/v1/cards/${grouped(path.number, '-')}`, key: secretKey },
    { method: 'POST', path: `/v1/${path.number}`, key: secretKey, body: { cvc: path.cvc } },
    { method: 'GET', path: `/hosted/card?key=${path.number}&origin=${path.number}&locale=${path.cvc}` },
  ];
  const statuses: number[] = [];
  for (const call of calls) statuses.push((await api.send(call)).status);
  return statuses;
}
