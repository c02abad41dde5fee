/**
 * Planted bugs that the simulation must find: each is the vault without one of its rules, by another verb or by
 * changing a function's requests to DynamoDB. They measure the simulation.
 */
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deps } from '../../shared/base/deps.ts';
import { change } from '../../shared/base/dynamo.ts';
import { VaultError } from '../../shared/base/errors.ts';
import { type SafeFetch, SafeFetchError } from '../../shared/base/net/safe-fetch.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import { openEntries } from '../../shared/ledger/ledger.ts';
import type { ChargeItem } from '../../shared/payments/charges/charge.ts';
import { endCharge, readCharge } from '../../shared/payments/charges/store.ts';
import type { AuthorizationRequest, OperationRequest } from '../../shared/payments/processors/processor.ts';
import { simulator } from '../../shared/payments/processors/simulator.ts';
import { readCardItem, sealedPanOf } from '../../shared/vault/cards.ts';
import { type CdeDeps, openPan } from '../../shared/vault/cipher.ts';
import type { StoryDeps } from './function.ts';
import type { Broken } from './oracle.ts';
import type { Telling } from './plans.ts';
import type { Verbs } from './scenarios.ts';

/** A bug, and the stories that show it: others are skipped. */
export interface PlantedBug extends Telling {
  readonly says: string;
  /** The promise it breaks. */
  readonly breaks: Broken['promise'];
}

type Send = (command: unknown) => Promise<unknown>;

/** Passes the function's requests to DynamoDB through `rewire`. */
function rewired(rewire: (send: Send) => Send): (deps: StoryDeps) => StoryDeps {
  return (deps) => {
    const { dynamodb } = deps;
    const send = rewire(dynamodb.send.bind(dynamodb) as Send);
    return { ...deps, dynamodb: Object.assign(Object.create(dynamodb) as typeof dynamodb, { send }) };
  };
}

const isUpdate = (command: unknown, table: string): command is UpdateItemCommand =>
  command instanceof UpdateItemCommand && command.input.TableName?.startsWith(`${table}-`) === true;

const isPut = (command: unknown, table: string): command is PutItemCommand =>
  command instanceof PutItemCommand && command.input.TableName?.startsWith(`${table}-`) === true;

/** Writes the charge only together with its outcome. */
const writesLate = rewired((send) => {
  let late: PutItemCommand | undefined;
  return async (command) => {
    if (isPut(command, 'Ledger')) {
      late = command;
      return {};
    }
    if (late && isUpdate(command, 'Ledger')) {
      await send(late);
      late = undefined;
    }
    return send(command);
  };
});

const keepsCiphertext = rewired((send) => (command) => {
  if (isUpdate(command, 'Tokens')) {
    command.input.UpdateExpression = command.input.UpdateExpression?.replace(' REMOVE pan_ct, cvc_ct, due_shard', '');
  }
  return send(command);
});

const writesBlindly = rewired((send) => (command) => {
  if (isUpdate(command, 'Ledger')) {
    command.input.ConditionExpression = `attribute_exists(entry_id) OR (${command.input.ConditionExpression})`;
  }
  return send(command);
});

const forgetsToReverse = rewired((send) => async (command) => {
  const isCancel =
    isUpdate(command, 'Simulator') && command.input.UpdateExpression?.startsWith('SET outcome = :canceled,') === true;
  return isCancel ? { Attributes: {} } : send(command);
});

/** Leaves the outbox although new events may be in it. */
const leavesBlindly = rewired((send) => (command) => {
  if (isUpdate(command, 'Ledger') && command.input.ConditionExpression === 'size(#events) = :count') {
    command.input.ConditionExpression = 'attribute_exists(entry_id) AND size(#events) >= :count';
  }
  return send(command);
});

/** Recovery assumes that the charge's card was never stored, so the card may appear later. */
const forgetsCards = rewired((send) => async (command) => {
  const isRead = command instanceof GetItemCommand && command.input.TableName?.startsWith('Cards-');
  const isTombstone = isPut(command, 'Cards') && command.input.Item?.pan_ct === undefined;
  return isRead || isTombstone ? {} : send(command);
});

/** The sweep reopens a session without writing a failed charge, so a late request still makes the announced charge. */
const forgetsTheAnnounced = rewired((send) => async (command) => {
  const isFailure = isPut(command, 'Ledger') && command.input.Item?.status?.S === 'failed';
  return isFailure ? {} : send(command);
});

/** Passes a forward's request through `resend`. */
const resending =
  (resend: (send: SafeFetch) => SafeFetch): ((deps: StoryDeps) => StoryDeps) =>
  (deps) => ({ ...deps, send: resend(deps.send) });

const sendsTwice = resending((send) => (request) => send(request).catch(() => send(request)));

const callsItFailed = resending(
  (send) => (request) => send(request).catch(() => Promise.reject(new SafeFetchError('connection_failed'))),
);

