/**
 * The vault's KMS keys and who may use them. A use of a card key passes two locks: the role's own policy must grant it,
 * and the key's policy must name that role, each under the same conditions on the encryption context. The account's
 * administrators may manage a key, never use it, and may not create grants, by which others could
 * (PCI DSS 4.0.1 3.6.1, 7.2.1, 7.2.5).
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type KeyName, keyKind } from '../../shared/base/tables.ts';
import type { KeyAction } from '../routes.ts';

/** Managing a key: everything short of using it, or of letting others use it through a grant. */
const MANAGE = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/** ReEncrypt is two permissions in IAM: to open under the one context and to seal under the other. */
const KMS_ACTIONS: Readonly<Record<KeyAction, readonly string[]>> = {
  Encrypt: ['kms:Encrypt'],
  Decrypt: ['kms:Decrypt'],
  ReEncrypt: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  ReEncryptFrom: ['kms:ReEncryptFrom'],
  ReEncryptTo: ['kms:ReEncryptTo'],
  GenerateMac: ['kms:GenerateMac'],
};

const PURPOSES: Readonly<Record<KeyName, string>> = {
  PanKey: 'card numbers',
  FormerPanKey: 'card numbers, until they are moved to the key after it',
  CvcKey: 'security codes, until authorization',
  CaptureKey: 'private keys to which browsers encrypt cards',
  FingerprintKey: 'card fingerprints (HMAC)',
  SecretKey: 'merchants’ secrets for processors and their own PSPs',
  HoneyKey: 'the list of cards and tokens that nobody should ever use',
};

/** The key's policy starts here; statements for its uses are added once the roles exist. */
export const managementOnly = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'ManageButNeverUse',
        principals: [new AccountRootPrincipal()],
        actions: MANAGE,
        resources: ['*'],
      }),
    ],
  });

/** Which key encrypts card numbers. */
export interface PanKeyProps {
  /**
   * Counts the PAN keys of this vault. Raising it by one makes a new key, under which every card is encrypted from then on.
   * @default 1
   */
  readonly generation: number;
  /**
   * What the key before is good for: `opens` while a function moves the stored cards away from it; `closed` once none is
   * left under it (docs/operate.md). Closed keys stay in the stack, used by nobody, so that the evidence still knows them.
   */
  readonly former: 'opens' | 'closed';
}

export const FIRST_PAN_KEY: PanKeyProps = { generation: 1, former: 'closed' };

/** The construct id of a PAN key; the first keeps the name it had before there was a second, and so its logical id. */
const panKeyId = (generation: number): string => (generation === 1 ? 'PanKey' : `PanKey${generation}`);

type Keys = Readonly<Record<Exclude<KeyName, 'FormerPanKey'>, Key> & Partial<Record<'FormerPanKey', Key>>>;

export class CardKeys extends Construct {
  readonly byName: Keys;
  /** Whether there is a former PAN key and cards may still be opened under it. */
  readonly formerOpens: boolean;

  constructor(scope: Construct, id: string, { generation, former }: PanKeyProps = FIRST_PAN_KEY) {
    super(scope, id);
    const create = (name: KeyName, constructId: string = name) => {
      const hmac = keyKind(name).spec === 'HMAC_256';
      return new Key(this, constructId, {
        description: `Fuda ${name}: ${PURPOSES[name]}`,
        keySpec: hmac ? KeySpec.HMAC_256 : KeySpec.SYMMETRIC_DEFAULT,
        keyUsage: hmac ? KeyUsage.GENERATE_VERIFY_MAC : KeyUsage.ENCRYPT_DECRYPT,
        // KMS does not rotate HMAC keys; a new one would make every stored fingerprint unmatchable.
        enableKeyRotation: !hmac,
        policy: managementOnly(),
        pendingWindow: Duration.days(30),
        removalPolicy: RemovalPolicy.RETAIN,
      });
    };
    this.formerOpens = generation > 1 && former === 'opens';
    for (let past = 1; past < generation - 1; past += 1) create('FormerPanKey', panKeyId(past));
    this.byName = {
      PanKey: create('PanKey', panKeyId(generation)),
      ...(generation > 1 && { FormerPanKey: create('FormerPanKey', panKeyId(generation - 1)) }),
      CvcKey: create('CvcKey'),
      CaptureKey: create('CaptureKey'),
      FingerprintKey: create('FingerprintKey'),
      SecretKey: create('SecretKey'),
      HoneyKey: create('HoneyKey'),
    };
  }

  /**
   * Lets whoever holds the operator's policy seal under a key. Operators are people, whose roles no template knows, so
   * this lock admits the account and IAM decides alone. Sealing tells nothing, and no function trusts a sealed text
   * that lies in no table.
   */
  allowSealing(name: 'SecretKey' | 'HoneyKey', sid: string): PolicyStatement {
    const key = this.byName[name];
    const statement = useStatement(name, ['Encrypt'], '*');
    statement.sid = sid;
    statement.addPrincipals(new AccountRootPrincipal());
    key.addToResourcePolicy(statement);
    return useStatement(name, ['Encrypt'], key.keyArn);
  }

  /** Throws for a former PAN key where there is none. */
  named(name: KeyName): Key {
    const key = this.byName[name];
    if (key === undefined) throw new Error(`this vault has no ${name}`);
    return key;
  }

  /** Opens the key's own lock to `role`; the other lock is the role's policy, which takes `useStatement`. */
  allowUse(name: KeyName, actions: readonly KeyAction[], role: IRole, sid: string, vpcId?: string): void {
    const statement = useStatement(name, actions, '*');
    statement.sid = sid;
    // The account principal makes IAM's own answer necessary too; the condition admits this one role and no other.
    statement.addPrincipals(new AccountRootPrincipal());
    statement.addCondition('ArnEquals', { 'aws:PrincipalArn': role.roleArn });
    if (vpcId !== undefined) statement.addCondition('StringEquals', { 'aws:SourceVpc': vpcId });
    this.named(name).addToResourcePolicy(statement);
  }
}

/** What one function may do with one key, under which encryption context: the same words on both locks. */
export function useStatement(name: KeyName, actions: readonly KeyAction[], resource: string): PolicyStatement {
  const { context, purpose, spec } = keyKind(name);
  return new PolicyStatement({
    actions: actions.flatMap((action) => KMS_ACTIONS[action]),
    resources: [resource],
    conditions:
      spec === 'HMAC_256'
        ? { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } }
        : {
            StringEquals: { 'kms:EncryptionContext:purpose': purpose },
            // No name beyond the known ones, and each of those present: nobody decrypts without saying whose card (V5).
            'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': [...context] },
            Null: {
              'kms:EncryptionContextKeys': 'false',
              ...Object.fromEntries(
                context.filter((key) => key !== 'purpose').map((key) => [`kms:EncryptionContext:${key}`, 'false']),
              ),
            },
          },
  });
}

/** The region's endpoint of an AWS service, as `kms:ViaService` names it. */
export const viaService = (scope: Construct, service: string): string =>
  `${service}.${Stack.of(scope).region}.amazonaws.com`;
