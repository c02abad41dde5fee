/**
 * An optional network for the vault. Functions that handle cards are in subnets without a way out, and reach KMS and
 * DynamoDB through endpoints for this vault's keys and tables only. Functions that talk to processors go out through a
 * firewall with an allow list (`egress.ts`). The roles of these functions work only from inside the network (PCI DSS
 * 4.0.1 1.3.2, 1.4.1, 1.4.4). Decision 0013 says what this protects against and what not.
 */
import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../acknowledge.ts';
import type { NetworkProps } from '../props.ts';
import type { FunctionRow } from '../routes.ts';
import { Egress } from './egress.ts';
import { addFlowLog } from './flow-log.ts';
import type { LogKeeping } from './logs.ts';

const ZONES = 2;
const DEFAULT_CIDR = '10.64.0.0/22';
const HTTPS = Port.tcp(443);

/** Subnets. Without egress there is only the first; the others are the way out through the firewall. */
const ISOLATED: SubnetConfiguration = { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED };
const WITH_EGRESS: readonly SubnetConfiguration[] = [
  // Isolated from the CDK's point of view: egress.ts adds the route to the firewall.
  { name: 'Processors', subnetType: SubnetType.PRIVATE_ISOLATED },
  { name: 'Firewall', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  { name: 'Public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
];

/** Resources that the endpoints allow, and only for callers of this account. */
export interface Served {
  readonly keyArns: readonly string[];
  readonly tableArns: readonly string[];
}

export interface Place {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: SecurityGroup[];
}

export class VaultNetwork extends Construct {
  readonly vpc: Vpc;
  private readonly isolated: SecurityGroup;
  private readonly processors: SecurityGroup | undefined;

  constructor(scope: Construct, id: string, { cidr, egress, dynamoDbPrefixListId }: NetworkProps, logs: LogKeeping) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr ?? DEFAULT_CIDR),
      maxAzs: ZONES,
      natGateways: egress === undefined ? 0 : ZONES,
      subnetConfiguration: egress === undefined ? [ISOLATED] : [ISOLATED, ...WITH_EGRESS],
      // No resource uses the default group; restricting it would need a custom resource with further rights.
      restrictDefaultSecurityGroup: false,
    });
    addFlowLog(this, this.vpc, logs);
    acknowledgeFindings(this, 'Network');
    const tables = dynamoDbPrefixListId === undefined ? Peer.anyIpv4() : Peer.prefixList(dynamoDbPrefixListId);
    this.isolated = this.createGroup('Isolated', 'functions without a way out');
    this.isolated.addEgressRule(tables, HTTPS, 'DynamoDB; no route leads to anything else');
    if (egress === undefined) return;
    this.processors = this.createGroup('Processors', 'functions that reach processors through the firewall');
    this.processors.addEgressRule(Peer.anyIpv4(), HTTPS, 'DynamoDB, and what the firewall lets through');
    for (const port of new Set(egress.hosts.flatMap((host) => host.match(/(?<=:)\d+$/) ?? []))) {
      this.processors.addEgressRule(Peer.anyIpv4(), Port.tcp(Number(port)), 'hosts that the firewall lets through');
    }
    for (const { cidr: block, port } of egress.lines ?? []) {
      this.processors.addEgressRule(Peer.ipv4(block), Port.tcp(port), 'a line to an acquirer');
    }
    new Egress(this, 'Egress', {
      vpc: this.vpc,
      egress,
      logs,
      subnets: {
        processors: this.subnetsOf('Processors'),
        firewall: this.subnetsOf('Firewall'),
        public: this.subnetsOf('Public'),
      },
    });
    acknowledgeFindings(this, 'Egress');
  }

  /** Adds the endpoints of KMS and DynamoDB; called once keys and tables exist. */
  addEndpoints(served: Served): void {
    const functions = [this.isolated, ...(this.processors ? [this.processors] : [])];
    const group = this.createGroup('Kms', 'the endpoint of KMS');
    for (const each of functions) {
      group.addIngressRule(each, HTTPS, 'functions of the vault');
      each.addEgressRule(group, HTTPS, 'KMS');
    }
    const kms = this.vpc.addInterfaceEndpoint('KmsEndpoint', {
      service: InterfaceVpcEndpointAwsService.KMS,
      subnets: { subnetGroupName: 'Isolated' },
      securityGroups: [group],
      open: false,
    });
    kms.addToPolicy(this.serving(KMS_ACTIONS, served.keyArns));
    const dynamoDb = this.vpc.addGatewayEndpoint('DynamoDbEndpoint', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [{ subnetGroupName: 'Isolated' }, ...(this.processors ? [{ subnetGroupName: 'Processors' }] : [])],
    });
    dynamoDb.addToPolicy(
      this.serving(
        DYNAMODB_ACTIONS,
        served.tableArns.flatMap((arn) => [arn, `${arn}/index/*`]),
      ),
    );
  }

  /**
   * The subnet of a function. A function that reaches hosts no list can name is outside the network, and handles no
   * card.
   */
  placeOf({ reaches }: FunctionRow): Place | undefined {
    if (reaches === 'internet') return undefined;
    if (reaches === 'processors' && this.processors) return this.place('Processors', this.processors);
    return this.place('Isolated', this.isolated);
  }

  private place(subnetGroupName: string, group: SecurityGroup): Place {
    return { vpc: this.vpc as IVpc, vpcSubnets: { subnetGroupName }, securityGroups: [group] };
  }

  private createGroup(id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, `${id}Group`, {
      vpc: this.vpc as IVpc,
      description: `Fuda: ${description}`,
      allowAllOutbound: false,
    });
  }

  private subnetsOf = (subnetGroupName: string): ISubnet[] => this.vpc.selectSubnets({ subnetGroupName }).subnets;

  private serving(actions: readonly string[], resources: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      principals: [new AnyPrincipal()],
      actions: [...actions],
      resources: [...resources],
      conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
    });
  }
}

/** Only the actions of infra/routes.ts: endpoints allow nothing that no function may do. */
const KMS_ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateMac'];
const DYNAMODB_ACTIONS = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map(
  (action) => `dynamodb:${action}`,
);
