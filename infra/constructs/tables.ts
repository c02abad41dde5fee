/**
 * The DynamoDB tables of `shared/base/tables.ts`, encrypted under the vault's data key. They are regional on purpose: a
 * global table replicates through a stream, and a table that may hold a CVC must have neither stream nor backup (PCI
 * DSS 4.0.1 3.3.1, V2).
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TABLES, type TableDefinition, type TableName } from '../../shared/base/tables.ts';

export class VaultTables extends Construct {
  readonly byName: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string, dataKey: IKey) {
    super(scope, id);
    this.byName = {
      Tokens: this.create('Tokens', dataKey),
      Cards: this.create('Cards', dataKey),
      Ledger: this.create('Ledger', dataKey),
      Merchants: this.create('Merchants', dataKey),
      Events: this.create('Events', dataKey),
      CaptureKeys: this.create('CaptureKeys', dataKey),
      Counters: this.create('Counters', dataKey),
      Simulator: this.create('Simulator', dataKey),
    };
  }

  private create(name: TableName, dataKey: IKey): Table {
    const definition: TableDefinition = TABLES[name];
    // The simulator plays a processor; its records are not the vault's and may be deleted with the stack.
    const keep = name !== 'Simulator';
    const table = new Table(this, name, {
      partitionKey: { name: definition.key, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: dataKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: definition.pointInTimeRecovery },
      deletionProtection: keep,
      ...(definition.expires !== undefined && { timeToLiveAttribute: definition.expires }),
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const [indexName, index] of Object.entries(definition.indexes)) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: index.partition, type: AttributeType.STRING },
        sortKey: { name: index.sort, type: index.sortType === 'N' ? AttributeType.NUMBER : AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }
}
