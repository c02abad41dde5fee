/** The permission matrix reads every policy of a template, loses nothing of it, and refuses what it cannot read. */
import { describe, expect, test } from '@jest/globals';
import { type Permission, permissionMatrix } from '../../audit/permissions.ts';

type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: object; readonly Metadata?: object }>
>;

const at = (path: string) => ({ 'aws:cdk:path': `Stack/${path}` });
const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const variable = (name: string) => `\${${name}}`;
const ROOT = {
  AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
};

const KEY = { Type: 'AWS::KMS::Key', Metadata: at('Vault/Keys/PanKey/Resource') };
const TABLE = { Type: 'AWS::DynamoDB::Table', Metadata: at('Vault/Tables/Ledger/Resource') };
const ROLE = {
  Type: 'AWS::IAM::Role',
  Metadata: at('Vault/Role/Resource'),
  Properties: { AssumeRolePolicyDocument: { Statement: [] } },
};
const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: { Role: arn('Role1A'), Description: 'Fuda cde/create-charge' },
};
const policy = (statement: object, roles: readonly object[] = []) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Metadata: at('Vault/OperatorPolicy/Resource'),
  Properties: { PolicyDocument: { Statement: statement }, Roles: roles },
});

const matrix = (Resources: Resources, ...others: readonly object[]) => permissionMatrix([{ Resources }, ...others]);
const line = ({ principal, effect, actions, resource, conditions, source }: Permission) =>
  [
    `${principal} ${effect} ${actions.join()} ${resource}`,
    ...conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join()}`),
    source,
  ].join(' | ');

describe('a statement of a role', () => {
  const statement = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: arn('Table1A') };

  test('becomes a row of the function that runs as the role, with resources by their names', () => {
    const onIndex = { 'Fn::Join': ['', [arn('Table1A'), '/index/by_owner']] };
    const rows = matrix({
      Table1A: TABLE,
      Role1A: ROLE,
      Function1A: FUNCTION,
      Policy1A: policy(
        [statement, { Effect: 'Allow', Action: 'dynamodb:Query', Resource: [onIndex] }],
        [{ Ref: 'Role1A' }],
      ),
    });
    expect(rows.map(line)).toEqual([
      'cde/create-charge allow dynamodb:GetItem,dynamodb:Query Ledger | identity',
      'cde/create-charge allow dynamodb:Query Ledger/index/by_owner | identity',
    ]);
    expect(rows[0]?.principalKind).toBe('function');
  });

  test('of a policy without a holder becomes a row of that policy', () => {
    const rows = matrix({ Table1A: TABLE, Policy1A: policy(statement) });
    expect(rows).toMatchObject([{ principal: 'OperatorPolicy', principalKind: 'policy', resource: 'Ledger' }]);
  });

  test('in the role itself counts too, and so do the policies of AWS, although their text is elsewhere', () => {
    const Properties = {
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      },
      Policies: [{ PolicyName: 'inline', PolicyDocument: { Statement: [statement] } }],
      ManagedPolicyArns: [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AdministratorAccess']] },
      ],
    };
    expect(matrix({ Table1A: TABLE, Role1A: { ...ROLE, Properties }, Function1A: FUNCTION }).map(line)).toEqual([
      'lambda.amazonaws.com allow sts:AssumeRole Vault/Role | trust',
      'cde/create-charge allow dynamodb:GetItem,dynamodb:Query Ledger | identity',
      'cde/create-charge allow all in arn:aws:iam::aws:policy/AdministratorAccess * | identity',
    ]);
  });

  test.each([
    [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, 'OperatorPolicy allow all but iam:* * | identity'],
    [{ Effect: 'Allow', Action: 's3:*', NotResource: ['a', 'b'] }, 'OperatorPolicy allow s3:* all but a, b | identity'],
    [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }, 'OperatorPolicy deny s3:* * | identity'],
  ])('that says what it does not cover is not taken for less than it grants: %j', (given, wanted) => {
    expect(matrix({ Policy1A: policy(given) }).map(line)).toEqual([wanted]);
  });
});

describe('a statement of a key', () => {
  const keyWith = (statement: object) => ({ ...KEY, Properties: { KeyPolicy: { Statement: [statement] } } });
  const use = { Effect: 'Allow', Action: 'kms:Decrypt', Principal: ROOT, Resource: '*' };
  const rowsOf = (statement: object) =>
    matrix({ Key1A: keyWith(statement), Role1A: ROLE, Function1A: FUNCTION }).map(line);

  test('for the account becomes a row of the account', () => {
    expect(rowsOf(use)).toEqual(['the account allow kms:Decrypt PanKey | key']);
  });

  test('for the account as one role becomes a row of that role', () => {
    const Condition = { ArnEquals: { 'aws:PrincipalArn': arn('Role1A') }, Bool: { 'kms:x': true } };
    expect(rowsOf({ ...use, Condition })).toEqual([
      'cde/create-charge allow kms:Decrypt PanKey | Bool kms:x true | key',
    ]);
  });

  test.each([
    ['a pattern', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }],
    [
      'another caller beside the role',
      { ArnEquals: { 'aws:PrincipalArn': [arn('Role1A'), 'arn:aws:iam::999999999999:role/x'] } },
    ],
    ['the condition turned round', { ArnNotEquals: { 'aws:PrincipalArn': arn('Role1A') } }],
  ])('for the account with %s is not taken for one role’s', (_what, Condition) => {
    const [row] = rowsOf({ ...use, Condition });
    expect(row).toMatch(/^the account allow kms:Decrypt PanKey \| \w+ aws:PrincipalArn /);
  });

  test.each([
    ['*', 'anyone'],
    [{ AWS: '*' }, 'anyone'],
    [{ AWS: 'arn:aws:iam::999999999999:root' }, 'arn:aws:iam::999999999999:root'],
    [{ Service: 'logs.amazonaws.com' }, 'logs.amazonaws.com'],
    [{ AWS: arn('Role1A') }, 'cde/create-charge'],
  ])('for %j becomes a row of %s', (Principal, who) => {
    expect(rowsOf({ ...use, Principal })).toEqual([`${who} allow kms:Decrypt PanKey | key`]);
  });

  test('for all except some becomes a row that says so', () => {
    const { Principal: _, ...rest } = use;
    expect(rowsOf({ ...rest, NotPrincipal: { AWS: 'a' } })[0]).toMatch(/^all but \{"AWS":\["a"\]\} allow/);
  });
});

describe('names', () => {
  test('of two vaults in one stack differ', () => {
    const other = { ...KEY, Metadata: at('Second/Keys/PanKey/Resource') };
    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: [arn('Key1A'), arn('Key2B')] };
    const rows = matrix({ Key1A: KEY, Key2B: other, Policy1A: policy(statement) });
    expect(rows.map(({ resource }) => resource)).toEqual(['Vault/Keys/PanKey', 'Second/Keys/PanKey']);
  });

  test('reach into another stack of the app', () => {
    const exporter = {
      Resources: { Key1A: KEY },
      Outputs: { Out: { Value: arn('Key1A'), Export: { Name: 'Keys:PanKey' } } },
    };
    const Resource = { 'Fn::ImportValue': 'Keys:PanKey' };
    const rows = matrix({ Policy1A: policy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource }) }, exporter);
    expect(rows.map(line)).toEqual(['OperatorPolicy allow kms:Decrypt PanKey | identity']);
  });

  test('of what cannot be put in words stay as they are written', () => {
    const Resource = [
      { 'Fn::Sub': `arn:aws:s3:::${variable('Bucket1A')}/${variable('!kept')}/${variable('Key1A.Arn')}/*` },
      { 'Fn::Select': [0, { Ref: 'Names' }] },
      { 'Fn::ImportValue': 'Nobody:Exports' },
    ];
    const rows = matrix({ Key1A: KEY, Policy1A: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource }) });
    expect(rows.map(({ resource }) => resource)).toEqual([
      `arn:aws:s3:::<Bucket1A>/${variable('kept')}/PanKey/*`,
      '{"Fn::Select":[0,"<Names>"]}',
      '{"Fn::ImportValue":"Nobody:Exports"}',
    ]);
  });
});

describe('is refused', () => {
  const statement = { Effect: 'Allow', Action: 'x:Y', Resource: '*' };

  test('a policy in a resource of an unknown type', () => {
    const unknown = { Type: 'AWS::New::Thing', Properties: { Rules: [{ Policy: { Statement: [statement] } }] } };
    expect(() => matrix({ Thing1A: unknown })).toThrow(/Thing1A: a AWS::New::Thing carries a policy/);
  });

  test.each([
    ['an unknown effect', { ...statement, Effect: 'Perhaps' }],
    ['a member that IAM does not have', { ...statement, Unless: 'x' }],
    ['an action other than text', { ...statement, Action: 7 }],
  ])('%s', (_what, given) => {
    expect(() => matrix({ Policy1A: policy(given) })).toThrow(/invalid|unrecognized/i);
  });

  test('a file other than a template', () => {
    expect(() => permissionMatrix([{}])).toThrow(/Resources/);
  });
});

test('a policy written as text is read too', () => {
  const document = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'logs:PutLogEvents', Principal: { Service: 'es.amazonaws.com' }, Resource: 'x' },
    ],
  });
  const rows = matrix({ Logs1A: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyDocument: document } } });
  expect(rows.map(line)).toEqual(['es.amazonaws.com allow logs:PutLogEvents x | logs']);
});

test('an invocation names who may start which function, and for what', () => {
  const Properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: arn('Function1A'),
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:x',
  };
  const rows = matrix({ Function1A: FUNCTION, Permission1A: { Type: 'AWS::Lambda::Permission', Properties } });
  expect(rows.map(line)).toEqual([
    'apigateway.amazonaws.com allow lambda:InvokeFunction Function1A | ArnLike aws:SourceArn arn:x | function',
  ]);
});
