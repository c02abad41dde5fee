/** Reading templates: what intrinsics resolve to, what a stack consists of, and what is refused rather than guessed. */
import { describe, expect, test } from '@jest/globals';
import { StackTemplate } from '../../local/template/assembly.ts';
import { rateMs } from '../../local/template/compute.ts';
import { Resolver } from '../../local/template/resolve.ts';
import { LOCAL_ACCOUNT, type Stack, stackOf } from '../../local/template/stack.ts';
import { OUTPUTS, resources, type TemplateResources } from './fixtures.ts';

const PLACE = `${LOCAL_ACCOUNT.region}:${LOCAL_ACCOUNT.accountId}`;

const stackFrom = (given: TemplateResources): Stack =>
  stackOf({
    stackName: 'Paper',
    template: StackTemplate.parse({ Resources: given, Outputs: OUTPUTS }),
    others: [],
    assets: new Map([['bundle.zip', '/bundles/echo']]),
  });

/** The resources without one, or with one of them changed. */
function altered(logicalId: string, properties: Record<string, unknown> | null): TemplateResources {
  const given = resources();
  const resource = given[logicalId];
  if (properties === null) delete given[logicalId];
  else if (resource) Object.assign(resource.Properties, properties);
  return given;
}

describe('an intrinsic function', () => {
  const template = StackTemplate.parse({
    Parameters: { Size: { Default: 'small' } },
    Mappings: { Sizes: { small: { memory: 128 } } },
    Conditions: {
      IsSmall: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] },
      IsLarge: { 'Fn::Not': [{ Condition: 'IsSmall' }] },
      Both: { 'Fn::And': [{ Condition: 'IsSmall' }, { Condition: 'IsLarge' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsSmall' }, { Condition: 'IsLarge' }] },
    },
    Resources: resources(),
  });
  const imports = new Map([['Audit:Bucket', 'audit-bucket']]);
  const resolve = (value: unknown) => new Resolver(template, 'Paper', LOCAL_ACCOUNT, imports).resolve(value, 'test');
  const table = `arn:aws:dynamodb:${PLACE}:table/Paper-Tokens`;

  test.each([
    ['Ref of a table', { Ref: 'Tokens' }, 'Paper-Tokens'],
    ['Ref of a managed policy', { Ref: 'Policy' }, `arn:aws:iam::${LOCAL_ACCOUNT.accountId}:policy/Paper-Policy`],
    ['Ref of a parameter', { Ref: 'Size' }, 'small'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, LOCAL_ACCOUNT.region],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Tokens', 'Arn'] }, table],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Tokens.Arn' }, table],
    ['Join', { 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Tokens', 'Arn'] }, 'index/due']] }, `${table}/index/due`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation substitutes it.
    ['Sub', { 'Fn::Sub': '${Tokens.Arn}|${Tokens}|${!kept}' }, `${table}|Paper-Tokens|\${kept}`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation substitutes it.
    ['Sub with variables', { 'Fn::Sub': ['a${own}', { own: { Ref: 'Size' } }] }, 'asmall'],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'memory'] }, 128],
    ['If', { 'Fn::If': ['IsSmall', 'yes', 'no'] }, 'yes'],
    ['If over And and Or', [{ 'Fn::If': ['Both', 1, 2] }, { 'Fn::If': ['Either', 1, 2] }], [2, 1]],
    ['ImportValue', { 'Fn::ImportValue': 'Audit:Bucket' }, 'audit-bucket'],
    ['NoValue', { kept: 1, dropped: { 'Fn::If': ['IsLarge', 1, { Ref: 'AWS::NoValue' }] } }, { kept: 1 }],
  ])('%s resolves', (_name, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each([
    ['an unknown function', { 'Fn::GetAZs': '' }],
    ['an import that no stack exports', { 'Fn::ImportValue': 'x' }],
    ['an unknown resource', { Ref: 'Nowhere' }],
    ['an unknown attribute', { 'Fn::GetAtt': ['Tokens', 'StreamArn'] }],
    ['an unknown pseudo parameter', { Ref: 'AWS::NotificationARNs' }],
  ])('%s is refused', (_name, value) => {
    expect(() => resolve(value)).toThrow();
  });
});

describe('a stack', () => {
  const stack = stackFrom(resources());

  test('has its functions with exactly the environment of the template', () => {
    expect(stack.functions.map(({ entry }) => entry)).toEqual(['api/echo', 'scheduled/tick']);
    expect(stack.functions[0]).toMatchObject({ bundleDirectory: '/bundles/echo', timeoutMs: 5000, memoryMb: 128 });
    expect(stack.functions[0]?.environment).toEqual({
      TOKENS_TABLE: 'Paper-Tokens',
      PAN_KEY_ARN: stack.outputs.PanKeyArn,
    });
  });

  test('gives a role the policies attached to it, by either side, and no other', () => {
    const [role, scheduler] = stack.roles;
    expect(role?.policies).toHaveLength(1);
    expect(scheduler?.policies.map(({ name }) => name)).toEqual(['invoke']);
  });

  test('names keys the same each time, and differently in another stack', () => {
    expect(stackFrom(resources()).keys).toEqual(stack.keys);
    expect(stack.keys[0]?.keyId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(stack.keys.map(({ keyId }) => keyId)).size).toBe(4);
  });

  test('routes methods to functions, with the parameters of their path', () => {
    const routes = stack.api.routes.map(({ method, path, permitted }) => ({ method, path, permitted }));
    expect(routes).toEqual([
      { method: 'POST', path: '/echo', permitted: true },
      { method: 'GET', path: '/echo/{item_id}', permitted: true },
    ]);
  });

  test('does not let API Gateway invoke what no permission covers', () => {
    const onlyPost = altered('Invoke', { SourceArn: `arn:aws:execute-api:${PLACE}:${stack.api.id}/vault/POST/echo` });
    expect(stackFrom(onlyPost).api.routes.map(({ permitted }) => permitted)).toEqual([true, false]);
    expect(stackFrom(altered('Invoke', null)).api.routes.map(({ permitted }) => permitted)).toEqual([false, false]);
  });

  test.each([
    ['no trail', altered('Trail', null)],
    ['no API', altered('Api', null)],
    ['a schedule other than a rate', altered('Schedule', { ScheduleExpression: 'cron(0 1 * * ? *)' })],
    [
      'a managed policy without its text',
      altered('Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    ],
    ['a table without a key', altered('Tokens', { KeySchema: undefined })],
    ['an integration other than a function', altered('EchoPost', { Integration: { Type: 'MOCK' } })],
  ])('is refused with %s', (_name, given) => {
    expect(() => stackFrom(given)).toThrow();
  });
});

describe('a rate', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s', (expression, expected) => {
    expect(rateMs(expression, 'test')).toBe(expected);
  });

  test.each(['rate(1 second)', 'rate(minute)', 'at(2026-01-01)', ''])('%s is refused', (expression) => {
    expect(() => rateMs(expression, 'test')).toThrow(/only rate/);
  });
});
