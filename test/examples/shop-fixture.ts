/** A shop on a free port, its vault's stand-in, and what a shopper does with it. */
import { type ShopOptions, startShop } from '../../examples/shop/server.ts';
import { type StandIn, startStandIn } from './vault-stand-in.ts';

/** For a vault that is to respond, however busy the machine is. */
const VAULT_TIMEOUT_MS = 60_000;

export const TOKEN = `tok_${'a'.repeat(26)}`;
export const OTHER_TOKEN = `tok_${'b'.repeat(26)}`;

export interface ShopWorld {
  readonly url: string;
  readonly vault: StandIn;
  readonly log: string[];
  /** Opens a checkout and returns the new order's id. */
  order(quantity?: number): Promise<string>;
  pay(orderId: string, token?: string): Promise<Paid>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  page(path: string, headers?: Record<string, string>): Promise<string>;
  status(orderId: string): Promise<string>;
  stop(): Promise<void>;
}

interface Paid {
  readonly status: string;
  readonly order_url: string;
}

export async function openShop(
  settings: Partial<Pick<ShopOptions, 'publishableKey' | 'testCardHints' | 'vaultTimeoutMs' | 'fudaScript'>> = {},
): Promise<ShopWorld> {
  const vault = await startStandIn();
  const log: string[] = [];
  const { url, stop } = await startShop({
    port: 0,
    apiUrl: vault.url,
    publishableKey: 'pk_test_of_the_shop',
    secretKey: 'sk_test_of_the_shop',
    vaultTimeoutMs: VAULT_TIMEOUT_MS,
    log: (line) => log.push(line),
    ...settings,
  });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json() as Promise<T>;
  return {
    url,
    vault,
    log,
    post,
    order: async (quantity = 1) => {
      const { url: checkout } = await fetch(`${url}/checkout?quantity=${quantity}`);
      return new URL(checkout).searchParams.get('order') ?? '';
    },
    pay: (orderId, token = TOKEN) => json<Paid>(post('/pay', { order_id: orderId, token })),
    page: async (path, headers = {}) => (await fetch(url + path, { headers })).text(),
    status: async (orderId) => (await json<Paid>(fetch(`${url}/orders/${orderId}/status`))).status,
    stop: async () => {
      await stop();
      await vault.stop();
    },
  };
}
