/**
 * Finds a card number in a request that may hold none (V1), anywhere its sender can write: body, keys of its objects,
 * path, query and idempotency key. Says in which field, so that a merchant can find the mistake without being shown it.
 */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { VaultError } from '../shared/base/errors.ts';
import { fieldOf } from '../shared/base/parse.ts';
import { holdsPan } from '../shared/card/scan.ts';

/** Deeper names are not told apart: no documented field lies deeper, and paths stay short however deep a body goes. */
const DEPTH_NAMED = 4;

/** Throws `card_data_refused`. */
export function refuseCardData(event: APIGatewayProxyEvent, idempotencyKey: string | undefined, body: unknown): void {
  if (idempotencyKey !== undefined && holdsPan(idempotencyKey)) {
    throw new VaultError('card_data_refused', { param: 'Idempotency-Key' });
  }
  for (const place of [event.pathParameters, event.queryStringParameters, body]) refuseIn(place);
}

/** Walks without recursion, because a small body can be nested deeper than the stack. */
function refuseIn(value: unknown): void {
  const left: { readonly path: readonly string[]; readonly value: unknown }[] = [{ path: [], value }];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { path, value } = at;
    if (typeof value === 'string' || typeof value === 'number') {
      if (holdsPan(String(value))) throw new VaultError('card_data_refused', fieldOf(path));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (holdsPan(name)) throw new VaultError('card_data_refused', fieldOf(path));
        left.push({ path: path.length < DEPTH_NAMED ? [...path, name] : path, value: inner });
      }
    }
  }
}
