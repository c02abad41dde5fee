/**
 * A planted rogue decryption is found in three ways: by the scheduled reconciliation, by `fuda evidence`, and by the
 * saved queries over the same files. Then decoys: planted through the vault's API, indistinguishable from other cards,
 * and found when touched. Everything runs under the roles and from the bundles of the template.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect } from '@jest/globals';
import { sha256Hex } from '../../shared/base/ids.ts';
import { localFile, workplace } from '../cli/fuda.ts';
import { eventually } from '../setup/eventually.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
import { openWarehouse, rowsOf } from './warehouse.ts';

const step = story();

const vault = use(startVault);
const shop = use(() => vault.merchant());
const place = use(async () => {
  const { apiUrl: api_url, auditor: credentials } = vault.runtime;
  const auditor = { access_key_id: credentials?.accessKeyId, secret_access_key: credentials?.secretAccessKey };
  return workplace(await localFile(vault.operator, { api_url, auditor, opener_roles: vault.runtime.openerRoles }));
});

/** Lines with an embedded metric that a function has logged; none before it first ran. */
function metricLines(entry: string): string[] {
  const path = join(vault.dir, 'logs', `${entry}.log`);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // The last is not written to its end yet.
  return lines.slice(0, -1).filter((line) => line.includes('"_aws"'));
}

/** What a run returned, and what it logged as metrics. */
async function runSchedule(entry: string) {
  vault.runtime.flushTrail();
  const before = metricLines(entry).length;
  const outcome = await vault.runtime.runSchedule(entry);
  if (outcome.kind !== 'returned') throw new Error(`${entry}: ${JSON.stringify(outcome)}`);
  // Logs are written behind the response.
  const line = await eventually(`a metric of ${entry}`, () => metricLines(entry)[before]);
  const metrics = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return { response: outcome.value as Readonly<Record<string, number>>, metrics };
}
/** A log file of another time, made from one of now. */
function strangeLog(then: string): string {
  const { trailDirectory } = vault.runtime;
  const known = filesBelow(trailDirectory).find((name) => name.includes('/CloudTrail/') && name.endsWith('.json.gz'));
  const time = `${then.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
  const name = String(known)
    .replace(/\d{4}\/\d\d\/\d\d\//, `${then.slice(0, 10).replaceAll('-', '/')}/`)
    .replace(/\d{8}T\d{4}Z/, time);
  const path = join(trailDirectory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(join(trailDirectory, String(known))));
  return path;
}
const reconcile = () => runSchedule('scheduled/reconcile');

/** `fuda evidence` as an auditor runs it, from the bucket. */
async function evidence(...more: readonly string[]) {
  vault.runtime.flushTrail();
  const trail = `s3://${vault.runtime.stack.trail.bucket}`;
  const { exitCode, stderr } = await place.run('evidence', '--trail', trail, ...more);
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr);
  const report = JSON.parse(readFileSync(join(place.folder, 'report', 'report.json'), 'utf8'));
  return { exitCode, findings: report.findings as { code: string; reason: string; subject: string }[], report };
}

/** What an insider with the charging function's credentials could do. */
async function stealCard(table: 'Tokens' | 'Cards', record: string, merchant: string): Promise<void> {
  const { runtime } = vault;
  const credentials = runtime.assume('cde/create-charge');
  const config = { region: runtime.region, endpoint: runtime.awsEndpointUrl, credentials, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient(config);
  const kms = new KMSClient(config);
  const Key = { [table === 'Tokens' ? 'token_hash' : 'card_id']: { S: record } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: runtime.tables[table], Key }));
  const CiphertextBlob = Item?.pan_ct?.B;
  await kms.send(
    new DecryptCommand({
      KeyId: runtime.keys.PanKey,
      CiphertextBlob,
      EncryptionContext: { purpose: 'pan', merchant, record },
    }),
  );
  dynamodb.destroy();
  kms.destroy();
}

