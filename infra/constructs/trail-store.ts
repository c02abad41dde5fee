/**
 * Where the trail's files lie: a bucket under Object Lock, which one trail may write and nobody may empty, the key that
 * encrypts it, and a second bucket that lists who read the first (PCI DSS 4.0.1 10.2.1.3, 10.3.2, 10.5.1). It knows the
 * trail by its address alone, so it can stand in another account than the vault, out of its administrators' reach.
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

/** Only once the lock has opened can anything expire. */
const expiry = (keepDays: number) => {
  const expire = Duration.days(keepDays + 1);
  return [{ expiration: expire, noncurrentVersionExpiration: expire }];
};

/** What would shorten the evidence. Object Lock refuses most of it; this refuses it to those whom a lock lets through. */
const ERASE = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

/** A trail, by what its ARN is made of, before or without its existence. */
export interface TrailAddress {
  /** @default - the account of the store */
  readonly account?: string;
  /** @default - the region of the store */
  readonly region?: string;
  readonly name: string;
}

/** A place for a trail's files: all that the trail itself must know of it. */
export interface ITrailStore {
  readonly bucketName: string;
  readonly keyArn: string;
}

export interface TrailStoreProps {
  /** The one trail that may write here. */
  readonly trail: TrailAddress;
  /** Nobody, the account's root user included, may shorten the retention. */
  readonly compliance: boolean;
  readonly keepDays: number;
}

export class TrailStore extends Construct implements ITrailStore {
  readonly bucket: Bucket;
  readonly key: Key;
  /** Lists who read the files, and who read the answers to queries over them. */
  readonly accessLogs: Bucket;
  readonly bucketName: string;
  readonly keyArn: string;
  /** The account whose trail writes here. */
  readonly trailAccount: string;

  constructor(scope: Construct, id: string, { trail, compliance, keepDays }: TrailStoreProps) {
    super(scope, id);
    // S3 delivers access logs by a bucket policy, not by an ACL, whatever flags the app around the vault has set.
    this.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
    const writer = writerOf(this, trail);
    this.trailAccount = writer.account;
    this.key = createTrailKey(this, 'TrailKey', writer);
    this.accessLogs = this.createAccessLogs(keepDays);
    this.bucket = this.createBucket(compliance, keepDays);
    for (const statement of writeStatements(this.bucket, writer)) this.bucket.addToResourcePolicy(statement);
    this.bucket.addToResourcePolicy(eraseStatement(this.bucket));
    // In one account IAM alone decides.
    if (trail.account !== undefined) {
      for (const statement of vaultStatements(this.bucket, trail.account)) this.bucket.addToResourcePolicy(statement);
    }
    this.bucketName = this.bucket.bucketName;
    this.keyArn = this.key.keyArn;
    acknowledgeFindings(this, 'TrailStore');
  }

  /** S3 delivers access logs only to buckets under its own key, and not under Object Lock. */
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
      // The CDK's class and its own interface disagree under exactOptionalPropertyTypes (isWebsite).
      serverAccessLogsBucket: this.accessLogs as IBucket,
      serverAccessLogsPrefix: 'trail/',
      objectLockDefaultRetention: compliance
        ? ObjectLockRetention.compliance(keep)
        : ObjectLockRetention.governance(keep),
    });
  }
}

/**
 * The store as another stack writes it down: under the names that its own stack exports, which are known at once, and
 * after it in every deployment.
 */
export function storeFor(scope: Construct, store: ITrailStore): ITrailStore {
  if (!(store instanceof TrailStore) || Stack.of(store) === Stack.of(scope)) return store;
  const owner = Stack.of(store);
  Stack.of(scope).addStackDependency(owner);
  return { bucketName: owner.exportValue(store.bucket.bucketName), keyArn: owner.exportValue(store.key.keyArn) };
}

/** What the rule packs call the bucket in the policies of `scope`. */
export function nameInPolicies(scope: Construct, { bucketName }: ITrailStore): string {
  const resolved: unknown = Stack.of(scope).resolve(bucketName);
  if (typeof resolved === 'string') return resolved;
  const { Ref, 'Fn::ImportValue': imported } = resolved as Readonly<Record<string, string>>;
  return imported ?? `<${Ref}>`;
}

/** The trail as policies name it; what its address leaves out is that of the store. */
function writerOf(scope: Construct, { account, region, name }: TrailAddress): TrailWriter {
  const own = Stack.of(scope);
  const owner = account ?? own.account;
  const arnIn = (place: string) => `arn:${own.partition}:cloudtrail:${place}:${owner}:trail/${name}`;
  return { account: owner, arn: arnIn(region ?? own.region), arnAnywhere: arnIn('*') };
}

/** CloudTrail may look and write, for this one trail only (confused deputy). */
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

/** What the vault's own functions do here, from another account: reconcile, and put down their account of reveals. */
function vaultStatements(bucket: Bucket, account: string): PolicyStatement[] {
  const principals = [new AccountPrincipal(account)];
  const admit = (sid: string, action: string, resource: string) =>
    new PolicyStatement({ sid, principals, actions: [action], resources: [resource] });
  return [
    admit('VaultLists', 's3:ListBucket', bucket.bucketArn),
    admit('VaultReads', 's3:GetObject', bucket.arnForObjects('AWSLogs/*')),
    admit('VaultPutsReveals', 's3:PutObject', bucket.arnForObjects('reveals/*')),
  ];
}

/** Expiry is S3's own act and asks no policy. */
const eraseStatement = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({
    sid: 'NobodyErases',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ERASE,
    resources: [bucket.bucketArn, bucket.arnForObjects('*')],
  });
