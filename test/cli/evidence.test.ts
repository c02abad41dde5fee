/**
 * The evidence of a running vault: cards are charged through the API, and `fuda evidence` accounts for each decryption
 * in the trail that the embedded CloudTrail wrote. Then someone with a stolen credential decrypts one more (V5, V12).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, test } from '@jest/globals';
import { startRuntime } from '../../local/runtime.ts';
import { sha256Hex } from '../../shared/base/ids.ts';
import { story } from '../setup/story.ts';
import { synthesizedApp } from '../setup/synthesized.ts';
import { use } from '../setup/use.ts';
import { NODES, runProgram, workplace } from './fuda.ts';

const CARD = { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123' };

const place = use(() => workplace());
const runtime = use(() => {
  const [dir, compiledDirectory] = [join(place.folder, 'state'), process.env.FUDA_TEST_COMPILED];
  return startRuntime({ dir, port: 0, assembly: synthesizedApp(), compiledDirectory });
});
/** The merchant's id and keys. */
const keys = use(async () => {
  const { operator, auditor } = runtime;
  place.write('.fuda/local.json', {
    trail_dir: runtime.trailDirectory,
    assembly_dir: synthesizedApp(),
    aws_endpoint_url: runtime.awsEndpointUrl,
    region: runtime.region,
    operator: { access_key_id: operator.accessKeyId, secret_access_key: operator.secretAccessKey },
    auditor: { access_key_id: auditor?.accessKeyId, secret_access_key: auditor?.secretAccessKey },
    tables: runtime.tables,
    keys: runtime.keys,
    roles: runtime.stack.roles.map(({ name }) => name),
    opener_roles: runtime.openerRoles,
    operators: ['operator'],
  });
  const created = await place.runHere('merchant', 'create', '--name', 'Chaya', '--json');
  const merchant = JSON.parse(created.stdout);
  const keyOf = (kind: string): string =>
    merchant.keys.find((key: { kind: string; mode: string }) => key.kind === kind && key.mode === 'test').key;
  return { publishable: keyOf('publishable'), secret: keyOf('secret'), merchant: String(merchant.merchant.id) };
});

async function post(path: string, key: string, body: object, idempotencyKey = ''): Promise<{ id: string }> {
  const response = await fetch(runtime.apiUrl + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string };
}

const tokenize = () => post('/v1/tokens', keys.publishable, { card: CARD });

async function evidence(...args: string[]) {
  runtime.flushTrail();
  const { exitCode, stdout, stderr } = await place.runHere('evidence', ...args);
  const folder = join(place.folder, 'report');
  return {
    exitCode,
    stdout,
    stderr,
    report: JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')),
    page: readFileSync(join(folder, 'report.html'), 'utf8'),
  };
}

/** The command line as `npm pack` bundles it, where no TypeScript lies beside it. */
function packedProgram(): string {
  const root = join(import.meta.dirname, '../..');
  execFileSync(process.execPath, [join(root, 'tools/pack.ts')], { env: { ...process.env, NODE_OPTIONS: '' } });
  for (const file of ['cli/fuda.mjs', '.build/cli/main.mjs']) {
    cpSync(join(root, file), join(place.folder, 'package', file));
  }
  return join(place.folder, 'package/cli/fuda.mjs');
}

/** What an insider with the charging function's credentials could do: read a token's ciphertext and decrypt it. */
async function stealCard(tokenId: string): Promise<void> {
  const credentials = runtime.assume('cde/create-charge');
  const config = { region: runtime.region, endpoint: runtime.awsEndpointUrl, credentials, maxAttempts: 1 };
  using dynamodb = disposable(new DynamoDBClient(config));
  using kms = disposable(new KMSClient({ ...config, customUserAgent: '<img src=x onerror=alert(1)>' }));
  const record = sha256Hex(tokenId);
  const read = await dynamodb.client.send(
    new GetItemCommand({ TableName: runtime.tables.Tokens, Key: { token_hash: { S: record } } }),
  );
  const ciphertexts = Object.values(read.Item ?? {}).flatMap(({ B }) => B ?? []);
  const opened = await Promise.allSettled(
    ciphertexts.map((CiphertextBlob) =>
      kms.client.send(
        new DecryptCommand({
          KeyId: runtime.keys.PanKey,
          CiphertextBlob,
          EncryptionContext: { purpose: 'pan', merchant: keys.merchant, record },
        }),
      ),
    ),
  );
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
}

