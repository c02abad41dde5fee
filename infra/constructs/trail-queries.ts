/**
 * The trail as Athena tables, for questions over years that are too large for one machine: CloudTrail's records, the
 * vault's list of decryptions, saved queries over both, and a workgroup that limits the bytes of a query and encrypts its
 * results. Partition projection derives partitions from folder names, so no partition is loaded or repaired. Source:
 * Athena user guide, "Create a table for CloudTrail logs in Athena using partition projection".
 */
import { Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../acknowledge.ts';
import { QUERIES, sqlOf } from '../queries.ts';
import { CLOUDTRAIL, columnsOf, RECORDED_DECRYPTIONS, REGIONS } from '../trail-tables.ts';
import type { TrailStore } from './trail-store.ts';

/** About one scan of a busy year's trail; stops a query without a period. */
const SCAN_LIMIT_BYTES = 1024 ** 4;
/** A query can be run again. */
const KEEP_RESULTS = Duration.days(30);

export class TrailQueries extends Construct {
  private readonly store: TrailStore;
  private readonly results: Bucket;
  private readonly database: string;
  private readonly workGroup: CfnWorkGroup;

  constructor(scope: Construct, id: string, store: TrailStore) {
    super(scope, id);
    this.store = store;
    this.database = Names.uniqueResourceName(this, { maxLength: 60, separator: '_' }).toLowerCase();
    this.results = this.createResults();
    this.workGroup = this.createWorkGroup();
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.database, description: 'Fuda: the audit trail' },
    });
    for (const table of [this.createCloudTrailTable(), this.createRecordedTable()]) table.node.addDependency(database);
    for (const query of QUERIES) {
      const saved = new CfnNamedQuery(this, query.name, {
        name: `${Stack.of(this).stackName}-${query.name}`,
        description: query.about,
        database: this.database,
        workGroup: this.workGroup.name,
        queryString: sqlOf(query),
      });
      saved.node.addDependency(this.workGroup, database);
    }
    acknowledgeFindings(this, 'TrailQueries');
  }

  /** Runs queries in this workgroup and reads their results; no other right in Athena or Glue. */
  statements(): PolicyStatement[] {
    const { partition, region, account } = Stack.of(this);
    const glue = `arn:${partition}:glue:${region}:${account}`;
    return [
      new PolicyStatement({
        actions: [
          'athena:BatchGetNamedQuery',
          'athena:BatchGetQueryExecution',
          'athena:GetNamedQuery',
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:GetWorkGroup',
          'athena:ListNamedQueries',
          'athena:ListQueryExecutions',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
        ],
        resources: [`arn:${partition}:athena:${region}:${account}:workgroup/${this.workGroup.name}`],
      }),
      new PolicyStatement({
        actions: ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
        resources: [
          `${glue}:catalog`,
          `${glue}:database/${this.database}`,
          `${glue}:table/${this.database}/${CLOUDTRAIL.name}`,
          `${glue}:table/${this.database}/${RECORDED_DECRYPTIONS.name}`,
        ],
      }),
      new PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [this.results.bucketArn],
      }),
      new PolicyStatement({
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
        resources: [this.results.arnForObjects('*')],
      }),
    ];
  }

  /** Results contain request ids and token hashes, and no card data; they are encrypted like the trail. */
  private createResults(): Bucket {
    return new Bucket(this, 'Results', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.store.key,
      serverAccessLogsBucket: this.store.accessLogs as IBucket,
      serverAccessLogsPrefix: 'queries/',
      lifecycleRules: [{ expiration: KEEP_RESULTS, noncurrentVersionExpiration: KEEP_RESULTS }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createWorkGroup(): CfnWorkGroup {
    return new CfnWorkGroup(this, 'WorkGroup', {
      name: `${Stack.of(this).stackName}-audit`,
      description: 'Fuda: questions to the audit trail',
      workGroupConfiguration: {
        // A query cannot turn the encryption or the limit off.
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucketName}/`,
          expectedBucketOwner: Stack.of(this).account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: this.store.keyArn },
        },
      },
    });
  }

  private createCloudTrailTable(): CfnTable {
    const location = `s3://${this.store.bucketName}/AWSLogs/${this.store.trailAccount}/CloudTrail`;
    return this.createTable('CloudTrail', CLOUDTRAIL.name, {
      partitions: ['region', 'day'],
      parameters: {
        'projection.region.type': 'enum',
        'projection.region.values': REGIONS.join(','),
        'storage.location.template': `${location}/\${region}/\${day}`,
      },
      storage: {
        columns: columnsOf(CLOUDTRAIL),
        location: `${location}/`,
        inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
      },
    });
  }

  /** The files of functions/scheduled/export-decryptions.ts. */
  private createRecordedTable(): CfnTable {
    const location = `s3://${this.store.bucketName}/decryptions`;
    return this.createTable('RecordedDecryptions', RECORDED_DECRYPTIONS.name, {
      partitions: ['day'],
      parameters: { 'storage.location.template': `${location}/\${day}` },
      storage: {
        columns: columnsOf(RECORDED_DECRYPTIONS),
        location: `${location}/`,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    });
  }

  private createTable(
    id: string,
    name: string,
    table: {
      readonly partitions: readonly string[];
      readonly parameters: Readonly<Record<string, string>>;
      readonly storage: CfnTable.StorageDescriptorProperty;
    },
  ): CfnTable {
    return new CfnTable(this, id, {
      catalogId: Stack.of(this).account,
      databaseName: this.database,
      tableInput: {
        name,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: table.partitions.map((partition) => ({ name: partition, type: 'string' })),
        parameters: {
          EXTERNAL: 'TRUE',
          'projection.enabled': 'true',
          'projection.day.type': 'date',
          'projection.day.format': 'yyyy/MM/dd',
          'projection.day.range': '2026/01/01,NOW',
          'projection.day.interval': '1',
          'projection.day.interval.unit': 'DAYS',
          ...table.parameters,
        },
        storageDescriptor: table.storage,
      },
    });
  }
}
