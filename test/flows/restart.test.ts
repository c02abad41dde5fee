/** Stopping and starting again on the same folder loses nothing: what was made before works after, and the chain of digests holds. */

import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect } from '@jest/globals';
import { type Period, validateDigestChain } from '../../audit/trail/digest-chain.ts';
import { readPublicKeys } from '../../audit/trail/public-keys.ts';
import { openTrailFolder, PUBLIC_KEYS_FILE, readPublicKeysFile } from '../../audit/trail/trail-folder.ts';
import { readTrailKey } from '../../audit/trail/trail-keys.ts';
import type { FileVerdict } from '../../audit/trail/verdicts.ts';
import type { Credentials } from '../../local/iam/principal.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { accepted, type Contents, startVault } from '../setup/vault.ts';
import { findEvidence } from './trail.ts';

const step = story();

const vault = use(startVault);
const shop = use(() => vault.merchant());
let before: { readonly contents: Contents; readonly keys: unknown; readonly token: string; readonly spent: string };
let made: {
  readonly charge: ChargeView;
  readonly card: string;
  readonly jwe: string;
  readonly address: string;
  readonly operator: Credentials;
};

const captureKeys = async () =>
  (await vault.send({ method: 'GET', path: '/v1/capture-keys' })).json as { keys: unknown[] };

beforeAll(async () => {
  const { id: spent } = await shop.tokenize();
  const charge = accepted<ChargeView>(await shop.charge({ source: spent }, 'before-1'));
  made = {
    charge,
    card: (await shop.store()).id,
    jwe: await shop.encrypt(),
    address: vault.runtime.awsEndpointUrl,
    operator: vault.runtime.operator,
  };
  const token = (await shop.tokenize()).id;
  // Copies all waiting events now, so that the run at the next start changes nothing.
  await vault.runtime.runSchedule('scheduled/deliver-webhooks');
  vault.runtime.flushTrail();
  before = { contents: await vault.contents(), keys: (await captureKeys()).keys, token, spent };
  await vault.restart();
});

step('every item of every table is as it was', async () => {
  expect(await vault.contents()).toEqual(before.contents);
});

step('the capture keys are the same, and a card encrypted before the restart is accepted after it', async () => {
  expect((await captureKeys()).keys).toEqual(before.keys);
  const response = await vault.send({
    method: 'POST',
    path: '/v1/tokens',
    key: shop.publishableKey,
    body: { encrypted_card: made.jwe },
  });
  expect(response).toMatchObject({ status: 201, json: { status: 'active' } });
});

step('a token of before can be charged: API keys, KMS keys and both ciphertexts still fit together', async () => {
  expect(await shop.charge({ source: before.token })).toMatchObject({ status: 201, json: { status: 'captured' } });
});

step('a stored card of before can be charged', async () => {
  expect(await shop.charge({ source: made.card })).toMatchObject({ status: 201, json: { status: 'captured' } });
});

step('a charge of before is read, repeated under its key, and refunded', async () => {
  expect((await shop.get(`/v1/charges/${made.charge.id}`)).json).toEqual(made.charge);
  expect((await shop.charge({ source: before.spent }, 'before-1')).json).toEqual(made.charge);
  const refund = await shop.post(`/v1/charges/${made.charge.id}/refunds`, { amount: 180 }, 'refund-1');
  expect(refund).toMatchObject({ status: 201, json: { amount: 180, status: 'succeeded' } });
});

step('a token spent before is still spent', async () => {
  const again = await shop.charge({ source: before.spent }, 'another-key');
  expect(again).toMatchObject({ status: 409, json: { code: 'token_spent', spent_by: made.charge.id } });
});

describe('the trail', () => {
  const chain = async () => {
    vault.runtime.flushTrail();
    const trail = await openTrailFolder(vault.runtime.trailDirectory);
    const { byFingerprint: publicKeys } = readPublicKeys(
      await readPublicKeysFile(join(vault.runtime.trailDirectory, PUBLIC_KEYS_FILE)),
    );
    const digests = trail.keys.map(readTrailKey).filter((key) => key.kind === 'digest');
    const verdicts: FileVerdict[] = [];
    const gaps: Period[] = [];
    digests.sort((a, b) => a.timeMs - b.timeMs);
    await validateDigestChain(
      digests,
      { trail, publicKeys, fromMs: 0 },
      {
        verdict: (verdict) => verdicts.push(verdict),
        gap: (gap) => gaps.push(gap),
        seal: () => {},
      },
    );
    return { verdicts, gaps };
  };
  const invalid = (verdicts: readonly FileVerdict[]) => verdicts.filter(({ verdict }) => verdict !== 'valid');

  step('is one chain of digests across the restart, signed with one key and without a gap', async () => {
    const { verdicts, gaps } = await chain();
    expect(invalid(verdicts)).toEqual([]);
    expect(gaps).toEqual([]);
    // At least: flushed before, signed at the stop, and flushed now.
    expect(verdicts.length).toBeGreaterThanOrEqual(3);
    console.info(`restart: a chain of ${verdicts.length} digests, all valid`);
  });

  step('accounts for the decryptions of both runs', async () => {
    const { exitCode, report } = await findEvidence(vault);
    expect(report.findings).toEqual([]);
    expect(report.counts).toMatchObject({ decryptions: 5, proven: 5, unexplained: 0, digests_invalid: 0 });
    expect(exitCode).toBe(0);
  });
});

step('the old address takes no credentials any more', async () => {
  const { region, tables } = vault.runtime;
  const operator = new DynamoDBClient({ endpoint: made.address, region, credentials: made.operator, maxAttempts: 1 });
  const read = new GetItemCommand({ TableName: tables.Merchants, Key: { merchant_id: { S: shop.id } } });
  await expect(operator.send(read)).rejects.toThrow();
  operator.destroy();
});
