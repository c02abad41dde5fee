/**
 * The list of honey records: KMS ciphertexts under HoneyKey in the Merchants table, all padded to one length. A reader
 * of every table learns that decoys exist, but not which or how many. The operator may add to the list and not read it;
 * the reconciliation may read it and not add.
 */
import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import type { Deps } from '../base/deps.ts';
import { getItems, putFresh, queryIndex } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import { HoneyRecord } from '../base/honey.ts';
import { randomId } from '../base/ids.ts';
import { MerchantError } from './merchant-store.ts';

/** The partition of the list in the index of merchants; no merchant id has this form. */
const GROUP = 'honey';
/** The reconciliation reads this many plantings; further ones are refused, because it would not watch the oldest. */
const PLANTINGS_MAX = 50;
export const HONEY_PER_PLANTING_MAX = 20;
/** KMS encrypts at most 4096 bytes directly; every list is as long as the longest. */
const SEALED_BYTES = 4_096;

interface HoneyItem {
  /** `honey_…`, random. The item has no time, because that would point to the records made then. */
  readonly record_id: string;
  readonly merchant_id: typeof GROUP;
  readonly ct: Uint8Array;
}

const HoneyList = z.array(HoneyRecord).check(z.maxLength(HONEY_PER_PLANTING_MAX));

const contextOf = (recordId: string): Record<string, string> => ({ purpose: 'honey', record: recordId });

/** Adds records to the list. Throws MerchantError when the list is full or one planting is too large. */
export async function sealHoney(deps: Deps, records: readonly HoneyRecord[]): Promise<void> {
  if (records.length > HONEY_PER_PLANTING_MAX) {
    throw new MerchantError(`One planting holds at most ${HONEY_PER_PLANTING_MAX} records.`);
  }
  const planted = await plantings(deps);
  if (planted.length >= PLANTINGS_MAX) throw new MerchantError(`There are ${PLANTINGS_MAX} plantings already.`);
  const text = JSON.stringify(records);
  needs(Buffer.byteLength(text) <= SEALED_BYTES, 'a planting fits into one ciphertext');
  const id = randomId('honey', deps.random);
  const sealed = await deps.kms.send(
    new EncryptCommand({
      KeyId: deps.key('HoneyKey'),
      Plaintext: Buffer.from(text.padEnd(SEALED_BYTES)),
      EncryptionContext: contextOf(id),
    }),
  );
  needs(sealed.CiphertextBlob, 'KMS encrypts');
  const item: HoneyItem = { record_id: id, merchant_id: GROUP, ct: sealed.CiphertextBlob };
  await putFresh(deps, 'Merchants', item);
}

/** The whole list. Throws where any part does not decrypt, because an unwatched decoy gives false assurance. */
export async function readHoney(deps: Deps): Promise<HoneyRecord[]> {
  const items = await getItems<HoneyItem>(deps, 'Merchants', await plantings(deps));
  const records: HoneyRecord[] = [];
  for (const { record_id: id, ct } of items) {
    const opened = await deps.kms.send(
      new DecryptCommand({ KeyId: deps.key('HoneyKey'), CiphertextBlob: ct, EncryptionContext: contextOf(id) }),
    );
    needs(opened.Plaintext, 'KMS decrypts');
    records.push(...z.parse(HoneyList, JSON.parse(Buffer.from(opened.Plaintext).toString())));
  }
  return records;
}

async function plantings(deps: Deps): Promise<string[]> {
  const { keys } = await queryIndex(deps, 'Merchants', 'by_merchant', {
    partition: ['merchant_id', GROUP],
    limit: PLANTINGS_MAX,
  });
  return keys.map((key) => String(key.record_id));
}
