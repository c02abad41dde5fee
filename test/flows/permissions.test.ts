/**
 * The template's permissions are what holds locally too: a permission that is taken out of it makes exactly that call
 * fail, and what no row of infra/routes.ts grants is refused, even to the function next door (V1, V5, V10).
 */
import {
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, ReEncryptCommand } from '@aws-sdk/client-kms';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { type FunctionRow, ROUTES, SCHEDULES } from '../../infra/routes.ts';
import type { Item } from '../../shared/base/dynamo.ts';
import { ENTRIES, OPENERS, prefixesOf } from '../../shared/base/entries.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret } from '../../shared/merchants/secret-store.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { tokenHash } from '../../shared/vault/tokens.ts';
import { statementsOf, type TemplateEdit } from '../setup/assembly.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { startVault, type TestVault } from '../setup/vault.ts';
import { actingAs, type RoleClients } from './credentials.ts';
import { byRole, findEvidence, trailRecords } from './trail.ts';

/** Takes one action on one table or key away from one function's role; the resource is named as in tables.ts. */
const without =
  (entry: string, action: string, resource: string): TemplateEdit =>
  (template) => {
    const statements = statementsOf(template, entry);
    const isMeant = (text: unknown) => JSON.stringify(text).includes(resource);
    const index = statements.findIndex(({ Action, Resource }) => [Action].flat().includes(action) && isMeant(Resource));
    const found = statements[index];
    if (found === undefined) throw new Error(`${entry} has no ${action} on ${resource} to take away`);
    const rest = [found.Action].flat().filter((name) => name !== action);
    statements.splice(index, 1, ...(rest.length > 0 ? [{ ...found, Action: rest }] : []));
  };

/** Every call of a role that lacked a permission; a condition that did not hold is no refusal. */
const denials = (vault: TestVault, role: string): string[] =>
  byRole(trailRecords(vault.runtime), role)
    .filter(({ errorCode }) => errorCode?.startsWith('AccessDenied'))
    .map(({ eventName }) => eventName);

const ROWS: readonly FunctionRow[] = [...ROUTES, ...SCHEDULES];

/** A 500 that says nothing about the inside. */
const bareFailure = {
  status: 500,
  json: {
    type: expect.any(String),
    title: expect.any(String),
    status: 500,
    code: 'internal',
    detail: expect.any(String),
    request_id: expect.any(String),
  },
};
const INSIDE = /AccessDenied|arn:|kms|dynamodb|role|CreateT|CreateC|Tokens|stack|\bat /i;

describe('without kms:Decrypt on CvcKey', () => {
  const step = story();
  const vault = use(() => startVault({ template: without('cde/create-charge', 'kms:Decrypt', 'CvcKey') }));
  const shop = use(() => vault.merchant());

  step('a charge of a token fails, nothing is sent to the processor, and the token stays spent', async () => {
    const { id: source } = await shop.tokenize();
    const response = await shop.charge({ source }, 'denied-1');
    expect(response).toMatchObject({ json: { status: 'failed', failure_code: 'interrupted', amount_captured: 0 } });
    expect(response.text).not.toMatch(/AccessDenied|arn:aws/);
    const { Simulator, Tokens } = await vault.contents();
    expect(Simulator).toEqual({});
    expect(Object.keys(Tokens[tokenHash(source)] ?? {})).not.toContain('cvc_ct');
    expect(await shop.charge({ source }, 'denied-1')).toMatchObject({ json: { id: (response.json as ChargeView).id } });
  });

  step('the trail has the refusal, and nothing else was refused', async () => {
    expect(denials(vault, 'CreateCharge')).toEqual(['Decrypt']);
    const denied = trailRecords(vault.runtime).find(({ errorCode }) => errorCode === 'AccessDenied');
    expect(denied).toMatchObject({
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      resources: [{ ARN: vault.runtime.keys.CvcKey }],
    });
  });

  step('a stored card, which has no CVC, is charged as ever', async () => {
    const { id: source } = await shop.store();
    expect(await shop.charge({ source })).toMatchObject({ status: 201, json: { status: 'captured' } });
  });

  step('the evidence counts the denied call and explains what was decrypted before it', async () => {
    const { report } = await findEvidence(vault);
    expect(report.counts).toMatchObject({ denied: 1, unexplained: 0, decryptions: 2 });
    expect(report.decryptions.items.map(({ explanation }) => explanation).sort()).toEqual(['interrupted', 'proven']);
  });
});

