/** Two hundred requests at once for one token, through HTTP, the bundles and their permissions: one is charged (V4, V8). */
import { expect, test } from '@jest/globals';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { startVault, type VaultResponse } from '../setup/vault.ts';
import { byRole, trailRecords } from './trail.ts';

const RACERS = 200;

/** `201 captured`, `409 token_spent`: so that a failure says what came instead. */
const outcomeOf = ({ status, json }: VaultResponse): string => {
  const { code, status: state } = json as { code?: string; status: string };
  return `${status} ${code ?? state}`;
};
const tally = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, String)].map(([word, some]) => [word, some.length]));
const problemOf = ({ json }: VaultResponse) => json as { code: string; param: string; spent_by?: string };

test('of two hundred concurrent charges of one token one is captured and the others name it', async () => {
  await using vault = await startVault();
  const shop = await vault.merchant();
  // The function is warm, as it is for every payment but the first of the day.
  await shop.pay();
  const { id: source } = await shop.tokenize();
  const before = await vault.contents();
  const startedAtMs = performance.now();
  const responses = await Promise.all(
    Array.from({ length: RACERS }, (_, racer) => shop.charge({ source }, `racer-${racer}`)),
  );
  const seconds = (performance.now() - startedAtMs) / 1000;
  const winners = responses.filter(({ status }) => status === 201);
  const losers = responses.filter(({ status }) => status === 409);
  console.info(
    `race: ${RACERS} concurrent charges of one token in ${seconds.toFixed(1)} s, ${winners.length} captured`,
  );

  expect(tally(responses.map(outcomeOf))).toEqual({ '201 captured': 1, '409 token_spent': RACERS - 1 });
  const winner = winners[0]?.json as ChargeView;
  expect(winner).toMatchObject({ status: 'captured', amount: 4180, amount_captured: 4180 });
  for (const loser of losers) {
    expect(problemOf(loser)).toMatchObject({ code: 'token_spent', param: 'source', spent_by: winner.id });
  }

  // The processor's own books, apart from the vault's: one more reference, one message, one capture.
  const { Simulator, Ledger, Tokens } = await vault.contents();
  const fresh = Object.values(Simulator).filter(({ reference }) => !(String(reference) in before.Simulator));
  expect(fresh).toMatchObject([{ reference: winner.id, authorizations_received: 1, captured_minor: 4180 }]);
  const charges = Object.values(Ledger).filter(({ entry_id: id }) => !(String(id) in before.Ledger));
  expect(charges).toHaveLength(RACERS);
  expect(charges.filter(({ status }) => status === 'failed')).toHaveLength(RACERS - 1);
  // Nothing of the card is left, and only the winner ever decrypted: PAN and CVC once each, as for the first payment.
  expect(Object.values(Tokens).filter((token) => 'pan_ct' in token || 'cvc_ct' in token)).toEqual([]);
  const decryptions = byRole(trailRecords(vault.runtime), 'CreateCharge').filter(
    (record) => record.eventName === 'Decrypt',
  );
  expect(decryptions).toHaveLength(4);
});
