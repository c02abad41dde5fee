/**
 * The numbers in pages, as sentences around the constants of the code. A page must contain each of its sentences word
 * for word, so a changed constant changes its pages.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRAIL_ALARMS } from '../../infra/alarms/trail.ts';
import { VAULT_ALARMS } from '../../infra/alarms/vault.ts';
import { DELIVERER, SCHEDULES } from '../../infra/routes.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import { LOCALES } from '../../web/locale.ts';
import { OPERATIONS } from '../bench/operations.ts';
import { PROMISES } from '../tidy/promises.ts';
import { constantsOf } from './constants.ts';
import { DAY_MS, days, digits, HOUR_MS, hours, MINUTE_MS, minutes, SECOND_MS, seconds, word } from './quantities.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const constant = constantsOf((path) => ({ path, text: textOf(path) }));
const number = (path: string, name: string): number => Number(constant(path, name));
const list = (path: string, name: string): readonly number[] => constant(path, name) as readonly number[];

const titled = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Finds a row by name; throws for a missing one, so that none counts as a number. */
function pick<Row>(rows: readonly Row[], isMeant: (row: Row) => boolean, name: string): Row {
  const row = rows.find(isMeant);
  if (row === undefined) throw new Error(`there is no ${name} any more`);
  return row;
}
const alarm = (name: string) => pick([...VAULT_ALARMS, ...TRAIL_ALARMS], (row) => row.name === name, `alarm ${name}`);
const schedule = (entry: string) => pick([...SCHEDULES], (row) => row.entry === entry, `schedule ${entry}`);
const budget = (name: string) => pick(OPERATIONS, (row) => row.name === name, `operation ${name}`).budget;

const ATTEMPTS = 'shared/merchants/limits.ts';
const SESSION = 'shared/payments/checkout/session.ts';
const CAPTURE_KEYS = 'shared/vault/intake/capture-keys.ts';
const ENCRYPTED = 'shared/vault/intake/encrypted-card.ts';
const STRIPE = 'shared/payments/processors/stripe/requests.ts';
const CONNECTION = 'shared/payments/processors/iso8583/connection.ts';
const ISO = 'shared/payments/processors/iso8583/iso8583.ts';
const WATCH = 'audit/continuous.ts';
const EXPORT = 'audit/reasons/decryption-export.ts';
const FIREWALL = 'infra/constructs/firewall.ts';
const ERASURE = 'audit/erasure/erasure.ts';

const payments = word(number(SESSION, 'PAYMENTS_MAX'));
const life = number(SESSION, 'LIFE_MINUTES.default');
const keyKept = seconds(number('shared/merchants/callers.ts', 'KEY_CACHE_MS'));
const resolveAfterMs = number('shared/ledger/entry.ts', 'RESOLVE_AFTER_MS');
const window = word(number(ATTEMPTS, 'WINDOW_MINUTES'));
const attempts = (by: string): string =>
  `${digits(number(ATTEMPTS, `LIVE.${by}.proofAfter`))} | ${digits(number(ATTEMPTS, `LIVE.${by}.most`))}`;
const proofBits = number(ATTEMPTS, 'LIVE.proofBits');
const erasedByRun = digits(number('shared/payments/sweep/sweep.ts', 'TOKENS_PER_SHARD_MAX') * SHARDS.due);
const retries = list('shared/events/retry.ts', 'RETRY_AFTER_MS');
const retriesIn = (unitMs: number, isMeant: (ms: number) => boolean): string =>
  retries
    .filter(isMeant)
    .map((ms) => ms / unitMs)
    .join(', ')
    .replace(/, (\d+)$/, ' and $1');
const watchedHours = hours(number(WATCH, 'WINDOW_MS'));
const reviewedAfter = hours(number('audit/review.ts', 'COMPLETE_AFTER_MS'));
const exportDelay = hours(number(EXPORT, 'RESOLVED_AFTER_MS'));
const parts = number('audit/scratch.ts', 'PARTS');
const leastNode = /"node": ">=(\d+)"/.exec(textOf('package.json'))?.[1];
/** CI's time limit for a script of package.json. */
const ciMinutes = (script: string): string | undefined =>
  new RegExp(` (\\d+)  npm run --silent ${script}$`, 'm').exec(textOf('.ci/run'))?.[1];

