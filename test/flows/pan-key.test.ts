/**
 * The life of a vault with more than one PAN key, and its end: cards are stored, a second key is deployed, the cards are
 * moved to it while they are being charged, the first key is closed, and the cards leave for another vault. Each step
 * is a deployment of the real app over the same state, and the evidence explains every use of either key.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect } from '@jest/globals';
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import type { Item } from '../../shared/base/dynamo.ts';
import type { ExportedCards } from '../../shared/vault/export/export.ts';
import { localFile, workplace } from '../cli/fuda.ts';
import { CARD } from '../setup/cards.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
import { findEvidence } from './trail.ts';

const step = story();

const place = use(() => workplace());
const recipient = use(() => newRecipient('recipient'));
const vault = use(startVault);
const shop = use(() => vault.merchant());
let cards: string[];
let firstKey: string | undefined;
/** What a card holds of its ciphertext before it is moved. */
let unmoved: Item;

beforeAll(async () => {
  cards = (await Promise.all([shop.store(), shop.store(CARD.amex), shop.store()])).map(({ id }) => id);
  firstKey = vault.runtime.keys.PanKey;
  const { pan_ct, pan_key, pan_key_shard } = (await vault.contents()).Cards[cards[0] ?? ''] ?? {};
  unmoved = { pan_ct, pan_key, pan_key_shard };
});

const keyIdOf = (arn: string | undefined): string => arn?.split(':key/')[1] ?? '';
const keysOfCards = async (): Promise<unknown[]> =>
  Object.values((await vault.contents()).Cards).map(({ pan_key: key }) => key);

step('a deployment with a second key makes it, and leaves the first where it is', async () => {
  const before = await shop.tokenize();
  await vault.restart({ 'pan-key': '2' });
  const { keys } = vault.runtime;
  expect(keys.FormerPanKey).toBe(firstKey);
  expect(keys.PanKey).not.toBe(firstKey);
  // A token from before the move is still valid.
  expect(await shop.charge({ source: before.id })).toMatchObject({ status: 201, json: { status: 'captured' } });
});

step('every card can be charged before its move, and is then moved by the schedule', async () => {
  expect(new Set(await keysOfCards())).toEqual(new Set([keyIdOf(firstKey)]));
  expect(await shop.charge({ source: cards[0] })).toMatchObject({ json: { status: 'captured' } });
  const run = await vault.runtime.runSchedule('cde/move-cards');
  expect(run).toMatchObject({ kind: 'returned', value: { moved: 3, left: 0 } });
  expect(new Set(await keysOfCards())).toEqual(new Set([keyIdOf(vault.runtime.keys.PanKey)]));
  expect(await shop.charge({ source: cards[1] })).toMatchObject({ json: { status: 'captured' } });
});

step('the operator sees how many are left to move', async () => {
  await vault.edit('Cards', cards[0] ?? '', unmoved);
  expect(await fuda('cards', 'keys', '--json')).toMatchObject({ exitCode: 0, json: { moved: 2, left: 1 } });
  await vault.runtime.runSchedule('cde/move-cards');
  expect((await fuda('cards', 'keys')).stdout).toContain('none; it can be closed');
});

step('the operator exports no card where the deployment names no recipient', async () => {
  const { exitCode, stderr } = await fuda('cards', 'export', '--recipient', recipient.file);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('it was deployed without a destination of kind export');
});

step('with the first key closed, cards are charged under the second and nothing may use the first', async () => {
  const { thumbprint } = recipient;
  const destinations = place.write('destinations.json', [{ name: 'new-vault', kind: 'export', thumbprint }]);
  await vault.restart({ 'pan-key': '2', 'former-pan-key': 'closed', destinations });
  expect(await shop.charge({ source: cards[2] })).toMatchObject({ json: { status: 'captured' } });
  expect(vault.runtime.stack.schedules.map(({ functionArn }) => functionArn).join()).not.toMatch(/MoveCards/);
});

