/** What a command works with: one vault, its trail and its templates. connect.ts finds them. */
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { VaultResources, VaultStatement } from '../../audit/trail/events.ts';
import type { Deps } from '../../shared/base/deps.ts';

export interface Connection {
  readonly deps: Deps;
  readonly resources: VaultResources;
  /** For a person: where this is. */
  readonly label: string;
  readonly trail:
    | { readonly kind: 'folder'; readonly folder: string }
    | { readonly kind: 'bucket'; readonly bucket: string };
  /** What an audit reads AWS with, where it reads the trail from its bucket. */
  readonly auditor: AuditorClients;
  /** What watch rules compare with: roles, Region, bucket. Whatever cannot be known here is left out. */
  stated(): Promise<VaultStatement>;
  /** The CloudFormation templates it runs from, as JSON; none where they are not to be had. */
  templates(): Promise<readonly unknown[]>;
  /** Undefined where the deployment lets nobody export cards. */
  readonly exporter: Exporter | undefined;
  /** Undefined where the vault at hand does not say it. */
  readonly apiUrl: string | undefined;
}

/** The function that exports cards, and the client to call it with. */
export interface Exporter {
  readonly lambda: LambdaClient;
  readonly functionName: string;
}

export interface AuditorClients {
  readonly s3: S3Client;
  cloudTrail(region: string): CloudTrailClient;
}
