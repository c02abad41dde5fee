import { describe, expect, test } from '@jest/globals';
import { DELIVERER, type FunctionRow, SCHEDULES, UPKEEP } from '../../infra/routes.ts';
import { OPENERS, RUN_SECONDS_MAX, roleVariable } from '../../shared/base/entries.ts';
import { KEYS, type KeyName, keyVariable, TABLES, type TableName, tableVariable } from '../../shared/base/tables.ts';
import {
  arnOf,
  at,
  functionPath,
  key,
  list,
  ofType,
  outputs,
  type PolicyStatement,
  policyOf,
  ROWS,
  roleOf,
  table,
} from './template.ts';

/** No card is exported here, and the role that would has its name all the same. */
const openerRole = (opener: string): unknown =>
  opener === 'cde/export-cards' ? outputs.ExportCardsRoleName : roleOf(opener).logicalId;

interface LambdaProperties {
  readonly Architectures: readonly string[];
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  readonly LoggingConfig: { readonly LogGroup: string };
  readonly MemorySize: number;
  readonly Role: string;
  readonly Runtime: string;
  readonly Timeout: number;
  readonly TracingConfig?: unknown;
}

const lambdaOf = (entry: string) => at(`${functionPath(entry)}/Function`).properties as unknown as LambdaProperties;

/**
 * `Tokens GetItem` for every right in a policy; a resource other than our tables, indexes and keys stays a whole ARN.
 */
function rights(statements: readonly PolicyStatement[]): string[] {
  const named = (arn: string) =>
    arn.replace(/^arn:aws:(?:dynamodb|kms):[^/]*\/Vault(?:Tables|Keys)([A-Za-z]+?)[0-9A-F]{8}/, '$1');
  return statements
    .flatMap(({ Action, Resource }) =>
      list(Resource).flatMap((resource) => list(Action).map((action) => `${named(resource)} ${action}`)),
    )
    .filter((right) => !right.includes(' logs:'))
    .map((right) => right.replace(/ (?:dynamodb|kms):/, ' '))
    .sort();
}

/** What the row of the table of routes says, in the same words. */
function rowRights(row: (typeof ROWS)[number]): string[] {
  const indexesOf = (name: string) => list(row.indexes).filter((index) => index.startsWith(`${name}/`));
  const onTables = Object.entries(row.tables).flatMap(([name, actions]) =>
    list(actions).flatMap((action) => {
      const indexes = action === 'Query' ? indexesOf(name) : [];
      if (indexes.length === 0) return [`${name} ${action}`];
      return indexes.map((index) => `${index.replace('/', '/index/')} ${action}`);
    }),
  );
  const onKeys = Object.entries(row.keys).flatMap(([name, actions]) =>
    list(actions).flatMap((action) =>
      (action === 'ReEncrypt' ? ['ReEncryptFrom', 'ReEncryptTo'] : [action]).map((kmsAction) => `${name} ${kmsAction}`),
    ),
  );
  return [...onTables, ...onKeys, ...trailRights(row.trail), ...startRights(row)].sort();
}

const startRights = ({ startsDeliveries }: (typeof ROWS)[number]): string[] =>
  startsDeliveries ? [`${arnOf(at(`${functionPath(DELIVERER.entry)}/Function`))} lambda:InvokeFunction`] : [];

/** What reading the trail takes, and what putting something beside it. */
function trailRights(trail: (typeof ROWS)[number]['trail']): string[] {
  const [bucket, trailKey] = [arnOf(at('FudaAudit/Store/Bucket')), arnOf(key('TrailKey'))];
  const read = [
    '* cloudtrail:ListPublicKeys',
    `${bucket} s3:ListBucket`,
    `${bucket}/AWSLogs/* s3:GetObject`,
    `${trailKey} Decrypt`,
  ];
  if (trail === 'read') return read;
  if (trail === 'review') return [...read, `${bucket}/reviews/* s3:PutObject`, `${trailKey} GenerateDataKey`];
  if (trail === 'export') {
    return [`${bucket} s3:ListBucket`, `${bucket}/decryptions/* s3:PutObject`, `${trailKey} GenerateDataKey`];
  }
  return [];
}

