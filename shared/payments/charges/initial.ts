/**
 * The payment with which a shopper agreed to the keeping of a card. Networks want its id with every later payment that
 * the merchant starts; a card that a charge saved carries it, for any other the merchant names the charge.
 */
import type { Deps } from '../../base/deps.ts';
import { VaultError } from '../../base/errors.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { AuthorizationRequest } from '../processors/processor.ts';
import type { ChargeItem } from './charge.ts';
import { readCharge } from './ledger.ts';

/**
 * The network's id of the charge that `initial_charge` names; undefined where none is named or it got none. Throws
 * `charge_not_found`, also for another merchant's charge (V10), and `invalid_field` for a charge of another card.
 */
export async function readInitial(deps: Deps, caller: Caller, charge: ChargeItem): Promise<string | undefined> {
  if (charge.initial_charge === undefined) return undefined;
  const initial = await readCharge(deps, charge.initial_charge);
  const param = 'initial_charge';
  if (initial === null || initial.owner !== caller.owner) throw new VaultError('charge_not_found', { param });
  const isOfThisCard = initial.source_record === charge.source_record || initial.saved_card === charge.source_record;
  if (!isOfThisCard) throw new VaultError('invalid_field', { param });
  return initial.network_transaction_id;
}

/** Only what a merchant starts names the payment before it. */
export const initialOf = (
  { initiator }: ChargeItem,
  transactionId: string | undefined,
): Pick<AuthorizationRequest, 'initialTransactionId'> =>
  initiator === 'merchant' && transactionId !== undefined ? { initialTransactionId: transactionId } : {};
