/**
 * Every cdk-nag finding that is answered instead of fixed, with the reason an assessor is given. The answers travel with
 * the construct they concern, into whatever app it is put. A finding that is not in this table fails synthesis; a row
 * whose place no longer exists does too.
 */
/** What brings its answers along. */
export type Answerer =
  | 'CardVault'
  | 'Network'
  | 'Egress'
  | 'FunctionsInNetwork'
  | 'TrailStore'
  | 'TrailQueries'
  | 'AuditStack';

export interface Acknowledgement {
  /** Rule, and where the rule reports several findings, the finding in brackets, `{path}` for a logical id. */
  readonly id: string;
  readonly of: Answerer;
  /** Path of the construct inside that; it covers everything below. Empty for all of it. */
  readonly where: string;
  readonly reason: string;
}

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/Tokens',
    reason:
      'PCI DSS 4.0.1 3.3.1 forbids keeping security codes after authorization, encrypted or not. A point-in-time ' +
      'recovery would bring erased codes back, so this table must have none. A lost token costs the shopper one retry.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/CaptureKeys',
    reason:
      'What was encrypted to a capture key must not open once the key was dropped. A point-in-time recovery would bring the ' +
      'wrapped key back, so this table must have none. A lost key costs open pages one more request: the next is made within the hour.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/Counters',
    reason:
      'This table counts attempts of the last minutes under keyed hashes. A state of yesterday is of no use to anybody, and ' +
      'the day’s key in it must be gone when it has expired.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/Simulator',
    reason:
      'This table is the simulated processor, which serves test keys only. It holds no account data and no record of ' +
      'the vault, and nothing is lost with it.',
  },
  {
    id: 'AwsSolutions-APIG2',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'Every handler validates the whole body against its schema, refuses unknown fields and answers with the name of ' +
      'the field at fault (PCI DSS 4.0.1 6.2.4). API Gateway would check less, and its own refusals quote the input.',
  },
  {
    id: 'AwsSolutions-APIG4',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'Each handler authenticates the API key against its stored hash before anything else (PCI DSS 4.0.1 8.3.2), as ' +
      'the row of infra/routes.ts demands. A gateway authorizer caches its answer, so a revoked key would go on working.',
  },
  {
    id: 'AwsSolutions-COG4',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'Callers are merchants’ servers and shoppers’ browsers holding API keys of the vault; there are no users to sign ' +
      'in, hence no Cognito pool.',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    of: 'CardVault',
    where: 'Api/Rest/CloudWatchRole',
    reason:
      'API Gateway requires this policy, account-wide, to write its logs. Only the apigateway service can assume the ' +
      'role, and the logs hold no card data because data traces are off.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Store/Bucket}.Arn>/AWSLogs/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason:
      'An auditor reads the trail’s objects, whose names hold dates and random parts, under this one prefix only.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Store/Bucket}.Arn>/reveals/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason: 'The vault’s account of its reveals, one object an hour: the other half of what the queries join.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Queries/Results}.Arn>/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason:
      'Athena writes each answer under a name of its own, as the auditor who asked. The bucket holds nothing else.',
  },
  {
    id: 'Serverless-LambdaDLQ',
    of: 'CardVault',
    where: 'Functions',
    reason:
      'The API waits for its functions, so nothing is queued that could be lost, and a dead letter would hold the whole ' +
      'request, card included. A scheduled run that fails is made up by the next one, and an alarm counts those that stop.',
  },
  {
    id: 'Serverless-LambdaTracing',
    of: 'CardVault',
    where: 'Functions',
    reason:
      'X-Ray is a second place to which a function that holds a card could write, outside the trail and open to “*” only. ' +
      'What a trace would show is measured in the log lines, whose fields are an allow list (PCI DSS 4.0.1 3.3.1, 7.2.5).',
  },
  {
    id: 'Serverless-APIGWXrayEnabled',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'As for the functions: the access log has each call’s latency, and nothing that a shopper or merchant sent. A trace ' +
      'would keep the path, and in it a token, outside the logs that are checked for such things.',
  },
  {
    id: 'PCI.DSS.321-S3BucketReplicationEnabled',
    of: 'TrailQueries',
    where: 'Results',
    reason: 'Answers to queries can be had again from the trail, and are dropped after thirty days.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason:
      'cloudtrail:ListPublicKeys, the one action in that statement, takes no resource. It returns public keys, with ' +
      'which the digests’ signatures are checked.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{trail}/AWSLogs/*]',
    of: 'CardVault',
    where: 'Functions/ScheduledReconcile',
    reason:
      'The reconciliation reads the trail’s objects, whose names hold dates and random parts, under this one prefix ' +
      'only, and can write none.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    of: 'CardVault',
    where: 'Functions/ScheduledReconcile',
    reason:
      'cloudtrail:ListPublicKeys, the one action in that statement, takes no resource. It returns public keys, with ' +
      'which the digests’ signatures are checked.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{trail}/reveals/*]',
    of: 'CardVault',
    where: 'Functions/ScheduledExportReveals',
    reason:
      'The export writes one object for each hour, named by day and hour, under this prefix of a locked bucket only; it ' +
      'can read none and replace none.',
  },
  {
    id: 'PCI.DSS.321-APIGWCacheEnabledAndEncrypted',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'The rule wants a cache that is encrypted; the vault has no cache at all. Answers concern one token or one charge ' +
      'of one merchant and may never be served twice (PCI DSS 4.0.1 3.2.1: keep nothing that is not needed).',
  },
  {
    id: 'PCI.DSS.321-APIGWSSLEnabled',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'The client certificate authenticates API Gateway to HTTP backends. All backends here are Lambda functions, ' +
      'called by AWS over TLS and authorized by a resource policy that names this API’s methods.',
  },
  {
    id: 'PCI.DSS.321-LambdaInsideVPC',
    of: 'CardVault',
    where: 'Functions',
    reason:
      'A vault without the network option: the functions listen on no network and reach KMS and DynamoDB over TLS, ' +
      'authorized by IAM per call. With it, every function stands in the network but those that call hosts merchants ' +
      'choose, which no allow list can name; they hold no right on a card key (PCI DSS 4.0.1 1.4.1).',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    of: 'FunctionsInNetwork',
    where: '',
    reason:
      'Lambda makes a function’s network interfaces with the function’s own role, by actions that take no resource. A ' +
      'second statement refuses the same actions to the code that runs in the function.',
  },
  {
    id: 'PCI.DSS.321-VPCDefaultSecurityGroupClosed',
    of: 'Network',
    where: 'Vpc',
    reason:
      'Nothing is ever placed in the default security group: each function and endpoint names its own. Emptying it would ' +
      'take a custom resource with the right to change security groups.',
  },
  {
    id: 'PCI.DSS.321-VPCNoUnrestrictedRouteToIGW',
    of: 'Egress',
    where: 'Vpc',
    reason:
      'The two public subnets hold NAT gateways and nothing else; what reaches them from inside has passed the ' +
      'firewall’s allow list, and nothing from outside can open a connection through them.',
  },
  {
    id: 'PCI.DSS.321-S3BucketReplicationEnabled',
    of: 'TrailStore',
    where: '',
    reason:
      'The trail is already in two places at once, this bucket and CloudWatch Logs (PCI DSS 4.0.1 10.3.3), and versions ' +
      'under Object Lock cannot be deleted or overwritten. Copies in another account belong to an organization’s own ' +
      'log archive.',
  },
  {
    id: 'PCI.DSS.321-S3DefaultEncryptionKMS',
    of: 'TrailStore',
    where: 'AccessLogs',
    reason:
      'S3 cannot deliver server access logs to a bucket whose default encryption is a KMS key; AES-256 under S3’s own ' +
      'keys is the strongest it supports. The log lists who read the trail and holds no card data.',
  },
];
