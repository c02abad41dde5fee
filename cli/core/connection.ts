/** The connection of a command: one vault, its trail and its templates. connect.ts makes it. */
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { VaultResources, VaultStatement } from '../../audit/trail/events.ts';
import type { Deps } from '../../shared/base/deps.ts';

export interface Connection {
  readonly deps: Deps;
  readonly resources: VaultResources;
  /** Names the vault, for people. */
  readonly label: string;
  readonly trail:
    | { readonly kind: 'folder'; readonly folder: string }
    | { readonly kind: 'bucket'; readonly bucket: string };
  /** Clients for an audit that reads the trail from its bucket. */
  readonly auditor: AuditorClients;
  /** Facts for the watch rules: roles, Region, bucket. Unknown ones are left out. */
  stated(): Promise<VaultStatement>;
  /** The deployed CloudFormation templates, as JSON; empty where unavailable. */
  templates(): Promise<readonly unknown[]>;
  /** Undefined where the deployment does not allow exports. */
  readonly exporter: Exporter | undefined;
  /** Undefined where the vault does not state it. */
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
