/**
 * The auditor: reads the trail, checks its signatures and queries it, and reaches no table and no card key
 * (PCI DSS 4.0.1 10.3.1).
 * The policy lies with the trail's files, in whichever account they are.
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
        resources: [bucket.arnForObjects('AWSLogs/*'), bucket.arnForObjects('reveals/*')],
      }),
      new PolicyStatement({
        // The second is for the answers to queries, which lie under the same key.
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': viaService(scope, 's3') } },
      }),
      new PolicyStatement({ actions: ['cloudtrail:ListPublicKeys'], resources: ['*'] }),
      ...queries.statements(),
    ],
  });

/** A role that the named people or roles may assume for four hours at a time, and only after a second factor (8.4.2). */
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