describe('without other permissions', () => {
  test('dynamodb:PutItem on Tokens: tokenizing fails without details and nothing is kept', async () => {
    await using vault = await startVault({ template: without('cde/create-token', 'dynamodb:PutItem', 'Tokens') });
    const shop = await vault.merchant();
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123' };
    const response = await vault.send({ method: 'POST', path: '/v1/tokens', key: shop.publishableKey, body: { card } });
    expect(response).toMatchObject(bareFailure);
    expect(response.text).not.toMatch(INSIDE);
    expect(response.text).not.toMatch(/42424242/);
    expect((await vault.contents()).Tokens).toEqual({});
    expect(denials(vault, 'CreateToken')).toEqual(['PutItem']);
  });

  test('dynamodb:PutItem on Ledger: a charge that cannot be written down first does not happen', async () => {
    await using vault = await startVault({ template: without('cde/create-charge', 'dynamodb:PutItem', 'Ledger') });
    const shop = await vault.merchant();
    const { id: source } = await shop.tokenize();
    const response = await shop.charge({ source });
    expect(response).toMatchObject(bareFailure);
    expect(response.text).not.toMatch(INSIDE);
    const { Ledger, Simulator, Tokens } = await vault.contents();
    expect([Ledger, Simulator]).toEqual([{}, {}]);
    // The token was not touched, so the shopper can pay once the permission is back.
    expect(Tokens[tokenHash(source)]).toMatchObject({ pan_ct: expect.anything(), cvc_ct: expect.anything() });
    const calls = byRole(trailRecords(vault.runtime), 'CreateCharge').map(({ eventName }) => eventName);
    expect(calls).not.toContain('Decrypt');
    expect(calls).not.toContain('UpdateItem');
  });

  test('an edit that finds nothing to take away says so, so no test here passes for nothing', async () => {
    await expect(startVault({ template: without('cde/create-token', 'kms:Decrypt', 'PanKey') })).rejects.toThrow(
      /to take away/,
    );
  });
});

