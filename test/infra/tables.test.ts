import { describe, expect, test } from '@jest/globals';
import { TABLES, type TableDefinition, type TableName } from '../../shared/base/tables.ts';
import { arnOf, auditOutputs, key, ofType, outputs, resources, table } from './template.ts';

const NAMES = Object.keys(TABLES) as TableName[];

describe('tables', () => {
  test.each(NAMES)('%s has the keys and indexes of shared/base/tables.ts, each projecting keys only', (name) => {
    const { key: partition, indexes }: TableDefinition = TABLES[name];
    const properties = table(name).properties as {
      KeySchema: unknown;
      GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
    };
    expect(properties.KeySchema).toEqual([{ AttributeName: partition, KeyType: 'HASH' }]);
    expect(properties.GlobalSecondaryIndexes ?? []).toEqual(
      Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: index.partition, KeyType: 'HASH' },
          { AttributeName: index.sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    );
  });

  test.each(NAMES)('%s is encrypted under the vault’s data key', (name) => {
    expect(table(name).properties.SSESpecification).toEqual({
      KMSMasterKeyId: arnOf(key('DataKey')),
      SSEEnabled: true,
      SSEType: 'KMS',
    });
  });

  test.each(['Tokens', 'CaptureKeys'] as const)(
    '%s has no recovery, stream, backup or replica, so that erased items are gone',
    (name) => {
      const { properties } = table(name);
      expect(properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: false });
      expect(properties).not.toHaveProperty('StreamSpecification');
      expect(properties).not.toHaveProperty('KinesisStreamSpecification');
      // A global table replicates through a stream; a backup plan could select any table.
      for (const { type } of resources) {
        expect(type).not.toBe('AWS::DynamoDB::GlobalTable');
        expect(type).not.toMatch(/^AWS::Backup::/);
      }
    },
  );

  test.each(['Cards', 'Ledger', 'Merchants', 'Events'] as const)('%s can be recovered to any point in time', (name) => {
    expect(table(name).properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  });

  test('only the simulator’s table can be deleted, by hand or with the stack', () => {
    const kept = NAMES.filter(
      (name) => table(name).properties.DeletionProtectionEnabled === true && table(name).deletionPolicy === 'Retain',
    );
    expect(kept).toEqual(NAMES.filter((name) => name !== 'Simulator'));
  });

  test('no table or key has a name written into the template', () => {
    for (const { properties } of [...ofType('AWS::DynamoDB::Table'), ...ofType('AWS::KMS::Key')]) {
      expect(properties).not.toHaveProperty('TableName');
    }
    expect(ofType('AWS::KMS::Alias')).toEqual([]);
  });

  test('only copies of events and counts expire by themselves: what must be gone in time is erased by a write', () => {
    const expiring = ofType('AWS::DynamoDB::Table').filter(({ properties }) => 'TimeToLiveSpecification' in properties);
    expect(expiring.map(({ path }) => path).sort()).toEqual(['Vault/Tables/Counters', 'Vault/Tables/Events']);
    for (const { properties } of expiring) {
      expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expires_at_s', Enabled: true });
    }
  });

  test('logical ids stay: a changed one would replace the table or key and strand what it holds', () => {
    const ids = [...ofType('AWS::DynamoDB::Table'), ...ofType('AWS::KMS::Key'), ...ofType('AWS::S3::Bucket')];
    expect(ids.map(({ path, logicalId }) => `${path} = ${logicalId}`).sort()).toEqual([
      'FudaAudit/Queries/Results = QueriesResultsB9A74B2C',
      'FudaAudit/Store/AccessLogs = StoreAccessLogs087BBF22',
      'FudaAudit/Store/Bucket = StoreBucket4FBDE984',
      'FudaAudit/Store/TrailKey = StoreTrailKey9C0D0B84',
      'Vault/DataKey = VaultDataKey0F3E342D',
      'Vault/Keys/CaptureKey = VaultKeysCaptureKey6F1D2C1E',
      'Vault/Keys/CvcKey = VaultKeysCvcKey533EC0FF',
      'Vault/Keys/FingerprintKey = VaultKeysFingerprintKeyC937FADC',
      'Vault/Keys/HoneyKey = VaultKeysHoneyKey79C49BB6',
      'Vault/Keys/PanKey = VaultKeysPanKeyE89B800F',
      'Vault/Keys/SecretKey = VaultKeysSecretKey14237DFB',
      'Vault/Tables/CaptureKeys = VaultTablesCaptureKeysA98FA8D9',
      'Vault/Tables/Cards = VaultTablesCards704407BA',
      'Vault/Tables/Counters = VaultTablesCountersC1BEC362',
      'Vault/Tables/Events = VaultTablesEventsEBE3D1A6',
      'Vault/Tables/Ledger = VaultTablesLedger56CE895E',
      'Vault/Tables/Merchants = VaultTablesMerchants222B4F95',
      'Vault/Tables/Simulator = VaultTablesSimulatorC9303B1D',
      'Vault/Tables/Tokens = VaultTablesTokens1251B3BA',
    ]);
  });

  test('the outputs that programs look up are there under exactly these names', () => {
    expect(Object.keys(outputs).sort()).toEqual([
      'AlarmTopicArn',
      'ApiUrl',
      'CaptureKeyArn',
      'CaptureKeysTableName',
      'CardsTableName',
      'CountersTableName',
      'CreateChargeRoleName',
      'CvcKeyArn',
      'DataKeyArn',
      'EventsTableName',
      'ExportCardsRoleName',
      'FingerprintKeyArn',
      'ForwardRequestRoleName',
      'HoneyKeyArn',
      'LedgerTableName',
      'MerchantsTableName',
      'OperatorPolicyArn',
      'PanKeyArn',
      'PayCheckoutRoleName',
      'SecretKeyArn',
      'SimulatorTableName',
      'TokensTableName',
      'TrailBucketName',
      'TrailKeyArn',
    ]);
    expect(Object.keys(auditOutputs).sort()).toEqual(['AuditorPolicyArn', 'TrailBucketName', 'TrailKeyArn']);
    expect(outputs.TrailBucketName).toBe(auditOutputs.TrailBucketName);
    expect(outputs.TokensTableName).toBe(table('Tokens').logicalId);
    expect(outputs.PanKeyArn).toBe(arnOf(key('PanKey')));
  });
});
