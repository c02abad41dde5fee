/**
 * Every cdk-nag finding that is acknowledged instead of fixed, with the reason for an assessor. Each row belongs to a
 * construct and applies in any app that contains it. Synthesis fails on a finding without a row, and on a row that
 * names a path that no longer exists.
 */
/** The constructs that acknowledge their own findings. */
export type Answerer =
  | 'CardVault'
  | 'Network'
  | 'Egress'
  | 'FunctionsInNetwork'
  | 'FunctionsOfDestinations'
  | 'TrailStore'
  | 'TrailQueries'
  | 'AuditStack';

export interface Acknowledgement {
  /** The rule's id; if the rule reports several findings, the finding in brackets, with `{path}` for a logical id. */
  readonly id: string;
  readonly of: Answerer;
  /** Path of a construct inside `of`, including everything below it. Empty for all of `of`. */
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
      'recovery would restore erased codes, so this table must have none. A lost token costs the shopper one retry.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/CaptureKeys',
    reason:
      'Once a capture key was dropped, cards encrypted to it must stay closed. A point-in-time recovery would restore the ' +
      'wrapped key, so this table must have none. A lost key costs open pages one more request: a new one is made within the hour.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/Counters',
    reason:
      'This table counts attempts of the last minutes under keyed hashes. A state of yesterday is useless, and ' +
      'the key of each day in it must be gone when it has expired.',
  },
  {
    id: 'AwsSolutions-DDB3',
    of: 'CardVault',
    where: 'Tables/Simulator',
    reason:
      'This table is the simulated processor, which serves test keys only. It holds no account data and no record of ' +
      'the vault, so losing it loses nothing.',
  },
  {
    id: 'AwsSolutions-APIG2',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'Every handler validates the whole body against its schema, refuses unknown fields and responds with the name of ' +
      'the field at fault (PCI DSS 4.0.1 6.2.4). API Gateway would check less, and its own refusals quote the input.',
  },
  {
    id: 'AwsSolutions-APIG4',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'Each handler checks the API key against its stored hash before anything else (PCI DSS 4.0.1 8.3.2), as ' +
      'its row in infra/routes.ts requires. A gateway authorizer caches its decision, so a revoked key would keep working.',
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
      'The names of the trail’s objects contain dates and random parts; an auditor reads them under this one prefix only.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Store/Bucket}.Arn>/decryptions/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason: 'The vault’s list of its decryptions, one object an hour, which the queries join with the trail.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Store/Bucket}.Arn>/reviews/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason:
      'The numbers that the vault’s own reviews of the trail found, one object an hour, named by day and hour like the list ' +
      'of its decryptions.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<{Queries/Results}.Arn>/*]',
    of: 'AuditStack',
    where: 'AuditorPolicy',
    reason:
      'Athena writes each result under a new name, with the rights of the auditor who asked. The bucket holds nothing else.',
  },
  {
    id: 'Serverless-LambdaDLQ',
    of: 'CardVault',
    where: 'Functions',
    reason:
      'The API waits for its functions, so no queued request can be lost, and a dead letter would contain the whole ' +
      'request, card included. The next scheduled run does the work of one that failed, and an alarm counts schedules that stop.',
  },
  {
    id: 'Serverless-LambdaTracing',
    of: 'CardVault',
    where: 'Functions',
    reason:
      'X-Ray is a second place to which a function with a card in memory could write; the trail does not record it, and IAM cannot restrict it below “*”. ' +
      'Log lines have the same measurements, with fields from an allow list (PCI DSS 4.0.1 3.3.1, 7.2.5).',
  },
  {
    id: 'Serverless-APIGWXrayEnabled',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'As for the functions: the access log has each call’s latency, and no data from shoppers or merchants. A trace ' +
      'would keep the path, which can contain a token, outside the logs that are checked for card data.',
  },
  {
    id: 'PCI.DSS.321-S3BucketReplicationEnabled',
    of: 'TrailQueries',
    where: 'Results',
    reason:
      'Query results can be made again from the trail, and expire after thirty days, so nothing is lost with them.',
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
      'The names of the trail’s objects contain dates and random parts; the reconciliation reads them under this one prefix ' +
      'only, and cannot write.',
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
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{trail}/AWSLogs/*]',
    of: 'CardVault',
    where: 'Functions/ScheduledReviewHours',
    reason:
      'As for the reconciliation: the names of the trail’s objects contain dates and random parts, and are read under this ' +
      'one prefix only.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    of: 'CardVault',
    where: 'Functions/ScheduledReviewHours',
    reason:
      'As for the reconciliation: cloudtrail:ListPublicKeys, the one action in that statement, takes no resource and ' +
      'returns public keys.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{trail}/reviews/*]',
    of: 'CardVault',
    where: 'Functions/ScheduledReviewHours',
    reason:
      'A review writes one object for each hour, named by day and hour, under this prefix of a locked bucket only; it can ' +
      'neither read nor replace such objects.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{trail}/decryptions/*]',
    of: 'CardVault',
    where: 'Functions/ScheduledExportDecryptions',
    reason:
      'The export writes one object for each hour, named by day and hour, under this prefix of a locked bucket only; it ' +
      'can neither read nor replace objects.',
  },
  {
    id: 'PCI.DSS.321-APIGWCacheEnabledAndEncrypted',
    of: 'CardVault',
    where: 'Api/Rest',
    reason:
      'The rule requires an encrypted cache; the vault has no cache. A response is about one token or one charge ' +
      'of one merchant and may never be served twice (PCI DSS 4.0.1 3.2.1: keep no data without need).',
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
      'authorized by IAM per call. With it, every function is in the network except those that call hosts merchants ' +
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
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter{folder}/*]',
    of: 'FunctionsOfDestinations',
    where: 'ScheduledDeliverWebhooks',
    reason:
      'The deliverer reads when a receiver of live cards was deployed. The parameters have one folder, which a deployment ' +
      'alone writes; they hold the names of destinations, and no secret.',
  },
  {
    id: 'PCI.DSS.321-VPCDefaultSecurityGroupClosed',
    of: 'Network',
    where: 'Vpc',
    reason:
      'No resource uses the default security group: each function and endpoint names its own. Restricting it would ' +
      'need a custom resource with the right to change security groups.',
  },
  {
    id: 'PCI.DSS.321-VPCNoUnrestrictedRouteToIGW',
    of: 'Egress',
    where: 'Vpc',
    reason:
      'The two public subnets contain only NAT gateways; connections from inside have passed the ' +
      'firewall’s allow list, and no host outside can open a connection through them.',
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
      'S3 cannot deliver server access logs to a bucket that is encrypted by default with a KMS key; AES-256 under S3’s own ' +
      'keys is the strongest it supports. The log lists readers of the trail and contains no card data.',
  },
];
