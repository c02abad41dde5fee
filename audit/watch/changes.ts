/**
 * Who changed what (PCI DSS 4.0.1 10.2.1.5): every change of merchants, API keys, origins, limits, processors, destinations,
 * secrets and webhooks, from the trail's own records of the writes, and every deployed receiver of cards. A record of
 * DynamoDB gives the item's key and the names of what was written, never a value. Plantings of honey records are left out,
 * because a report that dates them would help an intruder to tell them apart.
 */
import { DESTINATION_NAME } from '../../shared/base/destinations.ts';
import { type AppendixSink, ofEvent, type Table } from '../base/appendix.ts';
import { type Bounded, BoundedList } from '../base/bounded.ts';
import { CALL } from '../trail/call-columns.ts';
import { type CallEvent, type CallParameters, type TableEvent, type TrailEvent, trimmed } from '../trail/events.ts';

export type ChangeKind =
  | 'merchant'
  | 'origins'
  | 'limits'
  | 'processors'
  | 'destinations'
  | 'key'
  | 'secret'
  | 'webhook'
  | 'receiver';
export type ChangeAct = 'made' | 'changed' | 'removed';

export interface Change {
  readonly kind: ChangeKind;
  readonly act: ChangeAct;
  /** The id of the item, such as `mer_…`, or the name of the receiver. */
  readonly record: string;
  readonly event: CallEvent;
}

export const CHANGES: Table<Change> = {
  name: 'changes',
  columns: {
    ...ofEvent(CALL),
    kind: ({ kind }) => kind,
    act: ({ act }) => act,
    record: ({ record }) => record,
  },
};

export interface ChangeEvidence {
  readonly changes: Bounded<Change>;
  readonly byKind: Readonly<Partial<Record<ChangeKind, number>>>;
}

const MAX_LISTED = 1_000;
/** Items of one batch or transaction; DynamoDB allows a hundred. */
const MAX_BATCH = 100;
const MAX_TEXT = 512;

export class ChangeBook {
  readonly #appendix: AppendixSink;
  readonly #changes = new BoundedList<Change>(MAX_LISTED);
  readonly #byKind: Partial<Record<ChangeKind, number>> = {};

  constructor(appendix: AppendixSink) {
    this.#appendix = appendix;
  }

  /** A call that AWS refused, or of which the condition did not hold, changed nothing. */
  take(event: TrailEvent): void {
    if (event.errorCode !== undefined) return;
    for (const what of changesOf(event)) {
      const change = { ...what, event: trimmed(event) };
      this.#byKind[what.kind] = (this.#byKind[what.kind] ?? 0) + 1;
      this.#changes.add(change);
      this.#appendix(CHANGES, change);
    }
  }

  finish(): ChangeEvidence {
    const { items, total } = this.#changes;
    const byTime = items.toSorted((left, right) => left.event.timeMs - right.event.timeMs);
    return { changes: { items: byTime, total }, byKind: this.#byKind };
  }
}

type What = Omit<Change, 'event'>;

function changesOf(event: TrailEvent): readonly What[] {
  if (event.service === 'other') return event.source === 'ssm.amazonaws.com' ? receiversOf(event) : [];
  if (event.service !== 'dynamodb' || (event.table !== 'Merchants' && event.table !== 'Events')) return [];
  return writesOf(event).flatMap(({ record, name, attributes }) => itemChanges(record, name, attributes));
}

/** The attributes of a merchant's record that are settings with separate names. */
const SETTINGS: Readonly<Record<string, ChangeKind>> = {
  allowed_origins: 'origins',
  limits: 'limits',
  processors: 'processors',
  forward_destinations: 'destinations',
};

function itemChanges(record: string, name: string, attributes: readonly string[]): readonly What[] {
  const act = ACTS[name] ?? 'changed';
  if (record.startsWith('key_')) {
    return [{ kind: 'key', act: act === 'changed' && attributes.includes('status') ? 'removed' : act, record }];
  }
  // An update makes a secret too.
  if (record.startsWith('secret_')) return [{ kind: 'secret', act: act === 'made' ? 'changed' : act, record }];
  if (record.startsWith('we_')) {
    // A removed endpoint leaves the list of endpoints.
    return [{ kind: 'webhook', act: attributes.includes('list_key') && act === 'changed' ? 'removed' : act, record }];
  }
  if (!record.startsWith('mer_') && record !== UNNAMED) return [];
  const settings = act === 'changed' ? attributes.flatMap((attribute) => SETTINGS[attribute] ?? []) : [];
  const kinds = settings.length === 0 ? (['merchant'] as const) : settings;
  return kinds.map((kind) => ({ kind, act, record }));
}

const ACTS: Readonly<Record<string, ChangeAct>> = {
  PutItem: 'made',
  Put: 'made',
  UpdateItem: 'changed',
  DeleteItem: 'removed',
  Delete: 'removed',
};

interface Write {
  readonly record: string;
  readonly name: string;
  readonly attributes: readonly string[];
}

/** The record of a statement in PartiQL names no item, and does not say whether it wrote. */
const UNNAMED = 'unnamed';
const STATEMENTS = /(?:Statement|^ExecuteTransaction)$/;

function writesOf(event: TableEvent): readonly Write[] {
  const { name, parameters, item } = event;
  if (['PutItem', 'UpdateItem', 'DeleteItem'].includes(name)) {
    return [{ record: item ?? UNNAMED, name, attributes: attributesOf(parameters) }];
  }
  if (STATEMENTS.test(name)) return event.table === 'Merchants' ? [{ record: UNNAMED, name, attributes: [] }] : [];
  if (name !== 'BatchWriteItem' && name !== 'TransactWriteItems') return [];
  const items = Array.isArray(parameters.requestItems) ? parameters.requestItems.slice(0, MAX_BATCH) : [];
  return items.map(object).map((each) => ({
    record: text(object(each.key).record_id) || UNNAMED,
    name: text(each.operation),
    attributes: attributesOf(each),
  }));
}

/** The names in an update, with the placeholders for names resolved; those of a condition are not written. */
function attributesOf({ updateExpression, expressionAttributeNames }: CallParameters): string[] {
  const names = object(expressionAttributeNames);
  const words = text(updateExpression).match(/(?<![\w:.#])#?[A-Za-z_]\w*/g) ?? [];
  return [...new Set(words.map((word) => (word.startsWith('#') ? text(names[word]) : word)))];
}

/** Of the stack's parameters, each of which stands for a host and account that may get live cards. */
function receiversOf({ name, parameters }: TrailEvent): readonly What[] {
  const act: ChangeAct = name === 'PutParameter' ? (parameters.overwrite === true ? 'changed' : 'made') : 'removed';
  if (!/^(?:PutParameter|DeleteParameters?)$/.test(name)) return [];
  const names = Array.isArray(parameters.names) ? parameters.names.slice(0, MAX_BATCH) : [parameters.name];
  return names.flatMap((each) =>
    DESTINATION_NAME.test(text(each)) ? [{ kind: 'receiver' as const, act, record: text(each) }] : [],
  );
}

const object = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as CallParameters) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '');
