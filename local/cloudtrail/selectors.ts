/**
 * Decides whether a trail records an event: as in AWS, data events only if its selectors include them. So a template
 * that forgets a table has no records of it locally either. Source: CloudTrail API reference, EventSelector and
 * AdvancedEventSelector.
 */

import type { ServiceEvent } from '../endpoint/event.ts';
import type { FieldSelector, TrailDefinition } from '../template/storage.ts';

export function isSelected({ logging, selectors }: TrailDefinition, event: ServiceEvent): boolean {
  if (!logging) return false;
  const { EventSelectors, AdvancedEventSelectors } = selectors;
  if (AdvancedEventSelectors) {
    return AdvancedEventSelectors.some(({ FieldSelectors }) =>
      FieldSelectors.every((field) => fieldMatches(field, event)),
    );
  }
  // Without selectors a trail records every management event and no data event.
  if (!EventSelectors) return event.category === 'Management';
  return EventSelectors.some((selector) => {
    if (selector.ReadWriteType !== 'All' && (selector.ReadWriteType === 'ReadOnly') !== event.readOnly) return false;
    if (event.category === 'Management') {
      return selector.IncludeManagementEvents && !selector.ExcludeManagementEventSources.includes(event.eventSource);
    }
    // A value ends in the table's ARN, or covers all tables with the ARN's first part: `arn:aws:dynamodb`.
    return selector.DataResources.some(({ Type, Values }) =>
      event.resources.some(({ type, arn }) => type === Type && Values.some((value) => arn.startsWith(value))),
    );
  });
}

function fieldMatches(field: FieldSelector, event: ServiceEvent): boolean {
  const values = fieldValues(field.Field, event);
  const any = (tests: readonly string[] | undefined, test: (value: string, given: string) => boolean) =>
    tests === undefined || values.some((value) => tests.some((given) => test(value, given)));
  const none = (tests: readonly string[] | undefined, test: (value: string, given: string) => boolean) =>
    tests === undefined || !values.some((value) => tests.some((given) => test(value, given)));
  return (
    any(field.Equals, (value, given) => value === given) &&
    any(field.StartsWith, (value, given) => value.startsWith(given)) &&
    any(field.EndsWith, (value, given) => value.endsWith(given)) &&
    none(field.NotEquals, (value, given) => value === given) &&
    none(field.NotStartsWith, (value, given) => value.startsWith(given)) &&
    none(field.NotEndsWith, (value, given) => value.endsWith(given))
  );
}

function fieldValues(field: string, event: ServiceEvent): string[] {
  switch (field) {
    case 'eventCategory':
      return [event.category];
    case 'eventSource':
      return [event.eventSource];
    case 'eventName':
      return [event.eventName];
    case 'eventType':
      return ['AwsApiCall'];
    case 'readOnly':
      return [String(event.readOnly)];
    case 'resources.type':
      return event.resources.map(({ type }) => type);
    case 'resources.ARN':
      return event.resources.map(({ arn }) => arn);
    default:
      throw new Error(`the trail selects by ${field}, which is not understood locally`);
  }
}
