/**
 * A processor that decides by published test cards. Its ledger is separate from the vault's, so that tests can compare
 * the two (V8), and counts every authorization it receives. It can time out before acting and lose its response after
 * acting, the two ways in which a charge's outcome becomes unknown.
 */
import type { Deps } from '../../base/deps.ts';
import { change, getItem } from '../../base/dynamo.ts';
import { base32, sha256Hex } from '../../base/ids.ts';
import type { ListedType } from '../../base/listing.ts';
import { type SimulatedOutcome, TEST_CARDS } from '../../card/test-cards.ts';
import type { DeclineCode } from './declines.ts';
import type {
  Approval,
  AuthorizationRequest,
  AuthorizationResponse,
  ClearCard,
  Decline,
  LookupResponse,
  OperationRequest,
  OperationResponse,
  Processor,
} from './processor.ts';

/** Its name; no processor of a merchant may have it. */
export const SIMULATOR = 'simulator';

/** How long a caller waits when the simulator times out or loses its response. */
const SILENCE_MS = 2_000;

/** One row of the simulator's ledger. */
export interface SimulatorItem {
  readonly reference: string;
  readonly outcome: 'approved' | DeclineCode | 'canceled';
  readonly amount_minor: number;
  readonly currency: string;
  /** Authorization messages received with this reference. */
  readonly authorizations_received: number;
  readonly captured_minor: number;
  readonly refunded_minor: number;
  readonly refund_fails: boolean;
  /** What was taken and given back, in order. */
  readonly movements: readonly Movement[];
  /** Since when the authorization is released. */
  readonly canceled_at_ms?: number;
  /** Where the card came from and whether shopper or merchant started the payment, as a network receives it. */
  readonly credential: AuthorizationRequest['credential'];
  readonly initiator: AuthorizationRequest['initiator'];
  readonly initial_transaction_id: string;
  /** Whether there was a security code; the code is not stored. */
  readonly cvc_given: boolean;
  /** Operation ids already carried out. */
  readonly operations?: ReadonlySet<string>;
}

/** A row of the listing that the simulator gives to auditors (local/simulated-listing.ts). */
interface Movement {
  readonly type: ListedType;
  readonly amount_minor: number;
  readonly at_ms: number;
}

/** ISO 8583:1987 DE 39 codes of a network. */
const RAW_CODES: Readonly<Record<DeclineCode, string>> = {
  generic_decline: '05',
  do_not_honor: '05',
  insufficient_funds: '51',
  lost_card: '41',
  stolen_card: '43',
  expired_card: '54',
  incorrect_cvc: 'N7',
  card_velocity_exceeded: '65',
  suspected_fraud: '59',
  not_permitted: '57',
  processing_error: '96',
  issuer_unavailable: '91',
};

type Decision = 'approved' | DeclineCode;

function decisionOf(simulates: SimulatedOutcome): Decision {
  const approving = ['approve', 'refund_fails', 'lost_response', 'timeout'] as const;
  return (approving as readonly string[]).includes(simulates) ? 'approved' : (simulates as DeclineCode);
}

export function simulator(deps: Deps): Processor {
  const silence = () => deps.clock.sleep(SILENCE_MS).then(() => ({ outcome: 'unknown' }) as const);
  return {
    name: SIMULATOR,

    async authorize(request: AuthorizationRequest, card: ClearCard): Promise<AuthorizationResponse> {
      const cvcGiven = card.cvc?.take() !== undefined;
      const simulates = TEST_CARDS[card.pan.digits()] ?? 'generic_decline';
      if (simulates === 'timeout') return silence();
      const item = await change<SimulatorItem>(
        deps,
        'Simulator',
        request.reference,
        authorization(request, simulates, cvcGiven, deps.clock.nowMs()),
      );
      return simulates === 'lost_response' || item === null ? silence() : responseOf(item);
    },

    capture: (request) =>
      operate(deps, request, 'captured_minor', { type: 'charge', condition: 'outcome = :approved' }),

    async refund(request) {
      const condition =
        'outcome = :approved AND refund_fails = :false AND captured_minor >= :amount AND refunded_minor < captured_minor';
      return operate(deps, request, 'refunded_minor', { type: 'refund', condition, values: { ':false': false } });
    },

    async cancel(request: OperationRequest): Promise<OperationResponse> {
      // For an unknown reference this writes a tombstone, so that a late authorization finds `canceled`.
      const canceled = await change(deps, 'Simulator', request.reference, {
        update: 'SET outcome = :canceled, canceled_at_ms = if_not_exists(canceled_at_ms, :now)',
        condition:
          'attribute_not_exists(outcome) OR outcome = :canceled OR (outcome = :approved AND captured_minor = :zero)',
        values: { ':canceled': 'canceled', ':approved': 'approved', ':zero': 0, ':now': deps.clock.nowMs() },
      });
      return { outcome: canceled === null ? 'refused' : 'done' };
    },

    async lookup({ reference }: AuthorizationRequest): Promise<LookupResponse> {
      const item = await getItem<SimulatorItem>(deps, 'Simulator', reference);
      return item === null || item.outcome === 'canceled' ? { outcome: 'none' } : responseOf(item);
    },
  };
}