describe('a rogue decryption', () => {
  step('is not there while only charges decrypt', async () => {
    await shop.pay();
    await shop.pay({ save_card: true });
    await shop.store();
    const { response, metrics } = await reconcile();
    expect(response).toMatchObject({
      decryptions: 4,
      proven: 4,
      claimed: 0,
      unexplained: 0,
      decryptionsUnseen: 0,
      trailBroken: 0,
      findings: 0,
    });
    expect(response.digestAgeSeconds).toBeLessThan(60);
    expect(metrics).toMatchObject({
      Decryptions: 4,
      DecryptionsProven: 4,
      DecryptionsClaimed: 0,
      DecryptionsUnexplained: 0,
      EvidenceFindings: 0,
      Runs: 1,
    });
  });

  step('is found by the reconciliation, by the evidence and by the query alike', async () => {
    const token = await shop.tokenize();
    await stealCard('Tokens', sha256Hex(token.id), shop.id);

    expect((await reconcile()).metrics).toMatchObject({ DecryptionsUnexplained: 1 });

    const { exitCode, findings, report } = await evidence();
    expect(exitCode).toBe(1);
    const rogue = findings.filter(({ code }) => code === 'decryption_unexplained');
    expect(rogue).toHaveLength(1);

    using warehouse = await openWarehouse(
      vault.runtime.trailDirectory,
      await rowsOf(vault.operator, {
        keyArns: vault.runtime.keys,
        tableNames: vault.runtime.tables,
        openerRoles: vault.runtime.openerRoles,
      }),
    );
    const unexplained = await warehouse.ask('unexplained');
    expect(unexplained).toMatchObject([{ eventid: rogue[0]?.subject, why: 'no_record', merchant: shop.id }]);
    const groups = await warehouse.ask('decryptions');
    const sum = (name: string) => groups.reduce((total, group) => total + Number(group[name]), 0);
    expect({ proven: sum('proven'), interrupted: sum('interrupted'), unexplained: sum('unexplained') }).toEqual({
      proven: report.counts.proven,
      interrupted: report.counts.interrupted,
      unexplained: 1,
    });
  });
});

