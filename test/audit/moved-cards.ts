/** Records of cards that move between tokens, cards and keys, with the writes around each, and what the audit says of them. */
import type { Evidence } from '../../audit/evidence.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, RESOURCES, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

const AT_MS = START_MS + 30 * 60_000;
export const OLDEST = 'arn:aws:kms:x:1:key/oldest';
export const FORMER = 'arn:aws:kms:x:1:key/former';
export const CURRENT = RESOURCES.keyArns.PanKey;
const KEYS = { ...RESOURCES, keyArns: { ...RESOURCES.keyArns, FormerPanKey: FORMER }, olderPanKeyArns: [OLDEST] };

export const role = (name: string, account = '111122223333') => ({
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${name}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: name } },
  },
});
export const at = (seconds: number) => ({
  eventTime: `${new Date(AT_MS + seconds * 1_000).toISOString().slice(0, 19)}Z`,
});

interface Moved {
  readonly from?: string;
  readonly to?: string;
  readonly toMerchant?: string;
  readonly keys?: readonly [source: string, destination: string];
  readonly differs?: object;
}

/** From the token hash_a of mer_a to card_1, half an hour into the trail, or as said. */
export function reEncrypt({ from = 'hash_a', to = 'card_1', toMerchant = 'mer_a', keys, differs = {} }: Moved = {}) {
  const [source, destination] = keys ?? [CURRENT, CURRENT];
  return kmsRecord({
    ...at(0),
    eventName: 'ReEncrypt',
    requestParameters: {
      sourceEncryptionContext: { purpose: 'pan', merchant: 'mer_a', record: from },
      destinationKeyId: destination,
      destinationEncryptionContext: { purpose: 'pan', merchant: toMerchant, record: to },
    },
    resources: [{ ARN: source }, { ARN: destination }],
    ...differs,
  });
}

const SPEND = 'SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard';
export const spend = (differs: object = {}, updateExpression = SPEND) =>
  tableRecord('Tokens', 'UpdateItem', { key: { token_hash: 'hash_a' }, updateExpression }, { ...at(-1), ...differs });
export const put = (differs: object = {}, item = ['card_id', 'owner', 'pan_ct'], card = 'card_1') =>
  tableRecord('Cards', 'PutItem', { key: { card_id: card }, item }, { ...at(1), ...differs });
export const update = (differs: object = {}, updateExpression = 'SET pan_ct = :pan_ct, pan_key = :pan_key') =>
  tableRecord('Cards', 'UpdateItem', { key: { card_id: 'card_1' }, updateExpression }, { ...at(1), ...differs });
export const FAILED = { errorCode: 'ConditionalCheckFailedException' };

export async function evidenceOf(records: readonly unknown[], storeRequestId?: string): Promise<Evidence> {
  using trail = new TestTrail();
  trail.log(AT_MS, records);
  for (const hour of [1, 2]) trail.digest(START_MS + hour * HOUR_MS);
  const charge = { kind: 'charge', id: 'ch_1', merchantId: 'mer_a', createdAtMs: AT_MS, record: 'hash_a' } as const;
  const reasons = storeRequestId === undefined ? [] : [{ ...charge, decryptions: [], storeRequestId }];
  return await examine(trail, { nowMs: START_MS + 2 * HOUR_MS, fromMs: START_MS, reasons, resources: KEYS });
}

/** The class or fault of each re-encryption, in the order of their seconds. */
export async function judged(records: readonly unknown[], storeRequestId?: string): Promise<string[]> {
  const { access } = await evidenceOf(records, storeRequestId);
  const explained = Object.entries(access.reEncryptions).flatMap(([kind, count]) =>
    kind === 'unexplained' ? [] : Array.from({ length: count }, () => kind),
  );
  const faults = access.unexplainedReEncryptions.items.map(({ explanation }) =>
    explanation.kind === 'unexplained' ? explanation.reason : '',
  );
  return [...explained, ...faults];
}
