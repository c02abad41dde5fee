/**
 * CloudFormation's intrinsic functions with local names. Every physical name and ARN is derived from the stack and the
 * logical id, so that a restart finds the same tables and keys. Unknown functions throw. Source: CloudFormation user
 * guide, intrinsic function reference.
 */
import { createHash } from 'node:crypto';
import type { StackTemplate } from './assembly.ts';

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of `AWS::NoValue`, until its property is dropped. */
const NO_VALUE = Symbol('AWS::NoValue');

/** The property with a resource's physical name, by type; CloudFormation generates the name if it is absent. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::CloudTrail::Trail': 'TrailName',
  'AWS::ApiGateway::Stage': 'StageName',
};

/** The ARN of a resource by type, from its physical id. */
const ARNS: Readonly<Record<string, (id: string, account: Account) => string>> = {
  'AWS::DynamoDB::Table': (id, { region, accountId }) => `arn:aws:dynamodb:${region}:${accountId}:table/${id}`,
  'AWS::DynamoDB::GlobalTable': (id, { region, accountId }) => `arn:aws:dynamodb:${region}:${accountId}:table/${id}`,
  'AWS::KMS::Key': (id, { region, accountId }) => `arn:aws:kms:${region}:${accountId}:key/${id}`,
  'AWS::IAM::Role': (id, { accountId }) => `arn:aws:iam::${accountId}:role/${id}`,
  'AWS::IAM::ManagedPolicy': (id, { accountId }) => `arn:aws:iam::${accountId}:policy/${id}`,
  'AWS::Lambda::Function': (id, { region, accountId }) => `arn:aws:lambda:${region}:${accountId}:function:${id}`,
  'AWS::S3::Bucket': (id) => `arn:aws:s3:::${id}`,
  'AWS::Logs::LogGroup': (id, { region, accountId }) => `arn:aws:logs:${region}:${accountId}:log-group:${id}:*`,
  'AWS::CloudTrail::Trail': (id, { region, accountId }) => `arn:aws:cloudtrail:${region}:${accountId}:trail/${id}`,
  'AWS::SNS::Topic': (id, { region, accountId }) => `arn:aws:sns:${region}:${accountId}:${id}`,
  'AWS::SQS::Queue': (id, { region, accountId }) => `arn:aws:sqs:${region}:${accountId}:${id}`,
};

/** The same UUID for the same key of the same stack. KMS key ids are not secret; their material is. */
function derivedUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** Resolves one template for one account. */
export class Resolver {
  readonly #template: StackTemplate;
  readonly #stackName: string;
  readonly #account: Account;
  readonly #imports: ReadonlyMap<string, unknown>;

  /** `imports` has the exports of other stacks, by export name. */
  constructor(
    template: StackTemplate,
    stackName: string,
    account: Account,
    imports: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.#template = template;
    this.#stackName = stackName;
    this.#account = account;
    this.#imports = imports;
  }

  /** The resolved exports of this stack, by export name. */
  exports(): Map<string, unknown> {
    return new Map(
      Object.entries(this.#template.Outputs).flatMap(([name, { Value, Export }]): [string, unknown][] =>
        Export === undefined ? [] : [[Export.Name, this.resolve(Value, name)]],
      ),
    );
  }

