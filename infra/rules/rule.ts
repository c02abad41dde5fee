/**
 * The type of a rule in the vault's own pack: it checks one CloudFormation resource with resolved properties, and names
 * its faults. Rules do not import the CDK; vault-checks.ts turns their results into cdk-nag findings.
 */
import { KEYS, type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';

export interface Rule {
  /** Its id after `PCI.DSS.401-`. */
  readonly name: string;
  /** The requirements of PCI DSS 4.0.1 it serves. */
  readonly requirement: string;
  /** The requirement as a sentence without a full stop. */
  readonly says: string;
  /** The CloudFormation types it checks. */
  readonly types: readonly string[];
  /** One short name per fault; empty if there is none. */
  faults(resource: Resource): readonly string[];
}

export type Json = { readonly [name: string]: unknown };

export interface Resource {
  readonly type: string;
  /** In the construct tree: `Fuda/Vault/Keys/PanKey`. */
  readonly path: string;
  readonly properties: Json;
  /** The path of the resource that a `Ref` or the ARN of a `Fn::GetAtt` names; undefined for any other value. */
  refersTo(value: unknown): string | undefined;
  /** All resources of this type in the same stack. */
  others(type: string): readonly Resource[];
}

export const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());
export const texts = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === 'string');
/** The names of the checks that are true. */
export const namesOf = (checks: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(checks).filter((name) => checks[name]);

export const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** The vault's table that this resource is, recognised by its partition key. */
export function tableName({ type, properties }: Resource): TableName | undefined {
  if (!TABLE_TYPES.includes(type)) return undefined;
  const hash = list(properties.KeySchema)
    .map(object)
    .find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  const attributes = new Set(
    list(properties.AttributeDefinitions).map((definition) => object(definition).AttributeName),
  );
  // Two tables have the key `record_id`; their indexes differ.
  return (Object.keys(TABLES) as TableName[]).find((name) => {
    const { key, indexes } = TABLES[name];
    return key === hash && Object.values(indexes).every(({ partition }) => attributes.has(partition));
  });
}

/** Tables that must keep no older state, because data erased in them must be gone (V2, and forward secrecy). */
export const forgets = (resource: Resource): boolean =>
  (['Tokens', 'CaptureKeys'] as const).some((name) => name === tableName(resource));

/** The vault's key at a path; `PanKey2` is a later generation of `PanKey`. */
export const keyName = (path: string | undefined): KeyName | undefined =>
  (Object.keys(KEYS) as KeyName[]).find((name) => name === /\/([A-Za-z]+)\d*$/.exec(path ?? '')?.[1]);
