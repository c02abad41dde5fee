/** Exporting stored cards: to one key only, each decryption with its reason, and nothing in clear outside the JWE. */
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { getItem } from '../../../shared/base/dynamo.ts';
import { parse } from '../../../shared/base/parse.ts';
import { SHARDS } from '../../../shared/base/tables.ts';
import { entriesInOutbox } from '../../../shared/events/outbox.ts';
import { putCard, readCardItem } from '../../../shared/vault/cards.ts';
import {
  type ExportCursor,
  type ExportedCards,
  type ExportPage,
  ExportRequest,
  exportCards,
} from '../../../shared/vault/export/export.ts';
import { changeCard, storeCard } from '../../../shared/vault/vault.ts';
import { CARD, refusal, tokenize } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { useInEach } from '../../setup/use.ts';
import { openWorld, type Shop } from '../../setup/world.ts';

interface Recipient {
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  readonly thumbprint: string;
}

/** As the deployment names it. */
const recipientRow = (thumbprint: string) => ({ name: 'next-vault', kind: 'export', thumbprint }) as const;

async function recipientOf(alg: 'ECDH-ES' | 'RSA-OAEP-256', options: Record<string, unknown> = {}): Promise<Recipient> {
  const pair = await generateKeyPair(alg, { extractable: true, ...options });
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)]);
  return { publicJwk, privateJwk, thumbprint: await calculateJwkThumbprint(publicJwk) };
}