/** Page → sentences that it must contain. */
export const SAID: Readonly<Record<string, readonly string[]>> = {
  'README.md': [
    `Node ${leastNode} or newer`,
    `The field speaks ${word(LOCALES.length)} languages`,
    `INVARIANTS.md](INVARIANTS.md): ${word(PROMISES.length)} promises`,
    `can be up to ${minutes(DELIVERER.everyMinutes * MINUTE_MS)} late`,
  ],
  'HACKING.md': [
    `Node ${leastNode} or newer`,
    `then plays ${2 * number('tools/simulation/run.ts', 'SEEDS')} stories`,
    `of at most ${number('tools/tidy/commits.ts', 'SUBJECT_MAX')} characters`,
    `leaves these out | < ${ciMinutes('check -- --without-tests')} min, and the tests |`,
    `tells one | < ${ciMinutes('sim')} min;`,
    `(docs/performance.md) | < ${ciMinutes('bench -- --quick')} min |`,
    `(docs/rehearsal.md)) | < ${ciMinutes('rehearse')} min |`,
    `judge the templates | < ${ciMinutes('lint:templates')} min |`,
    `to the rule packs | < ${ciMinutes('cdk -- synth --quiet')} min |`,
  ],
  'INVARIANTS.md': [
    `${titled(word(PROMISES.length))} sentences this vault must never break`,
    `a queued delivery is tried for ${days(sum(retries))}`,
  ],
  'ARCHITECTURE.md': [
    `is remembered for ${minutes(number(CAPTURE_KEYS, 'KEPT_IN_MEMORY_MS'))}.`,
    `a \`processing\` charge for ${word(resolveAfterMs / SECOND_MS)} seconds`,
    `or \`open\` again, at most ${payments} times`,
    `at most once in ${keyKept} per function instance`,
    `attempts of the last ${window} minutes`,
    `the ${word(number(CAPTURE_KEYS, 'KEPT'))} capture keys, private halves wrapped`,
    `3 counts ∥ KMS; 1 put | ${budget('tokenize').steps} |`,
    `put charge ∥ get token; spend; end | ${budget('charge a token').steps} and the processor |`,
    `put charge ∥ get card; end | ${budget('charge a card').steps} and the processor |`,
    `spend the code; end | ${budget('charge a card with its code').steps} and the processor |`,
    `spend; put card | ${budget('store a card').steps} |`,
  ],
  'SECURITY.md': [
    `dropped, ${days(number(CAPTURE_KEYS, 'ROTATE_AFTER_MS') * number(CAPTURE_KEYS, 'KEPT'))} after it was made`,
    `pay it, with ${payments} cards at most`,
    `until it is revoked (${keyKept} later)`,
  ],
  'docs/divergences.md': [
    `log files every ${number('local/runtime.ts', 'DELIVERY_MS') / SECOND_MS} s, digests every ${
      number('local/runtime.ts', 'DIGEST_MS') / SECOND_MS
    } s when there is something new`,
    `TTL, for events after ${days(number('shared/events/event.ts', 'EVENT_KEPT_DAYS') * DAY_MS)}`,
    `at most ${word(number('local/runtime.ts', 'THREADS_MAX'))} idle threads, stopped after ${minutes(
      number('local/functions/functions.ts', 'IDLE_MS'),
    )}`,
  ],
  'docs/operate.md': [
    `counted in windows of ${window} minutes`,
    `| merchant | ${attempts('merchant')} |`,
    `| merchant and address (IPv6: /56) | ${attempts('network')} |`,
    `| merchant and BIN | ${attempts('bin')} |`,
    `In test mode ${number(ATTEMPTS, 'TEST_FACTOR')} times as many`,
    `The firewall's own limit, ${digits(number(FIREWALL, 'LIMITS.tokensPerAddress'))} attempts from one address`,
    `some ${digits(number('shared/vault/move-cards.ts', 'CARDS_PER_SHARD_MAX') * SHARDS.by_pan_key)} a minute`,
    `both sign for ${days(number('shared/events/endpoint-store.ts', 'OVERLAP_MS'))}`,
    `RSA of at least ${number('shared/vault/export/export.ts', 'RSA_BITS_MIN')} bits`,
  ],
  'docs/runbook.md': [
    `has not come to its end for ${word(alarm('sweep-stopped').periodMinutes)} minutes`,
    `A token expired more than ${minutes(alarm('tokens-overdue').threshold * SECOND_MS)} ago`,
    `near ${erasedByRun} a run`,
    `has been open for ${minutes(alarm('charges-unresolved').threshold * SECOND_MS)}`,
    `for shards 0 to ${SHARDS.open - 1}`,
    `come back within ${window} minutes`,
    `did not respond within ${seconds(number('shared/risk/counters.ts', 'COUNT_TIMEOUT_MS'))}`,
    `have ${number('shared/base/ids.ts', 'ID_LENGTH') * Math.log2(32)} bits`,
    `is older than ${alarm('capture-key-old').threshold / 3_600} hours, or its rotation has not run for ${word(
      (alarm('capture-key-old').periods * alarm('capture-key-old').periodMinutes) / 60,
    )}.`,
    `did not accept a webhook for ${days(sum(retries))}`,
    `a charge takes ${word(budget('charge a token').kms)}, a token ${word(budget('tokenize').kms)}`,
    `One response in ${word(1 / alarm('api-failing').threshold)} is a 5xx`,
    `Charges take over ${seconds(alarm('charges-slow').threshold)}`,
    `not done in its ${minutes(schedule('scheduled/reconcile').timeoutSeconds * SECOND_MS)}`,
    `The number is of the last ${watchedHours}, so`,
    `is reviewed a second time, ${reviewedAfter} after it`,
    `The oldest hour that is due has waited ${word(
      alarm('review-behind').threshold / 3_600 - number('audit/review.ts', 'COMPLETE_AFTER_MS') / HOUR_MS,
    )} hours more`,
    `after an outage of up to ${days(number('audit/review.ts', 'REVIEW.lookBackHours') * HOUR_MS)}`,
    `No run of the second review has ended for ${hours(alarm('review-stopped').periodMinutes * MINUTE_MS)}`,
    `the newest is more than ${hours(alarm('digest-old').threshold * SECOND_MS)} old`,
    `no record of it after ${minutes(number(WATCH, 'DELIVERY_LAG_MS'))}`,
    `makes up for up to ${days(number(EXPORT, 'EXPORT.lookBackHours') * HOUR_MS)}`,
    `what was built for ${hours(alarm('page-check-stopped').periodMinutes * MINUTE_MS)}`,
    `to the trail's log group for ${minutes(alarm('trail-silent').periodMinutes * MINUTE_MS)}`,
  ],
  'docs/performance.md': [
    `| Index \`open\` of the Ledger | ${SHARDS.open} shards`,
    `| Index \`outbox\` | ${SHARDS.outbox} shards`,
    `| Index \`by_day\` | ${SHARDS.by_day} shards`,
    `| Index \`due\` of the Tokens | ${SHARDS.due} shards`,
    `| The sweep | ${erasedByRun} tokens erased a minute`,
  ],
  'docs/recipes/payment-link.md': [
    `for **${life} minutes**`,
    `${life} minutes, then it says that it is over`,
    `${payments} payments at most`,
    `which works ${keyKept} later`,
    `有効期間は指定がなければ **${life} 分**です`,
    `${number(SESSION, 'PAYMENTS_MAX')} 回で受付を終了します`,
  ],
  'docs/recipes/receive-webhooks.md': [
    `Return any 2xx within ${seconds(number('shared/events/send.ts', 'SEND_TIMEOUT_MS'))}`,
    `or nothing for ${seconds(number('shared/events/send.ts', 'SEND_TIMEOUT_MS'))}`,
    `after about ${retriesIn(MINUTE_MS, (ms) => ms < HOUR_MS)} minutes, ${retriesIn(HOUR_MS, (ms) => ms >= HOUR_MS)} hours`,
    `nothing good for ${days(sum(retries))}`,
    `are sent within about ${minutes(DELIVERER.everyMinutes * MINUTE_MS)}`,
    `can be replayed, for ${days(number('shared/events/event.ts', 'EVENT_KEPT_DAYS') * DAY_MS)}`,
    `For ${days(number('shared/events/endpoint-store.ts', 'OVERLAP_MS'))} each message has two signatures`,
  ],
  'docs/recipes/watch-the-trail.md': [
    `audits the last ${watchedHours} of the trail every ${schedule('scheduled/reconcile').everyMinutes} minutes`,
    `again, ${reviewedAfter} after it ended`,
    `stops a query at ${word(number('infra/constructs/trail-queries.ts', 'SCAN_LIMIT_BYTES') / 1024 ** 4)} tebibyte`,
    `beside the trail, ${exportDelay} after it ended`,
    `The last ${exportDelay} are therefore not in it`,
  ],
  'docs/reference/browser.md': [
    `It works once, for ${minutes(number('shared/merchants/merchant-store.ts', 'TOKEN_TTL_MINUTES.default') * MINUTE_MS)} unless your merchant is set otherwise`,
  ],
  'docs/reference/encrypted-card.md': [
    `Keep it for ${minutes(number('web/hosted/vault.ts', 'CAPTURE_KEY_MAX_AGE_MS'))} at most`,
    `at most ${number('shared/card/format.ts', 'NAME_LENGTH_MAX')} characters`,
    `taken for ${number(ENCRYPTED, 'ACCEPTED_SECONDS') / 60} minutes, and from at most ${word(
      number(ENCRYPTED, 'FUTURE_SECONDS') / 60,
    )} minute ahead`,
    `${number('web/hosted/vault.ts', 'JTI_BYTES')} random bytes`,
    `(RFC 7516 §7.1), at most ${number(ENCRYPTED, 'COMPACT_MAX')} characters`,
    `good for ${word(number('shared/vault/cvc-tokens.ts', 'TTL_MINUTES_MAX'))} minutes and one charge`,
    `(${proofBits} unless an operator set another)`,
    `2^${proofBits} tries are expected`,
    `refuse more than ${number(ATTEMPTS, 'PROOF_BITS_MAX')} bits`,
    `so for one card and ${word(number(ENCRYPTED, 'ACCEPTED_SECONDS') / 60)} minutes`,
  ],
  'docs/reference/evidence.md': [
    `At most ${word(number('audit/reasons/reconcile.ts', 'TRIES_MAX'))} for a key of an entry`,
    `${word(number('audit/reasons/access.ts', 'INTERRUPTED_MAX'))}, and one for each thousand decryptions`,
    `The lifetime of a token is its merchant's setting, ${hours(number(ERASURE, 'LIFETIME_MAX_MS'))} at most`,
    `more than ${minutes(number(ERASURE, 'LIFETIME_MAX_MS') + number(ERASURE, 'SWEEP_MS'))} after the making`,
    `wait in ${parts} files`,
    `the largest of the ${parts} parts`,
    `within the last ${digits(number('audit/trail/log-files.ts', 'DUPLICATE_WINDOW'))} events`,
    `over ${number('audit/trail/record-splitter.ts', 'MAX_RECORD_BYTES') / 1024 ** 2} MiB`,
  ],
  'docs/reference/forward.md': [
    `\`too_large\` (over ${number('shared/payments/forward/shown-response.ts', 'RESPONSE_BYTES_MAX') / 1024} KiB)`,
    `no response came within ${number('shared/payments/forward/forward.ts', 'SEND_TIMEOUT_MS') / SECOND_MS} seconds`,
    `repeat; after ${minutes(resolveAfterMs)} it is \`unknown\``,
  ],
  'docs/reference/processors.md': [
    `Settings and secrets are read once in ${minutes(number('shared/payments/processors/registry.ts', 'PROCESSOR_KEPT_MS'))}`,
    `Settings and secrets are read once in ${minutes(number('shared/merchants/secret-store.ts', 'SECRET_KEPT_MS'))}`,
    `after ${number('shared/payments/processors/stripe/stripe.ts', 'KEY_LIVES_MS') / HOUR_MS} the vault searches by metadata`,
    `\`Stripe-Version: ${constant(STRIPE, 'STRIPE_VERSION')}\``,
    `a ${number(CONNECTION, 'HEADER_BYTES')}-byte length`,
    `closed after ${number(CONNECTION, 'QUIET_MS_MAX') / SECOND_MS} quiet seconds`,
    `search, cancellation | ${number(STRIPE, 'QUICK_MS') / SECOND_MS} s each |`,
    `| Stripe: confirmation | ${number(STRIPE, 'CONFIRM_MS') / SECOND_MS} s |`,
    `| Stripe: capture, refund | ${number(STRIPE, 'MOVE_MS') / SECOND_MS} s |`,
    `| ISO 8583: connect, sign-on | ${number(CONNECTION, 'CONNECT_MS') / SECOND_MS} s each |`,
    `| ISO 8583: connect, sign-on | ${number(ISO, 'SIGN_ON_MS') / SECOND_MS} s each |`,
    `| ISO 8583: 0100, 0200 purchase | ${number(ISO, 'WAIT_MS.authorization') / SECOND_MS} s |`,
    `| ISO 8583: 0220, 0420 advices | ${number(ISO, 'WAIT_MS.advice') / SECOND_MS} s each |`,
    `| ISO 8583: 0400, 0200 refund | ${number(ISO, 'WAIT_MS.operation') / SECOND_MS} s |`,
    `| any function that talks to a processor | ${number('infra/routes.ts', 'PROCESSOR_TIMEOUT_SECONDS')} s |`,
    `${word(resolveAfterMs / MINUTE_MS)} minute later the sweep`,
  ],
  'infra/props.ts': [
    `this limits trying out stolen numbers. * @default ${number(FIREWALL, 'LIMITS.tokensPerAddress')} *`,
    `sends the requests of all its shoppers. * @default ${number(FIREWALL, 'LIMITS.requestsPerAddress')} *`,
    `from all addresses together. * @default ${number(FIREWALL, 'LIMITS.requestsPerKey')} *`,
    `has its own retention. * @default ${number('infra/props.ts', 'RETENTION_DAYS')} *`,
  ],
  // The source of docs/reference/errors.md.
  'shared/base/errors.ts': [
    `'Send at most ${number('functions/runtime/pipeline.ts', 'BODY_BYTES_MAX') / 1024} KiB.'`,
    `a four-digit exp_year at most ${number('shared/card/expiry.ts', 'YEARS_AHEAD_MAX')} years ahead`,
    `a JWE is taken for ${number(ENCRYPTED, 'ACCEPTED_SECONDS') / 60} minutes.`,
    `minor units from 1 to ${number('shared/base/money.ts', 'AMOUNT_MINOR_MAX')}.`,
    `a flat object of at most ${number('shared/payments/charges/create.ts', 'METADATA_MAX')} short texts`,
    `whole number from 1 to ${number('shared/payments/charges/list.ts', 'LIMIT_MAX')}.', next: 'Leave it out for ${number(
      'shared/payments/charges/list.ts',
      'LIMIT_DEFAULT',
    )}.'`,
  ],
  'examples/shop/README.md': [`at most ${digits(number('examples/shop/orders.ts', 'ORDER_LIMIT'))};`],
};

/** A page as one line, because sentences may be wrapped. */
export const unbroken = (text: string): string => text.replaceAll(/\s+/g, ' ');

export const pageOf = (path: string): string => unbroken(textOf(path));