/** Resolves by sending the authorization once more. */
async function sendsAgain(deps: Deps): ReturnType<Verbs['sweep']> {
  const cde: CdeDeps = { ...deps, mayDecrypt: true };
  for (let shard = 0; shard < SHARDS.open; shard += 1) {
    for (const { id } of await openEntries(deps, shard, deps.clock.nowMs(), 10)) {
      const charge = await readCharge(deps, id);
      const card = charge && (await readCardItem(deps, charge.source_record));
      const sealed = card && sealedPanOf(card);
      if (!charge || !sealed) continue;
      const pan = await openPan(cde, sealed, { merchant: charge.merchant_id, record: card.card_id });
      const { amount_minor: amountMinor, currency } = charge;
      const request = { reference: id, amountMinor, currency, capture: true } as AuthorizationRequest;
      const expiry = { month: card.exp_month, year: card.exp_year };
      const response = await simulator(deps).authorize(request, { pan: pan.value, expiry });
      if (response.outcome === 'approved') await endCharge(deps, id, { status: 'captured' });
    }
  }
  return NOTHING_DONE;
}

const NOTHING_DONE = { erasedTokens: 0, resolvedEntries: 0, left: 0, tokensOverdueSeconds: 0, unresolvedSeconds: 0 };
const sweepsNothing: Verbs['sweep'] = async () => NOTHING_DONE;

/** Checks the refundable amount, refunds, and only then writes the refund. */
const refundsUnreserved: Verbs['refundCharge'] = async (
  deps,
  _caller,
  { chargeId, amountMinor = 0, idempotencyKey },
) => {
  const charge = (await readCharge(deps, chargeId)) as ChargeItem;
  if (amountMinor > charge.captured_minor - charge.refunded_minor) throw new VaultError('refund_too_large');
  await simulator(deps).refund({ reference: chargeId, operation: idempotencyKey, amountMinor } as OperationRequest);
  await change(deps, 'Ledger', chargeId, {
    update: 'SET refunded_minor = :refunded',
    condition: 'attribute_exists(entry_id)',
    values: { ':refunded': charge.refunded_minor + amountMinor },
  });
  const { currency } = charge;
  const refund = { object: 'refund', id: idempotencyKey, charge: chargeId, status: 'succeeded' } as const;
  return { ...refund, amount: amountMinor, currency, created_at: '' };
};

export const PLANTED: readonly PlantedBug[] = [
  {
    says: 'opens a session again without failing the charge that was announced',
    breaks: 'V8',
    scenario: 'pay a session',
    kinds: ['freeze_before'],
    call: 'GetItem Tokens',
    variant: { wrap: forgetsTheAnnounced },
  },
  {
    says: 'asks the processor before the charge is written',
    breaks: 'V8',
    scenario: 'charge a token',
    variant: { wrap: writesLate },
  },
  {
    says: 'resolves by sending the authorization again',
    breaks: 'V8',
    scenario: 'charge a stored card',
    kinds: ['stop_after'],
    variant: { verbs: { sweep: sendsAgain } },
  },
  {
    says: 'refunds without reserving the amount',
    breaks: 'V7',
    scenario: 'three refunds',
    variant: { verbs: { refundCharge: refundsUnreserved } },
  },
  {
    says: 'fails a charge without reversing it at the processor',
    breaks: 'V8',
    scenario: 'charge a token',
    kinds: ['freeze_after'],
    call: 'PutItem Ledger',
    variant: { wrap: forgetsToReverse },
  },
  {
    says: 'spends a token without erasing it',
    breaks: 'V2',
    scenario: 'charge a token',
    variant: { wrap: keepsCiphertext },
  },
  {
    says: 'writes the ledger in any state of the charge',
    breaks: 'V9',
    scenario: 'charge a token',
    kinds: ['freeze_after'],
    call: 'PutItem Ledger',
    variant: { wrap: writesBlindly },
  },
  {
    says: 'resolves a charge without looking for the card it saved',
    breaks: 'V8',
    scenario: 'charge a token and save its card',
    kinds: ['stop_after'],
    call: 'PutItem Cards',
    variant: { wrap: forgetsCards },
  },
  {
    says: 'forwards a card before the forward is written',
    breaks: 'V8',
    scenario: 'forward a token',
    variant: { wrap: writesLate },
  },
  {
    says: 'sends a forward again after its response was lost',
    breaks: 'V8',
    scenario: 'forward a token',
    kinds: ['outside_response_lost'],
    variant: { wrap: sendsTwice },
  },
  {
    says: 'calls a forward failed that may have arrived',
    breaks: 'V8',
    scenario: 'forward a stored card',
    kinds: ['outside_response_lost'],
    variant: { wrap: callsItFailed },
  },
  {
    says: 'never sweeps forwards',
    breaks: 'V8',
    scenario: 'forward a token',
    kinds: ['stop_after'],
    variant: { verbs: { sweep: sweepsNothing } },
  },
  {
    says: 'forgets an event that came while others were copied',
    breaks: 'V9',
    scenario: 'a refund while its charge is delivered',
    firstSeed: 31,
    variant: { wrap: leavesBlindly },
  },
];
