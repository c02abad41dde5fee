/**
 * What a platform team may decide about its vault. Each member has a default that is safe; what may not be combined is
 * in `props-rules.ts` and fails at synthesis.
 */
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { PanKeyProps } from './constructs/keys.ts';
import type { ITrailStore } from './constructs/trail-store.ts';

/** Twelve months (PCI DSS 4.0.1 10.5.1), and what a chargeback may still ask for after them. */
export const RETENTION_DAYS = 400;

export interface CardVaultProps {
  /** The folder `bundle.ts` filled: `<entry>/index.mjs`. */
  readonly bundles: string;
  /**
   * Which key encrypts card numbers; docs/operate.md says how to move to a new one.
   * @default - the first
   */
  readonly panKey?: PanKeyProps;
  /**
   * Lets stored cards be exported, encrypted to this one key: the RFC 7638 thumbprint (SHA-256) of the JWK of the vault
   * they move to. Without it neither the function nor any right to export exists.
   * @default - cards cannot be exported
   */
  readonly cardExportRecipient?: string;
  /**
   * Real cards. The trail's retention can then be shortened by nobody, the account's root user included, which is why
   * there is no default: neither may a test account be locked by accident, nor a live one be left open.
   */
  readonly production: boolean;
  /**
   * How long the trail's files and every log are kept, in days; one of the periods CloudWatch Logs knows. A store given
   * as `trailStore` keeps its files as long as it was told itself.
   * @default 400
   */
  readonly retentionDays?: number;
  /**
   * Where alarms go. Nobody is subscribed to the vault's own; docs/runbook.md says how.
   * @default - a topic of the vault's own
   */
  readonly alarmTopic?: ITopic;
  /**
   * Where the trail's files go; the `store` of an `AuditStack`, or one in another account.
   * @default - a `TrailStore` beside the vault
   */
  readonly trailStore?: ITrailStore;
  /**
   * The trail's name, which its store must admit.
   * @default - made from the construct's path
   */
  readonly trailName?: string;
}
