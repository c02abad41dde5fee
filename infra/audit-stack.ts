/**
 * The auditors' stack: the trail's files, the roles that may read them, and the queries over them. It contains nothing
 * of the vault and can be deployed into a separate account, so that administrators of the vault cannot change the
 * evidence (PCI DSS 4.0.1 7.2.1, 10.3.2).
 */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledge.ts';
import { createAuditorPolicy, createAuditorRole } from './constructs/auditor.ts';
import { TrailQueries } from './constructs/trail-queries.ts';
import { type TrailAddress, TrailStore } from './constructs/trail-store.ts';
import { RETENTION_DAYS } from './props.ts';
import { checkProps } from './props-rules.ts';

export interface AuditStackProps extends StackProps {
  /** The vault's trail, which alone may write here. */
  readonly trail: TrailAddress;
  /** Real cards: the retention cannot be shortened afterwards. */
  readonly production: boolean;
  /**
   * How long the files are kept, in days.
   * @default 400
   */
  readonly retentionDays?: number;
  /**
   * ARNs of the users or roles, of any account, that may assume the auditor's role.
   * @default - no role; attach the policy instead
   */
  readonly auditorArns?: readonly string[];
}

export class AuditStack extends Stack {
  readonly store: TrailStore;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    const { trail, production, retentionDays: keepDays = RETENTION_DAYS, auditorArns = [], ...stack } = props;
    super(scope, id, {
      description: 'Fuda: the audit trail of a card vault, for a separate account',
      terminationProtection: production,
      ...stack,
    });
    checkProps({ production, retentionDays: keepDays });
    this.store = new TrailStore(this, 'Store', { trail, compliance: production, keepDays });
    const queries = new TrailQueries(this, 'Queries', this.store);
    const policy = createAuditorPolicy(this, 'AuditorPolicy', this.store, queries);
    acknowledgeFindings(this, 'AuditStack');
    const outputs: Record<string, string> = {
      AuditorPolicyArn: policy.managedPolicyArn,
      TrailBucketName: this.store.bucketName,
      TrailKeyArn: this.store.keyArn,
      ...(auditorArns.length > 0
        ? { AuditorRoleArn: createAuditorRole(this, 'AuditorRole', policy, auditorArns).roleArn }
        : {}),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
