/**
 * Namima, a shop of one cloth, and an example of taking cards through Fuda without ever seeing one. To integrate, read
 * `public/pay.js` (the browser's part) and `charge.ts` (the server's); everything else is an ordinary shop.
 * Run it alone with FUDA_API_URL, FUDA_PUBLISHABLE_KEY, FUDA_SECRET_KEY and PORT; FUDA_SCRIPT and FUDA_SCRIPT_INTEGRITY
 * pin one version of the vault's script, SHOP_URL says where it is found from other machines.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { securityHeaders } from './http.ts';
import { Orders } from './orders.ts';
import type { FudaScript } from './pages/layout.ts';
import { respond, type Shop } from './routes.ts';

export interface ShopOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** One version of fuda.js, by its address and hash as the vault's /js/integrity.json has them; else the newest. */
  readonly fudaScript?: FudaScript | undefined;
  /** How long to wait for one response of the vault. */
  readonly vaultTimeoutMs?: number;
  /** Whether pages in test mode show the published test cards. */
  readonly testCardHints?: boolean;
  /** Where shoppers find the shop, unless it is for browsers on this machine only. */
  readonly publicUrl?: string | undefined;
  /** Takes one line without card data or secrets; stderr when left out. */
  readonly log?: (line: string) => void;
}

const DEFAULT_PORT = 8081;
const DEFAULT_VAULT_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 30_000;

export async function startShop(options: ShopOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const shop = openShop(options);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void respond(shop, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function openShop(options: ShopOptions): Shop {
  const apiUrl = options.apiUrl.replace(/(?<!\/)\/+$/, '');
  const testMode = options.publishableKey.startsWith('pk_test_');
  return {
    vault: { apiUrl, secretKey: options.secretKey, timeoutMs: options.vaultTimeoutMs ?? DEFAULT_VAULT_TIMEOUT_MS },
    orders: new Orders(),
    headers: securityHeaders(new URL(apiUrl).origin),
    settings: {
      apiUrl,
      publishableKey: options.publishableKey,
      fudaScript: options.fudaScript ?? { address: `${apiUrl}/js/fuda.js` },
      testMode,
      testCardHints: testMode && options.testCardHints !== false,
    },
    log: options.log ?? ((line) => console.error(`shop: ${line}`)),
    publicUrl: options.publicUrl,
  };
}

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name}.`);
  return value;
}

/** Both or neither: a hash belongs to one version of the script. */
function fudaScript(): FudaScript | undefined {
  if (process.env.FUDA_SCRIPT === undefined) return undefined;
  return { address: environment('FUDA_SCRIPT'), integrity: environment('FUDA_SCRIPT_INTEGRITY') };
}

// Started by itself rather than imported.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startShop({
    port: Number(process.env.PORT ?? DEFAULT_PORT),
    apiUrl: environment('FUDA_API_URL'),
    publishableKey: environment('FUDA_PUBLISHABLE_KEY'),
    secretKey: environment('FUDA_SECRET_KEY'),
    fudaScript: fudaScript(),
    publicUrl: process.env.SHOP_URL,
  });
  console.log(`The shop is open at ${url}`);
}