  /** The value with every intrinsic replaced; `where` is its path, for error messages. */
  resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) {
      return value.map((entry) => this.resolve(entry, where)).filter((entry) => entry !== NO_VALUE);
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(only[0], only[1], where);
    }
    const resolved = entries.map(([key, entry]) => [key, this.resolve(entry, `${where}.${key}`)] as const);
    return Object.fromEntries(resolved.filter(([, entry]) => entry !== NO_VALUE));
  }

  physicalId(logicalId: string): string {
    const { Type, Properties } = this.#resource(logicalId);
    if (Type === 'AWS::KMS::Key') return derivedUuid(`${this.#stackName}/${logicalId}`);
    if (Type === 'AWS::ApiGateway::RestApi') return createHash('sha256').update(logicalId).digest('hex').slice(0, 10);
    if (Type === 'AWS::ApiGateway::Resource') return logicalId;
    const property = NAME_PROPERTIES[Type];
    const given = property === undefined ? undefined : Properties[property];
    if (given !== undefined) return String(this.resolve(given, `${logicalId}.${property}`));
    const generated = `${this.#stackName}-${logicalId}`;
    return Type === 'AWS::S3::Bucket' ? generated.toLowerCase() : generated;
  }

  arn(logicalId: string): string {
    const { Type } = this.#resource(logicalId);
    const make = ARNS[Type];
    if (!make) throw new Error(`${logicalId}: no local ARN for a ${Type}`);
    return make(this.physicalId(logicalId), this.#account);
  }

  #resource(logicalId: string) {
    const resource = this.#template.Resources[logicalId];
    if (!resource) throw new Error(`the template has no resource ${logicalId}`);
    return resource;
  }

  #intrinsic(name: string, argument: unknown, where: string): unknown {
    const parts = Array.isArray(argument) ? argument : [];
    const list = (part: unknown) => this.resolve(part, where) as unknown[];
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...rest] = typeof argument === 'string' ? argument.split('.') : parts.map(String);
        return this.#attribute(logicalId, rest.join('.'));
      }
      case 'Fn::Join':
        return list(parts[1]).map(String).join(String(parts[0]));
      case 'Fn::Sub':
        return this.#substitute(argument, where);
      case 'Fn::Select':
        return list(parts[1])[Number(this.resolve(parts[0], where))];
      case 'Fn::Split':
        return String(this.resolve(parts[1], where)).split(String(parts[0]));
      case 'Fn::ImportValue': {
        const exported = String(this.resolve(argument, where));
        if (!this.#imports.has(exported)) throw new Error(`${where}: no stack exports ${exported}`);
        return this.#imports.get(exported);
      }
      case 'Fn::If':
        return this.resolve(this.#condition({ Condition: parts[0] }, where) ? parts[1] : parts[2], where);
      case 'Fn::FindInMap': {
        const path = list(parts.slice(0, 3)).map(String);
        return path.reduce<unknown>(
          (level, key) => (isObject(level) ? level[key] : undefined),
          this.#template.Mappings,
        );
      }
      default:
        throw new Error(`${where}: ${name} is not understood`);
    }
  }

  #ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name);
    const parameter = this.#template.Parameters[name];
    if (parameter) return parameter.Default;
    // Ref of a managed policy is its ARN; of every other resource used here it is the name.
    return this.#resource(name).Type === 'AWS::IAM::ManagedPolicy' ? this.arn(name) : this.physicalId(name);
  }

  #pseudoParameter(name: string): string | typeof NO_VALUE {
    const { accountId, region } = this.#account;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.#stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${accountId}:stack/${this.#stackName}/local`;
      case 'AWS::NoValue':
        return NO_VALUE;
      default:
        throw new Error(`unknown pseudo parameter ${name}`);
    }
  }

  #attribute(logicalId: string, name: string): unknown {
    const { Type } = this.#resource(logicalId);
    if (name === 'Arn') return this.arn(logicalId);
    if (name === 'RootResourceId' && Type === 'AWS::ApiGateway::RestApi') return `${logicalId}/root`;
    if (name === 'KeyId' && Type === 'AWS::KMS::Key') return this.physicalId(logicalId);
    if (name === 'TopicArn' && Type === 'AWS::SNS::Topic') return this.arn(logicalId);
    throw new Error(`no local value for attribute ${name} of ${logicalId} (${Type})`);
  }

  #substitute(argument: unknown, where: string): string {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const variables = this.resolve(own ?? {}, where) as Json;
    return String(text).replaceAll(/\$\{(!?)([^{}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(variables[name]);
      const dot = name.indexOf('.');
      return String(dot < 0 ? this.#ref(name) : this.#attribute(name.slice(0, dot), name.slice(dot + 1)));
    });
  }

  #condition(expression: unknown, where: string): boolean {
    const [[name, argument] = ['', undefined]] = Object.entries(expression as Json);
    const parts = Array.isArray(argument) ? argument : [];
    if (name === 'Condition') return this.#condition(this.#template.Conditions[String(argument)] ?? {}, where);
    if (name === 'Fn::Equals') return this.resolve(parts[0], where) === this.resolve(parts[1], where);
    if (name === 'Fn::Not') return !this.#condition(parts[0], where);
    if (name === 'Fn::And') return parts.every((part) => this.#condition(part, where));
    if (name === 'Fn::Or') return parts.some((part) => this.#condition(part, where));
    throw new Error(`${where}: condition function ${name} is not understood`);
  }
}
