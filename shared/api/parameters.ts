/** What callers write outside a body: path, query and headers. The vault reads these by hand; tests hold both together. */
import * as z from 'zod/mini';
import { idOf } from '../base/answers.ts';
import { LIMIT_DEFAULT, LIMIT_MAX } from '../charges/list.ts';

export interface Parameter {
  readonly schema: z.ZodMiniType;
  readonly says: string;
  readonly required?: true;
}

/** Name in a path of infra/routes.ts → what stands there. */
export const PATH_PARAMETERS: Readonly<Record<string, Parameter>> = {
  token_id: { schema: idOf('tok'), says: 'The token.' },
  card_id: { schema: idOf('card'), says: 'The stored card.' },
  forward_id: { schema: idOf('fwd'), says: 'The forward.' },
  charge_id: { schema: idOf('ch'), says: 'The charge.' },
  checkout_session_id: { schema: idOf('cs'), says: 'The checkout session.' },
  script: {
    schema: z.string().check(z.regex(/^[a-z]+(\.[0-9a-f]{32})?\.(m?js|json)$/)),
    says: '`fuda.js`, or the name of one version of it as integrity.json has it.',
  },
};

export const IDEMPOTENCY_KEY: Parameter = {
  schema: z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/)),
  says:
    'Your own name for this attempt, such as the order’s number. The same key with the same request gets the same ' +
    'answer and has one effect; with another request it is refused.',
  required: true,
};

export const LIMIT: Parameter = {
  schema: z.int().check(z.gte(1), z.lte(LIMIT_MAX)),
  says: `How many at most; ${LIMIT_DEFAULT} unless said.`,
};

export const CURSOR: Parameter = { schema: z.string(), says: 'The next_cursor of the page before, unchanged.' };

export const PUBLISHABLE_KEY: Parameter = { schema: z.string(), says: 'A publishable key.', required: true };

export const HOSTED_ORIGIN: Parameter = {
  schema: z.string(),
  says: 'Scheme, host and port of the page that is to hold the field.',
  required: true,
};

export const HOSTED_THEME: Parameter = {
  schema: z.string(),
  says: 'Design tokens as fuda.js writes them; the page reads them by its own table and leaves out what is not in it.',
};

export const HOSTED_LOCALE: Parameter = {
  schema: z.string().check(z.regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?$/)),
  says: 'The language of the field, a BCP 47 tag of language and script; English where it has no such language.',
};
