/**
 * Accepted findings of cfn-lint and checkov, each with its reason. A finding that is not here fails `npm run
 * lint:templates`, and so does a row without a finding.
 */

export interface Answer {
  readonly check: string;
  /** Logical ids of the resources; all unless given. */
  readonly resources?: RegExp;
  readonly reason: string;
}

export const CFN_LINT: readonly Answer[] = [
  {
    check: 'W3005',
    reason: 'The CDK states a dependency on a role beside the reference to it. Saying it twice changes nothing.',
  },
  {
    check: 'W6001',
    reason:
      'The vault’s stack repeats the name of the trail’s bucket, which another stack makes, among its own outputs, so ' +
      'that all names of the vault are in one place.',
  },
];

export const CHECKOV: readonly Answer[] = [
  {
    check: 'CKV_AWS_7',
    resources: /FingerprintKey/,
    reason: 'KMS does not rotate HMAC keys, and a new one would make every stored fingerprint unmatchable.',
  },
  {
    check: 'CKV_AWS_18',
    resources: /AccessLogs/,
    reason: 'It is the bucket that receives the access logs of the trail; logging itself would never end.',
  },
  {
    check: 'CKV_AWS_28',
    resources: /Tables(?:Tokens|CaptureKeys|Counters|Simulator)/,
    reason:
      'PCI DSS 4.0.1 3.3.1: a recovery would bring back security codes that were erased, and capture keys that were dropped ' +
      'so that nothing encrypted to them can be decrypted. Counters are of ten minutes, and the simulated processor’s table ' +
      'holds nothing of the vault.',
  },
  {
    check: 'CKV_AWS_33',
    resources: /DataKey/,
    reason:
      'The statements for anyone are narrowed to this account and to calls that DynamoDB makes for it, as DynamoDB needs ' +
      '(kms:CallerAccount, kms:ViaService).',
  },
  {
    check: 'CKV_AWS_59',
    reason:
      'Each handler authenticates the API key itself, before anything else. Routes without a key are the hosted page, ' +
      'its script, the API’s description and the public capture keys, which are for everybody.',
  },
  {
    check: 'CKV_AWS_73',
    reason: 'A trace would keep paths, and in them tokens, outside the logs that are checked for such things.',
  },
  {
    check: 'CKV_AWS_115',
    reason:
      'The stage’s throttle and the firewall bound how much runs at once. A reservation for each function would take it ' +
      'from the others of the account, and no number would be right for every account.',
  },
  {
    check: 'CKV_AWS_116',
    reason:
      'The API waits for its functions, so nothing is queued that could be lost, and a dead letter would hold the request, ' +
      'card included. A scheduled run that fails is made up by the next.',
  },
  {
    check: 'CKV_AWS_117',
    reason:
      'Functions reach KMS and DynamoDB over TLS, authorized by IAM for each call. The VPC is an option of the construct, ' +
      'for those who want to filter what goes out to processors.',
  },
  {
    check: 'CKV_AWS_120',
    reason: 'An answer concerns one card of one merchant: none may be cached (PCI DSS 4.0.1 3.2.1).',
  },
  {
    check: 'CKV_AWS_173',
    reason: 'The variables are names of tables and ARNs of keys, no secret; Lambda encrypts them under its own key.',
  },
];
