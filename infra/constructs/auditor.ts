/**
 * The auditor reads the trail, checks its signatures and queries it, and has no right on tables or card keys (PCI DSS
 * 4.0.1 10.3.1). The policy belongs to the account that holds the trail's files.
 */
import { Duration } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { viaService } from './keys.ts';
import type { TrailQueries } from './trail-queries.ts';
import type { TrailStore } from './trail-store.ts';

export const createAuditorPolicy = (
  scope: Construct,
  id: string,
  { bucket, key }: TrailStore,
  queries: TrailQueries,
): ManagedPolicy =>
  new ManagedPolicy(scope, id, {
    description: 'Fuda auditor: reads the trail and the keys that signed it, and queries it; nothing else',
    statements: [
      new PolicyStatement({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [bucket.bucketArn] }),
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: ['AWSLogs/*', 'decryptions/*', 'reviews/*'].map((folder) => bucket.arnForObjects(folder)),
      }),
      new PolicyStatement({
        // GenerateDataKey is for query results, which are encrypted under the same key.
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': viaService(scope, 's3') } },
      }),
      new PolicyStatement({ actions: ['cloudtrail:ListPublicKeys'], resources: ['*'] }),
      ...queries.statements(),
    ],
  });

/** A role that the given principals may assume with a second factor, for at most four hours (8.4.2). */
export const createAuditorRole = (
  scope: Construct,
  id: string,
  policy: ManagedPolicy,
  auditorArns: readonly string[],
): Role =>
  new Role(scope, id, {
    description: 'Fuda auditor',
    assumedBy: new CompositePrincipal(...auditorArns.map((arn) => new ArnPrincipal(arn))).withConditions({
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    }),
    managedPolicies: [policy],
    maxSessionDuration: Duration.hours(4),
  });
