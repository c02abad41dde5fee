/**
 * What a rule of the vault's own pack is: it looks at one CloudFormation resource with its properties resolved, and names
 * what is wrong with it. Rules know nothing of the CDK; the pack in vault-checks.ts makes cdk-nag findings of them.
 */
import { KEYS, type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';

export interface Rule {
  /** Its id after `PCI.DSS.401-`. */
  readonly name: string;
  /** The requirements of PCI DSS 4.0.1 it serves. */
  readonly requirement: string;
  /** What must be so, as a sentence without its full stop. */
  readonly says: string;
  /** The CloudFormation types it looks at. */
  readonly types: readonly string[];
  /** What is wrong, one short name for each fault; nothing where all is well. */
  faults(resource: Resource): readonly string[];
}

export type Json = { readonly [name: string]: unknown };

export interface Resource {
  readonly type: string;
  /** In the construct tree: `Fuda/Vault/Keys/PanKey`. */
  readonly path: string;
  readonly properties: Json;
  /** The path of what a `Ref` or the ARN of a `Fn::GetAtt` names; undefined for anything else. */
  refersTo(value: unknown): string | undefined;
  /** Everything of this type in the same stack. */
  others(type: string): readonly Resource[];
}

export const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());
export const texts = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === 'string');
/** The names of those checks that are true. */
export const namesOf = (checks: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(checks).filter((name) => checks[name]);

export const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** Which of the vault's tables this is, known by what its partition key holds. */
export function tableName({ type, properties }: Resource): TableName | undefined {
  if (!TABLE_TYPES.includes(type)) return undefined;
  const hash = list(properties.KeySchema)
    .map(object)
    .find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  const attributes = new Set(
    list(properties.AttributeDefinitions).map((definition) => object(definition).AttributeName),
  );
  // Two tables call their key `record_id`; their indexes tell them apart.
  return (Object.keys(TABLES) as TableName[]).find((name) => {
    const { key, indexes } = TABLES[name];
    return key === hash && Object.values(indexes).every(({ partition }) => attributes.has(partition));
  });
}

/** What must be gone when it is erased: nothing may keep an older state of these (V2, and forward secrecy). */
export const forgets = (resource: Resource): boolean =>
  (['Tokens', 'CaptureKeys'] as const).some((name) => name === tableName(resource));

/** Which of the vault's keys a path leads to; a key of a later generation is `PanKey2`. */
export const keyName = (path: string | undefined): KeyName | undefined =>
  (Object.keys(KEYS) as KeyName[]).find((name) => new RegExp(`/${name}\\d*$`).test(path ?? ''));
