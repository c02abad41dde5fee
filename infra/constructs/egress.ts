/**
 * The only way out of the vault's network. A firewall passes TLS to the listed hosts of processors and raw TCP to the
 * listed lines of acquirers, and drops the rest. DNS resolves only those names, because a DNS query can carry a card
 * number out too (PCI DSS 4.0.1 1.3.2, 1.4.4).
 *
 *   processors subnet → firewall endpoint → NAT gateway → internet      each per zone, and back the same way
 */
import { Fn, Names, Stack } from 'aws-cdk-lib';
import { CfnRoute, type ISubnet, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFirewall, CfnFirewallPolicy, CfnLoggingConfiguration, CfnRuleGroup } from 'aws-cdk-lib/aws-networkfirewall';
import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { passRules } from '../egress-rules.ts';
import type { EgressProps } from '../props.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** AWS fixes the capacity at creation and charges nothing for it. */
const RULES_MAX = 1_000;

interface EgressSetting {
  readonly vpc: Vpc;
  readonly egress: EgressProps;
  readonly logs: LogKeeping;
  /** One subnet of each kind per zone, in the same order. */
  readonly subnets: Readonly<Record<'processors' | 'firewall' | 'public', readonly ISubnet[]>>;
}

export class Egress extends Construct {
  constructor(scope: Construct, id: string, setting: EgressSetting) {
    super(scope, id);
    const policy = this.createPolicy(setting.egress);
    setting.subnets.firewall.forEach((subnet, zone) => {
      const firewall = this.createFirewall(zone, subnet, setting, policy);
      this.routeThrough(zone, firewall, setting);
    });
    this.limitNames(setting);
  }

  /** Strict order: a connection that no rule passes is dropped once its host is known. */
  private createPolicy(egress: EgressProps): CfnFirewallPolicy {
    const rules = new CfnRuleGroup(this, 'Rules', {
      ruleGroupName: this.nameOf('Rules'),
      description: 'Fuda: hosts of processors and lines of acquirers',
      type: 'STATEFUL',
      capacity: RULES_MAX,
      ruleGroup: {
        rulesSource: { rulesString: passRules(egress) },
        statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
      },
    });
    return new CfnFirewallPolicy(this, 'Policy', {
      firewallPolicyName: this.nameOf('Policy'),
      firewallPolicy: {
        statelessDefaultActions: ['aws:forward_to_sfe'],
        statelessFragmentDefaultActions: ['aws:drop'],
        statefulEngineOptions: { ruleOrder: 'STRICT_ORDER', streamExceptionPolicy: 'DROP' },
        statefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
        statefulRuleGroupReferences: [{ resourceArn: rules.attrRuleGroupArn, priority: 1 }],
      },
    });
  }

  /** One firewall per zone, because CloudFormation does not say which endpoint of a firewall is in which zone. */
  private createFirewall(
    zone: number,
    subnet: ISubnet,
    setting: EgressSetting,
    policy: CfnFirewallPolicy,
  ): CfnFirewall {
    const firewall = new CfnFirewall(this, `Firewall${zone}`, {
      firewallName: this.nameOf(`Firewall${zone}`),
      firewallPolicyArn: policy.attrFirewallPolicyArn,
      vpcId: setting.vpc.vpcId,
      subnetMappings: [{ subnetId: subnet.subnetId }],
    });
    const logs = createLogGroup(this, `Logs${zone}`, setting.logs);
    new CfnLoggingConfiguration(this, `Logging${zone}`, {
      firewallArn: firewall.attrFirewallArn,
      loggingConfiguration: {
        logDestinationConfigs: [
          { logType: 'ALERT', logDestinationType: 'CloudWatchLogs', logDestination: { logGroup: logs.logGroupName } },
        ],
      },
    });
    return firewall;
  }

  private routeThrough(zone: number, firewall: CfnFirewall, { subnets }: EgressSetting): void {
    const [inside, outside] = [subnets.processors[zone], subnets.public[zone]];
    if (!inside || !outside) throw new Error(`zone ${zone} lacks a subnet`);
    const endpoint = Fn.select(1, Fn.split(':', Fn.select(0, firewall.attrEndpointIds)));
    new CfnRoute(this, `Out${zone}`, {
      routeTableId: inside.routeTable.routeTableId,
      destinationCidrBlock: '0.0.0.0/0',
      vpcEndpointId: endpoint,
    });
    // Responses must return through the firewall that saw the request.
    new CfnRoute(this, `Back${zone}`, {
      routeTableId: outside.routeTable.routeTableId,
      destinationCidrBlock: inside.ipv4CidrBlock,
      vpcEndpointId: endpoint,
    });
  }

  private limitNames({ vpc, egress }: EgressSetting): void {
    const { region } = Stack.of(this);
    const known = new CfnFirewallDomainList(this, 'KnownNames', {
      domains: [
        `*.${region}.amazonaws.com`,
        ...egress.hosts.map((host) => host.replace(/:\d+$/, '').replace(/^\./, '*.')),
      ],
    });
    const others = new CfnFirewallDomainList(this, 'OtherNames', { domains: ['*'] });
    const names = new CfnFirewallRuleGroup(this, 'Names', {
      firewallRules: [
        {
          action: 'ALLOW',
          firewallDomainListId: known.attrId,
          priority: 1,
          // A listed host may resolve through CNAMEs of its provider.
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: others.attrId, priority: 2 },
      ],
    });
    new CfnFirewallRuleGroupAssociation(this, 'NamesHere', {
      firewallRuleGroupId: names.attrId,
      vpcId: vpc.vpcId,
      priority: 101,
    });
  }

  private nameOf = (part: string): string =>
    `${Names.uniqueResourceName(this, { maxLength: 100, separator: '-' })}-${part}`;
}
