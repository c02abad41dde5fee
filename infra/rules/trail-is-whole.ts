/** Without all Regions, KMS’s events and signed digests the evidence would have gaps that it cannot show (V12). */
import { list, namesOf, object, type Rule } from './rule.ts';

/** The selector of management events excludes a service. */
function isNarrowed(selector: unknown): boolean {
  const fields = list(object(selector).FieldSelectors).map(object);
  const isManagement = fields.some(
    ({ Field, Equals }) => Field === 'eventCategory' && list(Equals).includes('Management'),
  );
  return isManagement && fields.length > 1;
}

export const trailIsWhole: Rule = {
  name: 'TrailIsWhole',
  requirement: '10.2.1, 10.3.4',
  says: 'The trail records every Region and every management event, is encrypted, and signs its digests',
  types: ['AWS::CloudTrail::Trail'],
  faults: ({ properties }) =>
    namesOf({
      off: properties.IsLogging !== true,
      region: properties.IsMultiRegionTrail !== true,
      digests: properties.EnableLogFileValidation !== true,
      encryption: properties.KMSKeyId === undefined,
      // KMS events are management events; excluding them would hide decryptions.
      events:
        list(properties.AdvancedEventSelectors).some(isNarrowed) ||
        list(properties.EventSelectors).some(
          (selector) => list(object(selector).ExcludeManagementEventSources).length > 0,
        ),
    }),
};
