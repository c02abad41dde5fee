/**
 * The vault's KMS keys and their users. Using a card key needs two permissions: one in the role's policy, and one in
 * the key's policy that names the role. Both carry the same conditions on the encryption context. The account's
 * administrators may manage a key, but neither use it nor create grants for others (PCI DSS 4.0.1 3.6.1, 7.2.1, 7.2.5).
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type KeyName, keyKind } from '../../shared/base/tables.ts';
import type { KeyAction } from '../routes.ts';

/** Managing a key. Leaves out its use, and grants, which would let others use it. */
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

/** IAM splits ReEncrypt into two permissions: decrypt under one context, encrypt under the other. */
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
  HoneyKey: 'the list of planted cards and tokens, any use of which is an alarm',
};

/** The first statement of a key policy; statements for its users are added once their roles exist. */
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

/** The PAN key: its number and the state of the one before. */
export interface PanKeyProps {
  /**
   * Number of PAN keys this vault has had. Adding one makes a new key, and every card is encrypted under it from then
   * on.
   * @default 1
   */
  readonly generation: number;
  /**
   * Use of the previous key: `opens` while a function moves stored cards away from it, `closed` once no card uses it
   * (docs/operate.md). Closed keys stay in the stack without users, so that the evidence still recognises them.
   */
  readonly former: 'opens' | 'closed';
}

const FIRST_PAN_KEY: PanKeyProps = { generation: 1, former: 'closed' };

/**
 * The construct id of a PAN key. The first has no number, so that its logical id stayed the same when a second was
 * added.
 */
const panKeyId = (generation: number): string => (generation === 1 ? 'PanKey' : `PanKey${generation}`);

type Keys = Readonly<Record<Exclude<KeyName, 'FormerPanKey'>, Key> & Partial<Record<'FormerPanKey', Key>>>;

interface KeyUser {
  readonly role: IRole;
  readonly sid: string;
  /** The network that the role's calls must come from, where the vault has one. */
  readonly vpcId: string | undefined;
}

export class CardKeys extends Construct {
  readonly byName: Keys;
  /** The PAN keys before the former one, oldest first: nothing can use them, and the evidence still knows them. */
  readonly olderPanKeys: readonly Key[];
  /** There is a former PAN key, and cards may still be decrypted under it. */
  readonly formerOpens: boolean;

  constructor(scope: Construct, id: string, { generation, former }: PanKeyProps = FIRST_PAN_KEY) {
    super(scope, id);
    const create = (name: KeyName, constructId: string = name) => {
      const hmac = keyKind(name).spec === 'HMAC_256';
      return new Key(this, constructId, {
        description: `Fuda ${name}: ${PURPOSES[name]}`,
        keySpec: hmac ? KeySpec.HMAC_256 : KeySpec.SYMMETRIC_DEFAULT,
        keyUsage: hmac ? KeyUsage.GENERATE_VERIFY_MAC : KeyUsage.ENCRYPT_DECRYPT,
        // KMS cannot rotate HMAC keys; a new key would make stored fingerprints incomparable.
        enableKeyRotation: !hmac,
        policy: managementOnly(),
        pendingWindow: Duration.days(30),
        removalPolicy: RemovalPolicy.RETAIN,
      });
    };
    this.formerOpens = generation > 1 && former === 'opens';
    const older = Array.from({ length: Math.max(0, generation - 2) }, (_, past) => panKeyId(past + 1));
    this.olderPanKeys = older.map((constructId) => create('FormerPanKey', constructId));
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
   * Allows the operator's policy to encrypt under a key. The template cannot name the operators' roles, so the key
   * policy allows the account and IAM alone decides. Encrypting reveals nothing, and functions decrypt only ciphertexts
   * from tables.
   */
  allowSealing(name: 'SecretKey' | 'HoneyKey', sid: string): PolicyStatement {
    const key = this.byName[name];
    const statement = useStatement(name, ['Encrypt'], '*');
    statement.sid = sid;
    statement.addPrincipals(new AccountRootPrincipal());
    key.addToResourcePolicy(statement);
    return useStatement(name, ['Encrypt'], key.keyArn);
  }

  /** Throws if there is no former PAN key. */
  named(name: KeyName): Key {
    const key = this.byName[name];
    if (key === undefined) throw new Error(`this vault has no ${name}`);
    return key;
  }

  /** Adds `role` to the key's policy; the role's own policy gets the same statement from `useStatement`. */
  allowUse(name: KeyName, actions: readonly KeyAction[], { role, sid, vpcId }: KeyUser): void {
    const statement = useStatement(name, actions, '*');
    statement.sid = sid;
    // The account as principal makes IAM's permission necessary too; the condition limits it to this role.
    statement.addPrincipals(new AccountRootPrincipal());
    statement.addCondition('ArnEquals', { 'aws:PrincipalArn': role.roleArn });
    if (vpcId !== undefined) statement.addCondition('StringEquals', { 'aws:SourceVpc': vpcId });
    this.named(name).addToResourcePolicy(statement);
  }
}

/** The permission of one function on one key, with its encryption context; both policies use it. */
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
            // Exactly the known names must be present, so that each decryption names its card (V5).
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

/** The region's endpoint of an AWS service, in the form of `kms:ViaService`. */
export const viaService = (scope: Construct, service: string): string =>
  `${service}.${Stack.of(scope).region}.amazonaws.com`;
