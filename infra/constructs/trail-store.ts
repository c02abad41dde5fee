/**
 * The store of the trail's files: a bucket under Object Lock that one trail may write and no principal may empty, the
 * key that encrypts it, and a second bucket with the access log of the first (PCI DSS 4.0.1 10.2.1.3, 10.3.2, 10.5.1).
 * It needs only the trail's address, so it can be in another account, out of reach of the vault's administrators.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../acknowledge.ts';
import { createTrailKey, type TrailWriter } from './trail-key.ts';

const COMMON = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** A day longer than the lock, because locked objects cannot expire. */
const expiry = (keepDays: number) => {
  const expire = Duration.days(keepDays + 1);
  return [{ expiration: expire, noncurrentVersionExpiration: expire }];
};

/**
 * Actions that would shorten the evidence. Object Lock refuses most of them; this also refuses principals that may
 * bypass a lock.
 */
const ERASE = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

/** The parts of a trail's ARN; the trail need not exist yet. */
export interface TrailAddress {
  /** @default - the account of the store */
  readonly account?: string;
  /** @default - the region of the store */
  readonly region?: string;
  readonly name: string;
}

/** The part of a store that a trail needs. */
export interface ITrailStore {
  readonly bucketName: string;
  readonly keyArn: string;
}

export interface TrailStoreProps {
  /** The one trail that may write here. */
  readonly trail: TrailAddress;
  /** No principal, not even the account's root user, may shorten the retention. */
  readonly compliance: boolean;
  readonly keepDays: number;
}

export class TrailStore extends Construct implements ITrailStore {
  readonly bucket: Bucket;
  readonly key: Key;
  /** Access log of the files and of query results. */
  readonly accessLogs: Bucket;
  readonly bucketName: string;
  readonly keyArn: string;
  /** The account of the trail that writes here. */
  readonly trailAccount: string;

  constructor(scope: Construct, id: string, { trail, compliance, keepDays }: TrailStoreProps) {
    super(scope, id);
    // Access logs are delivered by a bucket policy, not by an ACL, independent of the app's feature flags.
    this.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
    const writer = writerOf(this, trail);
    this.trailAccount = writer.account;
    this.key = createTrailKey(this, 'TrailKey', writer);
    this.accessLogs = this.createAccessLogs(keepDays);
    this.bucket = this.createBucket(compliance, keepDays);
    for (const statement of writeStatements(this.bucket, writer)) this.bucket.addToResourcePolicy(statement);
    this.bucket.addToResourcePolicy(eraseStatement(this.bucket));
    // Within one account IAM alone decides.
    if (trail.account !== undefined) {
      for (const statement of vaultStatements(this.bucket, trail.account)) this.bucket.addToResourcePolicy(statement);
    }
    this.bucketName = this.bucket.bucketName;
    this.keyArn = this.key.keyArn;
    acknowledgeFindings(this, 'TrailStore');
  }

  /** S3 delivers access logs only to buckets with S3-managed encryption and without Object Lock. */
  private createAccessLogs(keepDays: number): Bucket {
    return new Bucket(this, 'AccessLogs', {
      ...COMMON,
      lifecycleRules: expiry(keepDays),
      encryption: BucketEncryption.S3_MANAGED,
    });
  }

  private createBucket(compliance: boolean, keepDays: number): Bucket {
    const keep = Duration.days(keepDays);
    return new Bucket(this, 'Bucket', {
      ...COMMON,
      lifecycleRules: expiry(keepDays),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      // The CDK's class does not match its own interface under exactOptionalPropertyTypes (isWebsite).
      serverAccessLogsBucket: this.accessLogs as IBucket,
      serverAccessLogsPrefix: 'trail/',
      objectLockDefaultRetention: compliance
        ? ObjectLockRetention.compliance(keep)
        : ObjectLockRetention.governance(keep),
    });
  }
}

/** The store as another stack refers to it: by exported names, and deployed after the store's stack. */
export function storeFor(scope: Construct, store: ITrailStore): ITrailStore {
  if (!(store instanceof TrailStore) || Stack.of(store) === Stack.of(scope)) return store;
  const owner = Stack.of(store);
  Stack.of(scope).addStackDependency(owner);
  return { bucketName: owner.exportValue(store.bucket.bucketName), keyArn: owner.exportValue(store.key.keyArn) };
}

/** The bucket's name as the rule packs print it for policies of `scope`. */
export function nameInPolicies(scope: Construct, { bucketName }: ITrailStore): string {
  const resolved: unknown = Stack.of(scope).resolve(bucketName);
  if (typeof resolved === 'string') return resolved;
  const { Ref, 'Fn::ImportValue': imported } = resolved as Readonly<Record<string, string>>;
  return imported ?? `<${Ref}>`;
}

/** The trail's ARN; account and region default to those of the store. */
function writerOf(scope: Construct, { account, region, name }: TrailAddress): TrailWriter {
  const own = Stack.of(scope);
  const owner = account ?? own.account;
  const arnIn = (place: string) => `arn:${own.partition}:cloudtrail:${place}:${owner}:trail/${name}`;
  return { account: owner, arn: arnIn(region ?? own.region), arnAnywhere: arnIn('*') };
}

/** CloudTrail may read the ACL and write, for this trail only (confused deputy). */
function writeStatements(bucket: Bucket, trail: TrailWriter): PolicyStatement[] {
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const forThisTrail = { 'aws:SourceArn': trail.arn };
  return [
    new PolicyStatement({
      sid: 'TrailLooks',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: forThisTrail },
    }),
    new PolicyStatement({
      sid: 'TrailWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${trail.account}/*`)],
      conditions: { StringEquals: { ...forThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  ];
}

/**
 * Rights of the vault's functions in another account: read the trail to reconcile it, write what a review found, and write
 * the list of decryptions.
 */
function vaultStatements(bucket: Bucket, account: string): PolicyStatement[] {
  const principals = [new AccountPrincipal(account)];
  const admit = (sid: string, action: string, resource: string) =>
    new PolicyStatement({ sid, principals, actions: [action], resources: [resource] });
  return [
    admit('VaultLists', 's3:ListBucket', bucket.bucketArn),
    admit('VaultReads', 's3:GetObject', bucket.arnForObjects('AWSLogs/*')),
    admit('VaultPutsDecryptions', 's3:PutObject', bucket.arnForObjects('decryptions/*')),
    admit('VaultPutsReviews', 's3:PutObject', bucket.arnForObjects('reviews/*')),
  ];
}

/** Lifecycle expiry is not affected: S3 does not evaluate policies for it. */
const eraseStatement = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({
    sid: 'NobodyErases',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ERASE,
    resources: [bucket.bucketArn, bucket.arnForObjects('*')],
  });
