/**
 * Exports stored cards, encrypted to the public key of another PCI DSS compliant vault, one page of cards a call. Each
 * card is decrypted once, in memory, for a reason that is recorded first (V1, V5), and leaves only inside a JWE that
 * this vault cannot decrypt. The deployment fixes the recipient's key, so the permission to export does not include
 * choosing the recipient. There are no security codes to export (V2).
 *
 * Throws `ExportRefused`; its message never repeats what was sent.
 */
import { CompactEncrypt, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import * as z from 'zod/mini';
import { toRfc3339 } from '../../base/clock.ts';
import type { Deps } from '../../base/deps.ts';
import { type LiveExport, receiverNames, type SentTo } from '../../base/destinations.ts';
import { queryIndex } from '../../base/dynamo.ts';
import { SHARDS } from '../../base/tables.ts';
import { type CardItem, ownerParts, panKeyShard, readCardItem, sealedPanOf } from '../cards.ts';
import { type CdeDeps, keyIdOf, openPan, type SealedPan } from '../cipher.ts';
import { noteExport, putExport } from './record.ts';

/** The plaintext of each JWE, as JSON. */
export interface ExportedCards {
  readonly format: 'fuda/cards/v1';
  readonly cards: readonly ExportedCard[];
}

interface ExportedCard {
  readonly id: string;
  readonly merchant: string;
  readonly mode: 'test' | 'live';
  readonly status: 'active' | 'locked';
  readonly number: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly created_at: string;
}

export interface ExportPage {
  /** Compact JWE (RFC 7516) of `ExportedCards`; null for a page without cards. */
  readonly jwe: string | null;
  readonly count: number;
  /** Where the next page begins; null after the last. */
  readonly next: ExportCursor | null;
}

const Cursor = z.strictObject({
  shard: z.int().check(z.gte(0), z.lt(SHARDS.by_pan_key)),
  after: z.optional(z.record(z.string(), z.string())),
});
export type ExportCursor = z.infer<typeof Cursor>;

/** The input of the function, from the operator's command. */
export const ExportRequest = z.strictObject({
  /** The recipient's public key: P-256, or RSA of at least 2048 bits. */
  recipient: z.looseObject({ kty: z.enum(['EC', 'RSA']) }),
  /** `mer_…/live`; left out: every merchant's cards, in both modes. */
  owner: z.optional(z.string().check(z.regex(/^mer_[a-z2-7]{26}\/(test|live)$/))),
  cursor: z.optional(Cursor),
});

export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

/** Keeps a page far below the 6 MB that a function may return. */
const CARDS_PER_PAGE = 50;
const RSA_BITS_MIN = 2048;

/** `recipients`: those to which the deployment lets cards be exported. */
export async function exportCards(
  cde: CdeDeps,
  recipients: readonly LiveExport[],
  request: z.infer<typeof ExportRequest>,
): Promise<ExportPage> {
  const { seal, sentTo } = await sealerFor(request.recipient as JWK, recipients);
  const { shard, after } = request.cursor ?? { shard: 0 };
  const page = await cardsOf(cde, shard, request.owner, after);
  const cards: ExportedCard[] = [];
  for (const id of page.ids) {
    const card = await openForExport(cde, id, { sentTo, isFirst: cards.length === 0 });
    if (card !== null) cards.push(card);
  }
  const jwe = cards.length === 0 ? null : await seal({ format: 'fuda/cards/v1', cards });
  return { jwe, count: cards.length, next: nextAfter(shard, page.next) };
}

function nextAfter(shard: number, after: Record<string, string> | null): ExportCursor | null {
  if (after !== null) return { shard, after };
  return shard + 1 < SHARDS.by_pan_key ? { shard: shard + 1 } : null;
}

async function cardsOf(
  deps: Deps,
  shard: number,
  owner: string | undefined,
  after: Record<string, string> | undefined,
) {
  const { keys, next } = await queryIndex(deps, 'Cards', 'by_pan_key', {
    partition: ['pan_key_shard', panKeyShard(keyIdOf(deps, 'PanKey'), shard)],
    ...(owner !== undefined && { sort: ['owner', '=', owner] as const }),
    limit: CARDS_PER_PAGE,
    ...(after && { after }),
  });
  return { ids: keys.map((key) => String(key.card_id)), next: next as Record<string, string> | null };
}

/** Null for a card that was deleted since the page was read. */
async function openForExport(
  cde: CdeDeps,
  cardId: string,
  sending: Pick<Opening, 'sentTo' | 'isFirst'>,
): Promise<ExportedCard | null> {
  const card = await readCardItem(cde, cardId);
  const sealed = card && sealedPanOf(card);
  return card && sealed && card.status !== 'deleted'
    ? openCard(cde, card, { ...sending, status: card.status, sealed })
    : null;
}

interface Opening {
  readonly status: ExportedCard['status'];
  readonly sealed: SealedPan;
  readonly sentTo: SentTo;
  /** Of its page. */
  readonly isFirst: boolean;
}

/** The reason is written first, so that a decryption with a lost response still has one (V5). */
async function openCard(
  cde: CdeDeps,
  card: CardItem,
  { status, sealed, sentTo, isFirst }: Opening,
): Promise<ExportedCard> {
  const { merchant, mode } = ownerParts(card);
  const recordId = await putExport(cde, { owner: card.owner, merchantId: merchant, cardId: card.card_id, sentTo });
  const atMs = cde.clock.nowMs();
  const pan = await openPan(cde, sealed, { merchant, record: card.card_id });
  await noteExport(
    cde,
    { id: recordId, isFirst },
    { key: 'PanKey', request_id: pan.requestId, at_ms: atMs, tries: pan.tries },
  );
  return {
    id: card.card_id,
    merchant,
    mode: mode === 'live' ? 'live' : 'test',
    status,
    number: pan.value.digits(),
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    created_at: toRfc3339(card.created_at_ms),
  };
}

interface Sealer {
  readonly sentTo: SentTo;
  seal(cards: ExportedCards): Promise<string>;
}

/** Encrypts to the recipient: RFC 7518 `ECDH-ES` or `RSA-OAEP-256`, with `A256GCM`. */
async function sealerFor(jwk: JWK, recipients: readonly LiveExport[]): Promise<Sealer> {
  if ('d' in jwk) throw new ExportRefused('the recipient’s key is a private one; give its public half');
  const found = await calculateJwkThumbprint(jwk).catch(() => null);
  if (found === null) throw new ExportRefused('the recipient’s key is no complete JWK');
  const recipient = recipients.find(({ thumbprint }) => thumbprint === found);
  if (recipient === undefined) throw new ExportRefused('this deployment does not export cards to that key');
  if (jwk.kty === 'EC' ? jwk.crv !== 'P-256' : bitsOf(jwk.n) < RSA_BITS_MIN) {
    throw new ExportRefused(`the recipient’s key must be P-256, or RSA of at least ${RSA_BITS_MIN} bits`);
  }
  const alg = jwk.kty === 'EC' ? 'ECDH-ES' : 'RSA-OAEP-256';
  const key = await importJWK(jwk, alg);
  return {
    sentTo: { destination: recipient.name, receivers: receiverNames(recipient) },
    seal: (cards) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(cards)))
        .setProtectedHeader({ alg, enc: 'A256GCM', kid: found, typ: 'fuda-cards+jwe' })
        .encrypt(key),
  };
}

const bitsOf = (modulus: string | undefined): number => Buffer.from(modulus ?? '', 'base64url').length * 8;