describe('an export', () => {
  step('gives every card to the recipient, and its manifest the hash of every file', async () => {
    expect(await fuda('cards', 'export', '--recipient', recipient.file, '--json')).toMatchObject({
      exitCode: 0,
      json: { count: 3 },
    });
    const { files } = JSON.parse(readFileSync(join(place.folder, 'card-export/manifest.json'), 'utf8')) as Manifest;
    const ids = await Promise.all(files.map(open));
    expect(ids.flat().toSorted()).toEqual(cards.toSorted());
  });

  step(
    'is the first use of its recipient, in time, as the deliverer finds it from the template’s own rights',
    async () => {
      await vault.runtime.runSchedule('scheduled/deliver-webhooks');
      const log = readFileSync(join(vault.dir, 'logs/scheduled/deliver-webhooks.log'), 'utf8');
      expect(log.match(/destination_first_used/g)).toHaveLength(1);
      expect(log).not.toContain('"DestinationFirstUsesLate":1');
      const uses = Object.values((await vault.contents()).Ledger).flatMap(({ first_uses: found }) => found ?? []);
      const deployed = { receiver: `export/${recipient.thumbprint}`, deployed_at_ms: expect.any(Number) };
      expect(uses).toEqual([expect.objectContaining(deployed)]);
    },
  );

  step('that is done asks for nothing again', async () => {
    const again = await fuda('cards', 'export', '--recipient', recipient.file, '--json');
    expect(again).toMatchObject({ exitCode: 0, json: { count: 3 } });
  });

  step('is refused to any other key, and into the folder of another export', async () => {
    const stranger = await newRecipient('stranger');
    const refused = await fuda('cards', 'export', '--recipient', stranger.file, '--out', 'elsewhere');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('this deployment does not export cards to that key');
    expect((await fuda('cards', 'export', '--recipient', stranger.file)).stderr).toContain('another export');
  });

  step('cannot be invoked by the operator directly', async () => {
    const { functionName = '' } = vault.runtime.exporter ?? {};
    const { operator, region, awsEndpointUrl: endpoint } = vault.runtime;
    const lambda = new LambdaClient({ region, endpoint, credentials: operator, maxAttempts: 1 });
    const invoke = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from('{}') });
    await expect(lambda.send(invoke)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    lambda.destroy();
  });
});

step('a third key is deployed, and the cards move on to it', async () => {
  await vault.restart({ 'pan-key': '3' });
  const { keys, olderPanKeys } = vault.runtime;
  expect(olderPanKeys).toEqual([firstKey]);
  const run = await vault.runtime.runSchedule('cde/move-cards');
  expect(run).toMatchObject({ kind: 'returned', value: { moved: 3, left: 0 } });
  expect(new Set(await keysOfCards())).toEqual(new Set([keyIdOf(keys.PanKey)]));
  expect(await shop.charge({ source: cards[0] })).toMatchObject({ json: { status: 'captured' } });
});

describe('the evidence', () => {
  step('explains every use of all three keys, and every exported card (V5)', async () => {
    const { report } = await findEvidence(vault);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ passed: true, re_encryptions: { moved_to_new_key: 7, unexplained: 0 } });
    // The first charges used a key that is two keys old by now.
    expect(report.decryptions.items.map(({ key }) => key)).toContain('FormerPanKey');
  });

  step('is that of the scheduled reconciliation, which knows the oldest key too', async () => {
    vault.runtime.flushTrail();
    const run = await vault.runtime.runSchedule('scheduled/reconcile');
    expect(run).toMatchObject({ kind: 'returned', value: { unexplained: 0, decryptionsUnseen: 0 } });
  });
});

interface Manifest {
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** Ids of the cards in one file, which must be the one that the manifest means. */
async function open({ name, sha256 }: Manifest['files'][number]): Promise<string[]> {
  const jwe = readFileSync(join(place.folder, 'card-export', name), 'utf8');
  expect(createHash('sha256').update(jwe).digest('hex')).toBe(sha256);
  const { plaintext } = await compactDecrypt(jwe, recipient.privateKey);
  return (JSON.parse(Buffer.from(plaintext).toString()) as ExportedCards).cards.map(({ id }) => id);
}

async function newRecipient(name: string) {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const jwk = await exportJWK(publicKey);
  return { file: place.write(`${name}.jwk`, jwk), thumbprint: await calculateJwkThumbprint(jwk), privateKey };
}

/** The real command line, as the operator and the exporter of this deployment would run it. */
async function fuda(...args: readonly string[]) {
  const { runtime, operator } = vault;
  const { exporter } = runtime;
  const more = {
    keys: runtime.keys,
    opener_roles: runtime.openerRoles,
    ...(exporter && {
      exporter: {
        access_key_id: exporter.accessKeyId,
        secret_access_key: exporter.secretAccessKey,
        function_name: exporter.functionName,
      },
    }),
  };
  const local = place.write('local.json', await localFile(operator, more));
  const ended = await place.runHere(...args, '--local', local);
  const isJson = ended.exitCode === 0 && args.includes('--json');
  return { ...ended, json: isJson ? (JSON.parse(ended.stdout) as object) : null };
}
