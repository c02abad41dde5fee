/** No administrator may be able to delete the trail’s records. */
import { list, namesOf, object, type Rule } from './rule.ts';

const YEAR_DAYS = 365;

export const trailCannotBeErased: Rule = {
  name: 'TrailCannotBeErased',
  requirement: '10.3.2, 10.5.1',
  says: 'The bucket a trail writes to keeps versions, and locks every object for a year or more',
  types: ['AWS::S3::BucketPolicy'],
  faults: (resource) => {
    const statements = list(object(resource.properties.PolicyDocument).Statement).map(object);
    const isTrails = statements.some(
      ({ Effect, Principal, Action }) =>
        Effect === 'Allow' &&
        list(object(Principal).Service).includes('cloudtrail.amazonaws.com') &&
        list(Action).includes('s3:PutObject'),
    );
    if (!isTrails) return [];
    const path = resource.refersTo(resource.properties.Bucket);
    const bucket = resource.others('AWS::S3::Bucket').find((candidate) => candidate.path === path);
    const { ObjectLockEnabled, ObjectLockConfiguration, VersioningConfiguration } = bucket?.properties ?? {};
    const { Days, Years } = object(object(object(ObjectLockConfiguration).Rule).DefaultRetention);
    return namesOf({
      lock: ObjectLockEnabled !== true,
      retention: !(Number(Days ?? Number(Years) * YEAR_DAYS) >= YEAR_DAYS),
      versions: object(VersioningConfiguration).Status !== 'Enabled',
    });
  },
};
