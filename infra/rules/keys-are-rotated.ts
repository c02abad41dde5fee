/** KMS rotates symmetric keys every year; it cannot rotate HMAC keys. */
import { namesOf, type Rule } from './rule.ts';

export const keysAreRotated: Rule = {
  name: 'KeysAreRotated',
  requirement: '3.7.4',
  says: 'Keys that encrypt are rotated, and wait thirty days before they are deleted',
  types: ['AWS::KMS::Key'],
  faults: ({ properties }) =>
    namesOf({
      rotation:
        (properties.KeySpec ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT' && properties.EnableKeyRotation !== true,
      deletion: properties.PendingWindowInDays !== 30,
    }),
};
