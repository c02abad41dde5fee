/**
 * A vault of two routes and a shop of one page, each on its own origin, so that the built field and script can be
 * tried without the rest. It serves the page under the real headers, hands out a real capture key and decrypts what
 * it receives. `flows/` tests run the same field against the whole vault.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { compactDecrypt, exportJWK, generateKeyPair, type JWK } from 'jose';
import { base32 } from '../../shared/base/ids.ts';
import { isBrand } from '../../shared/card/brand.ts';
import { type FieldSettings, PLAIN_FIELD } from '../../shared/card/field-settings.ts';
import { isFieldSet } from '../../shared/card/fields.ts';
import { parseOrigin } from '../../shared/merchants/origin.ts';
import { pageHeaders, readHostedPage, withSettings } from '../../shared/pages/page.ts';
import { isProof } from '../../shared/risk/proof.ts';
import { type Listening, listen, send, textOf } from './server.ts';

export type { Listening } from './server.ts';

export const PUBLISHABLE_KEY = `pk_test_${'a'.repeat(26)}`;

/** What a test may do to the next token requests, in order. */
type Mishap =
  /** A page of somebody in between, who could not reach the vault. */
  | 'bad_gateway'
  | 'busy'
  | 'drop'
  | 'jwe_key_unknown'
  | 'jwe_stale'
  /** The card arrives and its response does not. */
  | 'lost'
  | 'nonsense'
  | 'origin_not_allowed'
  /** As near a ceiling: the same JWE is to come again, with a proof of work on it. */
  | 'proof_required'
  | 'silent'
  | 'test_card_required'
  | 'too_many_attempts'
  | 'too_many_requests';

export interface TestVault {
  readonly url: string;
  readonly shopUrl: string;
  /** A page of another origin, that is not the shop. */
  readonly strangerUrl: string;
  /** Decrypted cards, in the order they came. */
  readonly cards: Record<string, unknown>[];
  readonly keyFetches: { count: number };
  mishaps: Mishap[];
  /** A token is made at once, and sent after this. */
  responsesAfter: Promise<void>;
  /** Leaves out frame-ancestors, as if a browser did not know it. */
  framesAnywhere: boolean;
  clockOffsetMs: number;
  /** What the shop serves in place of its page. */
  shopHtml: string | null;
  /** The response in place of the capture keys. */
  oddKeys: unknown;
  rotate(): Promise<void>;
  /** Back to the state at its start, except the capture key. */
  forget(): void;
  stop(): Promise<void>;
}

type Settings = 'mishaps' | 'responsesAfter' | 'framesAnywhere' | 'clockOffsetMs' | 'shopHtml' | 'oddKeys';

const untouched = (): Pick<TestVault, Settings> => ({
  mishaps: [],
  responsesAfter: Promise.resolve(),
  framesAnywhere: false,
  clockOffsetMs: 0,
  shopHtml: null,
  oddKeys: null,
});

/** A row of served.json. */
interface Served {
  readonly contentType: string;
  readonly text: string;
}

interface CaptureKey {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

const STATUS: Readonly<Partial<Record<Mishap, number>>> = {
  busy: 503,
  too_many_requests: 429,
  origin_not_allowed: 403,
};

/** A little of the work of production, which asks for 15. */
const PROOF_BITS = 10;
/** Behind a stage prefix, as API Gateway serves it. */
const STAGE = '/prod';

export async function startTestVault(webFolder: string): Promise<TestVault> {
  const page = readHostedPage(readFileSync(join(webFolder, 'card.html'), 'utf8'));
  const served: Readonly<Record<string, Served>> = JSON.parse(readFileSync(join(webFolder, 'served.json'), 'utf8'));
  let key = await newCaptureKey();
  /** The JWE that a proof is wanted of. */
  let proving: string | null = null;

  const shop = await startShopPage(
    () => vault.url,
    () => vault.shopHtml,
  );
  const stranger = await startShopPage(() => vault.url);

  const captureKeys = () => ({ keys: [key.jwk], server_time_ms: Date.now() + vault.clockOffsetMs });

  const postToken = async (request: IncomingMessage, response: ServerResponse) => {
    const mishap = vault.mishaps.shift();
    if (mishap === 'drop') return request.socket.destroy();
    if (mishap === 'silent') return;
    if (mishap === 'bad_gateway') return send(response, 502, '<h1>Bad Gateway</h1>', 'text/html');
    if (mishap === 'nonsense') return send(response, 201, '{"object":"token","card":{}}');
    if (mishap === 'proof_required') {
      proving = JSON.parse(await textOf(request)).encrypted_card;
      return refuse(response, 403, mishap, { difficulty_bits: PROOF_BITS });
    }
    if (mishap !== undefined && mishap !== 'lost') return refuse(response, STATUS[mishap] ?? 422, mishap);
    const { encrypted_card: ofCard, encrypted_cvc: ofCode, proof } = JSON.parse(await textOf(request));
    const jwe: string = ofCard ?? ofCode;
    if (proving !== null && !(jwe === proving && isProof(jwe, proof, PROOF_BITS)))
      return refuse(response, 403, 'no_proof');
    proving = null;
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, key.privateKey);
    const card = JSON.parse(new TextDecoder().decode(plaintext));
    if (vault.cards.some(({ jti }) => jti === card.jti)) return refuse(response, 409, 'token_replayed');
    vault.cards.push({ ...card, kid: protectedHeader.kid, authorization: request.headers.authorization });
    if (mishap === 'lost') return request.socket.destroy();
    await vault.responsesAfter;
    send(response, 201, JSON.stringify(ofCode === undefined ? tokenOf(card) : cvcTokenOf(card)));
  };

