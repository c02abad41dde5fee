/** Tells cdk-nag which findings in a construct are answered, by the rows of acknowledgements.ts that came along with it. */
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ACKNOWLEDGEMENTS, type Answerer } from './acknowledgements.ts';

/**
 * Answers the findings in `scope`; throws when the place of a row is not there. `words` are what the rule packs call
 * things that lie outside it.
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

/** Some rules tell findings apart by logical ids, which depend on where the construct stands. */
const withLogicalIds = (id: string, scope: Construct, words: Readonly<Record<string, string>>): string =>
  id.replace(
    /\{([^}]+)\}/,
    (_, path: string) => words[path] ?? Stack.of(scope).getLogicalId(at(scope, path)?.node.defaultChild as CfnElement),
  );