/** The first message with a reference decides; a repeated one is counted and gets the same response. */
function authorization(request: AuthorizationRequest, simulates: SimulatedOutcome, cvcGiven: boolean, nowMs: number) {
  const decision = decisionOf(simulates);
  const captured = decision === 'approved' && request.capture ? request.amountMinor : 0;
  const movements: Movement[] = captured === 0 ? [] : [{ type: 'charge', amount_minor: captured, at_ms: nowMs }];
  return {
    update:
      'SET outcome = if_not_exists(outcome, :decision), amount_minor = if_not_exists(amount_minor, :amount), ' +
      'currency = if_not_exists(currency, :currency), captured_minor = if_not_exists(captured_minor, :captured), ' +
      'refunded_minor = if_not_exists(refunded_minor, :zero), refund_fails = if_not_exists(refund_fails, :fails), ' +
      'movements = if_not_exists(movements, :movements), ' +
      'credential = :credential, initiator = :initiator, initial_transaction_id = :initial, ' +
      'cvc_given = :cvc_given ' +
      'ADD authorizations_received :one',
    condition: 'attribute_not_exists(outcome) OR outcome <> :canceled',
    values: {
      ':decision': decision,
      ':amount': request.amountMinor,
      ':currency': request.currency,
      ':captured': captured,
      ':zero': 0,
      ':fails': simulates === 'refund_fails',
      ':movements': movements,
      ':credential': request.credential,
      ':initiator': request.initiator,
      ':initial': request.initialTransactionId ?? '',
      ':cvc_given': cvcGiven,
      ':one': 1,
      ':canceled': 'canceled',
    },
  };
}

/** Adds an amount once per operation id, and only where the ledger allows it. */
async function operate(
  deps: Deps,
  request: OperationRequest,
  total: 'captured_minor' | 'refunded_minor',
  {
    type,
    condition,
    values,
  }: { readonly type: ListedType; readonly condition: string; readonly values?: Record<string, unknown> },
): Promise<OperationResponse> {
  const movement: Movement = { type, amount_minor: request.amountMinor, at_ms: deps.clock.nowMs() };
  const done = await change(deps, 'Simulator', request.reference, {
    update: `SET movements = list_append(if_not_exists(movements, :none), :movement) ADD ${total} :amount, operations :operation`,
    condition: `${condition} AND NOT contains(operations, :id)`,
    values: {
      ':approved': 'approved',
      ':amount': request.amountMinor,
      ':none': [],
      ':movement': [movement],
      ':operation': new Set([request.operation]),
      ':id': request.operation,
      ...values,
    },
  });
  if (done !== null) return { outcome: 'done' };
  const item = await getItem<SimulatorItem>(deps, 'Simulator', request.reference);
  return { outcome: item?.operations?.has(request.operation) ? 'done' : 'refused' };
}

function responseOf(item: SimulatorItem): Approval | Decline {
  if (item.outcome === 'canceled') return { outcome: 'declined', declineCode: 'processing_error', rawCode: '96' };
  if (item.outcome !== 'approved') {
    return { outcome: 'declined', declineCode: item.outcome, rawCode: RAW_CODES[item.outcome] };
  }
  // Derived from the reference, so that a lookup repeats the lost response.
  const digest = sha256Hex(item.reference);
  return {
    outcome: 'approved',
    authorizationCode: String(Number.parseInt(digest.slice(0, 8), 16) % 1_000_000).padStart(6, '0'),
    networkTransactionId: `sim-${base32(Buffer.from(digest, 'hex'), 15)}`,
  };
}
