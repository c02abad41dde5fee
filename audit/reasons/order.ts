/**
 * Whether AWS's own records show that a reason came before the decryption it explains, and its result after (V5): the put
 * of the entry, the spend of a token, the Decrypt, and the write that notes it, all by one function that may open cards
 * for such an entry. Times of CloudTrail are whole seconds. Where the writes stand in other seconds than the Decrypt, time
 * shows the order. Within one second rights stand for it: only that role may write that kind of entry and note a
 * decryption in it (shared/base/entries.ts), and the put is conditional.
 *
 *   put ─► spend ─► Decrypt ─► note
 *   └───── at most RUN_MS ─────┘ each
 */
import { DECRYPTIONS_ATTRIBUTE, ENTRIES, RUN_SECONDS_MAX } from '../../shared/base/entries.ts';
import type { CallEvent, KeyEvent, TableEvent, VaultResources } from '../trail/events.ts';
import type { RecordedReason } from './reasons.ts';

/** The longest time between two steps of one run, with a second for the rounding of both times. */
export const RUN_MS = (RUN_SECONDS_MAX + 1) * 1_000;

/** A successful write on an entry of the ledger, or the spend of a token: what the order of a decryption needs of it. */
export interface RunStep {
  readonly callerArn: string;
  readonly region: string;
  readonly timeMs: number;
  readonly kind: 'put' | 'note' | 'end' | 'spend';
}

/** `of` is the entry that a step changed, or the token that it spent. */
export interface StepRow {
  readonly step: RunStep;
  readonly of: string;
}

/** What the trail does not show of the order, or shows otherwise. */
export type OrderFault = 'roles_unknown' | 'other_role' | 'not_put' | 'not_spent' | 'entry_over' | 'not_noted';

/** Whether a fault is the lack of a record that may still be on its way. */
export const isMissingStep = (reason: string): boolean => MISSING.has(reason);
const MISSING: ReadonlySet<string> = new Set<OrderFault>(['not_put', 'not_spent', 'not_noted']);

export interface Order {
  /** The first fault before the Decrypt, or null. */
  readonly before: Exclude<OrderFault, 'not_noted'> | null;
  /** Absent where no write noted a decryption after it. */
  readonly notedBy?: 'time' | 'rights';
  /** Whether its own run noted a decryption or ended the entry: then it said all it had to say of its decryptions. */
  readonly isTold: boolean;
}

/** A successful write of an entry or of a token. */
const concernsOrder = ({ table, item, errorCode, name }: TableEvent): boolean =>
  (table === 'Ledger' || table === 'Tokens') &&
  item !== undefined &&
  errorCode === undefined &&
  (name === 'PutItem' || name === 'UpdateItem');

/** Steps of a successful write on the Ledger or on the one-time table; none for a call that says nothing of a decryption, such as leaving the outbox. */
export function stepsOf(write: TableEvent): StepRow[] {
  if (!concernsOrder(write)) return [];
  const { callerArn, region, timeMs, name, changes, item: of = '' } = write;
  const step = (kind: RunStep['kind']): StepRow => ({ step: { callerArn, region, timeMs, kind }, of });
  if (write.table === 'Tokens') return name === 'UpdateItem' && changes.includes('spent_by') ? [step('spend')] : [];
  if (name === 'PutItem') return [step('put')];
  return [
    ...(changes.includes(DECRYPTIONS_ATTRIBUTE) ? [step('note')] : []),
    ...(changes.includes('status') ? [step('end')] : []),
  ];
}

/** The steps of a reason: those of its entry, and the spends of its token. */
export function stepsIn(rows: readonly StepRow[]): (reason: RecordedReason) => readonly RunStep[] {
  const steps = Map.groupBy(rows, ({ of }) => of);
  return ({ id, record }) => [id, record].flatMap((of) => steps.get(of) ?? []).map(({ step }) => step);
}

interface Judging {
  readonly resources: VaultResources;
  /** The longest time between two steps of one run; RUN_MS unless said. */
  readonly runMs?: number;
}

/** `steps` are all of its entry, and the spends of its token. */
export function orderOf(
  event: KeyEvent,
  reason: RecordedReason,
  steps: readonly RunStep[],
  { resources, runMs = RUN_MS }: Judging,
): Order {
  const { openerRoles = {} } = resources;
  const own = steps.filter(({ callerArn, region }) => callerArn === event.callerArn && region === event.region);
  const before = own.filter(({ timeMs }) => timeMs <= event.timeMs && timeMs >= event.timeMs - runMs);
  const put = latest(before, 'put');
  const isTold = own.some(
    ({ kind, timeMs }) =>
      (kind === 'end' || kind === 'note') && put && timeMs >= put.timeMs && timeMs <= put.timeMs + runMs,
  );
  const fault = (before: Exclude<OrderFault, 'not_noted'>): Order => ({ before, isTold });
  if (Object.keys(openerRoles).length === 0) return fault('roles_unknown');
  if (!isOpener(event, reason, resources)) return fault('other_role');
  if (put === undefined) return fault('not_put');
  const spend = reason.record.startsWith('card_') ? put : latest(before, 'spend');
  if (spend === undefined) return fault('not_spent');
  if (steps.some(({ kind, timeMs }) => kind === 'end' && timeMs < event.timeMs)) return fault('entry_over');
  const note = own
    .filter(({ kind, timeMs }) => kind === 'note' && timeMs >= event.timeMs && timeMs <= event.timeMs + runMs)
    .at(-1);
  if (note === undefined) return { before: null, isTold };
  const isByTime = put.timeMs < event.timeMs && spend.timeMs < event.timeMs && note.timeMs > event.timeMs;
  return { before: null, notedBy: isByTime ? 'time' : 'rights', isTold };
}

/** The role of a function that opens cards for such an entry, in the account and Region of the card keys. */
function isOpener(event: CallEvent, reason: RecordedReason, resources: VaultResources): boolean {
  const { region, account } = homeOf(resources);
  const [, , , , callerAccount, session = ''] = event.callerArn.split(':');
  const [type, role = ''] = session.split('/');
  const isOfThis = openerRolesOf(reason, resources).includes(role);
  return type === 'assumed-role' && isOfThis && callerAccount === account && event.region === region;
}

export const openerRolesOf = ({ kind }: RecordedReason, { openerRoles = {} }: VaultResources): string[] =>
  ENTRIES[kind].openedBy.flatMap((entry) => openerRoles[entry] ?? []);

/** Account and Region of the card keys. */
export function homeOf({ keyArns }: VaultResources): { readonly account: string; readonly region: string } {
  const [, , , region = '', account = ''] = keyArns.PanKey?.split(':') ?? [];
  return { account, region };
}

const latest = (steps: readonly RunStep[], kind: RunStep['kind']): RunStep | undefined =>
  steps
    .filter((step) => step.kind === kind)
    .reduce<RunStep | undefined>((last, step) => (last && last.timeMs >= step.timeMs ? last : step), undefined);
