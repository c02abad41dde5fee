/**
 * A double of Stripe over real HTTP, with books: payment intents, idempotency keys that give the first response again,
 * and states that refuse what Stripe refuses. Shapes and error codes are those of Stripe's public API description
 * (github.com/stripe/openapi); `stripe-real-shape.test.ts` sends the same requests to stripe-mock, which validates
 * them. It can lose its response, fall silent, or return something else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StripeFault = 'lost' | 'silent' | 'garbage' | 'error_500' | 'rate_limited' | 'unauthorized';

interface Intent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly isManual: boolean;
  readonly charge: string;
  status: 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled' | 'processing';
  received: number;
  refunded: number;
  lastError: object | null;
  authorizations: number;
  /** What its confirmation said. */
  confirmation: URLSearchParams;
}

interface Received {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface StripeDouble extends AsyncDisposable {
  readonly url: string;
  /** Key → the account that it opens; of another key Stripe says nothing. */
  readonly accounts: Map<string, string>;
  readonly requests: readonly Received[];
  /** The fault of the next request with this text in its path. */
  failNext(path: string, fault: StripeFault): void;
  intentOf(charge: string): Intent | undefined;
  /** Forgets idempotency keys, as Stripe does after a day. */
  expireKeys(): void;
}

/** Number → the card error of docs.stripe.com/testing. */
const DECLINES: Readonly<Record<string, { code: string; decline_code?: string; network_decline_code?: string }>> = {
  '4000000000000002': { code: 'card_declined', decline_code: 'generic_decline', network_decline_code: '05' },
  '4000000000009995': { code: 'card_declined', decline_code: 'insufficient_funds', network_decline_code: '51' },
  '4000000000000069': { code: 'expired_card' },
  '4000000000000127': { code: 'incorrect_cvc' },
};

interface DoubleResponse {
  readonly status: number;
  readonly json: object;
}

const failure = (status: number, type: string, code: string, more: object = {}): DoubleResponse => ({
  status,
  json: { error: { type, code, message: 'A sentence for developers.', ...more } },
});
const unexpected = (intent: Intent) =>
  failure(400, 'invalid_request_error', 'payment_intent_unexpected_state', { payment_intent: shown(intent) });

const shown = (intent: Intent, isExpanded = false) => ({
  id: intent.id,
  object: 'payment_intent',
  amount: intent.amount,
  amount_received: intent.received,
  currency: intent.currency,
  status: intent.status,
  last_payment_error: intent.lastError,
  metadata: { fuda_charge: intent.charge },
  latest_charge: intent.authorizations === 0 ? null : isExpanded ? charge : 'ch_stripe',
});
const charge = {
  id: 'ch_stripe',
  object: 'charge',
  payment_method_details: { type: 'card', card: { authorization_code: '831000', network_transaction_id: 'ntid-1' } },
};

export async function startStripe(): Promise<StripeDouble> {
  const books = new Books();
  const requests: Received[] = [];
  const faults: { path: string; fault: StripeFault }[] = [];
  const server = createServer(async (request, response) => {
    const received = await readRequest(request);
    requests.push(received);
    const index = faults.findIndex(({ path }) => received.path.includes(path));
    const fault = index === -1 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === undefined || fault === 'lost') {
      const made = books.respond(received);
      if (fault === 'lost') request.socket.destroy();
      else send(response, made.status, JSON.stringify(made.json));
    } else misbehave(fault, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accounts: books.accounts,
    requests,
    failNext: (path, fault) => void faults.push({ path, fault }),
    intentOf: (id) => books.ofCharge(id),
    expireKeys: () => books.expireKeys(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function misbehave(fault: Exclude<StripeFault, 'lost'>, response: ServerResponse): void {
  if (fault === 'garbage') send(response, 200, '<html>a proxy’s page</html>');
  if (fault === 'error_500') send(response, 500, JSON.stringify({ error: { type: 'api_error' } }));
  if (fault === 'rate_limited') send(response, 429, JSON.stringify({ error: { code: 'rate_limit' } }));
  if (fault === 'unauthorized') send(response, 401, JSON.stringify({ error: { type: 'invalid_request_error' } }));
}

const send = (response: ServerResponse, status: number, body: string) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);

async function readRequest(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  return { method: request.method ?? '', path: request.url ?? '', form, headers: request.headers };
}

class Books {
  readonly accounts = new Map<string, string>();
  readonly #intents = new Map<string, Intent>();
  readonly #cards = new Map<string, string>();
  readonly #refunds: { id: string; intent: string; operation: string; amount: number }[] = [];
  readonly #keys = new Map<string, { form: string; response: DoubleResponse }>();

  expireKeys(): void {
    this.#keys.clear();
  }

  ofCharge(id: string): Intent | undefined {
    return [...this.#intents.values()].find((intent) => intent.charge === id);
  }

  /** A key gives its first response again, and refuses another form. */
  respond(request: Received): DoubleResponse {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return this.#route(request);
    const form = `${request.path}?${request.form}`;
    const before = this.#keys.get(key);
    if (before !== undefined) return before.form === form ? before.response : failure(400, 'idempotency_error', '');
    const response = this.#route(request);
    this.#keys.set(key, { form, response });
    return response;
  }

  #route(request: Received): DoubleResponse {
    const { method, form } = request;
    const [path = '', query = ''] = request.path.split('?');
    const [, , noun = '', id = '', verb = ''] = path.split('/');
    if (method === 'GET' && noun === 'account') return this.#account(request.headers.authorization ?? '');
    if (method === 'POST' && noun === 'payment_methods') return this.#makeCard(form);
    if (method === 'POST' && noun === 'payment_intents' && id === '') return this.#make(form);
    if (method === 'GET' && id === 'search') return this.#search(new URLSearchParams(query).get('query') ?? '');
    if (noun === 'refunds')
      return method === 'POST' ? this.#refund(form) : this.#listRefunds(new URLSearchParams(query));
    const intent = this.#intents.get(id);
    if (intent === undefined) return failure(404, 'invalid_request_error', 'resource_missing');
    if (method === 'GET') return { status: 200, json: shown(intent, true) };
    if (verb === 'confirm') return this.#confirm(intent, form);
    if (verb === 'capture') return this.#capture(intent, Number(form.get('amount_to_capture')));
    if (verb === 'cancel') return this.#cancel(intent);
    return failure(404, 'invalid_request_error', 'resource_missing');
  }

  #account(authorization: string): DoubleResponse {
    const id = this.accounts.get(authorization.replace('Bearer ', ''));
    return id === undefined
      ? failure(401, 'invalid_request_error', '')
      : { status: 200, json: { id, object: 'account', country: 'JP' } };
  }

  #makeCard(form: URLSearchParams): DoubleResponse {
    const number = form.get('card[number]') ?? '';
    const id = `pm_${this.#cards.size + 1}`;
    this.#cards.set(id, number);
    return { status: 200, json: { id, object: 'payment_method', card: { last4: number.slice(-4) } } };
  }

  #make(form: URLSearchParams): DoubleResponse {
    const intent: Intent = {
      id: `pi_${this.#intents.size + 1}`,
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      isManual: form.get('capture_method') === 'manual',
      charge: form.get('metadata[fuda_charge]') ?? '',
      status: 'requires_payment_method',
      received: 0,
      refunded: 0,
      lastError: null,
      authorizations: 0,
      confirmation: new URLSearchParams(),
    };
    this.#intents.set(intent.id, intent);
    return { status: 200, json: shown(intent) };
  }

  #search(query: string): DoubleResponse {
    const id = /^metadata\['fuda_charge'\]:'(.*)'$/.exec(query)?.[1] ?? '';
    const intent = this.ofCharge(id);
    return { status: 200, json: { object: 'search_result', data: intent ? [shown(intent)] : [], has_more: false } };
  }

