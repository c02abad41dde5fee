/** Acknowledges cdk-nag findings in a construct from the rows of acknowledgements.ts for that construct. */
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ACKNOWLEDGEMENTS, type Answerer } from './acknowledgements.ts';

/**
 * Acknowledges the findings in `scope`. Throws if a row's path does not exist. `words` maps resources outside `scope`
 * to the names that the rule packs print for them.
 */
export function acknowledgeFindings(
  scope: Construct,
  as: Answerer,
  words: Readonly<Record<string, string>> = {},
): void {
  for (const { id, where, reason } of ACKNOWLEDGEMENTS.filter((row) => row.of === as)) {
    const place = at(scope, where);
    if (!place)
      throw new Error(`infra/acknowledgements.ts: ${as} has nothing at ${where}, where ${id} is acknowledged`);
    Validations.of(place).acknowledge({ id: withLogicalIds(id, scope, words), reason });
  }
}

const at = (scope: Construct, path: string): IConstruct | undefined =>
  path
    .split('/')
    .filter(Boolean)
    .reduce<IConstruct | undefined>((inner, id) => inner?.node.tryFindChild(id), scope);

/** Some rules put logical ids into the finding, and a logical id depends on the construct's place in the app. */
const withLogicalIds = (id: string, scope: Construct, words: Readonly<Record<string, string>>): string =>
  id.replace(
    /\{([^{}]+)\}/,
    (_, path: string) => words[path] ?? Stack.of(scope).getLogicalId(at(scope, path)?.node.defaultChild as CfnElement),
  );
