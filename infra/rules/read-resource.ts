/** Converts a resource of the CDK's construct tree to the form that rules read. */
import { CfnElement, type CfnResource, Stack } from 'aws-cdk-lib';
import { type Json, object, type Resource } from './rule.ts';

const read = new WeakMap<CfnResource, Resource>();

/** A stack is complete by the time it is validated, so each resource is resolved once for all rules that look at it. */
export function readResource(node: CfnResource): Resource {
  const resource = read.get(node) ?? resolved(node);
  read.set(node, resource);
  return resource;
}

function resolved(node: CfnResource): Resource {
  const stack = Stack.of(node);
  const { Resources } = stack.resolve((node as unknown as { _toCloudFormation(): unknown })._toCloudFormation()) as {
    Resources: Readonly<Record<string, { readonly Properties?: Json }>>;
  };
  return {
    type: node.cfnResourceType,
    path: pathOf(node),
    properties: Object.values(Resources)[0]?.Properties ?? {},
    refersTo: (value) => {
      const { Ref, 'Fn::GetAtt': attribute } = object(value);
      return elementsOf(stack).get(String(Ref ?? (attribute as readonly string[] | undefined)?.[0]));
    },
    others: (type) =>
      stack.node
        .findAll()
        .filter((other): other is CfnResource => 'cfnResourceType' in other && other.cfnResourceType === type)
        .map(readResource),
  };
}

const pathOf = (node: { readonly node: { readonly path: string } }): string =>
  node.node.path.replace(/\/Resource$/, '');

const known = new WeakMap<Stack, ReadonlyMap<string, string>>();

/** Logical id → path, also read once. */
function elementsOf(stack: Stack): ReadonlyMap<string, string> {
  const elements =
    known.get(stack) ??
    new Map(
      stack.node
        .findAll()
        .filter((node) => CfnElement.isCfnElement(node))
        .map((node) => [stack.resolve(node.logicalId) as string, pathOf(node)]),
    );
  known.set(stack, elements);
  return elements;
}