describe('with the credentials of a function', () => {
  const vault = use(startVault);
  const shop = use(() => vault.merchant());
  const tables = use(() => vault.runtime.tables);
  const keys = use(() => vault.runtime.keys);
  /** A live token's item, as somebody who could read the table would have it. */
  const stolen = use(async () => {
    const hash = tokenHash((await shop.tokenize()).id);
    const item = (await vault.contents()).Tokens[hash] as { pan_ct: Uint8Array; cvc_ct: Uint8Array };
    return { hash, panCt: item.pan_ct, cvcCt: item.cvc_ct };
  });

  const context = (changes: Record<string, string> = {}) => ({
    purpose: 'pan',
    merchant: shop.id,
    record: stolen.hash,
    ...changes,
  });
  const decrypt = (EncryptionContext?: Record<string, string>) => (aws: RoleClients) =>
    aws.kms.send(
      new DecryptCommand({
        KeyId: keys.PanKey,
        CiphertextBlob: stolen.panCt,
        ...(EncryptionContext && { EncryptionContext }),
      }),
    );
  const readToken = (aws: Pick<RoleClients, 'dynamodb'>) =>
    aws.dynamodb.send(new GetItemCommand({ TableName: tables.Tokens, Key: { token_hash: { S: stolen.hash } } }));
  const outcomeOf = async (entry: string, call: (aws: RoleClients) => Promise<unknown>): Promise<string> => {
    using aws = actingAs(vault.runtime, entry);
    return call(aws).then(
      () => 'allowed',
      ({ name }: Error) => name,
    );
  };

  /** Roles that may never make the call, although it is well formed. */
  test.each<[entry: string, what: string, call: (aws: RoleClients) => Promise<unknown>]>([
    ['cde/create-token', 'decrypt a card', (aws) => decrypt(context())(aws)],
    ['cde/create-card', 'decrypt a card', (aws) => decrypt(context())(aws)],
    ['api/get-charge', 'decrypt a card', (aws) => decrypt(context())(aws)],
    ['scheduled/sweep', 'decrypt a card', (aws) => decrypt(context())(aws)],
    ['scheduled/rotate-capture-keys', 'decrypt a card', (aws) => decrypt(context())(aws)],
    ['cde/create-token', 'read a token', readToken],
    ['api/get-charge', 'read a token', readToken],
    [
      'cde/forward-request',
      'scan the tokens',
      (aws) => aws.dynamodb.send(new ScanCommand({ TableName: tables.Tokens })),
    ],
    [
      'cde/forward-request',
      'encrypt another card',
      (aws) =>
        aws.kms.send(
          new EncryptCommand({ KeyId: keys.PanKey, Plaintext: Buffer.from('x'), EncryptionContext: context() }),
        ),
    ],
    ['api/hosted-card', 'read a token', readToken],
    ['api/list-charges', 'read a token', readToken],
    [
      'api/get-token',
      'change a token',
      (aws) =>
        aws.dynamodb.send(
          new UpdateItemCommand({
            TableName: tables.Tokens,
            Key: { token_hash: { S: stolen.hash } },
            UpdateExpression: 'REMOVE spent_by',
          }),
        ),
    ],
    ['cde/create-charge', 'scan the tokens', (aws) => aws.dynamodb.send(new ScanCommand({ TableName: tables.Tokens }))],
    [
      'cde/create-charge',
      'make itself an API key',
      (aws) =>
        aws.dynamodb.send(new PutItemCommand({ TableName: tables.Merchants, Item: { record_id: { S: 'key_own' } } })),
    ],
    [
      'cde/create-charge',
      'encrypt another card',
      (aws) =>
        aws.kms.send(
          new EncryptCommand({ KeyId: keys.PanKey, Plaintext: Buffer.from('x'), EncryptionContext: context() }),
        ),
    ],
    [
      'cde/create-card',
      'open the CVC',
      (aws) =>
        aws.kms.send(
          new DecryptCommand({
            KeyId: keys.CvcKey,
            CiphertextBlob: stolen.cvcCt,
            EncryptionContext: context({ purpose: 'cvc' }),
          }),
        ),
    ],
    [
      'cde/create-card',
      'move a card out of the vault’s context',
      (aws) =>
        aws.kms.send(
          new ReEncryptCommand({
            CiphertextBlob: stolen.panCt,
            SourceKeyId: keys.PanKey,
            SourceEncryptionContext: context(),
            DestinationKeyId: keys.PanKey,
          }),
        ),
    ],
  ])('%s cannot %s', async (entry, _what, call) => {
    expect(await outcomeOf(entry, call)).toMatch(/^AccessDenied/);
  });

  describe('a reason that a decryption could have', () => {
    const id = (prefix: string) => `${prefix}${'z'.repeat(26)}`;
    const put =
      (entryId: string, more: Item = {}) =>
      ({ dynamodb }: RoleClients) =>
        dynamodb.send(
          new PutItemCommand({
            TableName: tables.Ledger,
            Item: marshall({ entry_id: entryId, source_record: stolen.hash, ...more }),
          }),
        );
    const change =
      (entryId: string, input: Partial<UpdateItemCommandInput>) =>
      ({ dynamodb }: RoleClients) =>
        dynamodb.send(
          new UpdateItemCommand({ TableName: tables.Ledger, Key: marshall({ entry_id: entryId }), ...input }),
        );
    const noted = marshall({ ':noted': [{ key: 'PanKey', request_id: 'r', at_ms: 1, tries: 5 }] });
    const notes: readonly (readonly [how: string, input: Partial<UpdateItemCommandInput>])[] = [
      ['by name', { UpdateExpression: 'SET decryptions = :noted', ExpressionAttributeValues: noted }],
      [
        'under another name',
        {
          UpdateExpression: 'SET #harmless = :noted',
          ExpressionAttributeNames: { '#harmless': 'decryptions' },
          ExpressionAttributeValues: noted,
        },
      ],
      [
        'inside the list',
        {
          UpdateExpression: 'SET decryptions[0].request_id = :noted',
          ExpressionAttributeValues: marshall({ ':noted': 'r' }),
        },
      ],
      ['in the older form', { AttributeUpdates: { decryptions: { Action: 'PUT', Value: noted[':noted'] } } }],
    ];
    const writers = ROWS.filter(({ tables }) =>
      tables.Ledger?.some((action) => action === 'PutItem' || action === 'UpdateItem'),
    ).map(({ entry }) => entry);

    test('is written by ten functions, of which three open cards', () => {
      expect(writers).toHaveLength(10);
      expect(writers.filter((entry) => OPENERS.includes(entry))).toHaveLength(3);
    });

    test.each(writers)('%s puts and changes no entry of a kind that is not its own', async (entry) => {
      const own = prefixesOf(entry);
      for (const { prefix } of Object.values(ENTRIES)) {
        const kind = `${prefix}_`;
        const said = [
          await outcomeOf(entry, put(id(kind))),
          await outcomeOf(entry, change(id(kind), { UpdateExpression: 'SET zz = entry_id' })),
        ].map((outcome) => /^AccessDenied/.test(outcome));
        expect([kind, ...said]).toEqual([kind, !own.put.includes(kind), !own.change.includes(kind)]);
      }
      for (const odd of ['', 'Ch_', 'ch', ' ch_', `x${id('ch_')}`]) {
        expect(await outcomeOf(entry, put(odd))).toMatch(/^(?:AccessDenied|ValidationException)/);
      }
    });

    test.each(writers.filter((entry) => !OPENERS.includes(entry)))('%s notes no decryption', async (entry) => {
      const { put: mayPut, change: mayChange } = prefixesOf(entry);
      for (const prefix of mayChange) {
        for (const [how, input] of notes) {
          expect([how, await outcomeOf(entry, change(id(prefix), input))]).toEqual([
            how,
            expect.stringMatching(/^AccessDenied/),
          ]);
        }
      }
      for (const prefix of mayPut) {
        expect(await outcomeOf(entry, put(id(prefix), { decryptions: [] }))).toMatch(/^AccessDenied/);
      }
    });
  });

  /** The one role that may decrypt, and only as the encryption context says. */
  test.each<[what: string, context: () => Record<string, string> | undefined, outcome: RegExp]>([
    ['without any context', () => undefined, /^AccessDenied/],
    ['without the merchant', () => ({ purpose: 'pan', record: stolen.hash }), /^AccessDenied/],
    ['without the record', () => ({ purpose: 'pan', merchant: shop.id }), /^AccessDenied/],
    ['for another purpose', () => context({ purpose: 'cvc' }), /^AccessDenied/],
    ['with another name beside the vault’s context', () => context({ note: 'x' }), /^AccessDenied/],
    ['for another merchant', () => context({ merchant: `mer_${'a'.repeat(26)}` }), /^InvalidCiphertextException/],
    ['for another record', () => context({ record: '0'.repeat(64) }), /^InvalidCiphertextException/],
  ])('cde/create-charge asks to decrypt %s', async (_what, given, outcome) => {
    expect(await outcomeOf('cde/create-charge', decrypt(given()))).toMatch(outcome);
  });

  test('the operator, who makes merchants, can open nothing', async () => {
    const { kms, dynamodb } = vault.operator;
    const use = 'processor:stripe/test';
    await putSecret(vault.operator, { merchantId: shop.id, name: 'key', use }, new Secret('sk_test_of_a_processor'));
    const sealed = (await vault.contents()).Merchants[`secret_${shop.id}_key`] as { ct: Uint8Array };
    const ofSecret = { purpose: 'secret', merchant: shop.id, record: 'key', use };
    const open =
      (KeyId: string | undefined, CiphertextBlob: Uint8Array, EncryptionContext: Record<string, string>) => () =>
        kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }));
    const tries: readonly (readonly [what: string, call: () => Promise<unknown>])[] = [
      ['a number', open(keys.PanKey, stolen.panCt, context())],
      ['a code', open(keys.CvcKey, stolen.cvcCt, context({ purpose: 'cvc' }))],
      ['a secret that it sealed', open(keys.SecretKey, sealed.ct, ofSecret)],
      ['the record of a token', () => readToken({ dynamodb })],
      [
        'the record of a card',
        () => dynamodb.send(new GetItemCommand({ TableName: tables.Cards, Key: { card_id: { S: 'card_x' } } })),
      ],
    ];
    for (const [what, call] of tries) {
      const said = await call().then(
        () => 'allowed',
        ({ name }: Error) => name,
      );
      expect([what, said]).toEqual([what, expect.stringMatching(/^AccessDenied/)]);
    }
  });

  test('the one decryption that was allowed is in the trail, and the evidence does not explain it', async () => {
    expect(await outcomeOf('cde/create-charge', decrypt({ ...context(), note: 'x' }))).toMatch(/^AccessDenied/);
    expect(await outcomeOf('cde/create-charge', decrypt(context()))).toMatch(/^allowed/);
    const { exitCode, report, stdout } = await findEvidence(vault);
    expect(report.counts).toMatchObject({ decryptions: 1, proven: 0, unexplained: 1 });
    expect(report.counts.denied).toBeGreaterThanOrEqual(1);
    expect(report.findings).toMatchObject([{ code: 'decryption_unexplained', reason: 'no_record' }]);
    expect(stdout).toMatch(/^FAIL/);
    expect(exitCode).toBe(1);
  });
});
