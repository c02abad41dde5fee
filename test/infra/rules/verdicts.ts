/**
 * Prints, as JSON, what the vault's own pack finds in each stack of cases.ts. A separate script, started by
 * rules.test.ts, because the CDK loads in seconds in plain Node and in a minute inside Jest's sandbox.
 */
import { App, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { VaultChecks } from '../../../infra/rules/vault-checks.ts';
import { CASES, type ResourceTable } from './cases.ts';

/** Findings as `Rule[fault]`. */
export interface Verdicts {
  readonly good: Readonly<Record<string, readonly string[]>>;
  readonly bad: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

function findings(resources: ResourceTable): string[] {
  const stack = new Stack(new App(), 'Stack');
  const made = new Map<string, CfnResource>();
  const scopeOf = (parts: readonly string[]): Construct =>
    parts.reduce<Construct>(
      (scope, part) => (scope.node.tryFindChild(part) as Construct | undefined) ?? new Construct(scope, part),
      stack,
    );
  for (const [path, [type, properties]] of Object.entries(resources)) {
    const parts = path.split('/');
    made.set(
      path,
      new CfnResource(scopeOf(parts.slice(0, -1)), parts.at(-1) ?? path, {
        type,
        properties: referring(properties, made),
      }),
    );
  }
  return new VaultChecks().validateScope(stack).violations.map(({ ruleName }) => ruleName.replace('PCI.DSS.401-', ''));
}

/** Resources come after those they refer to. */
function referring(value: unknown, made: ReadonlyMap<string, CfnResource>): Record<string, unknown> {
  const walk = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    const { at } = inner as { at?: string };
    if (at === undefined) return Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, walk(part)]));
    const target = made.get(at);
    if (target === undefined) throw new Error(`no ${at} before it is referred to`);
    const isNamed = target.cfnResourceType === 'AWS::S3::Bucket' || target.cfnResourceType === 'AWS::DynamoDB::Table';
    return isNamed ? target.ref : Fn.getAtt(target.logicalId, 'Arn');
  };
  return walk(value) as Record<string, unknown>;
}

const mapped = <In, Out>(record: Readonly<Record<string, In>>, map: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const verdicts: Verdicts = {
  good: mapped(CASES, ({ good }) => findings(good)),
  bad: mapped(CASES, ({ bad }) => mapped(bad, findings)),
};
process.stdout.write(JSON.stringify(verdicts));
