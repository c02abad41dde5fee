/**
 * Refuses card numbers, security codes and live tokens in a request that must not contain them (V1, V2, V11), in every
 * part the sender controls: body, member names, path, query and idempotency key. The error names the field and not what
 * it holds, so that a merchant can find the mistake.
 */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { type Member, membersOf } from '../../shared/base/members.ts';
import { fieldOf } from '../../shared/base/parse.ts';
import { isAboutCode, isCode, isCodeName } from '../../shared/card/codes.ts';
import { readingsOf } from '../../shared/card/readings.ts';
import { type CardData, cardDataIn } from '../../shared/card/scan.ts';

/** The fields at the top in which a token is sent, or a key: there a route itself says what is wrong with it. */
const SENT_IN: Readonly<Partial<Record<CardData, readonly string[]>>> = {
  token: ['source', 'token', 'cvc_token'],
  key: ['key'],
};

/** Throws `card_data_refused`. */
export function refuseCardData(event: APIGatewayProxyEvent, idempotencyKey: string | undefined, body: unknown): void {
  if (idempotencyKey !== undefined && cardDataIn(idempotencyKey) !== null) {
    throw new VaultError('card_data_refused', { param: 'Idempotency-Key' });
  }
  for (const place of [event.pathParameters, event.multiValueQueryStringParameters, body]) refuseIn(place);
}

function refuseIn(place: unknown): void {
  for (const member of membersOf(place)) {
    const { name, value, within, path } = member;
    if (cardDataIn(name) !== null) throw new VaultError('card_data_refused', fieldOf(within));
    const found = textsOf(value).some((text) => isRefused(cardDataIn(text), member)) || isCodeMember(member);
    if (found) throw new VaultError('card_data_refused', fieldOf(path));
  }
}

const isRefused = (found: CardData | null, { path }: Member): boolean =>
  found !== null && SENT_IN[found]?.includes(path[0] ?? '') !== true;

type Text = string | number;
const isText = (value: unknown): value is Text => typeof value === 'string' || typeof value === 'number';

/** A text itself; of a list the items, and of an object the members card1, card2 …, as one. */
function textsOf(value: unknown): string[] {
  if (isText(value)) return [String(value)];
  if (Array.isArray(value)) return [value.filter(isText).join(', ')];
  if (typeof value !== 'object' || value === null) return [];
  const parts = new Map<string, Text[]>();
  for (const [name, part] of Object.entries(value)) {
    const stem = name.replace(/\d{1,2}$/, '');
    if (isText(part) && stem !== name) parts.set(stem, [...(parts.get(stem) ?? []), part]);
  }
  return [...parts.values()].filter(({ length }) => length > 1).map((numbered) => numbered.join(' '));
}

/**
 * Three or four digits under the name of a code, at any depth, one by one in a list, or beside it:
 * `{"name": "cvv", "value": "737"}`.
 */
function isCodeMember({ name, value, path }: Member): boolean {
  const text = Array.isArray(value) ? value.filter(isText).join(' ') : value;
  if (isText(text)) return [...path, name].some(isCodeName) && !isAboutCode(name) && holdsCode(text);
  if (typeof value !== 'object' || value === null) return false;
  const texts = Object.entries(value).filter((entry): entry is [string, Text] => isText(entry[1]));
  const isNamed = texts.some(
    ([key, text]) => NAMING.test(key) && isCodeName(String(text)) && !isAboutCode(String(text)),
  );
  return isNamed && texts.some(([key, text]) => !NAMING.test(key) && holdsCode(text));
}

const NAMING = /^(?:name|key|k|field|label|id|type|param|parameter|attribute|property)$/i;

const holdsCode = (text: Text): boolean => readingsOf(String(text)).some(isCode);
