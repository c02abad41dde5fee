/**
 * Finds a card number in a request that must not contain one (V1), in every part the sender controls: body, member
 * names, path, query and idempotency key. The error names the field and not the number, so that a merchant can find the
 * mistake.
 */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { membersOf } from '../../shared/base/members.ts';
import { fieldOf } from '../../shared/base/parse.ts';
import { holdsPan } from '../../shared/card/scan.ts';

/** Throws `card_data_refused`. */
export function refuseCardData(event: APIGatewayProxyEvent, idempotencyKey: string | undefined, body: unknown): void {
  if (idempotencyKey !== undefined && holdsPan(idempotencyKey)) {
    throw new VaultError('card_data_refused', { param: 'Idempotency-Key' });
  }
  for (const place of [event.pathParameters, event.queryStringParameters, body]) refuseIn(place);
}

function refuseIn(place: unknown): void {
  for (const { name, value, within, path } of membersOf(place)) {
    if (holdsPan(name)) throw new VaultError('card_data_refused', fieldOf(within));
    const isText = typeof value === 'string' || typeof value === 'number';
    if (isText && holdsPan(String(value))) throw new VaultError('card_data_refused', fieldOf(path));
  }
}
