/** Tables, keys, parameters and the trail of a template. */
import { z } from 'zod';
import { PolicyDocument } from './policy.ts';
import type { TemplateSource } from './source.ts';

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const TableProperties = z.object({
  KeySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema,
        Projection: z.object({
          ProjectionType: z.enum(['KEYS_ONLY', 'INCLUDE', 'ALL']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .default([]),
  ResourcePolicy: z.object({ PolicyDocument }).optional(),
  Replicas: z.array(z.object({ ResourcePolicy: z.object({ PolicyDocument }).optional() })).default([]),
});

export interface TemplateTable {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly schema: Pick<
    z.infer<typeof TableProperties>,
    'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'
  >;
  readonly policy: PolicyDocument | undefined;
}

export function readTables(source: TemplateSource): TemplateTable[] {
  return source.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(({ logicalId, properties }) => {
    const { ResourcePolicy, Replicas, ...schema } = TableProperties.parse(properties);
    return {
      logicalId,
      name: source.physicalId(logicalId),
      arn: source.arn(logicalId),
      schema,
      policy: ResourcePolicy?.PolicyDocument ?? Replicas[0]?.ResourcePolicy?.PolicyDocument,
    };
  });
}

const KeyProperties = z.object({
  KeySpec: z.enum(['SYMMETRIC_DEFAULT', 'HMAC_256']).default('SYMMETRIC_DEFAULT'),
  KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC']).default('ENCRYPT_DECRYPT'),
  KeyPolicy: PolicyDocument,
  Enabled: z.boolean().default(true),
  Description: z.string().default(''),
});

export interface KeyDefinition {
  readonly logicalId: string;
  readonly keyId: string;
  readonly arn: string;
  readonly spec: 'SYMMETRIC_DEFAULT' | 'HMAC_256';
  readonly usage: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC';
  readonly enabled: boolean;
  readonly description: string;
  readonly policy: PolicyDocument;
}

export function readKeys(source: TemplateSource): KeyDefinition[] {
  return source.ofType('AWS::KMS::Key').map(({ logicalId, properties }) => {
    const { KeySpec, KeyUsage, KeyPolicy, Enabled, Description } = KeyProperties.parse(properties);
    return {
      logicalId,
      keyId: source.physicalId(logicalId),
      arn: source.arn(logicalId),
      spec: KeySpec,
      usage: KeyUsage,
      enabled: Enabled,
      description: Description,
      policy: KeyPolicy,
    };
  });
}

const ParameterProperties = z.object({ Name: z.string(), Type: z.string(), Value: z.string() });

/** Of Systems Manager. */
export interface ParameterDefinition {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  readonly value: string;
}

export function readParameters(source: TemplateSource): ParameterDefinition[] {
  const { region, accountId } = source.account;
  return source.ofType('AWS::SSM::Parameter').map(({ properties }) => {
    const { Name: name, Type: type, Value: value } = ParameterProperties.parse(properties);
    // The ARN joins `parameter` and the name, which begins with a slash (IAM's service authorization reference).
    return { name, type, value, arn: `arn:aws:ssm:${region}:${accountId}:parameter${name}` };
  });
}

const BucketProperties = z.object({
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({ ServerSideEncryptionByDefault: z.object({ KMSMasterKeyID: z.string().optional() }) }),
      ),
    })
    .optional(),
});

export interface BucketDefinition {
  readonly name: string;
  readonly arn: string;
  /** The key that encrypts its objects; undefined for S3-managed keys. */
  readonly keyArn: string | undefined;
  readonly policy: PolicyDocument | undefined;
}

export function readBuckets(source: TemplateSource): BucketDefinition[] {
  const policies = source
    .ofType('AWS::S3::BucketPolicy')
    .map(({ properties }) => z.object({ Bucket: z.string(), PolicyDocument }).parse(properties));
  return source.ofType('AWS::S3::Bucket').map(({ logicalId, properties }) => {
    const [rule] = BucketProperties.parse(properties).BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const name = source.physicalId(logicalId);
    return {
      name,
      arn: source.arn(logicalId),
      keyArn: rule?.ServerSideEncryptionByDefault.KMSMasterKeyID,
      policy: policies.find(({ Bucket }) => Bucket === name)?.PolicyDocument,
    };
  });
}

const FieldSelector = z.object({
  Field: z.string(),
  Equals: z.array(z.string()).optional(),
  NotEquals: z.array(z.string()).optional(),
  StartsWith: z.array(z.string()).optional(),
  NotStartsWith: z.array(z.string()).optional(),
  EndsWith: z.array(z.string()).optional(),
  NotEndsWith: z.array(z.string()).optional(),
});

const TrailProperties = z.object({
  S3BucketName: z.string(),
  S3KeyPrefix: z.string().optional(),
  IsLogging: z.boolean().default(true),
  EnableLogFileValidation: z.boolean().default(false),
  EventSelectors: z
    .array(
      z.object({
        IncludeManagementEvents: z.boolean().default(true),
        ExcludeManagementEventSources: z.array(z.string()).default([]),
        ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
        DataResources: z.array(z.object({ Type: z.string(), Values: z.array(z.string()).default([]) })).default([]),
      }),
    )
    .optional(),
  AdvancedEventSelectors: z.array(z.object({ FieldSelectors: z.array(FieldSelector) })).optional(),
});

export type FieldSelector = z.infer<typeof FieldSelector>;

export interface TrailDefinition {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly logging: boolean;
  readonly validation: boolean;
  readonly selectors: Pick<z.infer<typeof TrailProperties>, 'EventSelectors' | 'AdvancedEventSelectors'>;
}

/** The trail. Throws without one, because the vault would then leave no evidence. */
export function readTrail(source: TemplateSource): TrailDefinition {
  const [trail, second] = source.ofType('AWS::CloudTrail::Trail');
  if (!trail || second) throw new Error('the template must have exactly one AWS::CloudTrail::Trail');
  const properties = TrailProperties.parse(trail.properties);
  return {
    name: source.physicalId(trail.logicalId),
    bucket: properties.S3BucketName,
    prefix: properties.S3KeyPrefix === undefined ? '' : `${properties.S3KeyPrefix}/`,
    logging: properties.IsLogging,
    validation: properties.EnableLogFileValidation,
    selectors: properties,
  };
}