describe.each(ENGINES)('on $name', (engine) => {
  const world = useInEach(() => openWorld(engine));
  const shop = useInEach(() => world.merchant());
  const other = useInEach(() => world.merchant());
  const recipient = useInEach(() => recipientOf('ECDH-ES', { crv: 'P-256' }));
  const store = async (by: Shop, number: string) => {
    const { id } = await tokenize(world, by, number);
    return { id: (await storeCard(world.deps, by.secret, id)).id, number };
  };
  const stored = useInEach(async () => [
    await store(shop, CARD.approve),
    await store(shop, CARD.amex),
    await store(other, CARD.approve),
  ]);

  /** All pages, as the operator's command asks for them. */
  async function exportAll(owner?: string, to = recipient): Promise<ExportPage[]> {
    const pages: ExportPage[] = [];
    let cursor: ExportCursor | null = { shard: 0 };
    for (; cursor !== null && pages.length < 100; cursor = pages.at(-1)?.next ?? null) {
      const request: unknown = { recipient: to.publicJwk, cursor, ...(owner !== undefined && { owner }) };
      pages.push(await exportCards(world.deps, [recipientRow(to.thumbprint)], parse(ExportRequest, request)));
    }
    return pages;
  }

  async function openAll(pages: readonly ExportPage[], { privateJwk } = recipient): Promise<ExportedCards['cards']> {
    const key = await importJWK(privateJwk, privateJwk.kty === 'EC' ? 'ECDH-ES' : 'RSA-OAEP-256');
    const texts = await Promise.all(
      pages.flatMap(({ jwe }) => (jwe === null ? [] : compactDecrypt(jwe, key).then(({ plaintext }) => plaintext))),
    );
    return texts.flatMap((text) => (JSON.parse(Buffer.from(text).toString()) as ExportedCards).cards);
  }

  test('gives every stored card only to the holder of the private key', async () => {
    const pages = await exportAll();
    const cards = await openAll(pages);
    const numbers = (some: readonly { readonly id: string; readonly number: string }[]) =>
      Object.fromEntries(some.map(({ id, number }) => [id, number]));
    expect(cards).toHaveLength(stored.length);
    expect(numbers(cards)).toEqual(numbers(stored));
    expect(pages.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(cards[0]).toMatchObject({ mode: 'test', status: 'active', exp_month: 12, exp_year: 2030 });
    expect(Object.keys(cards[0] ?? {})).not.toEqual(expect.arrayContaining(['cvc']));
    const stranger = await recipientOf('ECDH-ES', { crv: 'P-256' });
    await expect(openAll(pages, stranger)).rejects.toThrow();
    // V1: outside the JWE there is a count and a place in the index.
    expect(JSON.stringify(pages.map(({ jwe: _, ...rest }) => rest))).not.toMatch(/\d{9}/);
    for (const { number } of stored) expect(JSON.stringify(pages)).not.toContain(number);
  });

  test('puts one entry of each page into the outbox, where the first use of its recipient is found', async () => {
    const pages = await exportAll();
    const shards = Array.from({ length: SHARDS.outbox }, (_, shard) =>
      entriesInOutbox(world.deps, shard, ['>=', 'mer_'], 100),
    );
    const ids = (await Promise.all(shards)).flat();
    expect(ids.filter((id) => id.startsWith('exp_'))).toHaveLength(pages.filter(({ jwe }) => jwe !== null).length);
  });

  test('goes to an RSA key as well', async () => {
    const rsa = await recipientOf('RSA-OAEP-256');
    expect(await openAll(await exportAll(undefined, rsa), rsa)).toHaveLength(3);
  });

  test('of one merchant holds no card of another (V10)', async () => {
    const cards = await openAll(await exportAll(other.secret.owner));
    expect(cards.map(({ merchant }) => merchant)).toEqual([other.secret.merchantId]);
  });

  test('leaves deleted cards out and says which are locked', async () => {
    const [locked, deleted] = [await store(shop, CARD.approve), await store(shop, CARD.approve)];
    await changeCard(world.deps, shop.secret, locked.id, 'lock');
    await changeCard(world.deps, shop.secret, deleted.id, 'delete');
    const cards = await openAll(await exportAll(shop.secret.owner));
    expect(cards.find(({ id }) => id === locked.id)).toMatchObject({ status: 'locked' });
    expect(cards.map(({ id }) => id)).not.toContain(deleted.id);
  });

  test('writes the reason before each decryption, and its AWS request id after (V5)', async () => {
    world.forget();
    await exportAll(other.secret.owner);
    const calls = world.calls.filter((call) => !/Query|GetItem/.test(call));
    expect(calls).toEqual(['dynamodb:PutItem Ledger', 'kms:Decrypt PanKey', 'dynamodb:UpdateItem Ledger']);
    const written = world.events.find(({ eventName }) => eventName === 'PutItem');
    const { key } = (written?.requestParameters ?? {}) as { key: { entry_id: string } };
    const [card] = stored.slice(-1);
    expect(await getItem(world.deps, 'Ledger', key.entry_id)).toMatchObject({
      merchant_id: other.secret.merchantId,
      source_record: card?.id,
      // V14: the recipient stands in the reason.
      sent_to: { destination: 'next-vault', receivers: [`export/${recipient.thumbprint}`] },
      decryptions: [{ key: 'PanKey', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), tries: 1 }],
    });
  });

  describe('is refused', () => {
    const ask = (request: unknown, thumbprint = recipient.thumbprint) =>
      exportCards(world.deps, [recipientRow(thumbprint)], parse(ExportRequest, request));

    test('to a key that the deployment does not name', async () => {
      const stranger = await recipientOf('ECDH-ES', { crv: 'P-256' });
      world.forget();
      await expect(ask({ recipient: stranger.publicJwk })).rejects.toThrow('does not export cards to that key');
      expect(world.calls).toEqual([]);
    });

    test('with a private key, which would then lie in the sender’s logs', async () => {
      await expect(ask({ recipient: recipient.privateJwk })).rejects.toThrow('give its public half');
    });

    test('to a key too short, of another curve, or not whole', async () => {
      const curve = await recipientOf('ECDH-ES', { crv: 'P-384' });
      await expect(ask({ recipient: curve.publicJwk }, curve.thumbprint)).rejects.toThrow('must be P-256');
      const { n: _, ...headless } = (await recipientOf('RSA-OAEP-256')).publicJwk;
      await expect(ask({ recipient: headless })).rejects.toThrow('no complete JWK');
    });

    test.each([
      ['no recipient', {}, 'missing_field', 'recipient'],
      ['a symmetric key', { recipient: { kty: 'oct', k: 'AAAA' } }, 'invalid_field', 'recipient.kty'],
      ['an unknown owner', { recipient: { kty: 'EC' }, owner: 'everyone' }, 'invalid_field', 'owner'],
      ['a shard beyond the last', { recipient: { kty: 'EC' }, cursor: { shard: 99 } }, 'invalid_field', 'cursor.shard'],
      ['a field it does not know', { recipient: { kty: 'EC' }, plain: true }, 'unknown_field', 'plain'],
    ])('with %s', async (_what, request, code, param) => {
      expect(await refusal(Promise.resolve().then(() => ask(request)))).toEqual({ code, param });
    });

    test('for a ciphertext that was laid under another merchant’s card (V10)', async () => {
      const victim = await store(shop, CARD.approve);
      const item = await readCardItem(world.deps, victim.id);
      const thief = await world.merchant();
      await putCard(world.deps, {
        ...(item as NonNullable<typeof item>),
        card_id: `card_${'b'.repeat(26)}`,
        owner: thief.secret.owner,
      });
      await expect(exportAll(thief.secret.owner)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    });
  });
});