  #confirm(intent: Intent, form: URLSearchParams): DoubleResponse {
    if (intent.status !== 'requires_payment_method') return unexpected(intent);
    const decline = DECLINES[this.#cards.get(form.get('payment_method') ?? '') ?? ''];
    intent.authorizations += 1;
    intent.confirmation = form;
    if (decline !== undefined) {
      intent.lastError = { type: 'card_error', ...decline };
      return { status: 402, json: { error: { ...intent.lastError, payment_intent: shown(intent) } } };
    }
    intent.status = intent.isManual ? 'requires_capture' : 'succeeded';
    intent.received = intent.isManual ? 0 : intent.amount;
    return { status: 200, json: shown(intent, true) };
  }

  #capture(intent: Intent, amount: number): DoubleResponse {
    if (intent.status !== 'requires_capture' || amount > intent.amount) return unexpected(intent);
    intent.status = 'succeeded';
    intent.received = amount;
    return { status: 200, json: shown(intent) };
  }

  #cancel(intent: Intent): DoubleResponse {
    if (intent.status === 'succeeded' || intent.status === 'canceled') return unexpected(intent);
    intent.status = 'canceled';
    return { status: 200, json: shown(intent) };
  }

  #refund(form: URLSearchParams): DoubleResponse {
    const intent = this.#intents.get(form.get('payment_intent') ?? '');
    const amount = Number(form.get('amount'));
    if (intent === undefined || amount > intent.received - intent.refunded) {
      return failure(400, 'invalid_request_error', 'charge_already_refunded');
    }
    intent.refunded += amount;
    const operation = form.get('metadata[fuda_operation]') ?? '';
    const refund = { id: `re_${this.#refunds.length + 1}`, intent: intent.id, operation, amount };
    this.#refunds.push(refund);
    return { status: 200, json: { id: refund.id, object: 'refund', status: 'succeeded', metadata: {} } };
  }

  #listRefunds(query: URLSearchParams): DoubleResponse {
    const data = this.#refunds
      .filter(({ intent }) => intent === query.get('payment_intent'))
      .map(({ id, operation }) => ({ id, status: 'succeeded', metadata: { fuda_operation: operation } }));
    return { status: 200, json: { object: 'list', data, has_more: false } };
  }
}
