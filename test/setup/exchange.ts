/** One request to a vault, and what it returned. */

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'PROPFIND' | 'PUT' | 'TRACE';
  /** Path and query. */
  readonly path: string;
  /** API key, sent as a bearer token. */
  readonly key?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** More lines of headers, which may repeat a name. With these the path goes out as it is written, escapes and all. */
  readonly lines?: readonly (readonly [name: string, value: string])[];
  /** Sent as JSON; a text or bytes are sent as they are. */
  readonly body?: unknown;
}

export interface VaultResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `null` where it is not JSON. */
  readonly json: unknown;
}
