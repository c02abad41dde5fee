/**
 * Every cdk-nag finding that is answered instead of fixed, with the reason an assessor is given. A finding that is not
 * in this table fails synthesis; a row whose place no longer exists does too.
 */
import { type Stack, Validations } from 'aws-cdk-lib';

interface Acknowledgement {
  /** Rule, and where the rule reports several findings, the finding in brackets. */
  readonly id: string;
  /** Path of the construct inside the stack; it covers everything below. Empty for the whole stack. */
  readonly where: string;
  readonly reason: string;
}

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-DDB3',
    where: 'Vault/Tables/Tokens',
    reason:
      'PCI DSS 4.0.1 3.3.1 forbids keeping security codes after authorization, encrypted or not. A point-in-time ' +
      'recovery would bring erased codes back, so this table must have none. A lost token costs the shopper one retry.',
  },
  {
    id: 'AwsSolutions-DDB3',
    where: 'Vault/Tables/Simulator',
    reason:
      'This table is the simulated processor, which serves test keys only. It holds no account data and no record of ' +
      'the vault, and nothing is lost with it.',
  },
  {
    id: 'AwsSolutions-APIG2',
    where: 'Vault/Api/Rest',
    reason:
      'Every handler validates the whole body against its schema, refuses unknown fields and answers with the name of ' +
      'the field at fault (PCI DSS 4.0.1 6.2.4). API Gateway would check less, and its own refusals quote the input.',
  },
  {
    id: 'AwsSolutions-APIG4',
    where: 'Vault/Api/Rest',
    reason:
      'Each handler authenticates the API key against its stored hash before anything else (PCI DSS 4.0.1 8.3.2), as ' +
      'the row of infra/routes.ts demands. A gateway authorizer caches its answer, so a revoked key would go on working.',
  },
  {
    id: 'AwsSolutions-COG4',
    where: 'Vault/Api/Rest',
    reason:
      'Callers are merchants’ servers and shoppers’ browsers holding API keys of the vault; there are no users to sign ' +
      'in, hence no Cognito pool.',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    where: 'Vault/Api/Rest/CloudWatchRole',
    reason:
      'API Gateway requires this policy, account-wide, to write its logs. Only the apigateway service can assume the ' +
      'role, and the logs hold no card data because data traces are off.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<VaultTrailBucket18565DB2.Arn>/AWSLogs/*]',
    where: 'Vault/AuditorPolicy',
    reason:
      'An auditor reads the trail’s objects, whose names hold dates and random parts, under this one prefix only.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    where: 'Vault/AuditorPolicy',
    reason:
      'cloudtrail:ListPublicKeys, the one action in that statement, takes no resource. It returns public keys, with ' +
      'which the digests’ signatures are checked.',
  },
  {
    id: 'PCI.DSS.321-APIGWCacheEnabledAndEncrypted',
    where: 'Vault/Api/Rest',
    reason:
      'The rule wants a cache that is encrypted; the vault has no cache at all. Answers concern one token or one charge ' +
      'of one merchant and may never be served twice (PCI DSS 4.0.1 3.2.1: keep nothing that is not needed).',
  },
  {
    id: 'PCI.DSS.321-APIGWSSLEnabled',
    where: 'Vault/Api/Rest',
    reason:
      'The client certificate authenticates API Gateway to HTTP backends. All backends here are Lambda functions, ' +
      'called by AWS over TLS and authorized by a resource policy that names this API’s methods.',
  },
  {
    id: 'PCI.DSS.321-LambdaInsideVPC',
    where: 'Vault/Functions',
    reason:
      'The functions listen on no network and reach AWS’s KMS and DynamoDB endpoints over TLS, authorized by IAM per ' +
      'call; a VPC adds no boundary to that and would add routes to look after (PCI DSS 4.0.1 1.4.1 is met by the ' +
      'Lambda service). Outbound calls to processors will get a VPC with an egress allow-list, because then there is ' +
      'traffic to filter.',
  },
  {
    id: 'PCI.DSS.321-S3BucketReplicationEnabled',
    where: 'Vault/Trail',
    reason:
      'The trail is already in two places at once, this bucket and CloudWatch Logs (PCI DSS 4.0.1 10.3.3), and versions ' +
      'under Object Lock cannot be deleted or overwritten. Copies in another account belong to an organization’s own ' +
      'log archive.',
  },
  {
    id: 'PCI.DSS.321-S3DefaultEncryptionKMS',
    where: 'Vault/Trail/AccessLogs',
    reason:
      'S3 cannot deliver server access logs to a bucket whose default encryption is a KMS key; AES-256 under S3’s own ' +
      'keys is the strongest it supports. The log lists who read the trail and holds no card data.',
  },
];

export function acknowledgeFindings(stack: Stack): void {
  for (const { id, where, reason } of ACKNOWLEDGEMENTS) {
    const place = stack.node
      .findAll()
      .find((construct) => construct.node.path === [stack.node.path, where].filter(Boolean).join('/'));
    if (!place) throw new Error(`infra/acknowledgements.ts: nothing at ${where}, where ${id} is acknowledged`);
    Validations.of(place).acknowledge({ id, reason });
  }
}
