/** The shape of a watch rule, for those about calls and those about uses. */
import type { TrailEvent, VaultResources, VaultStatement } from '../trail/events.ts';

export interface WatchRule {
  /** What happened, as one sentence for the report. */
  readonly says: string;
  /** The PCI DSS 4.0.1 requirement it serves. */
  readonly clause: string;
  /** Its hits are listed and are no findings: the change may be intended, and an auditor asks who made it and why. */
  readonly isListed?: true | undefined;
  /** What CloudFormation did of it is listed too. */
  readonly mayBeDeployed?: boolean;
  /** The fact of the vault without which the rule is not asked. */
  readonly needs?: keyof VaultStatement | undefined;
  /** The calls it judges, as `service:name`; absent for rules about every use of a card. */
  readonly calls?: readonly string[];
  /** What the event affects where it breaks the rule; otherwise undefined. */
  broken(event: TrailEvent, resources: VaultResources): string | undefined;
}
