/**
 * The named schemas of the API's description, as JSON Schema 2020-12, which OpenAPI 3.1 uses. The same schemas parse
 * requests and type responses, so the description cannot differ from the code.
 */
import * as z from 'zod/mini';
import { ErrorCodeSchema, ProblemSchema } from '../base/responses.ts';
import { EventPageSchema, EventSchema } from '../events/responses.ts';
import { ChargeRequest } from '../payments/charges/create.ts';
import { AmountRequest } from '../payments/charges/operations.ts';
import { ChargePageSchema, ChargeSchema, RefundSchema } from '../payments/charges/responses.ts';
import { CheckoutRequest, PayRequest } from '../payments/checkout/request.ts';
import { CheckoutPaymentSchema, CheckoutSessionSchema } from '../payments/checkout/responses.ts';
import { ForwardRequest } from '../payments/forward/request.ts';
import { ForwardSchema } from '../payments/forward/responses.ts';
import { TokenRequest } from '../vault/create-token.ts';
import { CvcTokenRequest } from '../vault/cvc-tokens.ts';
import { CardInput } from '../vault/intake/card-input.ts';
import { CaptureKeysSchema } from '../vault/intake/responses.ts';
import { CardFactsSchema, CardSchema, CvcTokenSchema, SourceSchema, TokenSchema } from '../vault/responses.ts';
import { LookupRequest, StoreRequest } from '../vault/vault.ts';

/** Name in the description → schema. A schema without a name is inlined. */
const SCHEMAS = {
  TokenRequest,
  CardInput,
  CvcTokenRequest,
  TokenLookupRequest: LookupRequest,
  StoreCardRequest: StoreRequest,
  ChargeRequest,
  AmountRequest,
  ForwardRequest,
  CheckoutSessionRequest: CheckoutRequest,
  CheckoutPaymentRequest: PayRequest,
  CaptureKeys: CaptureKeysSchema,
  Token: TokenSchema,
  CvcToken: CvcTokenSchema,
  Card: CardSchema,
  CardFacts: CardFactsSchema,
  Source: SourceSchema,
  Charge: ChargeSchema,
  ChargeList: ChargePageSchema,
  Refund: RefundSchema,
  Forward: ForwardSchema,
  CheckoutSession: CheckoutSessionSchema,
  CheckoutPayment: CheckoutPaymentSchema,
  Event: EventSchema,
  EventList: EventPageSchema,
  Problem: ProblemSchema,
  ErrorCode: ErrorCodeSchema,
} as const satisfies Record<string, z.ZodMiniType>;

export type SchemaName = keyof typeof SCHEMAS;

/** A JSON Schema; its keywords are those that zod writes. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

export const refTo = (name: SchemaName): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/**
 * `open` responses allow further members, so that callers do not break when one is added. `closed` is for tests, which
 * must find a member without a description. Requests are closed either way.
 */
export function componentSchemas(responses: 'open' | 'closed'): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    // In zod's JSON Schema an input is open and an output closed.
    io: responses === 'open' ? 'input' : 'output',
    override,
  });
  for (const schema of Object.values(schemas)) {
    delete schema.$schema;
    delete schema.$id;
  }
  return schemas;
}

export const schemaOf = (schema: z.ZodMiniType): JsonSchema => {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: 'input', override });
  return written;
};

/** Removes what tells a reader nothing: a regular expression beside its format, and the bounds of a JSON number. */
function override({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