describe('honey records', () => {
  let planted: { kind: 'card' | 'token'; id: string }[];
  let honeyMerchant: string;

  step('are planted through the ordinary doors, and the file that lists them is the operator’s alone', async () => {
    const before = (await reconcile()).response.findings;
    const { exitCode, stdout, stderr } = await place.run(
      ...['honey', 'plant', '--name', 'Chaya Kyoto', '--cards', '2', '--json'],
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    ({ planted, merchant: honeyMerchant } = JSON.parse(stdout));
    expect(planted.map(({ kind }) => kind)).toEqual(['card', 'card', 'token']);
    expect(statSync(join(place.folder, '.fuda/honey.json')).mode & 0o777).toBe(0o600);
    const { stdout: list } = await place.run('honey', 'list');
    expect(list).toContain(planted[0]?.id ?? '-');
    expect(list).not.toContain('tok_');
    // Planting itself is no touch.
    expect((await reconcile()).response).toMatchObject({ honeyTouched: 0, findings: before });
  });

  step('look like other records to a reader of every table', async () => {
    const { Cards, Tokens, Merchants } = await vault.contents();
    const shapeOf = (item: object | undefined) =>
      Object.entries(item ?? {})
        .map(([name, value]) => `${name}: ${typeof value}`)
        .sort();
    // Cards that a charge saved also keep the network's id; those that were stored as decoys are do not.
    const real = Object.values(Cards).filter(
      (card) => card.merchant_id !== honeyMerchant && String(card.owner).startsWith(shop.id),
    );
    for (const { id, kind } of planted) {
      const item = kind === 'card' ? Cards[id] : Tokens[sha256Hex(id)];
      if (kind === 'card') expect(real.map(shapeOf)).toContainEqual(shapeOf(item));
      expect(item).toBeDefined();
    }
    const honey = Object.values(Merchants).filter(({ merchant_id }) => merchant_id === 'honey');
    expect(honey).toHaveLength(1);
    expect(Object.keys(honey[0] ?? {}).sort()).toEqual(['ct', 'merchant_id', 'record_id']);
    const stored = JSON.stringify(Merchants, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    for (const { id } of planted) expect(stored).not.toContain(id);
  });

  step('are found when another merchant tries to charge one, and when one is decrypted', async () => {
    const [card, other] = planted.map(({ id }) => id);
    // A use counts as a touch only after planting, which may take seconds, so the test waits for that time.
    const file = join(place.folder, '.fuda/honey.json');
    const known = JSON.parse(readFileSync(file, 'utf8'));
    const quietMs = Math.max(
      ...known.planted.map(({ honey }: { honey: { quiet_from_ms: number } }) => honey.quiet_from_ms),
    );
    await setTimeout(Math.max(0, quietMs - Date.now()) + 1_000);

    expect((await shop.charge({ source: card })).status).toBe(404);
    expect((await reconcile()).metrics).toMatchObject({ HoneyTouched: 1, DecryptionsUnexplained: 1 });
    await stealCard('Cards', other ?? '', honeyMerchant);
    expect((await reconcile()).metrics).toMatchObject({ HoneyTouched: 3, DecryptionsUnexplained: 2 });

    const touched = (await evidence()).findings.filter(({ code }) => code === 'honey_touched');
    expect(touched.map(({ reason }) => reason).sort()).toEqual([card, other, other].sort());
  });

  step('stay sealed to the operator', async () => {
    const { Merchants } = await vault.contents();
    const [item] = Object.values(Merchants).filter(({ merchant_id }) => merchant_id === 'honey');
    const opened = vault.operator.kms.send(
      new DecryptCommand({
        KeyId: vault.runtime.keys.HoneyKey,
        CiphertextBlob: item?.ct as Uint8Array,
        EncryptionContext: { purpose: 'honey', record: String(item?.record_id) },
      }),
    );
    await expect(opened).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the second review', () => {
  step('of a vault that is younger than a day has nothing to look at', async () => {
    const { response, metrics } = await runSchedule('scheduled/review-hours');
    expect(response).toEqual({ found: [], left: 0, behindSeconds: 0 });
    expect(metrics).toMatchObject({ Runs: 1, ReviewBehindSeconds: 0 });
  });

  step('reviews the hours since the last one, and keeps what it found beside the trail', async () => {
    const reviews = join(vault.runtime.trailDirectory, 'reviews');
    const nameOf = (hours: number) => `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 13)}.json`;
    const [day = '', hour = ''] = nameOf(31).split('T');
    mkdirSync(join(reviews, ...day.split('-')), { recursive: true });
    writeFileSync(join(reviews, ...day.split('-'), hour), '{}');
    // In the hour after it, a charge with two decryptions that no record shows, and a log file that no digest seals.
    const atMs = Date.now() - 30 * 3_600_000;
    const charge = await shop.pay();
    const shard = String((await vault.contents()).Ledger[charge.id]?.day_shard).split('#')[1];
    const then = new Date(atMs).toISOString();
    await vault.edit('Ledger', charge.id, { created_at_ms: atMs, day_shard: `${then.slice(0, 10)}#${shard}` });
    const strange = strangeLog(then);
    const { response, metrics } = await runSchedule('scheduled/review-hours');
    rmSync(strange);
    const found = response.found as unknown as object[];
    // Two, or three where an hour has just ended. Nothing sealed the trail then, because the vault was not there.
    expect([2, 3]).toContain(found.length);
    for (const hour of found) expect(hour).toMatchObject({ digestsMissing: 1, decryptions: 0 });
    expect(metrics).toMatchObject({ TrailFilesBroken: expect.any(Number) });
    expect(Number(metrics.TrailFilesBroken)).toBeGreaterThan(0);
    expect(metrics).toMatchObject({ ReviewBehindSeconds: 0, DigestsMissing: found.length });
    expect(filesBelow(reviews)).toHaveLength(found.length + 1);
  });
});

describe('what the vault says of its decryptions', () => {
  step('is put beside the trail once its hour is over, and never changed', async () => {
    const decryptions = join(vault.runtime.trailDirectory, 'decryptions');
    await runSchedule('scheduled/export-decryptions');
    const exported = filesBelow(decryptions).sort();
    expect(exported).toHaveLength(3);
    const [oldest = '', missed = ''] = exported;
    rmSync(join(decryptions, missed));
    const charge = await shop.pay();
    const [year, month, day, hour] = missed.split(/[/-]/);
    const atMs = Date.parse(`${year}-${month}-${day}T${hour}:10:00Z`);
    const shard = String((await vault.contents()).Ledger[charge.id]?.day_shard).split('#')[1];
    await vault.edit('Ledger', charge.id, { created_at_ms: atMs, day_shard: `${year}-${month}-${day}#${shard}` });

    const { response, metrics } = await runSchedule('scheduled/export-decryptions');
    const added = filesBelow(decryptions).filter((name) => name === missed || !exported.includes(name));
    expect(added).toContain(missed);
    // One more where an hour has ended since the first run, with nothing in it.
    expect(response).toEqual({ hours: added.length, reasons: 1, unreadable: 0, left: 0 });
    expect(metrics).toMatchObject({ Runs: 1, DecryptionHoursLeft: 0 });
    using warehouse = await openWarehouse(vault.runtime.trailDirectory);
    expect(
      await warehouse.sql(
        'SELECT reason_id, purpose, merchant, lost_responses FROM recorded_decryptions ORDER BY purpose',
      ),
    ).toEqual([
      { reason_id: charge.id, purpose: 'cvc', merchant: shop.id, lost_responses: 0 },
      { reason_id: charge.id, purpose: 'pan', merchant: shop.id, lost_responses: 0 },
    ]);

    const written = statSync(join(decryptions, oldest)).mtimeMs;
    expect((await runSchedule('scheduled/export-decryptions')).response).toMatchObject({ reasons: 0, left: 0 });
    expect(statSync(join(decryptions, oldest)).mtimeMs).toBe(written);
  });
});

step('a digest that is gone is a broken trail', async () => {
  const folder = join(vault.runtime.trailDirectory, 'AWSLogs');
  const digests = filesBelow(folder)
    .filter((name) => /Digest.*gz$/.test(name))
    .sort();
  expect(digests.length).toBeGreaterThan(2);
  rmSync(join(folder, digests.at(-2) ?? ''));
  const { response, metrics } = await reconcile();
  expect(response.trailBroken).toBeGreaterThan(0);
  expect(metrics).toMatchObject({ TrailFilesBroken: response.trailBroken });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