const readsTrail = ({ trail }: (typeof ROWS)[number]): boolean => trail === 'read' || trail === 'review';

describe('one function per row', () => {
  test('there are no functions without a row', () => {
    expect(ofType('AWS::Lambda::Function')).toHaveLength(ROWS.length);
  });

  test.each(ROWS.map((row) => [row.entry, row] as const))('%s holds exactly the rights of its row', (entry, row) => {
    expect(rights(policyOf(entry).Statement)).toEqual(rowRights(row));
  });

  /** The paths with several rows. */
  const ALLOWED: Readonly<Record<string, string>> = {
    '/v1/charges': 'POST, GET, HEAD',
    '/v1/cards/{card_id}': 'GET, HEAD, DELETE',
  };

  test.each(ROWS.map((row) => [row.entry, row] as const))(
    '%s is configured with its row’s methods, tables and keys and the namespace of its metrics, nothing else',
    (entry, row) => {
      const expected = Object.fromEntries([
        ['METRICS_NAMESPACE', 'Fuda/Fuda'],
        // Names are no rights: who reads the trail must know every table and key when it meets them.
        ...Object.keys(readsTrail(row) ? TABLES : row.tables).map((name) => [
          tableVariable(name as TableName),
          table(name).logicalId,
        ]),
        ...Object.keys(readsTrail(row) ? KEYS : row.trail === 'export' ? { PanKey: KEYS.PanKey } : row.keys).map(
          (name) => [keyVariable(name as KeyName), arnOf(key(name))],
        ),
        ...(row.trail === undefined ? [] : [['TRAIL_BUCKET', at('FudaAudit/Store/Bucket').logicalId]]),
        // The roles that open cards, by which the audit knows the steps of a payment.
        ...(row.trail === undefined ? [] : OPENERS.map((opener) => [roleVariable(opener), openerRole(opener)])),
        ...(readsTrail(row) ? [['TRAIL_NAME', 'Fuda-trail']] : []),
        ...(row.startsDeliveries ? [['DELIVERER', at(`${functionPath(DELIVERER.entry)}/Function`).logicalId]] : []),
        ...(row.visitsApi ? [['API_URL', outputs.ApiUrl]] : []),
        ...('path' in row ? [['METHODS', row.method === 'GET' ? 'GET HEAD' : row.method]] : []),
        ...('path' in row ? [['ALLOW', ALLOWED[row.path] ?? (row.method === 'GET' ? 'GET, HEAD' : row.method)]] : []),
      ]);
      expect(lambdaOf(entry).Environment?.Variables ?? {}).toEqual(expected);
    },
  );

  test('no function that opens cards may run longer than the audit takes a run to be', () => {
    const openers: readonly FunctionRow[] = [...ROWS, UPKEEP.exportCards].filter(({ entry }) =>
      OPENERS.includes(entry),
    );
    expect(openers.map(({ entry }) => entry).sort()).toEqual([...OPENERS].sort());
    for (const { timeoutSeconds = 15 } of openers) expect(timeoutSeconds).toBeLessThanOrEqual(RUN_SECONDS_MAX);
  });

  test.each(ROWS.map((row) => [row.entry, row] as const))(
    '%s runs on Node 24 with the memory and time of its row',
    (entry, row) => {
      expect(lambdaOf(entry)).toMatchObject({
        Architectures: ['arm64'],
        MemorySize: row.memoryMb ?? 256,
        Role: arnOf(roleOf(entry)),
        Runtime: 'nodejs24.x',
        Timeout: row.timeoutSeconds ?? 15,
      });
      expect(lambdaOf(entry)).not.toHaveProperty('TracingConfig');
    },
  );
});

