/** Renders docs/reference/test-cards.md from the published test cards and the simulator's outcome for each. */
import { brandOf } from '../../shared/card/brand.ts';
import { groupDigits } from '../../shared/card/format.ts';
import { type SimulatedOutcome, TEST_CARDS } from '../../shared/card/test-cards.ts';
import { DECLINES } from '../../shared/payments/processors/declines.ts';
import { heading } from './markdown.ts';

/** Outcomes of the simulator that are not an issuer's. */
const STORIES: Partial<Record<SimulatedOutcome, string>> = {
  refund_fails: 'The charge succeeds; every refund of it fails.',
  timeout:
    'The processor does not respond and never acted: the charge returns `202` as `processing`, and is `failed` with `processor_timeout` once it is resolved.',
  lost_response:
    'The processor acted and its response is lost: the charge returns `202` as `processing`, and is `captured` once it is resolved.',
};

const ADVICE = {
  retry_later: 'The same card may work later.',
  correct_and_retry: 'Let the shopper correct the card.',
  use_another_card: 'Ask for another card.',
} as const;

export function renderTestCards(): string {
  const all = Object.entries(TEST_CARDS);
  const approved = all.filter(([, outcome]) => outcome === 'approve');
  const declined = all.filter(([, outcome]) => outcome in DECLINES);
  const told = all.filter(([, outcome]) => outcome in STORIES);
  return `${heading('Test cards')}

Keys with \`_test_\` take these cards and no others, and charge them at the simulator; keys with \`_live_\` refuse them
(PCI DSS 4.0.1 6.5.5, 6.5.6). Any future expiry and any security code of the right length will do. Numbers are those
that Stripe and WebPay publish.

## Approved

| brand | number | security code |
|---|---|---|
${approved.map(([digits]) => `| ${nameOf(digits)} | \`${shown(digits)}\` | ${brandOf(digits)?.cvcLength} digits |`).join('\n')}

## Declined

The charge is made and returns \`201\` with the status \`declined\` and this \`decline_code\`.

| number | \`decline_code\` | meaning | advice |
|---|---|---|---|
${declined.map(([digits, outcome]) => declineRow(digits, outcome)).join('\n')}

## Everything else that can happen

| number | what happens |
|---|---|
${told.map(([digits, outcome]) => `| \`${shown(digits)}\` | ${STORIES[outcome]} |`).join('\n')}

The next request with the same \`Idempotency-Key\` after a minute or so resolves a charge that is \`processing\`, or
the sweep does, by asking the processor for its outcome. It is never sent twice.
`;
}

const shown = (digits: string): string => groupDigits(digits, brandOf(digits)?.gaps ?? []);
const nameOf = (digits: string): string => brandOf(digits)?.name ?? '';

function declineRow(digits: string, outcome: SimulatedOutcome): string {
  const { meaning, advice } = DECLINES[outcome as keyof typeof DECLINES];
  return `| \`${shown(digits)}\` | \`${outcome}\` | ${meaning} | ${ADVICE[advice]} |`;
}