const disposable = <Client extends { destroy(): void }>(client: Client) => ({
  client,
  [Symbol.dispose]: () => client.destroy(),
});

describe('the evidence of a running vault', () => {
  const step = story();

  step('accounts for every decryption, and passes (V5)', async () => {
    const source = (await tokenize()).id;
    await post('/v1/charges', keys.secret, { source, amount: 1200, currency: 'JPY', save_card: true }, 'order-1');
    await post('/v1/cards', keys.secret, { token: (await tokenize()).id });
    const { exitCode, stdout, stderr, report } = await evidence();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('PASS');
    expect(report.findings).toEqual([]);
    expect(report.counts).toMatchObject({ decryptions: 2, proven: 2, unexplained: 0, digests_invalid: 0 });
    expect(report.re_encryptions).toMatchObject({ stored_by_charge: 1, stored_card: 1, unexplained: 0 });
    expect(report.erasure).toMatchObject({ made: 2, spent: { count: 2 }, expired: { count: 0 }, unseen: { total: 0 } });
  });

  step('is the same with the listing of the processor, which has every charge', async () => {
    await runtime.listing.write();
    const { exitCode, stdout } = await evidence('--processor', runtime.listing.path);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 rows, 1 as the ledger says')]);
    const [heading, row] = readFileSync(runtime.listing.path, 'utf8').split('\n');
    expect([heading, row]).toEqual([
      'reference,type,amount,currency,time',
      expect.stringMatching(/^ch_\w+,charge,1200,JPY,/),
    ]);
    const rows = readFileSync(join(place.folder, 'report/listings.csv'), 'utf8').trimEnd().split('\n');
    expect(rows.map((line) => line.split(',')[0])).toEqual(['verdict', 'listed_right']);
  });

  step(
    'fails where the processor lists a charge that the ledger does not have, or not the one that it has',
    async () => {
      const [heading = '', row = ''] = readFileSync(runtime.listing.path, 'utf8').split('\n');
      const other = join(place.folder, 'other.csv');
      writeFileSync(other, `${heading}\n${row.replace(/^ch_\w+/, 'order-7')}\n${row.replace('charge', 'cancel')}\n`);
      const { exitCode, report } = await evidence('--processor', other);
      expect(exitCode).toBe(1);
      const codes = report.findings.map(({ code, reason }: { code: string; reason: string }) => `${code} ${reason}`);
      expect(codes).toEqual([
        'charge_unlisted not_listed_near_edge',
        'listing_unknown not_in_ledger',
        'listing_differs state_differs',
      ]);
    },
  );

  test.each([
    ['is not there', undefined, '--processor names a file that does not exist'],
    ['has a wrong amount', 'ch_1,charge,12.00,JPY,2026-11-23T09:00:00Z', '--processor, line 2, amount: must be'],
    [
      'holds a card number',
      `${CARD.number},charge,12,JPY,2026-11-23T09:00:00Z`,
      '--processor, line 2: holds what looks',
    ],
  ])('refuses a listing that %s, and writes nothing', async (_, row, message) => {
    const path = join(place.folder, 'refused.csv');
    if (row !== undefined) writeFileSync(path, `reference,type,amount,currency,time\r\n${row}\r\n`);
    const { exitCode, stderr } = await place.runHere('evidence', '--processor', path, '--out', 'unwritten');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain(CARD.number);
    expect(existsSync(join(place.folder, 'unwritten'))).toBe(false);
    rmSync(path, { force: true });
  });

  step('lists who changed what, from AWS’s own records of the writes', async () => {
    const one = (await place.runHere('merchant', 'origins', keys.merchant, '--add', 'https://shop.example')).exitCode;
    const two = (await place.runHere('key', 'rotate', keys.merchant, '--kind', 'secret', '--mode', 'test')).exitCode;
    expect([one, two]).toEqual([0, 0]);
    const { exitCode, report, page } = await evidence();
    expect(exitCode).toBe(0);
    expect(report.changes.by_kind).toEqual({ merchant: 1, key: 5, origins: 1 });
    const made = report.changes.items.map(({ kind, act, record, caller }: Readonly<Record<string, string>>) => ({
      kind,
      act,
      caller,
      isMerchant: record === keys.merchant,
    }));
    expect(made[0]).toEqual({ kind: 'merchant', act: 'made', caller: 'operator', isMerchant: true });
    expect(made.slice(-2)).toEqual([
      { kind: 'origins', act: 'changed', caller: 'operator', isMerchant: true },
      { kind: 'key', act: 'made', caller: 'operator', isMerchant: false },
    ]);
    expect(page).toContain('Who changed what');
  });

  step('finds such a change by a caller that is no stated operator', async () => {
    const { exitCode, stdout } = await place.runHere('evidence', '--operator', 'olga', '--out', 'others');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('(merchants_written · ')]);
    rmSync(join(place.folder, 'others'), { recursive: true });
  });

  step('lists what AWS refused, and still passes: nothing was opened', async () => {
    const { accessKeyId, secretAccessKey } = runtime.operator;
    const config = { region: runtime.region, endpoint: runtime.awsEndpointUrl, maxAttempts: 1 };
    using kms = disposable(new KMSClient({ ...config, credentials: { accessKeyId, secretAccessKey } }));
    const refused = kms.client.send(
      new DecryptCommand({ KeyId: runtime.keys.PanKey, CiphertextBlob: Buffer.alloc(64) }),
    );
    await expect(refused).rejects.toThrow();
    const { exitCode, report } = await evidence();
    expect(exitCode).toBe(0);
    expect(report.refused.total).toBe(1);
    expect(report.refused.items[0]).toMatchObject({ caller: 'operator', key: 'PanKey' });
  });

  // Node 20 lacks some of what the audit is written in.
  step('is the same by the npm package, on this machine’s own Node', async () => {
    const node = NODES.at(-1) ?? process.execPath;
    runtime.flushTrail();
    const program = packedProgram();
    const run = (...args: string[]) => runProgram({ node, program, folder: place.folder, args });
    const { exitCode, stdout, stderr } = await run('evidence', '--out', 'packed');
    expect([exitCode, stdout, stderr]).toEqual([0, expect.stringContaining('PASS'), '']);
    expect((await run('evidence', 'verify', 'packed')).exitCode).toBe(3);
    rmSync(join(place.folder, 'packed'), { recursive: true });
  });

  step(
    'is Unvouched, and no Pass, with the public keys that lie in the trail’s folder, and a Pass with a copy of them',
    async () => {
      const keys = join(runtime.trailDirectory, 'public-keys.json');
      const elsewhere = join(place.folder, 'keys.json');
      cpSync(keys, elsewhere);
      const link = join(place.folder, 'link.json');
      symlinkSync(keys, link);
      runtime.flushTrail();
      const said = async (...more: string[]) => {
        const trail = ['--trail', runtime.trailDirectory, '--out', 'copied'];
        const { exitCode, stdout } = await place.runHere('evidence', ...trail, ...more);
        const { verdict, passed, sources } = JSON.parse(readFileSync(join(place.folder, 'copied/report.json'), 'utf8'));
        return [exitCode, stdout.split(/[\n:]/)[0], verdict, passed, sources.public_keys.origin];
      };
      for (const more of [[], ['--public-keys', keys], ['--public-keys', link]]) {
        expect(await said(...more)).toEqual([3, 'UNVOUCHED', 'unvouched', false, 'trail']);
      }
      const { stdout } = await place.runHere('evidence', 'verify', 'copied');
      expect(stdout).toMatch(/report says +UNVOUCHED/);
      expect(await said('--public-keys', elsewhere)).toEqual([0, 'PASS', 'pass', true, 'file']);
      rmSync(join(place.folder, 'copied'), { recursive: true });
    },
  );

  step('fails where the trail does not cover a stated Region, or is not the stated one', async () => {
    const codes = async (...more: string[]) => {
      const trail = ['--trail', `s3://${runtime.stack.trail.bucket}`, '--out', 'stated'];
      const { exitCode } = await place.runHere('evidence', ...trail, ...more);
      const { findings_by_code } = JSON.parse(readFileSync(join(place.folder, 'stated/report.json'), 'utf8'));
      rmSync(join(place.folder, 'stated'), { recursive: true });
      return [exitCode, findings_by_code];
    };
    expect(await codes('--covers', '111122223333/us-east-1')).toEqual([1, { no_digests: 1 }]);
    expect(await codes('--trail-name', 'another')).toEqual([1, { no_digests: 1, trail_differs: 1 }]);
    expect(await codes('--trail-name', runtime.stack.trail.name)).toEqual([0, {}]);
  });

  step('reports a decryption with stolen credentials as unexplained, and fails', async () => {
    await stealCard((await tokenize()).id);
    const { exitCode, stdout, report, page } = await evidence();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('FAIL');
    const rogue = report.findings.filter(({ code }: { code: string }) => code === 'decryption_unexplained');
    expect(rogue).toHaveLength(1);
    expect(rogue[0].reason).toBe('no_record');
    expect(page).toContain(rogue[0].subject);
    expect(page).not.toContain('<img');
  });

  step('says Answered, not Pass, where a person has answered each finding with a signature', async () => {
    const reason = 'An exercise of the incident response, ticket 4711.';
    const before = (await evidence()).report.findings;
    const answer = (number: number) => [
      'evidence',
      'answer',
      'report',
      '--finding',
      String(number),
      '--reason',
      reason,
    ];
    const signers = [];
    for (const at of before.keys()) {
      const { exitCode, stdout } = await place.runHere(...answer(at + 1), '--signing-key', 'owner.pem', '--json');
      signers.push(JSON.parse(stdout).signer);
      expect(exitCode).toBe(0);
    }
    const [signer = ''] = signers;
    const answered = await evidence('--answers', 'answers.json', '--answered-by', signer);
    expect([answered.exitCode, answered.stdout]).toEqual([4, expect.stringContaining('ANSWERED: ')]);
    expect(answered.report).toMatchObject({ passed: false, verdict: 'answered', unused_answers: [] });
    expect(readFileSync(join(place.folder, 'report/findings.csv'), 'utf8')).toContain(reason);
    const verified = await place.runHere('evidence', 'verify', 'report');
    expect(verified.stdout).toContain('ANSWERED');
    const stranger = await evidence('--answers', 'answers.json', '--answered-by', 'ab'.repeat(32));
    expect([stranger.exitCode, stranger.report.verdict]).toEqual([1, 'fail']);
    expect(stranger.stdout).toContain('signer_unknown');
  });

  test.each([
    ['without a number', ['answer', 'report', '--reason', 'Ours.'], 2, '--finding is missing'],
    ['without a reason', ['answer', 'report', '--finding', '1'], 2, '--reason is missing'],
    [
      'of a finding that is not there',
      ['answer', 'report', '--finding', '999', '--reason', 'Ours.'],
      2,
      'more than the report lists',
    ],
    [
      'of a report that is not there',
      ['answer', 'nowhere', '--finding', '1', '--reason', 'Ours.'],
      1,
      'There is no such folder',
    ],
    [
      'with a card number in it',
      ['answer', 'report', '--finding', '1', '--reason', CARD.number],
      2,
      'holds what looks like a card number',
    ],
    ['without the person', ['--answers', 'answers.json'], 2, '--answers needs --answered-by'],
    ['without the file', ['--answered-by', 'ab'.repeat(32)], 2, '--answered-by needs --answers'],
    ['from no file', ['--answers', 'none.json', '--answered-by', 'ab'.repeat(32)], 2, 'a file that does not exist'],
    ['by half a fingerprint', ['--answers', 'answers.json', '--answered-by', 'abab'], 2, '64 hexadecimal digits'],
    [
      'from another file',
      ['--answers', '.fuda/local.json', '--answered-by', 'ab'.repeat(32)],
      1,
      'not what evidence answer writes',
    ],
  ])('refuses an answer %s', async (_, args, code, message) => {
    const { exitCode, stderr } = await place.runHere('evidence', ...args);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
  });

  step('says the same of the bucket, read with the auditor’s rights, as of the folder', async () => {
    const folder = await evidence();
    const trail = `s3://${runtime.stack.trail.bucket}`;
    const { exitCode, stderr } = await place.runHere('evidence', '--trail', trail);
    expect([exitCode, stderr]).toEqual([1, '']);
    const bucket = JSON.parse(readFileSync(join(place.folder, 'report', 'report.json'), 'utf8'));
    expect(bucket.sources.trail).toBe(`${trail}/AWSLogs/`);
    expect(bucket.findings).toEqual(folder.report.findings);
    expect(bucket.counts).toMatchObject({ decryptions: folder.report.counts.decryptions, digests_invalid: 0 });
  });

  step('fails when someone then erases the event from the trail (V12)', async () => {
    const logs = readdirSync(runtime.trailDirectory, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('/CloudTrail/') && name.endsWith('.json.gz'),
    );
    let erased = 0;
    for (const name of logs) {
      const path = join(runtime.trailDirectory, name);
      const { Records } = JSON.parse(gunzipSync(readFileSync(path)).toString());
      const kept = Records.filter(({ userAgent }: { userAgent?: string }) => !userAgent?.includes('onerror'));
      if (kept.length === Records.length) continue;
      erased += Records.length - kept.length;
      writeFileSync(path, gzipSync(JSON.stringify({ Records: kept })));
    }
    expect(erased).toBeGreaterThan(0);
    const { exitCode, report } = await evidence();
    expect(exitCode).toBe(1);
    const codes = report.findings.map(({ code, reason }: { code: string; reason: string }) => `${code} ${reason}`);
    expect(codes).toContain('log_invalid hash_mismatch');
  });

  step('writes into the given folder, in the given language', async () => {
    const out = join(place.folder, 'shoko');
    const { exitCode } = await place.runHere('evidence', '--out', out, '--locale', 'ja');
    expect(exitCode).toBe(1);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<html lang="ja">');
    expect(existsSync(join(out, 'report.json'))).toBe(true);
    rmSync(out, { recursive: true });
  });

  step('is a bundle that verifies, until someone takes its findings away (V12)', async () => {
    const { page } = await evidence();
    const alone = await place.runHere('evidence', 'verify', 'report');
    expect([alone.exitCode, alone.stdout]).toEqual([3, expect.stringMatching(/^CONSISTENT: /)]);
    const signer = /signer +([0-9a-f]{64})/.exec(alone.stdout)?.[1] ?? '';
    const verified = await place.runHere('evidence', 'verify', 'report', '--signer', signer);
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/^VERIFIED: /)]);
    // The template lies beside it, and the page says from it who may use which key.
    const permissions = readFileSync(join(place.folder, 'report/permissions.csv'), 'utf8');
    expect(permissions).toMatch(/^cde\/create-charge,.*kms:Decrypt.*PanKey/m);
    expect(page).toContain('<th scope="row">cde/create-charge</th>');
    expect(page).toContain('by KMS, every 365 days');
    const path = join(place.folder, 'report/report.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"passed": false', '"passed": true'));
    const { exitCode, stdout } = await place.runHere('evidence', 'verify', 'report');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('report.json was changed after the bundle was signed.');
  });

  step('is printed to PDF by the bundled browser, and the bundle with it verifies', async () => {
    const out = join(place.folder, 'printed');
    const printed = await place.run('evidence', '--out', out, '--pdf');
    expect([printed.exitCode, printed.stderr]).toEqual([1, '']);
    expect(readFileSync(join(out, 'report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    expect((await place.runHere('evidence', 'verify', out)).exitCode).toBe(3);
    rmSync(out, { recursive: true });
  });

  step('says at once where no browser can print, and writes nothing', async () => {
    const out = join(place.folder, 'unprinted');
    const nowhere = join(place.folder, 'no-browser');
    const args = ['evidence', '--out', out, '--pdf'];
    const { exitCode, stderr } = await place.runWith({ CHROMIUM_PATH: nowhere }, ...args);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Leave out --pdf')]);
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['is not there', 'absent.json', 'names a file that does not exist'],
    ['is no template', '.fuda/local.json', 'must name a CloudFormation template'],
  ])('refuses a --template that %s', async (_, name, message) => {
    const { exitCode, stderr } = await place.runHere('evidence', '--template', name);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  step('refuses a template with a policy it cannot read, rather than leave a permission out', async () => {
    const policy = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const Resources = { Odd: { Type: 'AWS::Odd::Thing', Properties: { Policy: policy } } };
    const path = place.write('odd.json', { Resources });
    const { exitCode, stderr } = await place.runHere('evidence', '--template', path);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Odd: a AWS::Odd::Thing carries a policy')]);
  });

  step('refuses an --out folder that holds other files', async () => {
    const { exitCode, stderr } = await place.runHere('evidence', '--out', '.');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('holds other files')]);
  });

  step('takes no answer to a report that was changed', async () => {
    await evidence();
    const path = join(place.folder, 'report/report.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"passed": false', '"passed": true'));
    const { exitCode, stderr } = await place.runHere(
      'evidence',
      'answer',
      'report',
      '--finding',
      '1',
      '--reason',
      'Ours.',
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('not as it was signed')]);
  });

  step('holds no card number and no key', async () => {
    const { page, report } = await evidence();
    for (const secret of [CARD.number, keys.secret, keys.publishable, 'tok_']) {
      expect(page).not.toContain(secret);
      expect(JSON.stringify(report)).not.toContain(secret);
    }
  });
});