  const server = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://vault.test');
    const origin = parseOrigin(url.searchParams.get('origin') ?? '');
    const script = served[url.pathname.replace(`${STAGE}/js/`, '')];
    if (script !== undefined) {
      response.setHeader('access-control-allow-origin', '*');
      return send(response, 200, script.text, script.contentType);
    }
    switch (`${request.method} ${url.pathname}`) {
      case `GET ${STAGE}/hosted/card`: {
        if (origin !== shop.origin) {
          response.setHeader('access-control-allow-origin', '*');
          return refuse(response, 403, 'origin_not_allowed');
        }
        const headers = { ...pageHeaders(page, origin) };
        if (vault.framesAnywhere) {
          const policy = headers['content-security-policy'] ?? '';
          headers['content-security-policy'] = policy.replace(/; frame-ancestors [^;]*$/, '');
        }
        return response.writeHead(200, headers).end(withSettings(page.html, settingsIn(url.searchParams, origin)));
      }
      case `GET ${STAGE}/v1/capture-keys`:
        vault.keyFetches.count += 1;
        return send(response, 200, JSON.stringify(vault.oddKeys ?? captureKeys()));
      case `POST ${STAGE}/v1/tokens`:
      case `POST ${STAGE}/v1/cvc_tokens`:
        return postToken(request, response);
      default:
        return refuse(response, 404, 'route_not_found');
    }
  });

  const vault: TestVault = {
    url: server.origin + STAGE,
    shopUrl: `${shop.origin}/`,
    strangerUrl: `${stranger.origin}/`,
    cards: [],
    keyFetches: { count: 0 },
    ...untouched(),
    rotate: async () => {
      key = await newCaptureKey();
    },
    forget: () => {
      vault.cards.length = 0;
      vault.keyFetches.count = 0;
      Object.assign(vault, untouched());
    },
    stop: async () => {
      await Promise.all([server.stop(), shop.stop(), stranger.stop()]);
    },
  };
  return vault;
}

/** As functions/api/hosted-card.ts reads them, which alone refuses odd ones. */
function settingsIn(query: URLSearchParams, origin: string): FieldSettings {
  const read = (name: string) => query.get(name) ?? '';
  const [fieldSet, brand] = [read('field_set'), read('brand')];
  return {
    publishable_key: read('key'),
    is_test: true,
    origin,
    field_set: isFieldSet(fieldSet) ? fieldSet : PLAIN_FIELD.field_set,
    brand: isBrand(brand) ? brand : PLAIN_FIELD.brand,
    group: read('group'),
    locale: read('locale'),
    theme: read('theme'),
  };
}

async function newCaptureKey(): Promise<CaptureKey> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), use: 'enc', alg: 'ECDH-ES' } };
}

const idOf = (prefix: string, { jti }: { jti: string }): string =>
  `${prefix}_${base32(Buffer.from(jti.padEnd(22, 'x')), 26)}`;

const TIMES = { created_at: '2026-11-23T00:00:00.000Z', expires_at: '2026-11-23T00:15:00.000Z' } as const;

const cvcTokenOf = (code: { jti: string }): unknown => ({
  object: 'cvc_token',
  id: idOf('cvc', code),
  status: 'active',
  ...TIMES,
});

function tokenOf(card: { number: string; exp_month: number; exp_year: number; jti: string }): unknown {
  return {
    object: 'token',
    id: idOf('tok', card),
    status: 'active',
    card: {
      brand: 'visa',
      bin: card.number.slice(0, 6),
      last4: card.number.slice(-4),
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: 'fp_test',
    },
    ...TIMES,
    spent_by: null,
  };
}

const shopPage = (vaultUrl: string): string => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>
  <style>body { font: 16px system-ui; margin: 16px; } #card { max-width: 640px; }</style></head>
  <body>
    <main><h1>Checkout</h1><div id="card"></div><p id="after">Pay</p></main>
    <script>
      window.heard = [];
      window.addEventListener('message', (event) => window.heard.push({ origin: event.origin, data: event.data }));
      document.addEventListener('securitypolicyviolation', (event) => window.heard.push({ violation: event.violatedDirective }));
    </script>
    <script src="${vaultUrl}/js/fuda.js"></script>
  </body>
</html>`;

/** A page as the documentation advises: the script first, the field mounted where it stands. Records layout shifts. */
const earlyPage = (vaultUrl: string): string => `<!doctype html>
<html lang="en">
  <head><title>Shop</title><script src="${vaultUrl}/js/fuda.js"></script></head>
  <body>
    <h1>Checkout</h1>
    <div id="card"></div>
    <script>
      window.shifts = [];
      window.isReady = false;
      new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value)))
        .observe({ type: 'layout-shift', buffered: true });
      window.card = Fuda('${PUBLISHABLE_KEY}').card({ theme: { labels: 'floating' } });
      window.card.on('ready', () => { window.isReady = true; });
      window.card.mount('#card');
    </script>
    <p>Pay</p>
  </body>
</html>`;

/** A shop on its own origin, with pages that load `fuda.js` from that vault; it serves `other` instead where given. */
export const startShopPage = (vaultUrl: () => string, other: () => string | null = () => null): Promise<Listening> =>
  listen(({ url }, response) => {
    const page = url === '/early' ? earlyPage : shopPage;
    send(response, 200, other() ?? page(vaultUrl()), 'text/html');
  });

const refuse = (response: ServerResponse, status: number, code: string, more: object = {}): void =>
  send(response, status, JSON.stringify({ code, ...more }), 'application/problem+json');
