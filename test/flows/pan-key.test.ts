/**
 * The life of a vault with more than one PAN key, and its end: cards are stored, a second key is deployed, the cards are
 * moved to it while they are being charged, the first key is closed, and the cards leave for another vault. Each step
 * is a deployment of the real app over the same state, and the evidence explains every use of either key.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import type { Item } from '../../shared/base/dynamo.ts';
import type { ExportedCards, ExportPage } from '../../shared/export/export.ts';
import { CARD } from '../setup/cards.ts';
import { startVault, type TestMerchant, type TestVault } from '../setup/vault.ts';
import { findEvidence } from './trail.ts';

let vault: TestVault;
let shop: TestMerchant;
let cards: string[];
let firstKey: string | undefined;
/** What a card holds of its ciphertext before it is moved. */
let unmoved: Item;

beforeAll(async () => {
  vault = await startVault();
  shop = await vault.merchant();
  cards = (await Promise.all([shop.store(), shop.store(CARD.amex), shop.store()])).map(({ id }) => id);
  firstKey = vault.runtime.keys.PanKey;
  const { pan_ct, pan_key, pan_key_shard } = (await vault.contents()).Cards[cards[0] ?? ''] ?? {};
  unmoved = { pan_ct, pan_key, pan_key_shard };
});
afterAll(() => vault?.[Symbol.asyncDispose]());

const keyIdOf = (arn: string | undefined): string => arn?.split(':key/')[1] ?? '';
const keysOfCards = async (): Promise<unknown[]> =>
  Object.values((await vault.contents()).Cards).map(({ pan_key: key }) => key);

test('a deployment with a second key makes it, and leaves the first where it is', async () => {
  const before = await shop.tokenize();
  await vault.restart({ 'pan-key': '2' });
  const { keys } = vault.runtime;
  expect(keys.FormerPanKey).toBe(firstKey);
  expect(keys.PanKey).not.toBe(firstKey);
  // A token of the time before is as good as it was.
  expect(await shop.charge({ source: before.id })).toMatchObject({ status: 201, json: { status: 'captured' } });
});

test('every card can be charged before its move, and is then moved by the schedule', async () => {
  // The runtime ran every schedule at its start, so the cards have arrived; one is put back to where it was.
  expect(new Set(await keysOfCards())).toEqual(new Set([keyIdOf(vault.runtime.keys.PanKey)]));
  await vault.edit('Cards', cards[0] ?? '', unmoved);
  expect(await shop.charge({ source: cards[0] })).toMatchObject({ json: { status: 'captured' } });
  const run = await vault.runtime.runSchedule('cde/move-cards');
  expect(run).toMatchObject({ kind: 'returned', value: { moved: 1, left: 0 } });
  expect(new Set(await keysOfCards())).toEqual(new Set([keyIdOf(vault.runtime.keys.PanKey)]));
  expect(await shop.charge({ source: cards[1] })).toMatchObject({ json: { status: 'captured' } });
});

test('with the first key closed, cards are charged under the second and nothing may use the first', async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const recipient = await exportJWK(pair.publicKey);
  await vault.restart({
    'pan-key': '2',
    'former-pan-key': 'closed',
    'card-export-recipient': await calculateJwkThumbprint(recipient),
  });
  expect(await shop.charge({ source: cards[2] })).toMatchObject({ json: { status: 'captured' } });
  expect(vault.runtime.stack.schedules.map(({ functionArn }) => functionArn).join()).not.toMatch(/MoveCards/);
  expect(await exported(recipient, pair.privateKey)).toEqual(cards.toSorted());
});

test('the evidence explains every use of either key', async () => {
  const { report } = await findEvidence(vault);
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ passed: true });
});

/** Ids of the cards that the holder of the private key reads, page by page. */
async function exported(
  recipient: object,
  privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'],
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: ExportPage['next'] = { shard: 0 };
  for (let page = 0; cursor !== null && page < 50; page += 1) {
    const outcome = await vault.runtime.invoke('cde/export-cards', { recipient, cursor });
    if (outcome.kind !== 'returned') throw new Error(`the export ${outcome.kind}`);
    const { jwe, next } = outcome.value as ExportPage;
    cursor = next;
    if (jwe === null) continue;
    const { plaintext } = await compactDecrypt(jwe, privateKey);
    ids.push(...(JSON.parse(Buffer.from(plaintext).toString()) as ExportedCards).cards.map(({ id }) => id));
  }
  return ids.toSorted();
}
