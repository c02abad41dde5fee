/**
 * The web application firewall of the API (PCI DSS 4.0.1 6.4.2): AWS's common rules, a limit on body size, and rate
 * limits per address and per secret key. The limit on tokens is the strictest, because stolen card numbers are tried out
 * there. The log of blocked requests leaves out path, query and credentials.
 */
import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EdgeProps } from '../props.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/**
 * Requests in five minutes. A shop's server sends the requests of all its shoppers, a browser those of one or a few.
 */
const LIMITS = { tokensPerAddress: 300, requestsPerAddress: 60_000, requestsPerKey: 60_000 };

/** The handlers' limit (functions/runtime/pipeline.ts), and the most that WAF inspects without a further fee. */
const BODY_BYTES_MAX = 16 * 1024;

/** In order: known attacks, then bodies over the limit, then rates over the limit. */
const rulesOf = ({ botSignals = false, ...limits }: EdgeProps): CfnWebACL.RuleProperty[] => {
  const { tokensPerAddress, requestsPerAddress, requestsPerKey } = { ...LIMITS, ...limits };
  return [
    managedRules(0, 'AWSManagedRulesAmazonIpReputationList'),
    managedRules(1, 'AWSManagedRulesKnownBadInputsRuleSet'),
    // SizeRestrictions_BODY stops at 8 KiB; the vault's own limit is 16. A violation report may quote an attack, so the
    // rule set would block it.
    managedRules(2, 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY'], notOn('/v1/csp-reports$')),
    rateRule(
      3,
      'TokensPerAddress',
      { limit: tokensPerAddress, aggregateKeyType: 'IP' },
      pathMatches('/v1/(cvc_)?tokens/*$'),
    ),
    rateRule(4, 'RequestsPerAddress', { limit: requestsPerAddress, aggregateKeyType: 'IP' }),
    bodyRule(5),
    // Secret keys only. A publishable key stands on every page of its shop, so anyone could use up a limit on it, and close
    // the shop for its shoppers; those requests are limited by address.
    rateRule(
      6,
      'RequestsPerKey',
      {
        limit: requestsPerKey,
        aggregateKeyType: 'CUSTOM_KEYS',
        customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'NONE' }] } }],
      },
      hasSecretKey,
    ),
    ...(botSignals ? [botRules(7)] : []),
  ];
};

interface FirewallProps {
  /** The API's stage that requests go through. */
  readonly stageArn: string;
  readonly keeping: LogKeeping;
  readonly edge: EdgeProps | undefined;
}

export class Firewall extends Construct {
  /** The ACL's dimension in CloudWatch metrics. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, { stageArn, keeping, edge = {} }: FirewallProps) {
    super(scope, id);
    this.metricName = `${Stack.of(this).stackName}-acl`;
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(this.metricName),
      rules: rulesOf(edge),
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn });
    // WAF accepts only log groups with this prefix.
    const logs = createLogGroup(
      this,
      'Logs',
      keeping,
      `aws-waf-logs-${this.node.addr.slice(-8)}-${uniqueSuffix(this)}`,
    );
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [bareArn(logs)],
      redactedFields: [
        { uriPath: {} },
        { queryString: {} },
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    });
  }
}

/**
 * The stack's UUID, because a deleted stack leaves its log group behind; the caller adds the construct's address, which
 * differs between two vaults in one stack.
 */
const uniqueSuffix = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId));

/** WAF requires the ARN without the `:*` at the end of CloudFormation's attribute. */
const bareArn = (logs: LogGroup): string =>
  Stack.of(logs).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: logs.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Sampled requests are off: they show whole paths and headers, which the log redacts. */
const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});

type Statement = CfnWebACL.StatementProperty;

/** Matches the decoded, normalized path, as API Gateway will route it. */
const pathMatches = (pattern: string): Statement => ({
  regexMatchStatement: {
    fieldToMatch: { uriPath: {} },
    regexString: pattern,
    textTransformations: [
      { priority: 0, type: 'URL_DECODE' },
      { priority: 1, type: 'NORMALIZE_PATH' },
    ],
  },
});

/** RFC 9110 11.1: the scheme in any case. */
const hasSecretKey: Statement = {
  byteMatchStatement: {
    fieldToMatch: { singleHeader: { Name: 'authorization' } },
    positionalConstraint: 'STARTS_WITH',
    searchString: 'bearer sk_',
    textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
  },
};

const notOn = (pattern: string): Statement => ({ notStatement: { statement: pathMatches(pattern) } });

function managedRules(
  priority: number,
  name: string,
  countOnly: readonly string[] = [],
  scopeDown?: Statement,
): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        ...(scopeDown && { scopeDownStatement: scopeDown }),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function rateRule(
  priority: number,
  name: string,
  rate: Pick<CfnWebACL.RateBasedStatementProperty, 'limit' | 'aggregateKeyType' | 'customKeys'>,
  scopeDown?: Statement,
): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        ...rate,
        evaluationWindowSec: 300,
        ...(scopeDown && { scopeDownStatement: scopeDown }),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/** `MATCH` also blocks bodies that are longer than WAF inspects. */
const bodyRule = (priority: number): CfnWebACL.RuleProperty => ({
  name: 'BodySize',
  priority,
  action: { block: {} },
  statement: {
    sizeConstraintStatement: {
      fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
      comparisonOperator: 'GT',
      size: BODY_BYTES_MAX,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  },
  visibilityConfig: visibility('BodySize'),
});

/** Only counts and labels requests. */
const botRules = (priority: number): CfnWebACL.RuleProperty => ({
  name: 'AWSManagedRulesBotControlRuleSet',
  priority,
  overrideAction: { count: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name: 'AWSManagedRulesBotControlRuleSet',
      managedRuleGroupConfigs: [{ awsManagedRulesBotControlRuleSet: { inspectionLevel: 'COMMON' } }],
    },
  },
  visibilityConfig: visibility('AWSManagedRulesBotControlRuleSet'),
});
