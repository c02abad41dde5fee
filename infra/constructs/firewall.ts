/**
 * The web application firewall before the API (PCI DSS 4.0.1 6.4.2): AWS's common rules, and two limits per address,
 * the tight one on making tokens, which is where stolen card numbers are tried out. It logs what it blocked without the
 * path, the query or the credentials.
 */
import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** Per source address in any five minutes. A shop's server speaks for all its shoppers; a browser for one or a few. */
const LIMITS = { tokensPerAddress: 300, requestsPerAddress: 60_000 };

export class Firewall extends Construct {
  /** What CloudWatch's metrics call it. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, stageArn: string, keeping: LogKeeping) {
    super(scope, id);
    this.metricName = `${Stack.of(this).stackName}-acl`;
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(this.metricName),
      rules: [
        managedRules(0, 'AWSManagedRulesAmazonIpReputationList'),
        managedRules(1, 'AWSManagedRulesKnownBadInputsRuleSet'),
        // The body rule stops at 8 KiB; the handlers take 16 KiB and answer larger ones themselves.
        managedRules(2, 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']),
        rateRule(3, 'TokensPerAddress', LIMITS.tokensPerAddress, '/v1/tokens/*$'),
        rateRule(4, 'RequestsPerAddress', LIMITS.requestsPerAddress),
      ],
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

function managedRules(priority: number, name: string, countOnly: readonly string[] = []): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function rateRule(priority: number, name: string, limit: number, pathPattern?: string): CfnWebACL.RuleProperty {
  const scopeDown = pathPattern && {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString: pathPattern,
      // The path as API Gateway will understand it, however it is spelled.
      textTransformations: [
        { priority: 0, type: 'URL_DECODE' },
        { priority: 1, type: 'NORMALIZE_PATH' },
      ],
    },
  };
  return {
    name,
    priority,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        evaluationWindowSec: 300,
        limit,
        ...(scopeDown ? { scopeDownStatement: scopeDown } : {}),
      },
    },
    visibilityConfig: visibility(name),
  };
}