describe('roles', () => {
  test('each role belongs to one function and has only its own policy', () => {
    const roles = ROWS.map(({ entry }) => lambdaOf(entry).Role);
    expect(new Set(roles).size).toBe(ROWS.length);
    for (const { entry } of ROWS) {
      const role = roleOf(entry);
      expect(role.properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role.properties).not.toHaveProperty('Policies');
      const attached = ofType('AWS::IAM::ManagedPolicy').filter(({ properties }) =>
        list(properties.Roles as readonly string[]).includes(role.logicalId),
      );
      expect(attached.map(({ path }) => path)).toEqual([`${functionPath(entry)}/Policy`]);
    }
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
  });

  test('only Lambda may assume the role of a function', () => {
    for (const { entry } of ROWS) {
      const { AssumeRolePolicyDocument } = roleOf(entry).properties;
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    }
  });

  test('no function’s policy has a wildcard, except the streams of its log group and the trail’s files', () => {
    for (const { entry, trail } of ROWS) {
      const logs = at(`${functionPath(entry)}/Logs`);
      for (const { Action, Effect, Resource } of policyOf(entry).Statement) {
        expect(Effect).toBe('Allow');
        for (const action of list(Action)) expect(action).not.toContain('*');
        for (const resource of list(Resource)) {
          const isTrail = trailRights(trail).some((right) => right.startsWith(`${resource} `));
          if (resource.includes('*') && !isTrail) {
            expect(resource).toMatch(new RegExp(`:log-group:${logs.logicalId}:\\*$`));
          }
        }
      }
      expect(lambdaOf(entry).LoggingConfig.LogGroup).toBe(logs.logicalId);
    }
  });

  test('only functions in functions/cde hold a right on the keys of card numbers and security codes', () => {
    const holders = ROWS.filter(({ entry }) =>
      policyOf(entry).Statement.some(({ Resource }) =>
        list(Resource).some((arn) => [arnOf(key('PanKey')), arnOf(key('CvcKey'))].includes(arn)),
      ),
    ).map(({ entry }) => entry);
    expect(holders).toEqual([
      'cde/create-token',
      'cde/create-cvc-token',
      'cde/create-card',
      'cde/create-charge',
      'cde/forward-request',
      'cde/pay-checkout',
    ]);
  });
});

describe('people', () => {
  const policy = (path: string) =>
    rights((at(path).properties.PolicyDocument as { Statement: readonly PolicyStatement[] }).Statement);

  test('the operator manages merchants, seals secrets and reads the ledger, and opens no card, token or secret', () => {
    expect(policy('Vault/OperatorPolicy')).toEqual([
      'Events BatchGetItem',
      'Events GetItem',
      'Events PutItem',
      'Events UpdateItem',
      'Events/index/lists Query',
      'Events/index/queues Query',
      'HoneyKey Encrypt',
      'Ledger BatchGetItem',
      'Ledger/index/by_day Query',
      'Merchants BatchGetItem',
      'Merchants GetItem',
      'Merchants PutItem',
      'Merchants UpdateItem',
      'Merchants/index/by_merchant Query',
      'SecretKey Encrypt',
      'Tokens/index/due Query',
    ]);
  });

  test('each schedule may start its own function only, in this account only', () => {
    for (const schedule of ofType('AWS::Scheduler::Schedule')) {
      const folder = schedule.path.replace(/\/Schedule$/, '');
      const { Arn } = schedule.properties.Target as { readonly Arn: string };
      const { Statement } = at(`${folder}/Policy`).properties.PolicyDocument as {
        Statement: readonly PolicyStatement[];
      };
      expect(Statement).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: Arn }]);
      expect(JSON.stringify(at(`${folder}/Role`).properties)).toContain('"aws:SourceAccount":"111122223333"');
    }
    expect(ofType('AWS::Scheduler::Schedule')).toHaveLength(SCHEDULES.length);
  });
});
