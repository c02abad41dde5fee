/** What the command line states of a deployed vault, from the resources of the synthesized stack. */
import { describe, expect, test } from '@jest/globals';
import { statementOf } from '../../cli/core/statement.ts';
import { OURS } from '../../shared/base/watched-calls.ts';
import { ofType } from '../infra/template.ts';

const KEY = '77777777-7777-4777-8777-777777777777';
const outputs = new Map([
  ['TrailBucketName', 'vault-trail'],
  ['TrailKeyArn', `arn:aws:kms:ap-northeast-1:111122223333:key/${KEY}`],
]);
const resources = Object.values(OURS).flatMap(({ type }) =>
  ofType(type).map(({ logicalId }) => ({
    ResourceType: type,
    PhysicalResourceId: type === OURS.firewall.type ? `Acl|${logicalId}|REGIONAL` : logicalId,
  })),
);

describe('the statement about a stack', () => {
  const stated = statementOf(resources, outputs);

  test.each(Object.values(OURS).map(({ type, stated: member }) => [type, member] as const))(
    'names each %s as watched calls do',
    (type, member) => {
      const names = ofType(type).map(({ logicalId }) => logicalId);
      expect(stated[member]).toEqual(member === 'keyIds' ? [...names, KEY] : names);
      // Without a domain of its own the API has no such resource.
      if (type !== OURS.domain.type) expect(names.length).toBeGreaterThan(0);
    },
  );

  test('names the trail’s bucket, and asks for a second factor', () => {
    expect(stated).toMatchObject({ trailBucket: 'vault-trail', requiresMfa: true });
  });

  test('of a stack from before the output leaves out the trail’s key, and of resources that are not made yet the names', () => {
    const early = statementOf([{ ResourceType: OURS.role.type }, {}], new Map());
    expect(early).toMatchObject({ keyIds: [], roleNames: [], trailBucket: undefined });
  });
});
