/** What a stack's resources and outputs say of the vault, so that watch rules recognise strangers and what is ours. */
import type { VaultStatement } from '../../audit/trail/events.ts';
import { OURS } from '../../shared/base/watched-calls.ts';

/** As CloudFormation lists it. */
export interface StackResource {
  readonly ResourceType?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
}

export function statementOf(
  resources: readonly StackResource[],
  outputs: ReadonlyMap<string | undefined, string | undefined>,
): VaultStatement {
  const namesOf = (type: string): string[] =>
    resources.flatMap(({ ResourceType, PhysicalResourceId: id }) =>
      ResourceType === type && id !== undefined ? nameIn(type, id) : [],
    );
  const named = Object.fromEntries(Object.values(OURS).map(({ type, stated }) => [stated, namesOf(type)]));
  // The trail's key may belong to the auditors' stack.
  const trailKeyId = outputs.get('TrailKeyArn')?.split(':key/')[1];
  return {
    ...named,
    keyIds: [...namesOf(OURS.key.type), ...(trailKeyId === undefined ? [] : [trailKeyId])],
    trailBucket: outputs.get('TrailBucketName'),
    requiresMfa: true,
  };
}

/** A firewall's id is `name|id|scope`, and calls give the middle part. */
const nameIn = (type: string, id: string): string[] => (type === OURS.firewall.type ? id.split('|').slice(1, 2) : [id]);
