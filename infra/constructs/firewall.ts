/**
 * The web application firewall before the API (PCI DSS 4.0.1 6.4.2): AWS's common rules, a limit on bodies, and limits
 * per address and per key, the tight one on making tokens, which is where stolen card numbers are tried out. It logs what
 * it blocked without the path, the query or the credentials.
 */
import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EdgeProps } from '../props.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** In any five minutes. A shop's server speaks for all its shoppers; a browser for one or a few. */
const LIMITS = { tokensPerAddress: 300, requestsPerAddress: 60_000, requestsPerKey: 60_000 };

/** What the handlers take at most (functions/pipeline.ts), and what the firewall looks into without a further fee. */
const BODY_BYTES_MAX = 16 * 1024;

/** In order: what is known to be bad, then what is too large, then what comes too often. */
const rulesOf = ({ botSignals = false, ...limits }: EdgeProps): CfnWebACL.RuleProperty[] => {
  const { tokensPerAddress, requestsPerAddress, requestsPerKey } = { ...LIMITS, ...limits };
  return [
    managedRules(0, 'AWSManagedRulesAmazonIpReputationList'),
    managedRules(1, 'AWSManagedRulesKnownBadInputsRuleSet'),
    // Its rule on bodies stops at 8 KiB; the vault's own comes at 16.
    // A report of an attack quotes it, and would be taken for one.
    managedRules(2, 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY'], notOn('/v1/csp-reports$')),
    rateRule(3, 'TokensPerAddress', { limit: tokensPerAddress, aggregateKeyType: 'IP' }, '/v1/(cvc_)?tokens/*$'),
    rateRule(4, 'RequestsPerAddress', { limit: requestsPerAddress, aggregateKeyType: 'IP' }),
    bodyRule(5),
    // Requests without a key are not counted here; their address is.
    rateRule(6, 'RequestsPerKey', {
      limit: requestsPerKey,
      aggregateKeyType: 'CUSTOM_KEYS',
      customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'NONE' }] } }],
    }),
    ...(botSignals ? [botRules(7)] : []),
  ];
};

export class Firewall extends Construct {
  /** What CloudWatch's metrics call it. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, stageArn: string, keeping: LogKeeping, edge: EdgeProps = {}) {
    super(scope, id);
    this.metricName = `${Stack.of(this).stackName}-acl`;
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(this.metricName),
      rules: rulesOf(edge),
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn });
    // WAF writes only to groups whose name starts so.
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

/** The UUID in the stack's id, so that a stack made again does not meet the log group its predecessor left behind; the
 * construct's own address tells two vaults of one stack apart. */
const uniqueSuffix = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId));

/** WAF wants the group itself, without the `:*` of its streams that CloudFormation's attribute ends in. */
const bareArn = (logs: LogGroup): string =>
  Stack.of(logs).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: logs.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Sampled requests stay off: samples show paths and headers whole, beyond the reach of the log's redaction. */
const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});

type Statement = CfnWebACL.StatementProperty;

/** The path as API Gateway will understand it, however it is spelled. */
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
  pathPattern?: string,
): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        ...rate,
        evaluationWindowSec: 300,
        ...(pathPattern && { scopeDownStatement: pathMatches(pathPattern) }),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/** A body longer than the firewall reads is too large as well. */
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

/** Counts only: its marks are for whoever watches. */
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
