/**
 * What may not be combined in a vault's props, as a table: each rule is the sentence a builder reads when synthesis
 * stops, and the condition under which it is said. All that are broken are said at once.
 */
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { CardVaultProps } from './props.ts';

/** A rule looks at what concerns it and takes what is left out for its default. */
export type RuledProps = Partial<Omit<CardVaultProps, 'bundles'>>;

interface PropsRule {
  /** What must be, and why, to the person who wrote the props. */
  readonly says: string;
  broken(props: RuledProps): boolean;
}

const PERIODS_DAYS: readonly RetentionDays[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const PROPS_RULES: readonly PropsRule[] = [
  {
    says: `retentionDays must be a period CloudWatch Logs knows: ${PERIODS_DAYS.join(', ')}`,
    broken: ({ retentionDays }) => retentionDays !== undefined && !PERIODS_DAYS.includes(retentionDays),
  },
  {
    says: 'retentionDays must be at least 365 in production: PCI DSS 4.0.1 10.5.1 asks for twelve months',
    broken: ({ production, retentionDays }) =>
      production === true && retentionDays !== undefined && retentionDays < 365,
  },
  {
    says: 'trailStore needs trailName: a store that is already there admits one trail, by its name',
    broken: ({ trailStore, trailName }) => trailStore !== undefined && trailName === undefined,
  },
  {
    says: 'panKey.generation counts from 1 in whole numbers',
    broken: ({ panKey }) => panKey !== undefined && !(Number.isInteger(panKey.generation) && panKey.generation > 0),
  },
  {
    says: 'cardExportRecipient is the RFC 7638 SHA-256 thumbprint of a JWK: 43 characters of base64url',
    broken: ({ cardExportRecipient: recipient }) => recipient !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(recipient),
  },
  {
    says: 'cardExportRecipient waits for panKey.former to be closed: an export leaves out cards under a former key',
    broken: ({ cardExportRecipient: recipient, panKey }) =>
      recipient !== undefined && panKey !== undefined && panKey.generation > 1 && panKey.former === 'opens',
  },
];

/** Throws one error that lists every rule the props break. */
export function checkProps(props: RuledProps): void {
  const broken = PROPS_RULES.filter((rule) => rule.broken(props));
  if (broken.length > 0)
    throw new Error(['The vault cannot be built:', ...broken.map(({ says }) => says)].join('\n- '));
}
