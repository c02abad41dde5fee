/**
 * Structured logs from an allow list. A line can hold only the fields below, each of a checked form, so neither a card
 * number nor a secret can reach a log by way of a careless call (V1). What does not fit becomes `[redacted]`.
 */

const WORD = /^[a-z_]{1,40}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/**
 * A pattern of infra/routes.ts. The only digit allowed is that of `v1`, so that no id or number from a real path fits.
 */
const ROUTE = /^[A-Z]+ (\/(v1|[a-z][a-z._-]*|\{[a-z_]+\}))+$/;

/** Field → the form of its value. No field holds what a caller of the API wrote. */
const FIELDS = {
  event: WORD,
  request_id: UUID,
  function: /^[a-z/-]{1,60}$/,
  service: /^(kms|dynamodb)$/,
  route: ROUTE,
  merchant: /^mer_[a-z2-7]{26}$/,
  mode: /^(test|live)$/,
  charge: /^ch_[a-z2-7]{26}$/,
  /** As an operator named it (shared/payments/processors/setup.ts). */
  processor: /^[a-z0-9-]{1,30}$/,
  /** The name of a deployed destination (infra/destination-rules.ts). */
  destination: /^[a-z][a-z0-9-]{0,39}$/,
  outcome: WORD,
  code: WORD,
  error: /^[A-Za-z]{1,80}$/,
  status: 'number',
  /** A route of the vault's pages. */
  page: /^(other|(\/([a-z][a-z.-]*|\{[a-z_]+\}))+)$/,
  /** Of a violation (shared/pages/violations.ts): the name of a directive, and a keyword or site. */
  directive: /^[a-z-]{1,40}$/,
  blocked: /^[a-z0-9.-]{1,80}$/,
  /** Of a page that differs from its build (shared/pages/check.ts): the name of a header, a status or a hash. */
  found: /^([a-z0-9-]{1,60}|none|sha384-[A-Za-z0-9+/]{64})$/,
  duration_ms: 'number',
  count: 'number',
  failed: 'number',
} as const;

export type LogFields = { readonly [Field in keyof typeof FIELDS]?: string | number | undefined };

export type LogLevel = 'info' | 'warn' | 'error';

/** A run of digits long enough to be a PAN is refused even inside an allowed field. */
const TOO_MANY_DIGITS = /\d{9,}/;

/** One line before it is text, for a caller to write as JSON. */
export function logRecord(level: LogLevel, timeMs: number, fields: LogFields): Record<string, unknown> {
  const line: Record<string, unknown> = { level, time: new Date(timeMs).toISOString() };
  for (const [name, form] of Object.entries(FIELDS)) {
    const value = fields[name as keyof typeof FIELDS];
    if (value !== undefined) line[name] = allowed(value, form) ? value : '[redacted]';
  }
  return line;
}

function allowed(value: string | number, form: RegExp | 'number'): boolean {
  if (form === 'number') return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e9;
  return typeof value === 'string' && form.test(value) && !TOO_MANY_DIGITS.test(value);
}
