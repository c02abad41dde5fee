/**
 * Tokenizes for the field: fetches the newest capture key, encrypts the card, or a security code alone, to it (RFC 7516
 * compact JWE, ECDH-ES on P-256 with A256GCM), and posts it. The vault's time, not this machine's, dates the message.
 * After a lost response the fields are encrypted again for another token; the first expires unused.
 */
import { base64url, CompactEncrypt, type CryptoKey, importJWK } from 'jose';
import type { Expiry } from '../../shared/card/expiry.ts';
import { type CardToken, type CvcToken, pickCardToken, pickCvcToken } from '../messages.ts';
import { solveProof } from './proof.ts';
import { Refusal, request } from './request.ts';

export interface VaultDeps {
  readonly fetch: typeof fetch;
  /** This machine's time; only differences are used. */
  readonly nowMs: () => number;
  readonly randomBytes: (byteLength: number) => Uint8Array;
}

interface CardInput {
  readonly number: string;
  readonly expiry: Expiry;
  readonly cvc: string;
  /** As on the card; sent where the page asks for it. */
  readonly name?: string;
}

export interface Vault {
  tokenize(card: CardInput): Promise<CardToken>;
  /** A token of the security code alone, for a charge of a stored card. */
  tokenizeCvc(cvc: string): Promise<CvcToken>;
  /** Fetches the capture key early; a failure shows only when the key is needed. */
  warmUp(): void;
  /** The vault's time where it was read, else this machine's. */
  nowMs(): number;
}

interface Capture {
  readonly kid: string;
  readonly key: CryptoKey;
  /** The vault's clock minus this machine's. */
  readonly offsetMs: number;
  readonly fetchedAtMs: number;
}

/** A slow phone needs some seconds for the default of 2^15 hashes; a shopper does not wait longer than this. */
const PROOF_TIMEOUT_MS = 30_000;
/** Keys rotate slowly, but a field can stay open for hours, and the clock of a sleeping machine can jump. */
const CAPTURE_KEY_MAX_AGE_MS = 5 * 60_000;
const JTI_BYTES = 16;
/**
 * Refusals that encrypting again can avoid: with a newer key, a newer reading of the vault's clock, or a new `jti`
 * where the browser itself repeated an interrupted request.
 */
const CURED_BY_ENCRYPTING_ANEW = ['jwe_key_unknown', 'jwe_stale', 'token_replayed'];

/** The route, body and response of a kind of token. */
interface Door<Token> {
  readonly path: string;
  readonly member: 'encrypted_card' | 'encrypted_cvc';
  readonly pick: (response: Readonly<Record<string, unknown>>) => Token | null;
}
const CARD_DOOR: Door<CardToken> = { path: 'v1/tokens', member: 'encrypted_card', pick: pickCardToken };
const CVC_DOOR: Door<CvcToken> = { path: 'v1/cvc_tokens', member: 'encrypted_cvc', pick: pickCvcToken };

type Fields = Readonly<Record<string, string | number>>;

export function connectVault(baseUrl: URL, publishableKey: string, deps: VaultDeps): Vault {
  let capture: Promise<Capture> | null = null;
  let offsetMs = 0;

  const fetchCapture = (): Promise<Capture> => {
    const fetched = getCapture(baseUrl, deps);
    capture = fetched;
    fetched.then(
      (known) => {
        offsetMs = known.offsetMs;
      },
      () => {
        if (capture === fetched) capture = null;
      },
    );
    return fetched;
  };

  const currentCapture = async (): Promise<Capture> => {
    const known = await capture?.catch(() => null);
    return known && deps.nowMs() - known.fetchedAtMs < CAPTURE_KEY_MAX_AGE_MS ? known : fetchCapture();
  };

  const sendOnce = async <Token>(door: Door<Token>, fields: Fields, known: Capture): Promise<Token> => {
    const jwe = await encrypt(fields, publishableKey, known, deps);
    try {
      return await post(door, jwe);
    } catch (error) {
      if (!(error instanceof Refusal) || error.difficultyBits === undefined) throw error;
      return post(door, jwe, await prove(jwe, error.difficultyBits));
    }
  };

  const post = async <Token>(door: Door<Token>, jwe: string, proof?: string): Promise<Token> => {
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${publishableKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ [door.member]: jwe, proof }),
    };
    const token = door.pick(await request(new URL(door.path, baseUrl), init, deps));
    if (token === null) throw new Refusal('refused');
    return token;
  };

  const send = async <Token>(door: Door<Token>, fields: Fields): Promise<Token> => {
    try {
      return await sendOnce(door, fields, await currentCapture());
    } catch (error) {
      if (!(error instanceof Refusal && CURED_BY_ENCRYPTING_ANEW.includes(error.code))) throw error;
      return sendOnce(door, fields, await fetchCapture());
    }
  };

  return {
    warmUp: () => void fetchCapture(),
    nowMs: () => deps.nowMs() + offsetMs,
    tokenize: ({ number, expiry, cvc, name }) =>
      send(CARD_DOOR, {
        number,
        exp_month: expiry.month,
        exp_year: expiry.year,
        cvc,
        ...(name !== undefined && { name }),
      }),
    tokenizeCvc: (cvc) => send(CVC_DOOR, { cvc }),
  };
}

async function prove(jwe: string, bits: number): Promise<string> {
  const signal = AbortSignal.timeout(PROOF_TIMEOUT_MS);
  return solveProof(jwe, bits, signal).catch((cause: unknown) => {
    throw new Refusal(signal.aborted ? 'timeout' : 'refused', cause);
  });
}

async function getCapture(baseUrl: URL, deps: VaultDeps): Promise<Capture> {
  const sentAtMs = deps.nowMs();
  const response = await request(new URL('v1/capture-keys', baseUrl), {}, deps);
  const fetchedAtMs = deps.nowMs();
  const { keys, server_time_ms: serverTimeMs } = response;
  const [newest] = Array.isArray(keys) ? keys : [];
  if (newest?.kty !== 'EC' || newest.crv !== 'P-256' || typeof newest.kid !== 'string') throw new Refusal('refused');
  if (typeof serverTimeMs !== 'number') throw new Refusal('refused');
  const { kty, crv, x, y } = newest;
  const key = await importJWK({ kty, crv, x, y }, 'ECDH-ES').catch((cause) => {
    throw new Refusal('refused', cause);
  });
  if (key instanceof Uint8Array) throw new Refusal('refused');
  // The vault read its clock about halfway between request and response.
  return { kid: newest.kid, key, offsetMs: serverTimeMs - (sentAtMs + fetchedAtMs) / 2, fetchedAtMs };
}

function encrypt(fields: Fields, publishableKey: string, capture: Capture, deps: VaultDeps): Promise<string> {
  const plaintext = JSON.stringify({
    ...fields,
    aud: publishableKey,
    iat: Math.floor((deps.nowMs() + capture.offsetMs) / 1000),
    jti: base64url.encode(deps.randomBytes(JTI_BYTES)),
  });
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: capture.kid })
    .encrypt(capture.key);
}
