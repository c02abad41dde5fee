/**
 * Checks that a trail's event selectors still record what the audit needs: every management event, those of KMS
 * included, and every read and write of the vault's tables. Source: CloudTrail API reference, EventSelector,
 * AdvancedEventSelector and AdvancedFieldSelector, in the lower camel case of CloudTrail's records.
 */
import type { CallParameters, VaultResources } from '../trail/events.ts';

const object = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null ? (value as CallParameters) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const words = (value: unknown): string[] => list(value).filter((entry) => typeof entry === 'string');

export function coversVault(parameters: CallParameters, { tableNames }: VaultResources): boolean {
  const basic = list(parameters.eventSelectors).map(object);
  const advanced = list(parameters.advancedEventSelectors).map((selector) => list(object(selector).fieldSelectors));
  const coversManagement = basic.some(selectsManagement) || advanced.some(selectsManagementByField);
  return (
    coversManagement &&
    Object.values(tableNames).every(
      (name) =>
        basic.some((selector) => selectsTable(selector, name)) ||
        advanced.some((fields) => selectsTableByField(fields, name)),
    )
  );
}

const isWhole = ({ readWriteType = 'All' }: CallParameters): boolean => readWriteType === 'All';

const selectsManagement = (selector: CallParameters): boolean =>
  isWhole(selector) &&
  selector.includeManagementEvents !== false &&
  words(selector.excludeManagementEventSources).length === 0;

const selectsTable = (selector: CallParameters, name: string): boolean =>
  isWhole(selector) &&
  list(selector.dataResources)
    .map(object)
    .some(({ type, values }) => type === 'AWS::DynamoDB::Table' && words(values).some((value) => isTable(value, name)));

/** `arn:aws:dynamodb` stands for every table. */
const isTable = (value: string, name: string): boolean =>
  /^arn:[a-z-]+:dynamodb$/.test(value) || value.endsWith(`:table/${name}`);

/** The values of a field's only selector, where that has only `equals`. */
function equalsOf(fields: readonly unknown[], field: string): readonly string[] {
  const [only, ...more] = fields.map(object).filter((selector) => selector.field === field);
  return only === undefined || more.length > 0 ? [] : words(only.equals);
}

/** A selector on any other field would exclude events. */
const namesOnly = (fields: readonly unknown[], names: readonly string[]): boolean =>
  fields
    .map(object)
    .every(({ field, ...rest }) => names.includes(String(field)) && Object.keys(rest).join() === 'equals');

const selectsManagementByField = (fields: readonly unknown[]): boolean =>
  namesOnly(fields, ['eventCategory']) && equalsOf(fields, 'eventCategory').includes('Management');

function selectsTableByField(fields: readonly unknown[], name: string): boolean {
  const isTables =
    namesOnly(fields, ['eventCategory', 'resources.type', 'resources.ARN']) &&
    equalsOf(fields, 'eventCategory').includes('Data') &&
    equalsOf(fields, 'resources.type').includes('AWS::DynamoDB::Table');
  const isNarrowed = fields.some((selector) => object(selector).field === 'resources.ARN');
  return isTables && (!isNarrowed || equalsOf(fields, 'resources.ARN').some((arn) => isTable(arn, name)));
}
