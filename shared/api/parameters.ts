/**
 * Parameters outside a body: path, query and headers. The vault parses these by hand; tests compare it with this table.
 */
import * as z from 'zod/mini';
import { idOf } from '../base/responses.ts';
import { BRANDS } from '../card/brand.ts';
import { FIELD_SETS, GROUP } from '../card/fields.ts';
import { LIMIT_DEFAULT, LIMIT_MAX } from '../payments/charges/list.ts';

export interface Parameter {
  readonly schema: z.ZodMiniType;
  readonly says: string;
  readonly required?: true;
}

/** Name in a path of infra/routes.ts → its value. */
export const PATH_PARAMETERS: Readonly<Record<string, Parameter>> = {
  card_id: { schema: idOf('card'), says: 'The stored card.' },
  forward_id: { schema: idOf('fwd'), says: 'The forward.' },
  charge_id: { schema: idOf('ch'), says: 'The charge.' },
  checkout_session_id: { schema: idOf('cs'), says: 'The checkout session.' },
  script: {
    schema: z.string().check(z.regex(/^[a-z]+(\.[0-9a-f]{32})?\.(m?js|json|d\.mts)$/)),
    says: '`fuda.js`, `fuda.mjs` or its types `fuda.d.mts`, or the name of one version of a script as integrity.json has it.',
  },
};

export const IDEMPOTENCY_KEY: Parameter = {
  schema: z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/)),
  says:
    'Your own name for this request, such as the order’s number. The same key with the same request gets the same ' +
    'response and has one effect; with another request it is refused.',
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
  schema: z.string().check(z.regex(/^[\w*.+%&=-]*$/)),
  says: 'Design tokens as fuda.js writes them; the page reads them by its own table and leaves out what is not in it.',
};

export const HOSTED_FIELD_SET: Parameter = {
  schema: z.enum(Object.keys(FIELD_SETS)),
  says: 'What the page shows: a card, one field of one, or the code of a stored card. `card` unless said.',
};

export const HOSTED_GROUP: Parameter = {
  schema: z.string().check(z.regex(GROUP)),
  says: 'The same for every frame of one card; 32 random hexadecimal digits.',
};

export const HOSTED_BRAND: Parameter = {
  schema: z.enum(BRANDS),
  says: 'With `field_set=code`: the brand of the stored card, which decides how long the code is.',
};

export const HOSTED_LOCALE: Parameter = {
  schema: z.string().check(z.regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?$/)),
  says: 'The language of the field, a BCP 47 tag of language and script; English where it has no such language.',
};
