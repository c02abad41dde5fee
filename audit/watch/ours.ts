/**
 * What of the vault a watched call names. Requests name a resource by its name or by an ARN around it, alone or in a list;
 * API Gateway's records hold the request's body in a separate member (`createDeploymentInput`).
 */
import { DESTINATION_NAME } from '../../shared/base/destinations.ts';
import { callOf, OURS, type OurNamed, type WatchedCalls } from '../../shared/base/watched-calls.ts';
import type { CallParameters, TrailEvent, VaultResources, VaultStatement } from '../trail/events.ts';

/** The subject of a call that names nothing where it should: it counts as ours, because no other vault is near. */
const UNNAMED = 'unnamed';
const MAX_TEXT = 256;
const MAX_VALUES = 100;

/**
 * The fact of the vault without which a row cannot be asked. Any trail counts where none is stated, and of the keys those
 * that encrypt cards and secrets are always known.
 */
export function needOf({ ours }: WatchedCalls): keyof VaultStatement | undefined {
  if (ours === 'bucket') return 'trailBucket';
  return ours in OURS && ours !== 'trail' && ours !== 'key' ? OURS[ours as OurNamed].stated : undefined;
}

/** What is affected, for the report; undefined where the call concerns nothing of the vault. */
export function oursIn(
  { ours, calls }: WatchedCalls,
  event: TrailEvent,
  resources: VaultResources,
): string | undefined {
  if (event.service === 'kms') return event.key;
  if (event.service === 'dynamodb') return event.table;
  const members = calls[callOf(event.source, event.name) as keyof typeof calls] ?? [];
  const values = [
    ...members.flatMap((member) => valuesOf(event.parameters, member)),
    // An alias stands for its key in the parameters only.
    ...(ours === 'key' && event.service === 'other' ? event.arns : []),
  ];
  const [first = UNNAMED] = values;
  if (ours === 'account') return first;
  if (ours === 'table') return tableIn(values, resources);
  if (ours === 'destination') return values.find((value) => DESTINATION_NAME.test(value));
  const names = namesOf(ours, resources.stated);
  if (ours === 'key' && names === undefined) return undefined;
  if (values.length === 0 || names === undefined) return first;
  return values.find((value) => names.some((name) => isNamed(value, name)));
}

/** A pattern may include a table, and a selection without resources goes by tags. */
const tableIn = (values: readonly string[], { tableNames }: VaultResources): string | undefined => {
  const named = Object.entries(tableNames).find(([, name]) => values.some((value) => isNamed(value, name)))?.[0];
  return named ?? (values.length === 0 ? UNNAMED : values.find((value) => value.includes('*')));
};

function namesOf(ours: OurNamed | 'bucket', stated: VaultStatement = {}): readonly string[] | undefined {
  if (ours !== 'bucket') return stated[OURS[ours].stated];
  return stated.trailBucket === undefined ? undefined : [stated.trailBucket];
}

function valuesOf(parameters: CallParameters, member: string): string[] {
  const bodies = Object.entries(parameters).flatMap(([name, value]) => (name.endsWith('Input') ? [value] : []));
  const path = member.split('.');
  return [parameters, ...bodies].flatMap((body) =>
    textsIn(path.reduce<unknown>((inside, name) => (inside as CallParameters | null | undefined)?.[name], body)),
  );
}

const textsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value]).flatMap((each) =>
    typeof each === 'string' && each !== '' ? [each.slice(0, MAX_TEXT)] : [],
  );

/** `Fuda-Charge` stands in `arn:aws:lambda:…:function:Fuda-Charge:live`, but not in `Fuda-Charge-2`. */
export function isNamed(value: string, name: string): boolean {
  const start = value.indexOf(name);
  if (start < 0) return false;
  const isEdge = (character: string | undefined) => character === undefined || '/:|'.includes(character);
  return isEdge(value[start - 1]) && isEdge(value[start + name.length]);
}
