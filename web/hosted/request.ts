/** Sends one request to the vault: returns the body of a successful response, or throws a Refusal. */

/** Why there is no token: an error code of the API, or `network`, `timeout` or `refused`. */
export class Refusal extends Error {
  readonly code: string;
  /** Difficulty of the proof of work that the next request must bring. */
  readonly difficultyBits: number | undefined;

  constructor(code: string, cause?: unknown, difficultyBits?: number) {
    super(code, { cause });
    this.name = 'Refusal';
    this.code = code;
    this.difficultyBits = difficultyBits;
  }
}

const REQUEST_TIMEOUT_MS = 15_000;

/** Throws a Refusal unless the response is successful. */
export async function request(
  url: URL,
  init: RequestInit,
  deps: { readonly fetch: typeof fetch },
): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await deps.fetch(url, { ...init, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    text = await response.text();
  } catch (cause) {
    throw new Refusal(signal.aborted ? 'timeout' : 'network', cause);
  }
  const body = objectIn(text);
  if (response.ok && body !== null) return body;
  const code = response.ok ? null : body?.code;
  if (typeof code === 'string' && /^[a-z0-9_]{1,40}$/.test(code)) {
    const { difficulty_bits: bits } = body ?? {};
    throw new Refusal(code, undefined, typeof bits === 'number' ? bits : undefined);
  }
  // The response is not from the vault, but from a proxy for example.
  throw new Refusal(response.status === 429 || response.status >= 500 ? 'busy' : 'refused');
}

/** The body as a JSON object, or null. */
function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
