/**
 * The synthesized template as the tests read it: intrinsic functions become the text they would have in one account and
 * region, so that policies and references can be compared as strings. A table's or key's physical name is its logical id.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route, SCHEDULES, type Schedule } from '../../infra/routes.ts';
import { synthesizedApp } from '../setup/synthesized.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-northeast-1';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface SynthesizedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Path in the construct tree, without the vault stack's name and the trailing `/Resource`. */
  readonly path: string;
  /** Properties differ by type; each test states the shape it expects. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface SynthesizedPolicy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: Json };
  readonly DeletionPolicy?: string;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string; readonly 'aws:asset:path'?: string };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Fuda/1f6ab1c0`,
  'AWS::StackName': 'Fuda',
  'AWS::URLSuffix': 'amazonaws.com',
};

const ARN_FORMS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::IAM::ManagedPolicy': `arn:aws:iam::${ACCOUNT}:policy/`,
  'AWS::IAM::Role': `arn:aws:iam::${ACCOUNT}:role/`,
  'AWS::KMS::Key': `arn:aws:kms:${REGION}:${ACCOUNT}:key/`,
  'AWS::Lambda::Function': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`,
  'AWS::S3::Bucket': 'arn:aws:s3:::',
};

const templateText = (stack: 'Fuda' | 'FudaAudit'): string =>
  readFileSync(join(synthesizedApp(), `${stack}.template.json`), 'utf8');

interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Json; readonly Export?: { readonly Name: string } }>>;
}

const read = (stack: 'Fuda' | 'FudaAudit') => JSON.parse(templateText(stack)) as RawTemplate;
const vaultTemplate = read('Fuda');
const auditTemplate = read('FudaAudit');

/** What one stack tells the other, by the name it is exported under. */
const EXPORTS = new Map(Object.values(auditTemplate.Outputs).map(({ Value, Export }) => [Export?.Name, Value]));

function resolve(value: Json): Json {
  if (Array.isArray(value)) return value.map(resolve);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', null];
  if (entries.length === 1 && name === 'Ref') return PSEUDO[argument as string] ?? (argument as string);
  if (entries.length === 1 && name === 'Fn::GetAtt') return attribute(argument as readonly string[]);
  if (entries.length === 1 && name === 'Fn::ImportValue') return resolve(EXPORTS.get(argument as string) ?? null);
  if (entries.length === 1 && name === 'Fn::Join') {
    const [separator, parts] = argument as readonly [string, readonly Json[]];
    return parts.map(resolve).join(separator);
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner)]));
}

function attribute([logicalId = '', name]: readonly string[]): string {
  const type = (vaultTemplate.Resources[logicalId] ?? auditTemplate.Resources[logicalId])?.Type ?? '';
  if (type === 'AWS::Logs::LogGroup') return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logicalId}:*`;
  return name === 'Arn' ? `${ARN_FORMS[type] ?? `arn:unknown:${type}:`}${logicalId}` : `${logicalId}.${name}`;
}

const resourcesOf = ({ Resources }: RawTemplate): readonly SynthesizedResource[] =>
  Object.entries(Resources).map(([logicalId, resource]) => ({
    logicalId,
    type: resource.Type,
    path: (resource.Metadata?.['aws:cdk:path'] ?? '').replace(/^Fuda\//, '').replace(/\/Resource$/, ''),
    properties: resolve(resource.Properties ?? {}) as Readonly<Record<string, unknown>>,
    deletionPolicy: resource.DeletionPolicy,
  }));

/** Of both stacks; paths of the vault's begin with `Vault/`, of the auditors' with `FudaAudit/`. */
export const resources: readonly SynthesizedResource[] = [...resourcesOf(vaultTemplate), ...resourcesOf(auditTemplate)];

const valuesOf = (given: RawTemplate['Outputs']): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([, { Export }]) => Export === undefined)
      .map(([name, { Value }]) => [name, resolve(Value)]),
  );

/** By stack, without what the one exports for the other. */
export const outputs = valuesOf(vaultTemplate.Outputs);
export const auditOutputs = valuesOf(auditTemplate.Outputs);

export const ofType = (type: string): readonly SynthesizedResource[] =>
  resources.filter((resource) => resource.type === type);

export function at(path: string): SynthesizedResource {
  const found = resources.find((resource) => resource.path === path);
  if (!found) throw new Error(`the template has nothing at ${path}`);
  return found;
}

export const arnOf = ({ type, logicalId }: SynthesizedResource): string => `${ARN_FORMS[type]}${logicalId}`;
export const table = (name: string): SynthesizedResource => at(`Vault/Tables/${name}`);
const OTHER_KEYS: Readonly<Record<string, string>> = { DataKey: 'Vault/DataKey', TrailKey: 'FudaAudit/Store/TrailKey' };
export const key = (name: string): SynthesizedResource => at(OTHER_KEYS[name] ?? `Vault/Keys/${name}`);
export const keyPolicy = (name: string): SynthesizedPolicy => key(name).properties.KeyPolicy as SynthesizedPolicy;

export const ROWS: readonly (Route | Schedule)[] = [...ROUTES, ...SCHEDULES];

/** The construct path of a row's function, written out here so that the code under test is not asked. */
export function functionPath(entry: string): string {
  const words = entry.split(/[/-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Vault/Functions/${words.join('')}`;
}

export const roleOf = (entry: string): SynthesizedResource => at(`${functionPath(entry)}/Role`);
export const policyOf = (entry: string): SynthesizedPolicy =>
  at(`${functionPath(entry)}/Policy`).properties.PolicyDocument as SynthesizedPolicy;

/** The code that would be deployed for a row. */
export function bundleOf(entry: string): string {
  const { logicalId } = at(`${functionPath(entry)}/Function`);
  const folder = vaultTemplate.Resources[logicalId]?.Metadata?.['aws:asset:path'] ?? '';
  return readFileSync(join(synthesizedApp(), folder, 'index.mjs'), 'utf8');
}

export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];
